"""What the next start is to show at once: recent history and where it ends, until it is on disk.

It gathers what the stream and the pages bring into a `Batch`, which is written whole or not at
all, so that the cursor on disk is never ahead of the events beside it.  Pure; the tables are in
`cache_tables`, the file is the outbox's.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from asynchat.messages import Created, Joined, Left, Limits, Room, Unread

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.messages import AnyEvent

MAX_PAGES: Final = 50
MAX_ROOMS: Final = 1_000
"""How much of a kind may wait for the disk; beyond it history is begun anew."""


class About(msgspec.Struct, frozen=True):
    """Who we were on the last visit, the rooms there were, and what was unread up to a seq."""

    name: str | None
    rooms: tuple[Room, ...]
    limits: Limits
    unread: tuple[Unread, ...] = ()
    counted: int = 0


@dataclass(frozen=True, slots=True)
class Visit:
    """Where the last visit ended: resume from ``cursor``.

    ``seq`` is the last one that the stream brought: what it repeats after the cursor is known.
    """

    cursor: str
    seq: int
    about: About


@dataclass(frozen=True, slots=True)
class Older:
    """A part of a room's history that ends ``before`` a seq, or is the newest."""

    room: str
    before: int | None
    events: tuple[AnyEvent, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """What changed, in the order in which it is to be applied.

    With ``restart`` nothing of before counts; of the rooms ``begun`` nothing of before does.
    ``seq``, ``cursor`` and ``about`` are None where they are as they were.
    """

    restart: bool = False
    begun: frozenset[str] = frozenset()
    events: tuple[AnyEvent, ...] = ()
    older: tuple[Older, ...] = ()
    seq: int | None = None
    cursor: str | None = None
    about: About | None = None


class Cache:
    """What is not on disk yet, of each room its newest ``max_events`` at most.

    ``describe`` tells who we are and which rooms there are.
    """

    def __init__(self, max_events: int, describe: Callable[[], About]) -> None:
        self._max_events = max_events
        self._describe = describe
        self._restart = False
        self._changed = False
        self._describe_again = False
        self._begun: set[str] = set()
        self._rooms: dict[str, deque[AnyEvent]] = {}
        self._older: list[Older] = []
        self._seq: int | None = None
        self._cursor: str | None = None

    def __bool__(self) -> bool:
        return self._restart or self._changed

    def restart(self) -> None:
        """Let nothing of before count: it is another history, or some of it was missed.

        History is whole again from here to the next `mark`.
        """
        self._forget()
        self._restart = True

    def put(self, event: AnyEvent, *, me: str | None) -> None:
        """Keep an event of the stream; ``me`` is our account."""
        self._changed = True
        self._seq = event.seq
        match event:
            case Left(account=account) if account == me:
                # What is said while we are away is not told: nothing would join on to this.
                self._begin(event.room)
                return
            case Created():
                self._begin(event.room)
            case Joined(account=account) if account == me:
                self._begin(event.room)
        room = self._rooms.get(event.room)
        if room is None:
            if len(self._rooms) >= MAX_ROOMS:
                self.restart()
                return
            room = self._rooms[event.room] = deque(maxlen=self._max_events)
        room.append(event)
        if len(room) == self._max_events:
            # The next one takes the place of the first: what is before would not join on.
            self._begin_with(event.room)

    def put_older(self, older: Older) -> None:
        """Keep a part of a room's history, where it joins on to what is there."""
        self._changed = True
        if len(self._older) < MAX_PAGES:
            self._older.append(older)

    def mark(self, cursor: str) -> None:
        """Note that everything up to a cursor was put."""
        if cursor != self._cursor:
            self._changed = True
            self._cursor = cursor

    def describe_again(self) -> None:
        """Note that who we are or the rooms are not as they were."""
        self._changed = self._describe_again = True

    def take(self) -> Batch | None:
        """Return what is to be written now, and begin to gather anew."""
        if not self:
            return None
        batch = Batch(
            restart=self._restart,
            begun=frozenset(self._begun),
            events=tuple(event for room in self._rooms.values() for event in room),
            older=tuple(self._older),
            seq=self._seq,
            cursor=self._cursor,
            about=self._describe() if self._describe_again or self._restart else None,
        )
        self._restart = False
        self._forget()
        return batch

    def _begin(self, room: str) -> None:
        self._rooms.pop(room, None)
        self._begin_with(room)

    def _begin_with(self, room: str) -> None:
        self._begun.add(room)
        self._older = [older for older in self._older if older.room != room]

    def _forget(self) -> None:
        self._changed = self._describe_again = False
        self._begun.clear()
        self._rooms.clear()
        self._older.clear()
        self._seq = self._cursor = None
