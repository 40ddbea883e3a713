"""Make a log of millions: ``python -m benchmarks.long_log DIRECTORY --messages 10000000``.

It is what `search` would make with as many messages, said by the same people in the same rooms,
but written straight into the database, with its search index, and without waiting for the disk:
ten million take a quarter of an hour and 7 GB.  What is said is drawn from 200,000 texts.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asynchat.messages import Said, encode
from asynchat.store.frames import checksum
from asynchat.store.index import document
from asynchat.store.opening import DATABASE_FILE
from asynchat.store.sqlite import SqliteStore
from benchmarks.search import MOST_WORDS, PEOPLE, ROOMS, TIME, Language, drafts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TEXTS: Final = 200_000
_AT_ONCE: Final = 100_000
_GAP_MS: Final = 1_000


def newest_ms(messages: int) -> int:
    """Return when the newest of so many messages was said."""
    return TIME + messages * _GAP_MS


def make(directory: Path, messages: int, seed: int = 1) -> None:
    """Make the log, where there is none."""
    if (directory / DATABASE_FILE).exists():
        return
    directory.mkdir(parents=True, exist_ok=True)
    language = Language(seed)
    asyncio.run(_begin(directory, language))
    texts = [language.text(1 + language.below(MOST_WORDS)) for _ in range(min(messages, _TEXTS))]
    with closing(sqlite3.connect(directory / DATABASE_FILE, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -262144")
        rooms = dict(db.execute("SELECT name, id FROM rooms"))
        (head,) = db.execute("SELECT max(seq) FROM events").fetchone()
        lines = _said(random.Random(seed), messages, head, texts)  # noqa: S311 - no secret
        left = messages
        while left:
            part = [next(lines) for _ in range(min(left, _AT_ONCE))]
            left -= len(part)
            _store(db, part, rooms)


async def _begin(directory: Path, language: Language) -> None:
    async with SqliteStore(directory) as store:
        await store.append(list(drafts(language, 0)))
        while await store.index():
            pass


def _said(draw: random.Random, messages: int, head: int, texts: list[str]) -> Iterator[Said]:
    names = [f"a{number}" for number in range(PEOPLE)]
    rooms = [f"room-{number}" for number in range(ROOMS)]
    for number in range(messages):
        who = draw.choice(names)
        time_ms = TIME + number * _GAP_MS
        yield Said(
            seq=head + 1 + number,
            time=time_ms,
            room=draw.choice(rooms),
            account=who,
            sender=who,
            # Ids grow with time, as our clients make them.
            id=f"{time_ms:012x}{draw.getrandbits(56):014x}",
            text=draw.choice(texts),
            reply_to=None,
        )


def _store(db: sqlite3.Connection, part: Sequence[Said], rooms: dict[str, int]) -> None:
    frames = [encode(said) for said in part]
    db.execute("BEGIN IMMEDIATE")
    db.executemany(
        "INSERT INTO events (seq, room, crc, frame, author) VALUES (?, ?, ?, ?, ?)",
        (
            (said.seq, rooms[said.room], checksum(frame), frame, said.account)
            for said, frame in zip(part, frames, strict=True)
        ),
    )
    db.executemany(
        "INSERT INTO requests (asker, id, seq, time, digest) VALUES (?, ?, ?, ?, ?)",
        (
            (said.account, said.id, said.seq, said.time, said.seq.to_bytes(16, "big"))
            for said in part
        ),
    )
    db.executemany(
        "INSERT INTO words (rowid, text) VALUES (?, ?)",
        ((said.seq, document(rooms[said.room], said.account, said.text)) for said in part),
    )
    db.execute("UPDATE meta SET value = ? WHERE key = 'indexed'", (part[-1].seq,))
    db.execute("COMMIT")


def main(arguments: Sequence[str] | None = None) -> None:
    """Make a log, and tell how long it took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.long_log", description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--messages", type=int, default=10_000_000)
    options = parser.parse_args(arguments)
    began = time.perf_counter()
    make(options.directory, options.messages)
    took = time.perf_counter() - began
    size = (options.directory / DATABASE_FILE).stat().st_size
    sys.stdout.write(f"{options.messages:,} messages in {took:.0f} s, {size / 1e9:.1f} GB\n")


if __name__ == "__main__":
    main()
