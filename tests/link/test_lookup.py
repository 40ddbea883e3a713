"""Asking for what events do not tell; what comes of it on a wire is in `test_conversation`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from asynchat.errors import ChatError
from asynchat.link import notices
from asynchat.link.lookup import Lookup
from asynchat.link.notices import Announcer
from asynchat.link.roster import Roster
from asynchat.link.wire import LinkSettings
from asynchat.messages import People, Presence, PresenceChanged, Room, RoomList, Who
from asynchat.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from asynchat.link.wire import Wire
    from asynchat.messages import Message


class Conversation:
    """Answers each question by a function, and counts what is told."""

    def __init__(self, answer: Callable[[Message], Message]) -> None:
        self.account: str | None = "u-me"
        self.name: str | None = "me"
        self.wire: Wire | None = None
        self.roster = Roster()
        self.roster.welcome("u-me", (Room(name="den", topic="", members=2, head=1),))
        self.told = 0
        self.asked: list[Message] = []
        self._answer = answer

    async def ask(self, request: Message, taken: Callable[[Any], None] | None = None) -> Any:
        self.asked.append(request)
        answer = self._answer(request)
        if taken is not None:
            taken(answer)
        return answer

    def tell_rooms(self) -> None:
        self.told += 1


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    """Give tasks that end with the test."""
    tasks = Tasks()
    yield tasks
    await tasks.cancel()


def person(account: str, name: str) -> Presence:
    """Return somebody who is here."""
    return Presence(account=account, name=name, state="online")


def people(request: Message) -> Message:
    """Answer with two people, one at a time."""
    assert isinstance(request, Who)
    if request.after is None:
        return People(re=request.id, people=(person("u-a", "ada"),), more=True, room=request.room)
    return People(re=request.id, people=(person("u-me", "me2"),), more=False, room=request.room)


def lookup_of(conversation: Conversation, tasks: Tasks) -> Lookup:
    """Return what is tested."""
    settings = LinkSettings(people_timeout_s=0.01, members_again_s=0.01)
    return Lookup(conversation, Announcer(), tasks, settings)


async def test_people_are_read_part_by_part(tasks: Tasks) -> None:
    """Who is asked again after the last who came."""
    conversation = Conversation(people)
    found = await lookup_of(conversation, tasks).who(None)
    assert [one.name for one in found] == ["ada", "me2"]


async def test_one_learns_ones_own_name_from_how_people_are(tasks: Tasks) -> None:
    """Another device may have renamed us; the people of a room are known then."""
    conversation = Conversation(people)
    lookup = lookup_of(conversation, tasks)
    await lookup.everyone()
    assert conversation.name == "me2"
    assert len(conversation.roster.members("den")) == 2
    await lookup.know_people(["den"])


async def test_what_cannot_be_read_is_left_as_it_is(tasks: Tasks) -> None:
    """Where the server refuses, nothing is known, and nobody waits for long."""

    def refuse(_: Message) -> Message:
        raise ChatError("not_a_member")

    conversation = Conversation(refuse)
    lookup = lookup_of(conversation, tasks)
    await lookup.everyone()
    await lookup.enter("den")
    await lookup.more_rooms("a")
    await lookup.know_people(["den"])
    assert conversation.roster.members("den") == ()


async def test_the_rooms_that_had_no_place_are_taken(tasks: Tasks) -> None:
    """Each part is told of, and the people of one's own rooms are read."""
    attic = Room(name="attic", topic="", members=1, head=1)
    cellar = Room(name="cellar", topic="", members=1, head=1, member=False)

    def answer(request: Message) -> Message:
        if isinstance(request, Who):
            return people(request)
        return RoomList(re="r", rooms=(attic, cellar), more=False)

    conversation = Conversation(answer)
    await lookup_of(conversation, tasks).more_rooms("a")
    assert set(conversation.roster.rooms) == {"attic", "den"}
    assert {asked.room for asked in conversation.asked if isinstance(asked, Who)} == {"attic"}
    assert conversation.told


async def test_a_change_of_presence_is_told(tasks: Tasks) -> None:
    """Who shows people is told which room's, and how they are now."""
    conversation = Conversation(people)
    announcer = Announcer()
    heard: list[object] = []
    announcer.subscribe(heard.append)
    lookup = Lookup(conversation, announcer, tasks, LinkSettings())
    await lookup.everyone()
    change = PresenceChanged(room="den", people=(person("u-a", "ada2"),), online=2)
    lookup.take_presence(change)
    assert heard[-1] == notices.PeopleChanged("den", change.people)
    renamed = replace(person("u-a", "ada3"), reason="renamed")
    for was in ("ada2", None):
        lookup.take_presence(replace(change, people=(renamed,)))
        assert heard[-1] == notices.PeopleChanged("den", (replace(renamed, was=was),))
    lookup.take_presence(replace(change, people=(person("u-a", "ada2"),)))
    assert [one.name for one in conversation.roster.members("den")] == ["ada2", "me2"]
