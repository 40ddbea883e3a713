"""Rooms and memberships as the events of the log make them.

`State.apply` is the only way a room or a membership changes, on the server that decides,
in the store's memory and in tests alike.  An interval of membership begins with the seq of
the event that opened it and ends with the seq of the one that closed it, both included.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from asynchat.chat.roles import MODERATOR
from asynchat.messages import LOBBY, Appointed, Changed, Created, Joined, Left, Said, Topic
from asynchat.messages import Room as RoomFrame
from asynchat.text import room_skeleton

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from asynchat.messages import AnyEvent, Person

OPEN: Final = 2**63 - 1
"""The end of an interval that has not ended."""


@dataclass(slots=True)
class Interval:
    """One stay in a room, from one seq to another, both included."""

    first: int
    last: int = OPEN

    def __contains__(self, seq: int) -> bool:
        return self.first <= seq <= self.last


_ALWAYS: Final = Interval(0)


@dataclass(slots=True)
class Room:
    """A room, who is in it now, and when everyone was.

    ``people`` are the accounts that a direct room is keyed by; ``head`` is the seq of its
    newest event.  ``since`` of a member is the seq of the event that made it one.  ``openings``
    are the stretches of the log during which the room was public.  In slow mode ``spoke_ms`` is
    when each member said something last, in ms since the epoch.
    """

    name: str
    topic: str = ""
    private: bool = False
    direct: bool = False
    people: tuple[str, ...] = ()
    head: int = 0
    members: dict[str, int] = field(default_factory=dict)
    stays: dict[str, list[Interval]] = field(default_factory=dict)
    read_only: bool = False
    archived: bool = False
    slow_s: int = 0
    moderators: set[str] = field(default_factory=set)
    openings: list[Interval] = field(default_factory=list)
    spoke_ms: dict[str, int] = field(default_factory=dict, compare=False)

    def open(self, account: str, seq: int) -> None:
        """Make an account a member from this seq on."""
        self.members[account] = seq
        self.stays.setdefault(account, []).append(Interval(seq))

    def close(self, account: str, seq: int) -> None:
        """End an account's membership with this seq."""
        del self.members[account]
        self.stays[account][-1].last = seq
        self.moderators.discard(account)

    def change(self, event: Changed) -> None:
        """Be used otherwise from an event on; one that makes it public may be read by all."""
        if event.private is True and not self.private:
            # A direct room has none, whatever is said of it.
            for opening in self.openings[-1:]:
                opening.last = event.seq
        elif event.private is False and self.private:
            self.openings.append(Interval(event.seq))
        self.private = self.private if event.private is None else event.private
        self.read_only = self.read_only if event.read_only is None else event.read_only
        self.archived = self.archived if event.archived is None else event.archived
        if event.slow_s is not None:
            self.slow_s = event.slow_s
            self.spoke_ms.clear()

    def readable(self, account: str) -> list[Interval]:
        """Return what a member may read: what was public when it was said, and its own stays."""
        if len(self.openings) == 1 and self.openings[0] == _ALWAYS:
            return self.openings
        return _united([*self.openings, *self.stays.get(account, ())])

    def is_hidden_from(self, account: str) -> bool:
        """Tell whether an account is not to know that the room exists."""
        return (self.private or self.direct) and account not in self.stays

    def frame(self, account: str, person: Callable[[str], Person]) -> RoomFrame:
        """Return the room as the wire tells it to an account."""
        return RoomFrame(
            name=self.name,
            topic=self.topic,
            members=len(self.members),
            head=self.head,
            member=account in self.members,
            private=self.private,
            direct=self.direct,
            people=tuple(map(person, self.people)),
            read_only=self.read_only,
            archived=self.archived,
            slow_s=self.slow_s,
            moderator=account in self.moderators,
        )


class State:
    """Every room, by name, by account and by people."""

    def __init__(self) -> None:
        self.rooms: dict[str, Room] = {}
        self._of_account: dict[str, dict[str, Room]] = {}
        self._direct: dict[tuple[str, ...], Room] = {}
        self._by_skeleton: dict[str, Room] = {}
        self.add(Room(LOBBY, openings=[Interval(0)]))

    def add(self, room: Room) -> None:
        """Add a room as it is, with its stays."""
        self.rooms[room.name] = room
        if room.direct:
            self._direct[room.people] = room
        else:
            looks = room_skeleton(room.name)
            if looks not in self._by_skeleton or self._by_skeleton[looks].name == room.name:
                self._by_skeleton[looks] = room
        for account in room.stays:
            self._of_account.setdefault(account, {})[room.name] = room

    def apply(self, event: AnyEvent) -> None:
        """Change what an event changes.  Events come in the order of their seq."""
        if isinstance(event, Said):  # most are, so they go past the rest
            room = self.rooms[event.room]
            if room.slow_s:
                room.spoke_ms[event.account] = event.time
        else:
            room = self._change(event)
        room.head = max(room.head, event.seq)

    def _change(self, event: AnyEvent) -> Room:
        """Change what an event other than something said changes; return its room."""
        match event:
            case Created():
                people = tuple(sorted(person.account for person in event.people))
                room = Room(
                    event.room,
                    topic=event.topic,
                    private=event.private,
                    direct=event.direct,
                    people=people,
                    moderators=set() if event.direct else {event.account},
                    openings=[] if event.private or event.direct else [Interval(0)],
                )
                for account in people or (event.account,):
                    room.open(account, event.seq)
                self.add(room)
            case Joined():
                room = self.rooms[event.room]
                room.open(event.account, event.seq)
                self._of_account.setdefault(event.account, {})[room.name] = room
            case Left():
                room = self.rooms[event.room]
                room.close(event.account, event.seq)
            case Topic():
                room = self.rooms[event.room]
                room.topic = event.text
            case Changed():
                room = self.rooms[event.room]
                room.change(event)
            case Appointed():
                room = self.rooms[event.room]
                if event.role == MODERATOR:
                    room.moderators.add(event.account)
                else:
                    room.moderators.discard(event.account)
            case _:
                room = self.rooms[event.room]
        return room

    def ever_of(self, account: str) -> dict[str, Room]:
        """Return the rooms that an account is or was a member of, by name."""
        return self._of_account.get(account, {})

    def rooms_of(self, account: str) -> Iterator[Room]:
        """Yield the rooms that an account is a member of."""
        return (room for room in self.ever_of(account).values() if account in room.members)

    def visible_to(self, account: str, *, hidden: bool = False) -> Iterator[Room]:
        """Yield the rooms that an account may know of: the public ones and its own.

        With ``hidden`` also those private ones that are not direct.
        """
        return (
            room
            for room in self.rooms.values()
            if account in room.members or not (room.direct or (room.private and not hidden))
        )

    def direct_of(self, people: tuple[str, ...]) -> Room | None:
        """Return the direct room of exactly these accounts, given in order."""
        return self._direct.get(people)

    def like(self, name: str) -> Room | None:
        """Return the room, none that is direct, whose name is this one or looks like it."""
        return self._by_skeleton.get(room_skeleton(name))


def _united(intervals: list[Interval]) -> list[Interval]:
    """Return the stretches that some stretches cover, in order and apart."""
    united: list[Interval] = []
    for one in sorted(intervals, key=lambda each: each.first):
        if united and one.first <= united[-1].last + 1:
            united[-1] = Interval(united[-1].first, max(united[-1].last, one.last))
        else:
            united.append(Interval(one.first, one.last))
    return united
