"""Logs for the tests of upkeep, made as a server makes them, and damage done to them."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from asynchat.messages import decode_event
from asynchat.store.opening import DATABASE_FILE, open_database
from asynchat.store.writer import Writer
from tests.contracts.drafts import account, created, joined, left, said, topic

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.chat.drafts import AnyDraft

SECRET = "nobody else's business"

DRAFTS: list[AnyDraft] = [
    account("a1", "ada"),
    joined(account="a1"),
    account("b1", "ben"),
    joined(account="b1"),
    said("hello", id="m1"),
    said("gr\u00fc\u00df dich", account="b1", id="m1"),
    topic(text="tea"),
    created("den", id="c1", private=True),
    said(SECRET, room="den", id="m2"),
    created("~dir", people=("a1", "b1"), id="d1"),
    said("only for you", room="~dir", id="m3"),
    created("garden", id="c2"),
    joined("garden", "b1", id="j1"),
    left("garden", "b1", id="l1"),
    joined("garden", "b1", id="j2"),
    account("b1", None, was="ben"),
]
EVENTS = 13


def make_log(data: Path, *more: AnyDraft) -> Path:
    """Make a log in a data directory; return its path."""
    data.mkdir(exist_ok=True)
    writer = Writer(open_database(data))
    writer.append(DRAFTS)
    if more:
        writer.append(more)
    writer.close()
    return data / DATABASE_FILE


def remove(data: Path, *rooms: str) -> None:
    """Remove everything said in some rooms, as the retention of a server does."""
    writer = Writer(open_database(data))
    for room in rooms:
        writer.remove(room, after=0, upto=writer.head)
    writer.close()


def change(path: Path, *statements: str) -> None:
    """Change a database behind everybody's back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA foreign_keys = 0")
        db.execute("PRAGMA ignore_check_constraints = 1")
        for statement in statements:
            db.execute(statement)


def flip(path: Path, text: bytes) -> None:
    """Change one bit of the one place in a file where this text is."""
    content = bytearray(path.read_bytes())
    assert content.count(text) == 1
    content[content.index(text)] ^= 1
    path.write_bytes(content)


def texts(path: Path) -> list[str]:
    """Return everything said in a database, in order."""
    with closing(sqlite3.connect(path)) as db:
        frames = db.execute("SELECT frame FROM events ORDER BY seq").fetchall()
    events = [decode_event(frame) for (frame,) in frames]
    return [getattr(event, "text", "") for event in events if event.__class__.__name__ == "Said"]


def command(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``asynchat-server`` with these arguments as a process, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "asynchat.server", *map(str, arguments)],
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
        timeout=60,
        encoding="utf-8",
    )
