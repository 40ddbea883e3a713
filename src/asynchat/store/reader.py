"""Reading the log through a connection that cannot write, in short transactions.

Used by one thread only, the one that made the connection.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from heapq import merge
from typing import TYPE_CHECKING, Final, TypeAlias

from asynchat.chat.state import OPEN, Interval
from asynchat.messages import decode_event
from asynchat.store.about import NOTHING_LATER, excerpt_of, load_later, load_target
from asynchat.store.audit import read_deeds
from asynchat.store.failures import refusal
from asynchat.store.finding import find_said
from asynchat.store.frames import intact, room_field
from asynchat.store.held import load_file, load_known, load_old, load_taken
from asynchat.store.interface import DamagedError, Repeat, Slice, Stored
from asynchat.store.snapshot import load_head
from asynchat.store.spans import by_room, cut, end_of, united
from asynchat.store.steering import read_report, read_reports
from asynchat.store.surplus import Surplus
from asynchat.store.unread import count_unread

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterable, Iterator, Sequence

    from asynchat.chat.asking import Target
    from asynchat.chat.files import Held
    from asynchat.messages import Deed, Reported, Unread
    from asynchat.store.about import Later
    from asynchat.store.finding import Searched
    from asynchat.store.interface import Excerpt, Found, RequestKey, Taken

logger = logging.getLogger(__name__)

REREAD_EVENTS: Final = 500
REREAD_BYTES: Final = 1024 * 1024

_OF_ROOM: Final = (
    "SELECT seq, frame, crc FROM events"
    " WHERE room = (SELECT id FROM rooms WHERE name = ?) AND seq BETWEEN ? AND ?"
    " ORDER BY seq"
)
_PLAIN_OF_ROOM: Final = (
    "SELECT seq, frame, crc, later FROM events"
    " WHERE room = (SELECT id FROM rooms WHERE name = ?) AND about IS NULL"
    " AND seq BETWEEN ? AND ? ORDER BY seq "
)
_PINNED: Final = (
    "SELECT events.seq, frame, crc, later FROM pins JOIN events ON events.seq = pins.about"
    " WHERE pins.room = (SELECT id FROM rooms WHERE name = ?) AND pins.about < ?"
    " ORDER BY pins.about DESC"
)

_AnnotatedRow: TypeAlias = "tuple[int, object, object, int | None]"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much a reader wants of a room, and which stretches of the log it may see."""

    within: Sequence[Interval]
    reader: str
    limit: int
    max_bytes: int


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
        asked_of = by_room(spans)
        damaged: dict[str, list[int]] = {room: [] for room in asked_of}
        with self._transaction(), ExitStack() as stack:
            rooms = [
                stack.enter_context(closing(self._of_room(room, asked, damaged[room])))
                for room, asked in asked_of.items()
            ]
            part = cut(merge(*rooms), end=end_of(spans), max_events=max_events, max_bytes=max_bytes)
        # Of each room one event more than is taken may have been looked at.
        within = sorted(
            (seq, room) for room, seqs in damaged.items() for seq in seqs if seq <= part.upto
        )
        if not within:
            return part
        seqs, names = zip(*within, strict=True)
        return Slice(part.frames, part.upto, seqs, names)

    def page(
        self,
        room: str,
        within: Sequence[Interval],
        *,
        reader: str,
        before: int | None,
        after: int | None,
        limit: int,
        max_bytes: int,
    ) -> Excerpt:
        """Read as `Store.page` does."""
        wanted = Wanted(within, reader, limit, max_bytes)
        intervals = _between(within, before, after)
        order = "DESC" if after is None else "ASC"
        rows = (
            row
            for interval in sorted(intervals, key=_first, reverse=after is None)
            for row in self._rows(_PLAIN_OF_ROOM + order, (room, interval.first, interval.last))
        )
        with self._transaction():
            return self._excerpt(rows, room, wanted, newest_first=after is None)

    def pinned(
        self,
        room: str,
        within: Sequence[Interval],
        *,
        reader: str,
        before: int | None,
        max_bytes: int,
    ) -> Excerpt:
        """Read as `Store.pinned` does."""
        rows = (
            row
            for row in self._rows(_PINNED, (room, OPEN if before is None else before))
            if any(row[0] in interval for interval in within)
        )
        with self._transaction():
            wanted = Wanted(within, reader, OPEN, max_bytes)
            return self._excerpt(rows, room, wanted, newest_first=True)

    def search(self, searched: Searched) -> Found:
        """Read as `Store.search` does."""
        with self._transaction():
            found = find_said(self._db, searched, Surplus(self._db).time_at)
        for seq in found.damaged:
            self._tell(seq)
        return found

    def target(self, seq: int, account: str) -> Target | None:
        """Read as `Store.target` does."""
        with self._transaction():
            return load_target(self._db, seq, account)

    def picture(self, account: str) -> bytes | None:
        """Read as `Store.picture` does."""
        with self._transaction():
            row = self._db.execute(
                "SELECT data FROM pictures WHERE account = ?", (account,)
            ).fetchone()
        return None if row is None else bytes(row[0])

    def unread(self, account: str, rooms: Sequence[tuple[str, int]], upto: int) -> list[Unread]:
        """Read as `Store.unread` does."""
        with self._transaction():
            return [count_unread(self._db, account, room, since, upto) for room, since in rooms]

    def find(self, keys: Sequence[RequestKey]) -> list[Repeat | None]:
        """Read as `Store.find` does."""
        with self._transaction():
            return [find_request(self._db, *key) for key in keys]

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

    def _rows(self, query: str, values: tuple[object, ...]) -> Iterator[_AnnotatedRow]:
        with closing(self._db.execute(query, values)) as rows:
            yield from rows

    def _excerpt(
        self,
        rows: Generator[_AnnotatedRow, None, None],
        room: str,
        wanted: Wanted,
        *,
        newest_first: bool,
    ) -> Excerpt:
        taken: list[Stored] = []
        later: list[Later] = []
        size = 0
        more = False
        damaged: list[int] = []
        damaged_later: list[int] = []
        annotated: set[int] = set()
        with closing(rows):
            for seq, frame in self._checked(_noting(rows, annotated), room_field(room), damaged):
                extra = NOTHING_LATER
                if seq in annotated:
                    extra = load_later(self._db, seq, wanted.within, wanted.reader, damaged_later)
                size += len(frame) + extra.size
                if len(taken) == wanted.limit or (taken and size > wanted.max_bytes):
                    more = True
                    break
                taken.append(Stored(decode_event(frame), frame))
                later.append(extra)
        if more and taken:
            # What lies beyond the last that was taken is of the next page.
            last = taken[-1].event.seq
            damaged = [seq for seq in damaged if (seq > last if newest_first else seq < last)]
        if newest_first:
            taken.reverse()
        for seq in damaged_later:
            self._tell(seq)
        return excerpt_of(
            taken,
            later,
            more=more,
            counted=load_head(self._db),
            damaged=sorted(damaged + damaged_later),
        )

    def _of_room(
        self,
        room: str,
        intervals: Iterable[Interval],
        damaged: list[int],
    ) -> Generator[tuple[int, bytes], None, None]:
        field = room_field(room)
        for interval in sorted(intervals, key=_first):
            asked = (room, interval.first, interval.last)
            with closing(self._db.execute(_OF_ROOM, asked)) as rows:
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

    def audit(self, before: int | None, limit: int) -> list[Deed]:
        """Read as `Store.audit` does."""
        with self._transaction():
            return read_deeds(self._db, before, limit)

    def reports(
        self, before: int | None, limit: int, rooms: Collection[str] | None, *, resolved: bool
    ) -> list[Reported]:
        """Read as `Store.reports` does."""
        with self._transaction():
            return read_reports(self._db, before, limit, rooms, resolved=resolved)

    def report(self, number: int) -> Reported | None:
        """Read as `Store.report` does."""
        with self._transaction():
            return read_report(self._db, number)

    def file(self, id: str) -> Held | None:
        """Read as `Files.get` does."""
        with self._transaction():
            return load_file(self._db, id)

    def taken(self, account: str) -> Taken:
        """Read as `Files.taken` does."""
        with self._transaction():
            return load_taken(self._db, account)

    def old_files(self, said_ms: int | None, unsaid_ms: int, limit: int) -> list[Held]:
        """Read as `Files.old` does."""
        with self._transaction():
            return load_old(self._db, said_ms, unsaid_ms, limit)

    def known_files(self, names: Collection[str]) -> set[str]:
        """Read as `Files.known` does."""
        with self._transaction():
            return load_known(self._db, names)

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


def _noting(
    rows: Iterable[_AnnotatedRow], annotated: set[int]
) -> Iterator[tuple[int, object, object]]:
    """Yield rows, and note the seqs of those that something is about."""
    for seq, frame, crc, later in rows:
        if later is not None:
            annotated.add(seq)
        yield seq, frame, crc


def _first(interval: Interval) -> int:
    return interval.first


def _between(within: Sequence[Interval], before: int | None, after: int | None) -> list[Interval]:
    low = 0 if after is None else after + 1
    high = OPEN if before is None else before - 1
    return united(
        Interval(max(low, interval.first), min(high, interval.last)) for interval in within
    )
