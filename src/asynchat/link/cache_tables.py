"""The cached history in the outbox's file: the newest events of each room, and a cursor.

Every function is called within a transaction of `outbox_file`, on its thread.  What it leaves
is whole: of each room all events from some seq up to the cursor, and perhaps newer ones, which
the stream will bring again.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from asynchat.link.cache import About, Visit
from asynchat.messages import Edited, Redacted, Said, decode_event, encode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asynchat.link.cache import Batch, Older
    from asynchat.messages import AnyEvent

SCHEMA: Final = (
    """
    CREATE TABLE events (
        seq INTEGER PRIMARY KEY,
        room TEXT NOT NULL,
        size INTEGER NOT NULL,
        frame BLOB NOT NULL
    ) STRICT
    """,
    "CREATE INDEX events_by_room ON events (room, seq, size)",
    """
    CREATE TABLE visit (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        cursor TEXT,
        seq INTEGER NOT NULL,
        about BLOB
    ) STRICT
    """,
)

_SLACK: Final = 1.25
"""A room is cut back once it has so many times what it may have: not at every event."""


@dataclass(slots=True)
class Tables:
    """The cached history of one file; ``max_…`` are a room's and everything's share of it."""

    db: sqlite3.Connection
    max_events: int
    max_room_bytes: int
    max_bytes: int
    held: dict[str, tuple[int, int]] = field(default_factory=dict)

    def load(self) -> Visit | None:
        """Return where the last visit ended.  Raise `sqlite3.Error`."""
        self._weigh()
        row = self.db.execute("SELECT cursor, seq, about FROM visit").fetchone()
        if row is None or row[0] is None or row[2] is None:
            return None
        cursor, seq, about = row
        try:
            return Visit(cursor, seq, msgspec.json.decode(about, type=About))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise sqlite3.DatabaseError(f"the last visit cannot be read: {error}") from error

    def recent(self, room: str) -> tuple[AnyEvent, ...]:
        """Return the events of a room, oldest first.

        Raise `sqlite3.Error`, `ChatError` where one cannot be read.
        """
        rows = self.db.execute("SELECT frame FROM events WHERE room = ? ORDER BY seq", (room,))
        return tuple(decode_event(frame) for (frame,) in rows)

    def clear(self) -> None:
        """Forget everything."""
        self.db.execute("DELETE FROM events")
        self.db.execute("DELETE FROM visit")
        self.held.clear()

    def write(self, batch: Batch) -> None:
        """Apply what changed.

        Raise `sqlite3.Error`, `OverflowError` and `ChatError` for what cannot be kept.
        """
        if batch.restart:
            self.clear()
        for room in batch.begun:
            self.db.execute("DELETE FROM events WHERE room = ?", (room,))
        for event in batch.events:
            self._put(event)
        for older in batch.older:
            self._put_older(older)
        for event in batch.events:
            self._apply(event)
        self._mark(batch)
        self._trim(
            {event.room for event in batch.events}
            | {older.room for older in batch.older}
            | batch.begun
        )

    def _put(self, event: AnyEvent) -> None:
        frame = encode(event)
        self.db.execute(
            # The newer telling is the truer one: what was blanked since stays so.
            "INSERT OR REPLACE INTO events (seq, room, size, frame) VALUES (?, ?, ?, ?)",
            (event.seq, event.room, len(frame), frame),
        )

    def _put_older(self, older: Older) -> None:
        if older.before is not None:
            (first,) = self.db.execute(
                "SELECT min(seq) FROM events WHERE room = ?", (older.room,)
            ).fetchone()
            # Else there would be a hole after it.
            if first is None or first > older.before:
                return
        for event in older.events:
            self._put(event)

    def _apply(self, event: AnyEvent) -> None:
        """Change what an event is about: here the file forgets what was deleted.

        The stream's events pass here in the order of each room, after they were put.
        """
        if not isinstance(event, Redacted):
            return
        rows = self.db.execute(
            "SELECT frame FROM events WHERE room = ?1"
            " AND (seq = ?2 OR instr(CAST(frame AS TEXT), ?3) > 0)",
            (event.room, event.about, f'"about":{event.about},'),
        ).fetchall()
        for (frame,) in rows:
            about = decode_event(frame)
            if isinstance(about, Said | Edited) and not about.redacted:
                self._put(replace(about, text="", redacted=True))

    def _mark(self, batch: Batch) -> None:
        about = None if batch.about is None else msgspec.json.encode(batch.about)
        self.db.execute(
            "INSERT INTO visit (one, cursor, seq, about) VALUES (1, ?1, coalesce(?2, 0), ?3)"
            " ON CONFLICT (one) DO UPDATE SET cursor = coalesce(?1, cursor),"
            " seq = max(seq, coalesce(?2, 0)), about = coalesce(?3, about)",
            (batch.cursor, batch.seq, about),
        )

    def _trim(self, rooms: Iterable[str]) -> None:
        for room in rooms:
            self._weigh(room)
            count, size = self.held.get(room, (0, 0))
            if count > self.max_events * _SLACK or size > self.max_room_bytes * _SLACK:
                self._cut(room, self.max_room_bytes)
        while sum(size for _, size in self.held.values()) > self.max_bytes:
            largest = max(self.held, key=lambda room: self.held[room][1])
            self._cut(largest, self.held[largest][1] // 2)

    def _cut(self, room: str, max_bytes: int) -> None:
        """Keep the newest events of a room that may stay."""
        kept = size = 0
        for seq, each in self.db.execute(
            "SELECT seq, size FROM events WHERE room = ? ORDER BY seq DESC", (room,)
        ):
            kept, size = kept + 1, size + each
            if kept > self.max_events or size > max_bytes:
                self.db.execute("DELETE FROM events WHERE room = ? AND seq <= ?", (room, seq))
                break
        self._weigh(room)

    def _weigh(self, room: str | None = None) -> None:
        """Count what is held of a room, or of each."""
        where, given = ("", ()) if room is None else ("WHERE room = ?", (room,))
        if room is not None:
            self.held.pop(room, None)
        for name, count, size in self.db.execute(
            f"SELECT room, count(*), sum(size) FROM events {where} GROUP BY room",  # noqa: S608 # nosec B608
            given,
        ):
            self.held[name] = (count, size)
