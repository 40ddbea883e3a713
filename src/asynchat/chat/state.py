"""Rooms and memberships as the events of the log make them.

`State.apply` is the only way a room or a membership changes, on the server that decides,
in the store's memory and in tests alike.  An interval of membership begins with the seq of
the event that opened it and ends with the seq of the one that closed it, both included.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from asynchat.messages import LOBBY, Created, Joined, Left, Topic
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


@dataclass(slots=True)
class Room:
    """A room, who is in it now, and when everyone was.

    ``people`` are the accounts that a direct room is keyed by; ``head`` is the seq of its
    newest event.  ``since`` of a member is the seq of the event that made it one.
    """

    name: str
    topic: str = ""
    private: bool = False
    direct: bool = False
    people: tuple[str, ...] = ()
    head: int = 0
    members: dict[str, int] = field(default_factory=dict)
    stays: dict[str, list[Interval]] = field(default_factory=dict)

    def open(self, account: str, seq: int) -> None:
        """Make an account a member from this seq on."""
        self.members[account] = seq
        self.stays.setdefault(account, []).append(Interval(seq))

    def close(self, account: str, seq: int) -> None:
        """End an account's membership with this seq."""
        del self.members[account]
        self.stays[account][-1].last = seq

    def readable(self, account: str) -> list[Interval]:
        """Return what a member may read: everything, or in a private room its own stays."""
        if self.private or self.direct:
            return self.stays.get(account, [])
        return [Interval(0)]

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
        )


class State:
    """Every room, by name, by account and by people."""

    def __init__(self) -> None:
        self.rooms: dict[str, Room] = {}
        self._of_account: dict[str, dict[str, Room]] = {}
        self._direct: dict[tuple[str, ...], Room] = {}
        self._by_skeleton: dict[str, Room] = {}
        self.add(Room(LOBBY))

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
        match event:
            case Created():
                people = tuple(sorted(person.account for person in event.people))
                room = Room(
                    event.room,
                    topic=event.topic,
                    private=event.private,
                    direct=event.direct,
                    people=people,
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
            case _:
                room = self.rooms[event.room]
        room.head = max(room.head, event.seq)

    def ever_of(self, account: str) -> dict[str, Room]:
        """Return the rooms that an account is or was a member of, by name."""
        return self._of_account.get(account, {})

    def rooms_of(self, account: str) -> Iterator[Room]:
        """Yield the rooms that an account is a member of."""
        return (room for room in self.ever_of(account).values() if account in room.members)

    def visible_to(self, account: str) -> Iterator[Room]:
        """Yield the rooms that an account may know of: the public ones and its own."""
        return (
            room
            for room in self.rooms.values()
            if account in room.members or not (room.private or room.direct)
        )

    def direct_of(self, people: tuple[str, ...]) -> Room | None:
        """Return the direct room of exactly these accounts, given in order."""
        return self._direct.get(people)

    def like(self, name: str) -> Room | None:
        """Return the room, none that is direct, whose name is this one or looks like it."""
        return self._by_skeleton.get(room_skeleton(name))
