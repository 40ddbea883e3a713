"""What is unread in our rooms: what the server counted, and what the stream brought since.  Pure.

The server counts up to a seq; the stream may be behind that or ahead of it.  So what the stream
brings is kept by seq, and of it counts what the server has not counted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec.structs import replace

from asynchat.messages import MAX_COUNTED, Created, Joined, Left, Redacted, Said, Unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynchat.messages import AnyEvent


@dataclass(slots=True)
class _Known:
    """What is known of one room.

    ``told`` is as of the seq ``counted``; ``newer`` are the seqs of what others said, and
    whether it mentions us; ``marked`` is our mark that is on its way.
    """

    told: Unread
    counted: int = 0
    newer: deque[tuple[int, bool]] = field(default_factory=lambda: deque(maxlen=MAX_COUNTED))
    marked: int | None = None

    def sum(self) -> Unread:
        """Return what is unread as of the newest event of the stream."""
        after = max(self.counted, self.told.seq)
        newer = [mentions for seq, mentions in self.newer if seq > after]
        return replace(
            self.told,
            unread=min(MAX_COUNTED, self.told.unread + len(newer)),
            mentions=min(MAX_COUNTED, self.told.mentions + sum(newer)),
        )


class UnreadCounts(Mapping[str, Unread]):
    """What is unread of each room, by name.  Those that change it tell whether anything did."""

    def __init__(self) -> None:
        self._rooms: dict[str, _Known] = {}

    def __getitem__(self, room: str) -> Unread:
        return self._rooms[room].sum()

    def __iter__(self) -> Iterator[str]:
        return iter(self._rooms)

    def __len__(self) -> int:
        return len(self._rooms)

    def restore(self, told: Unread, counted: int) -> None:
        """Begin with what was known on the last visit."""
        self._rooms[told.room] = _Known(told, counted)

    def clear(self) -> None:
        """Know nothing any more: it is another history."""
        self._rooms.clear()

    def apply(self, event: AnyEvent, *, me: str) -> bool:
        """Change what an event of the stream changes."""
        match event:
            case Left(account=account) if account == me:
                return self._rooms.pop(event.room, None) is not None
            case Created():
                return self._enter(event)
            case Joined(account=account) if account == me:
                return self._enter(event)
            case Said(account=account) if account != me and not event.redacted:
                known = self._known(event.room)
                before = known.sum()
                known.newer.append((event.seq, event.everyone or me in event.mentions))
                return known.sum() != before
            case Redacted() if event.room in self._rooms:
                known = self._rooms[event.room]
                before = known.sum()
                newer = [one for one in known.newer if one[0] != event.about]
                known.newer = deque(newer, MAX_COUNTED)
                return known.sum() != before
            case _:
                return False

    def take(self, told: Unread, counted: int) -> bool:
        """Take what the server counted, unless a mark of ours is on its way and moves it."""
        known = self._known(told.room)
        if known.marked is not None:
            return False
        before = known.sum()
        known.told, known.counted = told, counted
        return known.sum() != before

    def mark(self, room: str, seq: int, *, head: int) -> bool:
        """Have read a room up to a seq; what is unread then is known where nothing is left.

        ``head`` is the newest seq of the room that was told, but for the stream's.
        """
        known = self._known(room)
        known.marked = seq
        before = known.sum()
        if seq >= max(head, *(newer for newer, _ in known.newer), 0):
            known.told = Unread(room=room, seq=seq)
            known.counted = seq
            known.newer.clear()
        return known.sum() != before

    def marked(self, room: str, seq: int) -> None:
        """Note that the server has a mark of ours: what it counts from now on is as of that."""
        known = self._rooms.get(room)
        if known is not None and known.marked == seq:
            known.marked = None

    def is_unread(self, room: str, seq: int) -> bool:
        """Tell whether a message of the stream or of a page lies after our mark."""
        return room in self._rooms and seq > self._rooms[room].told.seq

    def _enter(self, event: AnyEvent) -> bool:
        self._rooms[event.room] = _Known(Unread(room=event.room, seq=event.seq), event.seq)
        return True

    def _known(self, room: str) -> _Known:
        known = self._rooms.get(room)
        if known is None:
            known = self._rooms[room] = _Known(Unread(room=room, seq=0))
        return known
