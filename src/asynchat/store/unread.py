"""Marks and mentions in their tables, and what is unread by them.

Functions that change something are called within a transaction of the writer's connection.
"""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Final

from asynchat.messages import MAX_COUNTED, Unread

if TYPE_CHECKING:
    import sqlite3

    from asynchat.chat.drafts import MarkDraft
    from asynchat.messages import Said

LOOKED_AT: Final = 1_000
"""At how many events of a room a count looks: the newest after the mark."""

EVERYONE: Final = ""
"""What stands in the table for everybody in the room."""

_SAID_AFTER: Final = (
    "SELECT author IS NOT NULL AND author != ? AND redacted IS NULL FROM events"
    " WHERE room = ? AND about IS NULL AND seq > ? AND seq <= ? ORDER BY seq DESC LIMIT ?"
)
_MENTIONED_AFTER: Final = (
    "SELECT seq FROM mentions WHERE room = ? AND account = ? AND seq > ? AND seq <= ?"
    " ORDER BY seq DESC LIMIT ?"
)


def put_mark(db: sqlite3.Connection, draft: MarkDraft) -> bool:
    """Store a mark; tell whether its room is there."""
    row = db.execute(
        "SELECT id, (SELECT max(seq) FROM events WHERE room = rooms.id) FROM rooms WHERE name = ?",
        (draft.room,),
    ).fetchone()
    if row is None:
        return False
    room, newest = row
    # A mark beyond it would swallow what is still to be said.
    seq = min(draft.seq, newest or 0)
    db.execute(
        "INSERT INTO marks (account, room, seq) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET seq = excluded.seq WHERE seq != excluded.seq",
        (draft.account, room, seq),
    )
    return True


def put_mentions(db: sqlite3.Connection, said: Said, room: int) -> None:
    """Note whom a message mentions."""
    db.executemany(
        "INSERT INTO mentions (room, account, seq) VALUES (?, ?, ?)",
        ((room, account, said.seq) for account in named_by(said)),
    )


def named_by(said: Said) -> tuple[str, ...]:
    """Return what the table has of a message: whom it mentions."""
    return (*said.mentions, EVERYONE) if said.everyone else said.mentions


def count_unread(db: sqlite3.Connection, account: str, room: str, since: int, upto: int) -> Unread:
    """Count what an account has not read of a room that it is a member of since a seq."""
    row = db.execute(
        "SELECT rooms.id, marks.seq FROM rooms"
        " LEFT JOIN marks ON marks.room = rooms.id AND marks.account = ? WHERE rooms.name = ?",
        (account, room),
    ).fetchone()
    if row is None:
        return Unread(room=room, seq=since)
    number, mark = row
    seq = max(since, mark or 0)
    asked = (account, number, seq, upto, LOOKED_AT)
    with closing(db.execute(_SAID_AFTER, asked)) as rows:
        unread = sum(1 for _ in islice((1 for (counts,) in rows if counts), MAX_COUNTED))
    mentions = min(MAX_COUNTED, len(_mentions(db, account, number, seq, upto)))
    # A mention counts, also where more than is looked at happened since.
    return Unread(room=room, seq=seq, unread=max(unread, mentions), mentions=mentions)


def _mentions(db: sqlite3.Connection, account: str, room: int, seq: int, upto: int) -> set[int]:
    """Return the newest seqs that mention an account and were said by another."""
    found: set[int] = set()
    for named in (account, EVERYONE):
        with closing(db.execute(_MENTIONED_AFTER, (room, named, seq, upto, MAX_COUNTED))) as rows:
            found.update(seq for (seq,) in rows)
    return {seq for seq in found if _author(db, seq) != account}


def _author(db: sqlite3.Connection, seq: int) -> str | None:
    row = db.execute("SELECT author FROM events WHERE seq = ?", (seq,)).fetchone()
    return None if row is None else row[0]
