"""Our rooms and the people in them, as the stream and the answers tell. Pure.

Rooms change by events above their head; people by `joined`, `left` and presence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from asynchat.chat.roles import MODERATOR
from asynchat.messages import (
    Appointed,
    Changed,
    Created,
    Joined,
    Left,
    Person,
    Presence,
    Room,
    Topic,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from asynchat.messages import AnyEvent, PresenceChanged

ONLINE: Final = "online"
OFFLINE: Final = "offline"


class Roster:
    """The rooms that an account is a member of, and who is in each."""

    def __init__(self) -> None:
        self.me = ""
        self._rooms: dict[str, Room] = {}
        self._people: dict[str, dict[str, Presence]] = {}
        self._online: dict[str, int] = {}

    @property
    def rooms(self) -> Mapping[str, Room]:
        """Our rooms, by name."""
        return self._rooms

    def members(self, room: str) -> tuple[Presence, ...]:
        """Return the people of a room, as far as they are known."""
        return tuple(self._people.get(room, {}).values())

    def online(self, room: str) -> int:
        """Return how many people of a room are connected."""
        told = self._online.get(room)
        return self._counted(room) if told is None else told

    def is_stale(self, room: str) -> bool:
        """Tell whether the server counts other people online than are known here."""
        return room in self._people and self.online(room) != self._counted(room)

    def welcome(self, me: str, rooms: Iterable[Room]) -> None:
        """Begin anew with the rooms of a welcome; people are asked for afresh."""
        self.me = me
        self._rooms = {room.name: room for room in rooms if room.member}
        people = self._people
        self._people = {room: people[room] for room in self._rooms if room in people}
        self._online.clear()

    def put_room(self, room: Room) -> None:
        """Take a room as the server tells it, or out if we are not a member."""
        if room.member:
            self._rooms[room.name] = room
        else:
            self._forget(room.name)

    def put_people(
        self, room: str, people: Sequence[Presence], *, after: str | None = None, more: bool = False
    ) -> bool:
        """Take a list of a room's people; tell whether its own people were renamed.

        It is whole, or goes on after an account, in order of account; there may be more.
        """
        if room not in self._rooms:
            return False
        kept = {
            account: person
            for account, person in self._people.get(room, {}).items()
            if (after is not None and account <= after) or (more and account > people[-1].account)
        }
        self._people[room] = kept | {person.account: person for person in people}
        if not more:
            self._online.pop(room, None)
        # How many there are is the events' business: they may be behind this list.
        return self._rename(room, people)

    def apply(self, event: AnyEvent) -> bool:
        """Change what an event changes; tell whether rooms or their counts changed."""
        room = self._rooms.get(event.room)
        if room is not None and event.seq <= room.head:
            return False
        match event:
            case Created():
                mine = not event.direct and event.account == self.me
                self._rooms[event.room] = replace(_created(event), moderator=mine)
                for person in event.people:
                    self._meet(event.room, person.account, person.name)
                self._meet(event.room, event.account, event.sender)
                people = self._people[event.room]
                people[event.account] = replace(people[event.account], moderator=not event.direct)
                return True
            case Joined(account=self.me) if room is None:
                # What else there is to know of the room has to be asked for.
                self._rooms[event.room] = Room(name=event.room, topic="", members=1, head=event.seq)
                self._meet(event.room, event.account, event.sender)
                return True
            case Left(account=self.me):
                self._forget(event.room)
                return True
        return room is not None and self._apply(room, event)

    def _apply(self, room: Room, event: AnyEvent) -> bool:
        match event:
            case Joined():
                self._rooms[event.room] = replace(room, members=room.members + 1)
                self._meet(event.room, event.account, event.sender)
            case Left():
                self._rooms[event.room] = replace(room, members=room.members - 1)
                self._part(event.room, event.account)
            case Topic():
                self._rooms[event.room] = replace(room, topic=event.text)
            case Changed():
                self._rooms[event.room] = _changed(room, event)
            case Appointed():
                self._appoint(room, event)
            case _:
                return False
        return True

    def _appoint(self, room: Room, event: Appointed) -> None:
        is_moderator = event.role == MODERATOR
        if event.account == self.me:
            self._rooms[event.room] = replace(room, moderator=is_moderator)
        people = self._people.get(event.room, {})
        if event.account in people:
            people[event.account] = replace(people[event.account], moderator=is_moderator)

    def apply_presence(self, change: PresenceChanged) -> bool:
        """Change how people are; tell whether a room's own people were renamed."""
        if change.room not in self._rooms:
            return False
        self._online[change.room] = change.online
        for person in change.people:
            known = self._people.get(change.room, {}).get(person.account)
            if known is not None:
                # What somebody may do is told in lists only.
                role = person.role or known.role
                self._people[change.room][person.account] = replace(
                    person, role=role, moderator=known.moderator
                )
        return self._rename(change.room, change.people)

    def named(self, room: str, account: str) -> str | None:
        """Return how somebody of a room is called there, as far as it is known."""
        person = self._people.get(room, {}).get(account)
        return None if person is None else person.name

    def person(self, account: str) -> Presence | None:
        """Return somebody of any of our rooms, as far as they are known."""
        return next((p[account] for p in self._people.values() if account in p), None)

    def name_of(self, account: str) -> str | None:
        """Return the name of an account, as far as it is known."""
        person = self.person(account)
        return None if person is None else person.name

    def _meet(self, room: str, account: str, name: str | None) -> None:
        people = self._people.setdefault(room, {})
        if account not in people:
            known = self.person(account) or Presence(account=account, name=name, state=ONLINE)
            people[account] = replace(known, moderator=False)

    def _part(self, room: str, account: str) -> None:
        gone = self._people.get(room, {}).pop(account, None)
        if gone is not None and gone.state != OFFLINE and room in self._online:
            # Nobody tells the count anew when somebody leaves.
            self._online[room] -= 1

    def _rename(self, name: str, people: Iterable[Presence]) -> bool:
        """Take the names of a direct room's people; tell whether one was another."""
        room = self._rooms[name]
        now = {p.account: Person(account=p.account, name=p.name, was=p.was) for p in people}
        renamed = tuple(now.get(person.account, person) for person in room.people)
        self._rooms[name] = replace(room, people=renamed)
        return renamed != room.people

    def _forget(self, room: str) -> None:
        self._rooms.pop(room, None)
        self._people.pop(room, None)
        self._online.pop(room, None)

    def _counted(self, room: str) -> int:
        return sum(person.state != OFFLINE for person in self._people.get(room, {}).values())


def _changed(room: Room, event: Changed) -> Room:
    changed = {
        name: value
        for name in ("private", "read_only", "archived", "slow_s")
        if (value := getattr(event, name)) is not None
    }
    return replace(room, **changed)


def _created(event: Created) -> Room:
    return Room(
        name=event.room,
        topic=event.topic,
        members=max(1, len(event.people)),
        head=event.seq,
        private=event.private,
        direct=event.direct,
        people=event.people,
    )
