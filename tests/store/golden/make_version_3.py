"""Make ``version_3.db``, as the releases of schema version 3 wrote it, and what must be read of it.

It is what version 2 has, with edits, a deletion, reactions, pins and a profile.  Run once, when
version 3 was the newest: ``python -m tests.store.golden.make_version_3``.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from asynchat.chat.drafts import MarkDraft
from asynchat.messages import Edited, Pinned, Reacted, Redacted, Said
from asynchat.store.index import indexed_upto
from asynchat.store.opening import DATABASE_FILE, open_database
from asynchat.store.schema import VERSION
from asynchat.store.writer import Writer
from tests.contracts.drafts import account
from tests.store.golden.make_version_1 import (
    ADA,
    BEN,
    CYD,
    DIRECT,
    EPOCHS,
    FIRST_RUN,
    SECOND_RUN,
    SECRET,
    SERVER,
    THIRD_RUN,
    ZOE,
    content,
    event,
    timed,
)

HERE = Path(__file__).parent

GARDEN = 25  # what is said first below
ABOUT = [
    event(Said, BEN, "garden", "m9", text="what was said since", reply_to=None),
    event(Edited, BEN, "garden", "e1", about=GARDEN, text="what was said anew"),
    event(Edited, BEN, "garden", "e2", about=GARDEN, text="and **anew** 🌹"),
    event(Reacted, ADA, "garden", "r1", about=GARDEN, emoji="👍", on=True),
    event(Reacted, ZOE, "garden", "r1", about=GARDEN, emoji="👍", on=True),
    event(Reacted, CYD, "garden", "r1", about=GARDEN, emoji="👨‍👩‍👧", on=True),
    event(Reacted, ADA, "garden", "r2", about=GARDEN, emoji="👍", on=False),
    event(Pinned, CYD, "garden", "p1", about=GARDEN, on=True),
    event(Edited, CYD, DIRECT, "e1", about=14, text="nicht mehr für dich"),
    event(Redacted, CYD, DIRECT, "x1", about=14),
    event(
        Said,
        CYD,
        "garden",
        "m10",
        text="@ben @zoe @room",
        reply_to=None,
        mentions=(BEN, ZOE),
        everyone=True,
    ),
    event(Said, CYD, "garden", "m11", text="@ada, say", reply_to=None, mentions=(ADA,)),
    event(Redacted, CYD, "garden", "x2", about=GARDEN + 11),
]
MARKS = [
    MarkDraft(ADA, "garden", GARDEN),
    MarkDraft(ADA, "garden", 10**9),
    MarkDraft(BEN, "garden", GARDEN),
]

PICTURE = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
PROFILE = account(
    BEN,
    "Bén",
    picture=PICTURE,
    display="Bén mit é",
    status="Im Garten \N{ROSE}",
    zone="Europe/Berlin",
    seen_ms=1_763_650_009_000,
)


def main() -> None:
    """Write the database, and beside it what must be read of it."""
    if VERSION != 3:
        raise SystemExit("this code makes another version")
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        count = 0
        for run in (FIRST_RUN, SECOND_RUN, THIRD_RUN):
            writer = Writer(open_database(directory))
            drafts = [timed(draft, n + 100 * count) for n, draft in enumerate(run)]
            count += len(writer.append(drafts).events)
            if run is THIRD_RUN:
                last = writer.append([timed(draft, 9_000 + n) for n, draft in enumerate(ABOUT)])
                if len(last.events) != len(ABOUT) or last.events[0].event.seq != GARDEN:
                    raise SystemExit("some were refused, or are not where they are thought")
                writer.append([PROFILE])
                writer.append(MARKS)
                writer.index()
                writer.remove("lobby", after=0, upto=writer.head)
                writer.remove("keller", after=0, upto=writer.head)
            writer.close()
        path = directory / DATABASE_FILE
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("UPDATE meta SET value = ? WHERE key = 'server'", (SERVER,))
            db.execute("UPDATE meta SET value = ? WHERE key = 'secret'", (SECRET,))
            firsts = [first for (first,) in db.execute("SELECT first FROM epochs ORDER BY first")]
            ids = ("gold", *EPOCHS)
            db.executemany(
                "UPDATE epochs SET id = ? WHERE first = ?", zip(ids, firsts, strict=True)
            )
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("VACUUM")
            expected = content(db, dict(zip(firsts, ids, strict=True))) | more(db)
        (HERE / "version_3.db").write_bytes(path.read_bytes())
    text = json.dumps(expected, ensure_ascii=False, indent=1)
    (HERE / "version_3.json").write_text(f"{text}\n", "utf-8")


def more(db: sqlite3.Connection) -> dict[str, Any]:
    """Return what versions 2 and 3 added."""
    return {
        "removed": [
            list(stretch)
            for stretch in db.execute("SELECT first, last FROM removed ORDER BY first")
        ],
        "removed_of": dict(db.execute("SELECT name, removed FROM rooms ORDER BY id")),
        "reactions": [
            list(row)
            for row in db.execute(
                "SELECT about, emoji, account, seq FROM reactions ORDER BY about, seq"
            )
        ],
        "profiles": [
            list(row)
            for row in db.execute(
                "SELECT id, display, status, zone, picture, seen_ms, hex(data)"
                " FROM accounts JOIN pictures ON account = id"
            )
        ],
        "marks": [
            list(row)
            for row in db.execute(
                "SELECT account, name, seq FROM marks JOIN rooms ON rooms.id = room"
                " ORDER BY account, name"
            )
        ],
        "mentions": [
            list(row)
            for row in db.execute(
                "SELECT name, account, seq FROM mentions JOIN rooms ON rooms.id = room"
                " ORDER BY seq, account"
            )
        ],
        "indexed": indexed_upto(db),
        "found": [
            seq
            for (seq,) in db.execute(
                "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid", ('":r1" OR "anew"',)
            )
        ],
        "pins": [list(row) for row in db.execute("SELECT about, seq FROM pins ORDER BY about")],
    }


if __name__ == "__main__":
    main()
