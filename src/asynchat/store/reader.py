"""Reading the log through a connection that cannot write, in short transactions.

Used by one thread only, the one that made the connection.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import ExitStack, closing, contextmanager
from heapq import merge
from typing import TYPE_CHECKING, Final

from asynchat.chat.state import OPEN, Interval
from asynchat.messages import decode_event
from asynchat.store.failures import refusal
from asynchat.store.frames import intact, room_field
from asynchat.store.interface import DamagedError, Excerpt, Repeat, Slice, Stored
from asynchat.store.spans import by_room, cut, end_of, united

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

logger = logging.getLogger(__name__)

REREAD_EVENTS: Final = 500
REREAD_BYTES: Final = 1024 * 1024

_OF_ROOM: Final = (
    "SELECT seq, frame, crc FROM events"
    " WHERE room = (SELECT id FROM rooms WHERE name = ?) AND seq BETWEEN ? AND ?"
    " ORDER BY seq "
)


def find_request(db: sqlite3.Connection, asker: str, id: str, digest: bytes) -> Repeat | None:
    """Return what a request made, if an event with this asker and id is stored."""
    row = db.execute(
        "SELECT seq, time, digest FROM requests WHERE asker = ? AND id = ?", (asker, id)
    ).fetchone()
    return None if row is None else Repeat(row[0], row[1], same=row[2] == digest)


class Reader:
    """The reading half of a database."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._told: set[int] = set()

    def read(self, spans: Sequence[tuple[str, Interval]], max_events: int, max_bytes: int) -> Slice:
        """Read as `Store.read` does."""
        damaged: list[int] = []
        with self._transaction(), ExitStack() as stack:
            rooms = [
                stack.enter_context(closing(self._of_room(room, asked, damaged)))
                for room, asked in by_room(spans).items()
            ]
            part = cut(merge(*rooms), end=end_of(spans), max_events=max_events, max_bytes=max_bytes)
        if not damaged:
            return part
        # Of each room one event more than is taken may have been looked at.
        within = sorted(seq for seq in damaged if seq <= part.upto)
        return Slice(part.frames, part.upto, tuple(within))

    def page(
        self,
        room: str,
        within: Sequence[Interval],
        *,
        before: int | None,
        after: int | None,
        limit: int,
        max_bytes: int,
    ) -> Excerpt:
        """Read as `Store.page` does."""
        intervals = _between(within, before, after)
        taken: list[Stored] = []
        size = 0
        more = False
        damaged: list[int] = []
        rows = self._of_room(room, intervals, damaged, newest_first=after is None)
        with self._transaction(), closing(rows):
            for _, frame in rows:
                size += len(frame)
                if len(taken) == limit or (taken and size > max_bytes):
                    more = True
                    break
                taken.append(Stored(decode_event(frame), frame))
        if more and taken:
            # What lies beyond the last that was taken is of the next page.
            last = taken[-1].event.seq
            damaged = [seq for seq in damaged if (seq > last if after is None else seq < last)]
        if after is None:
            taken.reverse()
        return Excerpt(taken, more, tuple(sorted(damaged)))

    def find(self, asker: str, id: str, digest: bytes) -> Repeat | None:
        """Read as `Store.find` does."""
        with self._transaction():
            return find_request(self._db, asker, id, digest)

    def since(self, after: int, upto: int) -> list[Stored]:
        """Read the first events, of any room, after a seq and not after another.

        Raise `DamagedError` where one of them is not as it was written.
        """
        query = "SELECT seq, frame, crc FROM events WHERE seq > ? AND seq <= ? ORDER BY seq"
        with self._transaction(), closing(self._db.execute(query, (after, upto))) as rows:
            frames = cut(
                self._checked(rows), end=upto, max_events=REREAD_EVENTS, max_bytes=REREAD_BYTES
            ).frames
        return [Stored(decode_event(frame), frame) for frame in frames]

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    def _of_room(
        self,
        room: str,
        intervals: Iterable[Interval],
        damaged: list[int],
        *,
        newest_first: bool = False,
    ) -> Generator[tuple[int, bytes], None, None]:
        order = "DESC" if newest_first else "ASC"
        field = room_field(room)
        for interval in sorted(intervals, key=lambda one: one.first, reverse=newest_first):
            asked = (room, interval.first, interval.last)
            with closing(self._db.execute(_OF_ROOM + order, asked)) as rows:
                yield from self._checked(rows, field, damaged)

    def _checked(
        self,
        rows: Iterable[tuple[int, object, object]],
        field: bytes = b"",
        damaged: list[int] | None = None,
    ) -> Iterator[tuple[int, bytes]]:
        """Yield what is as it was written; raise where there is no list for what is not."""
        for seq, frame, crc in rows:
            try:
                whole = intact(seq, frame, crc, field)
            except DamagedError:
                self._tell(seq)
                if damaged is None:
                    raise
                damaged.append(seq)
            else:
                yield seq, whole

    def _tell(self, seq: int) -> None:
        if seq not in self._told:
            self._told.add(seq)
            logger.error(
                "event %d of the log is damaged on disk and is not shown: run `asynchat-server"
                " check`, look after the disk, and restore a backup",
                seq,
            )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        # All that one answer is made of is as of one moment: else an event could be missing
        # from one room while a later one of another is there.  Whoever reads within closes its
        # cursors: an open one, kept by a traceback, would hold the write-ahead log for ever.
        try:
            self._db.execute("BEGIN")
            try:
                yield
            finally:
                self._db.rollback()
        except sqlite3.Error as error:
            raise refusal(error) from error


def _between(within: Sequence[Interval], before: int | None, after: int | None) -> list[Interval]:
    low = 0 if after is None else after + 1
    high = OPEN if before is None else before - 1
    return united(
        Interval(max(low, interval.first), min(high, interval.last)) for interval in within
    )
