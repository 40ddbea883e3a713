"""How long a search takes: ``python -m benchmarks.search``.

It makes a log of so many messages in 450 rooms, of words that are as frequent as in a language
(Zipf), indexes it, and searches for one or two words of the same kind, half of them in one room,
half in twenty: at the store, and over a connection.  It tells also what the index costs.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import random
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asynchat.chat.accounts import Account, Device
from asynchat.chat.drafts import AccountDraft, Draft
from asynchat.chat.searching import Criteria, phrases_of
from asynchat.chat.state import Interval
from asynchat.config import Settings
from asynchat.link.client import Client
from asynchat.link.ids import new_id
from asynchat.messages import Created, Said, Search
from asynchat.server import Server
from asynchat.store.opening import DATABASE_FILE
from asynchat.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from asynchat.chat.drafts import AnyDraft

ROOMS: Final = 450
MINE: Final = 20
"""How many rooms the one who searches is in."""
PEOPLE: Final = 200
VOCABULARY: Final = 50_000
MOST_WORDS: Final = 20
BATCH: Final = 1_000
TIME: Final = 1_763_650_000_000


class Language:
    """Made-up words, the frequent ones short, drawn as often as Zipf says."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - nothing secret
        self._words = [self._word(rank) for rank in range(1, VOCABULARY + 1)]
        self._weights = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))

    def text(self, count: int) -> str:
        """Return so many words."""
        return " ".join(self._random.choices(self._words, cum_weights=self._weights, k=count))

    def below(self, end: int) -> int:
        """Return a number from 0 on."""
        return self._random.randrange(end)

    def _word(self, rank: int) -> str:
        syllables = 1 + (rank > 20) + (rank > 300) + (rank > 3_000)  # noqa: PLR2004
        kinds = ("bcdfghjklmnprstvwz", "aeiou") * syllables
        letters = (self._random.choice(kind) for kind in kinds)
        return "".join(letters) + self._random.choice("dklmnrst")


def drafts(language: Language, messages: int) -> Iterator[AnyDraft]:
    """Yield what the log has: people, their rooms, and what is said in them."""
    for number in range(PEOPLE):
        who = f"a{number}"
        token = hashlib.sha256(who.encode()).digest()
        yield AccountDraft(Account(who, who, TIME, (Device("first", token, "", TIME),)))
    for number in range(ROOMS):
        yield Draft(
            Created(
                seq=0,
                time=TIME,
                room=_room(number),
                account="a0",
                sender="a0",
                id=None,
                topic="",
                private=False,
            )
        )
    for number in range(messages):
        who = f"a{language.below(PEOPLE)}"
        yield Draft(
            Said(
                seq=0,
                time=TIME + number * 1_000,
                room=_room(language.below(ROOMS)),
                account=who,
                sender=who,
                id=None,
                text=language.text(1 + language.below(MOST_WORDS)),
                reply_to=None,
            )
        )


@dataclass
class Figures:
    """What was measured; times in ms."""

    made_s: float
    indexed_s: float
    size_mb: float
    store: list[float]
    wire: list[float]


async def measure(folder: Path, messages: int, queries: int, seed: int = 1) -> Figures:
    """Make the log, index it and search it."""
    language = Language(seed)
    asked = [
        (language.text(1 + language.below(2)), language.below(MINE) if number % 2 else None)
        for number in range(queries)
    ]
    there = (folder / DATABASE_FILE).exists()
    async with SqliteStore(folder) as store:
        made_s = 0.0 if there else await _make(store, drafts(language, messages))
        began = time.perf_counter()
        while await store.index():
            pass
        indexed_s = time.perf_counter() - began
        at_store = [await _at_store(store, text, room) for text, room in asked]
    size_mb = (folder / DATABASE_FILE).stat().st_size / 1e6
    over_wire = await _over_wire(folder, asked)
    return Figures(made_s, indexed_s, size_mb, sorted(at_store), sorted(over_wire))


async def _make(store: SqliteStore, log: Iterator[AnyDraft]) -> float:
    began = time.perf_counter()
    batch: list[AnyDraft] = []
    for draft in log:
        batch.append(draft)
        if len(batch) == BATCH:
            await store.append(batch)
            batch = []
    await store.append(batch)
    return time.perf_counter() - began


async def _at_store(store: SqliteStore, text: str, room: int | None) -> float:
    rooms = range(MINE) if room is None else [room]
    within = {_room(number): [Interval(0)] for number in rooms}
    began = time.perf_counter()
    await store.search(Criteria(phrases_of(text)), within, limit=20, max_bytes=100_000)
    return (time.perf_counter() - began) * 1e3


async def _over_wire(folder: Path, asked: Sequence[tuple[str, int | None]]) -> list[float]:
    took: list[float] = []
    async with (
        Server(Settings(port=0, data=folder, search_burst=10**6)) as server,
        Client(server.address, name="searcher", data=folder / "client") as client,
    ):
        for number in range(MINE):
            await client.join(_room(number), history=0)
        for text, room in asked:
            query = Search(id=new_id(), text=text, room=None if room is None else _room(room))
            began = time.perf_counter()
            await client._ask(query)  # noqa: SLF001 - the bare frame
            took.append((time.perf_counter() - began) * 1e3)
    return took


def _room(number: int) -> str:
    return f"room-{number}"


def report(figures: Figures, messages: int) -> str:
    """Return the figures as lines."""
    made = (
        f"{messages:,} messages in {ROOMS} rooms: stored in {figures.made_s:.0f} s, indexed in"
        f" {figures.indexed_s:.0f} s, {figures.size_mb:.0f} MB with the index"
    )
    lines = [made]
    for where, took in (("at the store", figures.store), ("over the wire", figures.wire)):
        p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
        lines.append(f"{where}: p50 {p50:.2f} ms, p99 {p99:.2f} ms, most {took[-1]:.2f} ms")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print what came of it."""
    parser = argparse.ArgumentParser(description="Measure search.")
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=1_000)
    parser.add_argument(
        "--data", type=Path, help="where the log is, or is made (default: thrown away)"
    )
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        data = options.data or Path(folder)
        figures = asyncio.run(measure(data, options.messages, options.queries))
    sys.stdout.write(report(figures, options.messages))


if __name__ == "__main__":
    main()
