"""Asking for what events do not tell: rooms that one is new in, and how their people are.

What is found goes into the `Roster`; whoever shows it is told.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from msgspec.structs import replace

from asynchat.errors import ChatError
from asynchat.link import notices
from asynchat.link.ids import new_id
from asynchat.link.requests import expect
from asynchat.messages import ListRooms, People, RoomList, Who

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from asynchat.link.notices import Announcer
    from asynchat.link.roster import Roster
    from asynchat.link.wire import LinkSettings, Wire
    from asynchat.messages import Presence, PresenceChanged, Query, Write
    from asynchat.tasks import Tasks

RENAMED: Final = "renamed"

logger = logging.getLogger(__name__)


class Asked(Protocol):
    """Whom it asks, and for whom: the conversation."""

    account: str | None
    name: str | None
    wire: Wire | None
    roster: Roster

    async def ask(self, request: Write | Query, taken: Callable[[Any], None] | None = None) -> Any:
        """Send a request and return its answer.  Raise `ChatError`."""

    def tell_rooms(self) -> None:
        """Tell that the rooms are not as they were."""


class Lookup:
    """Reads rooms and people over one connection after the other."""

    def __init__(
        self, asked: Asked, announcer: Announcer, tasks: Tasks, settings: LinkSettings
    ) -> None:
        self._asked = asked
        self._roster = asked.roster
        self._tell = announcer.tell
        self._tasks = tasks
        self._settings = settings
        self._asked_at: dict[str, float] = {}
        self._known: set[str] = set()
        self._learnt = asyncio.Event()
        self._asking: set[str] = set()

    async def who(self, room: str | None) -> tuple[Presence, ...]:
        """Return the people of a room, or everybody connected.  Raise `ChatError`."""
        found: list[Presence] = []
        more = True
        while more:
            after = found[-1].account if found else None
            query = Who(id=new_id(), room=room, after=after)
            part = expect(await self._asked.ask(query), People)
            found += part.people
            more = part.more and bool(part.people)
        return tuple(found)

    async def know_people(self, rooms: Iterable[str]) -> None:
        """Wait until the people of these rooms were read once, for a short while at most."""
        try:
            async with asyncio.timeout(self._settings.people_timeout_s):
                for room in rooms:
                    while room in self._roster.rooms and room not in self._known:
                        await self._learnt.wait()
        except TimeoutError:
            logger.debug("not everybody's people are known yet")

    async def everyone(self) -> None:
        """Ask for every room's people: what changed before the stream was live was not told."""
        wire = self._asked.wire
        for room in list(self._roster.rooms):
            if wire is self._asked.wire:
                await self._read_people(room)

    async def more_rooms(self, after: str) -> None:
        """Take the rooms that a welcome had no place for."""
        more = True
        while more:
            query = ListRooms(id=new_id(), after=after)
            try:
                part = expect(await self._asked.ask(query, self._take_rooms), RoomList)
            except ChatError as error:
                logger.debug("the other rooms are not told: %s", error)
                return
            for room in part.rooms:
                after = room.name
                if room.member:
                    await self._read_people(room.name)
            more = part.more and bool(part.rooms)

    async def enter(self, room: str) -> None:
        """Ask for what an event does not tell of a room that we are new in."""
        try:
            await self._asked.ask(ListRooms(id=new_id(), room=room), self._take_rooms)
        except ChatError as error:
            logger.debug("nothing is told of %s: %s", room, error)
            return
        await self._read_people(room)

    def take_presence(self, change: PresenceChanged) -> None:
        """Note how people are now; read them afresh where that does not tell it all."""
        people = tuple(self._with_name_before(change.room, one) for one in change.people)
        renamed = self._roster.apply_presence(change)
        self._learn_name(change.people)
        self._tell(notices.PeopleChanged(change.room, people))
        if renamed:
            self._asked.tell_rooms()
        if self._roster.is_stale(change.room) and change.room not in self._asking:
            self._asking.add(change.room)
            self._tasks.spawn(self._read_stale(change.room), name=f"people of {change.room}")

    def _with_name_before(self, room: str, person: Presence) -> Presence:
        """Add the name that a renamed person had until now: the wire does not tell it."""
        if person.reason != RENAMED or person.name is None:
            return person
        before = self._roster.named(room, person.account)
        return replace(person, was=None if before == person.name else before)

    async def _read_stale(self, room: str) -> None:
        """Read a room's people afresh, not too soon after the last time, if it is still needed."""
        now = asyncio.get_running_loop().time()
        again_at = self._asked_at.get(room, now) + self._settings.members_again_s
        try:
            if room in self._asked_at:
                await asyncio.sleep(again_at - now)
            if self._roster.is_stale(room):
                await self._read_people(room)
        finally:
            self._asking.discard(room)

    async def _read_people(self, room: str) -> None:
        self._asked_at[room] = asyncio.get_running_loop().time()
        after: str | None = None
        more = True
        try:
            while more:
                query = Who(id=new_id(), room=room, after=after)
                taken = partial(self._take_people, room, after)
                part = expect(await self._asked.ask(query, taken), People)
                more = part.more and bool(part.people)
                after = part.people[-1].account if part.people else None
            self._known.add(room)
            self._learnt.set()
            self._learnt = asyncio.Event()
        except ChatError as error:
            # We left it meanwhile, or the connection is closing.
            logger.debug("the people of %s are not told: %s", room, error)

    # What came after an answer has to find it taken: see `Pending.taken`.

    def _take_rooms(self, part: RoomList) -> None:
        for room in part.rooms:
            self._roster.put_room(room)
        self._asked.tell_rooms()

    def _take_people(self, room: str, after: str | None, part: People) -> None:
        more = part.more and bool(part.people)
        renamed = self._roster.put_people(room, part.people, after=after, more=more)
        self._learn_name(part.people)
        self._tell(notices.PeopleChanged(room))
        if renamed:
            self._asked.tell_rooms()

    def _learn_name(self, people: Iterable[Presence]) -> None:
        """Take our own name from how people are: another device of ours may have changed it."""
        for person in people:
            if person.account == self._asked.account and person.name is not None:
                self._asked.name = person.name
