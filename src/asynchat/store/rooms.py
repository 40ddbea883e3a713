"""How rooms are used, in their tables: when they are public, who keeps order there, and the rest.

Used by the writer, but for what is `load_`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asynchat.chat.roles import MODERATOR
from asynchat.chat.state import Interval
from asynchat.messages import Appointed, Changed

if TYPE_CHECKING:
    import sqlite3

    from asynchat.chat.state import Room
    from asynchat.messages import Created

TABLES: Final = (
    "ALTER TABLE rooms ADD COLUMN read_only INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE rooms ADD COLUMN archived INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE rooms ADD COLUMN slow_s INTEGER NOT NULL DEFAULT 0",
    # When a room was public; what was said then, every later member may read.
    """
    CREATE TABLE openings (
        room INTEGER NOT NULL REFERENCES rooms,
        first INTEGER NOT NULL,
        last INTEGER, -- NULL while it lasts
        PRIMARY KEY (room, first)
    ) WITHOUT ROWID
    """,
    "INSERT INTO openings SELECT id, 0, NULL FROM rooms WHERE NOT private AND NOT direct",
    """
    CREATE TABLE moderators (
        room INTEGER NOT NULL REFERENCES rooms,
        account TEXT NOT NULL,
        PRIMARY KEY (room, account)
    ) WITHOUT ROWID
    """,
    # Who made a room keeps order in it, unless they have left it since.
    """
    INSERT INTO moderators
    SELECT stays.room, stays.account FROM stays
    JOIN events ON seq = first AND events.room = stays.room
    JOIN rooms ON rooms.id = stays.room
    WHERE last IS NULL AND NOT direct
        AND substr(frame, 1, 17) = CAST('{"type":"created"' AS BLOB)
    """,
)

SPOKE: Final = 1_000
"""How many of a room's newest messages tell who said something last, for slow mode."""


def found_room(db: sqlite3.Connection, event: Created, room: int) -> None:
    """Note how a room begins: public or not, and kept in order by who made it."""
    if event.direct:
        return
    if not event.private:
        db.execute("INSERT INTO openings (room, first) VALUES (?, 0)", (room,))
    db.execute("INSERT INTO moderators VALUES (?, ?)", (room, event.account))


def change_room(db: sqlite3.Connection, event: Changed | Appointed, room: int) -> bool:
    """Change what an event changes; tell whether it can be: only a member is appointed."""
    if isinstance(event, Changed):
        _change(db, event, room)
        return True
    there = db.execute(
        "SELECT 1 FROM stays WHERE room = ? AND account = ? AND last IS NULL",
        (room, event.account),
    ).fetchone()
    if there is None:
        return False
    statement = (
        "INSERT OR IGNORE INTO moderators (room, account) VALUES (?, ?)"
        if event.role == MODERATOR
        else "DELETE FROM moderators WHERE room = ? AND account = ?"
    )
    db.execute(statement, (room, event.account))
    return True


def _change(db: sqlite3.Connection, event: Changed, room: int) -> None:
    (private,) = db.execute("SELECT private FROM rooms WHERE id = ?", (room,)).fetchone()
    if event.private is True and not private:
        db.execute(
            "UPDATE openings SET last = ? WHERE room = ? AND last IS NULL", (event.seq, room)
        )
    elif event.private is False and private:
        db.execute("INSERT INTO openings (room, first) VALUES (?, ?)", (room, event.seq))
    db.execute(
        "UPDATE rooms SET private = coalesce(?, private), read_only = coalesce(?, read_only),"
        " archived = coalesce(?, archived), slow_s = coalesce(?, slow_s) WHERE id = ?",
        (event.private, event.read_only, event.archived, event.slow_s, room),
    )


def load_use(db: sqlite3.Connection, rooms: dict[int, Room]) -> None:
    """Read how rooms are used, into those found by their rows."""
    for number, first, last in db.execute("SELECT room, first, last FROM openings ORDER BY first"):
        opening = Interval(first) if last is None else Interval(first, last)
        rooms[number].openings.append(opening)
    for number, account in db.execute("SELECT room, account FROM moderators"):
        rooms[number].moderators.add(account)
    for number, room in rooms.items():
        if room.slow_s:
            room.spoke_ms = dict(
                db.execute(
                    "SELECT author, max(json_extract(CAST(frame AS TEXT), '$.time')) FROM"
                    " (SELECT author, frame FROM events WHERE room = ? AND author IS NOT NULL"
                    " ORDER BY seq DESC LIMIT ?)"
                    " WHERE json_valid(CAST(frame AS TEXT)) GROUP BY author",
                    (number, SPOKE),
                )
            )
