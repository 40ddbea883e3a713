"""What can be asked: each method makes one request, and takes nothing but its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.errors import ChatError
from asynchat.link.asking import Asking
from asynchat.messages import (
    Create,
    Direct,
    Done,
    Edit,
    GetPicture,
    History,
    Invite,
    Leave,
    ListRooms,
    Page,
    Picture,
    Pin,
    React,
    Redact,
    Room,
    RoomList,
    SetTopic,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from asynchat.messages import Message

PAGE = Page(re="r", room="den", events=(), later=(), more=False)


class Answering(Asking):
    """Answers each request with the next of some answers, and keeps what was asked."""

    def __init__(self, *answers: Message) -> None:
        self.answers = list(answers)
        self.asked: list[Message] = []

    @property
    def account(self) -> str | None:
        """Nobody in particular."""
        return None

    async def _ask(self, request: Message) -> Any:
        self.asked.append(request)
        return self.answers.pop(0)


@pytest.mark.parametrize(
    ("call", "request_"),
    [
        (lambda one: one.leave("den"), Leave(id="i", room="den")),
        (
            lambda one: one.create("den", topic="tea", private=True),
            Create(id="i", room="den", topic="tea", private=True),
        ),
        (lambda one: one.invite("den", "ben"), Invite(id="i", room="den", name="ben")),
        (lambda one: one.set_topic("den", "tea"), SetTopic(id="i", room="den", text="tea")),
        (lambda one: one.edit("den", 3, "x\x00y"), Edit(id="i", room="den", about=3, text="xy")),
        (lambda one: one.redact("den", 3), Redact(id="i", room="den", about=3)),
        (lambda one: one.react("den", 3, "👍"), React(id="i", room="den", about=3, emoji="👍")),
        (lambda one: one.pin("den", 3, on=False), Pin(id="i", room="den", about=3, on=False)),
    ],
)
async def test_a_wish_is_one_request(
    call: Callable[[Asking], Awaitable[None]], request_: Message
) -> None:
    """What was wished is asked for under a new id, and cleaned before."""
    asking = Answering(Done(re="i"))
    await call(asking)
    (asked,) = asking.asked
    assert {**as_dict(asked), "id": "i"} == as_dict(request_)


@pytest.mark.parametrize(
    ("call", "request_"),
    [
        (lambda one: one.direct("ben"), Direct(id="i", names=("ben",))),
        (lambda one: one.direct_with("u1"), Direct(id="i", accounts=("u1",))),
        (lambda one: one.pinned("den"), History(id="i", room="den", pinned=True)),
        (
            lambda one: one.history("den", around=7, limit=3),
            History(id="i", room="den", around=7, limit=3),
        ),
    ],
)
async def test_what_answers_with_a_page_takes_no_other_answer(
    call: Callable[[Asking], Awaitable[Page]], request_: Message
) -> None:
    """The page is returned as it is; anything else is an error of the server's."""
    asking = Answering(PAGE, Done(re="i"))
    assert await call(asking) == PAGE
    assert {**as_dict(asking.asked[0]), "id": "i"} == as_dict(request_)
    with pytest.raises(ChatError) as caught:
        await call(asking)
    assert caught.value.code == "bad_frame"


async def test_all_rooms_are_read_part_by_part() -> None:
    """The list goes on after the last one that came, until there are no more."""
    one, two = (Room(name=name, topic="", members=1, head=1) for name in ("a", "b"))
    parts = [
        RoomList(re="i", rooms=(one,), more=True),
        RoomList(re="i", rooms=(two,), more=False),
    ]
    asking = Answering(*parts)
    assert await asking.list_rooms() == (one, two)
    assert [getattr(asked, "after", "") for asked in asking.asked] == [None, "a"]
    assert all(isinstance(asked, ListRooms) for asked in asking.asked)


async def test_a_list_that_says_more_and_has_nothing_is_at_its_end() -> None:
    """A server that never comes to an end is not asked for ever."""
    assert await Answering(RoomList(re="i", rooms=(), more=True)).list_rooms() == ()


async def test_who_has_no_picture_has_none() -> None:
    """A picture that is not there is None."""
    asking = Answering(Picture(re="i", account="u1", hash="", data=None))
    assert await asking.picture("u1") is None
    assert isinstance(asking.asked[0], GetPicture)


def as_dict(message: Message) -> dict[str, object]:
    """Return the fields of a message, and its kind."""
    fields = {name: getattr(message, name) for name in message.__struct_fields__}
    return {**fields, "kind": type(message)}
