"""``--send``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.errors import ChatError
from asynchat.link.client import Client
from asynchat.messages import Said
from asynchat.terminal import send

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from asynchat.link.notices import Notice
    from tests.terminal.conftest import Relay


async def test_what_was_sent_is_in_the_history(client: Callable[..., Client]) -> None:
    """When it returns, the message is stored."""
    await send.run(client("ada"), room="lobby", text="hello", timeout_s=10)
    async with client("ben") as ben:
        page = await ben.history("lobby")
    assert [event.text for event in page.events if isinstance(event, Said)] == ["hello"]


async def test_a_reply_is_sent(client: Callable[..., Client]) -> None:
    """With a seq the message is a reply; where there is no such message it is refused."""
    async with client("ben") as ben:
        said = await ben.send("lobby", "shall we?")
        given = {"room": "lobby", "text": "yes", "timeout_s": 10.0}
        await send.run(client("ada"), reply_to=said.seq, **given)  # type: ignore[arg-type]
        page = await ben.history("lobby")
        reply = page.events[-1]
        assert isinstance(reply, Said)
        assert reply.reply_to == said.seq
        with pytest.raises(ChatError, match="no such message"):
            await send.run(client("eve"), reply_to=10_000, **given)  # type: ignore[arg-type]


async def test_a_public_room_is_joined_first(client: Callable[..., Client]) -> None:
    """Who is not a member of a public room becomes one and then says it."""
    async with client("ben") as ben:
        await ben.create("dev")
        await send.run(client("ada"), room="dev", text="hello", timeout_s=10)
        assert [person.name for person in await ben.who("dev")].count("ada") == 1


@pytest.mark.parametrize(
    ("room", "text", "code"),
    [
        ("nowhere", "x", "no_such_room"),
        ("lobby", "x" * 4001, "text_too_long"),
        ("lobby", " ", "empty_text"),
    ],
)
async def test_what_is_refused_raises(
    client: Callable[..., Client], room: str, text: str, code: str
) -> None:
    """A room that is not there, or a text that can never go, is refused."""
    with pytest.raises(ChatError) as refused:
        await send.run(client("ada"), room=room, text=text, timeout_s=10)
    assert refused.value.code == code


async def test_no_server_is_told_within_bounds(tmp_path: Path) -> None:
    """Where nobody answers, it gives up in time and says why."""
    nobody = Client("asynchat://127.0.0.1:1?tls=no", name="ada", data=tmp_path)
    with pytest.raises(ChatError, match=r"nobody listens|No answer"):
        await send.run(nobody, room="lobby", text="x", timeout_s=0.05)


@pytest.mark.parametrize(
    ("room", "known"),
    [("lobby", "it is not known whether it was stored"), ("other", "nothing was sent")],
)
async def test_a_server_that_falls_silent_is_told_within_bounds(
    room: str, known: str, client: Callable[..., Client], relay: Relay
) -> None:
    """Where no answer comes in time, the sentence tells whether it may have been stored."""
    ada = client("ada", address=relay.address)

    def fall_silent(notice: Notice) -> None:
        relay.silent = ada.connection.phase == "online"

    ada.subscribe(fall_silent)
    with pytest.raises(ChatError, match=rf"^No answer from .* within 0.3 s; {known}\.$"):
        await send.run(ada, room=room, text="x", timeout_s=0.3)
