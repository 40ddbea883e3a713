"""The newest events, kept in memory: most readers who come back missed only these."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Final

from asynchat.store.spans import by_room, cut, end_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from asynchat.chat.state import Interval
    from asynchat.store.interface import Slice, Stored

MAX_EVENTS: Final = 4096
MAX_BYTES: Final = 8 * 1024 * 1024


class Recent:
    """A ring of the events after ``head``, without gaps, bounded in number and in bytes."""

    def __init__(
        self, head: int, *, max_events: int = MAX_EVENTS, max_bytes: int = MAX_BYTES
    ) -> None:
        self._max_events = max_events
        self._max_bytes = max_bytes
        self._events: deque[Stored] = deque()
        self._bytes = 0
        self._first = head + 1

    def add(self, batch: Sequence[Stored]) -> None:
        """Add the events that come next, and forget the oldest over the bounds."""
        self._events.extend(batch)
        self._bytes += sum([len(stored.frame) for stored in batch])
        while len(self._events) > self._max_events or self._bytes > self._max_bytes:
            self._bytes -= len(self._events.popleft().frame)
            self._first += 1

    def blank(self, blanked: Sequence[Stored]) -> None:
        """Put events as a deletion left them in the place of those that are kept here."""
        for stored in blanked:
            place = stored.event.seq - self._first
            if 0 <= place < len(self._events):
                self._bytes += len(stored.frame) - len(self._events[place].frame)
                self._events[place] = stored

    def forget(self, upto: int) -> None:
        """Forget the events up to a seq: some of them were removed from the log."""
        while self._first <= upto and self._events:
            self._bytes -= len(self._events.popleft().frame)
            self._first += 1

    def read(
        self, spans: Sequence[tuple[str, Interval]], *, max_events: int, max_bytes: int
    ) -> Slice | None:
        """Read as `Store.read` does; return None where something older is asked for."""
        rooms = by_room(spans)
        first = min((intervals[0].first for intervals in rooms.values()), default=self._first)
        if first < self._first:
            return None
        return cut(
            self._frames(rooms, first),
            end=end_of(spans),
            max_events=max_events,
            max_bytes=max_bytes,
        )

    def _frames(self, rooms: dict[str, list[Interval]], first: int) -> Iterator[tuple[int, bytes]]:
        for stored in islice(self._events, first - self._first, None):
            seq = stored.event.seq
            if any(seq in interval for interval in rooms.get(stored.event.room, ())):
                yield seq, stored.frame
