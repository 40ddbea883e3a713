from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from asynchat.doors.control import FOLDER, reachable
from asynchat.errors import ChatError
from asynchat.link.client import Client
from asynchat.link.operator import Operator
from asynchat.link.wire import LinkSettings, Wire
from asynchat.messages import Message, Pong

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from asynchat.server import Server
    from tests.plugins.waiting import Until
    from tests.serving import Serve

pytest_plugins = ["tests.serving"]


def dial_of(
    server: Server,
) -> Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]:
    """Return what opens the control socket of a server."""

    async def dial() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        with reachable(server._settings.data / FOLDER) as path:
            return await asyncio.open_unix_connection(path)

    return dial


@pytest.fixture
async def server(serve: Serve) -> Server:
    return await serve()


@pytest.fixture
async def operator(server: Server) -> AsyncIterator[Operator]:
    made = Operator(dial_of(server), address=server.public_address)
    await made.start()
    yield made
    await made.close()


async def test_the_operator_sees_and_acts_and_is_nobody(
    server: Server, operator: Operator, tmp_path: Path, until: Until
) -> None:
    """It sees who is connected, is in no list itself, and what it does is in the audit log."""
    async with Client(server.address, name="ben", data=tmp_path) as ben:
        (one,) = await operator.clients(most=10)
        assert (one.name, one.account) == ("ben", ben.account)
        await ben.create("den", private=True)
        await operator.change_room("den", archived=True)
        assert "den" in {room.name for room in await operator.list_rooms(hidden=True)}
        await operator.mute(account=one.account, seconds=60)
        assert len(await operator.bans(most=1)) == 1
        await operator.disconnect(account=one.account, session=one.session, reason="tea")
    deeds, more = await operator.audit()
    assert {deed.action for deed in deeds} >= {"disconnect", "mute"}
    assert not more


async def test_the_operator_invites(server: Server, operator: Operator, tmp_path: Path) -> None:
    """The invitation is an address that lets somebody in."""
    address = await operator.make_invitation(role="admin")
    # The first is the owner's.
    assert [one.role for one in await operator.invitations()] == ["owner", "admin"]
    async with Client(address, name="ada", data=tmp_path) as ada:
        assert ada.role == "admin"


async def test_a_refusal_is_raised(operator: Operator) -> None:
    """It is the server's sentence."""
    with pytest.raises(ChatError) as caught:
        await operator.kick("den", "nobody")
    assert caught.value.code in {"no_such_room", "no_such_person"}


async def test_it_ends_with_the_server(serve: Serve, until: Until) -> None:
    """What is asked for then is refused at once, with a sentence."""
    server = await serve()
    operator = Operator(dial_of(server), address=server.address)
    await operator.start()
    await server.__aexit__(None, None, None)
    serve._running.remove(server)
    await until(lambda: operator._ended is not None)
    with pytest.raises(ChatError) as caught:
        await operator.stats()
    assert caught.value.code == "closed"
    await operator.close()


async def test_who_does_not_answer_is_told(tmp_path: Path) -> None:
    """Nobody there, and somebody who is silent, are one sentence each."""

    async def nobody() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_unix_connection(str(tmp_path / "none"))

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    silent = await asyncio.start_unix_server(say_nothing, path=str(tmp_path / "silent"))

    async def dial() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_unix_connection(str(tmp_path / "silent"))

    settings = LinkSettings(welcome_timeout_s=0.1, close_timeout_s=0.1)
    for way in (nobody, dial):
        operator = Operator(way, address="asynchat://127.0.0.1:1?tls=no", settings=settings)
        with pytest.raises(ChatError) as caught:
            await operator.start()
        assert caught.value.code == "unreachable"
    silent.close()


async def test_pings_are_answered(
    serve: Serve, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who looks on for long, and asks nothing, is not taken for dead."""
    sent: list[Message] = []
    send = Wire.send

    def note(wire: Wire, message: Message) -> None:
        sent.append(message)
        send(wire, message)

    monkeypatch.setattr(Wire, "send", note)
    server = await serve(ping_after_s=0.05, dead_after_s=5)
    operator = Operator(dial_of(server), address=server.address)
    await operator.start()
    await until(lambda: any(isinstance(message, Pong) for message in sent))
    assert (await operator.stats()).connections == 0
    await operator.close()
