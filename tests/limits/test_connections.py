"""How many may come, how fast, and what is done about those who say nothing."""

from __future__ import annotations

import asyncio
import contextlib
import json
import select
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from asynchat.doors import native
from asynchat.link.client import Client
from tests.limits.conftest import (
    JUST_OVER_S,
    JUST_UNDER_S,
    PATIENT,
    connect_from,
    door_of,
    is_served,
    settled,
)
from tests.raw_client import host_and_port, line, unverified

if TYPE_CHECKING:
    from asynchat.server import Server
    from tests.limits.conftest import Clock
    from tests.plugins.waiting import Until
    from tests.raw_client import Wire
    from tests.serving import Connect, Join, Serve

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="as Linux does it")


# How many


async def test_so_many_are_served_at_once(serve: Serve, join: Join, connect: Connect) -> None:
    """The last that fits is served; the next gets `server_full`, and room is made by leaving."""
    server = await serve(max_connections=3)
    ada = await join(server, "ada")
    silent = await connect(server)
    assert await is_served(silent)
    assert await is_served(await connect(server))
    (error,) = await (await connect(server)).rest()
    assert (error["code"], error["retry_after"]) == ("server_full", 10)
    await ada.bye()
    assert (await silent.hello("silent"))["type"] == "welcome"


async def test_so_many_of_an_address_may_have_said_no_hello(
    serve: Serve, join: Join, connect: Connect
) -> None:
    """Up to the limit they are served; the next gets `server_full`, who is welcome not counted."""
    server = await serve(unauthenticated_per_address=3)
    await join(server, "ada")
    for _ in range(3):
        assert await is_served(await connect(server))
    (error,) = await (await connect(server)).rest()
    assert (error["code"], error["retry_after"]) == ("server_full", 10)


@linux_only
async def test_who_comes_from_elsewhere_is_counted_apart(
    serve: Serve, connect: Connect, until: Until
) -> None:
    """Neither the crowd of one address nor its rate is in another's way."""
    server = await serve(unauthenticated_per_address=1, connection_burst=2, connections_per_s=0.001)
    assert await is_served(await connect(server))
    assert (await (await connect(server)).frame())["code"] == "server_full"
    await connect(server)
    await until(lambda: len(door_of(server)._arriving) == 1)
    other = await connect_from("127.0.0.2", server)
    assert await is_served(other)
    other.cut()


async def test_who_waits_for_its_turn_is_not_counted_as_silent(
    serve: Serve, connect: Connect, join: Join, until: Until
) -> None:
    """Those that are not read yet take no place from those that are."""
    server = await serve(unauthenticated_per_address=2, connection_burst=2, connections_per_s=0.001)
    first = await connect(server)
    assert await is_served(first)
    waiting = [await connect(server) for _ in range(4)]
    await until(lambda: len(door_of(server)._arriving) == 3)
    assert await is_served(waiting[0])
    assert (await first.hello("ada"))["type"] == "welcome"


@linux_only
async def test_so_many_wait_to_be_accepted(serve: Serve) -> None:
    """While the server is busy the system takes so many on; who is over it comes in later."""
    server = await serve(backlog=3)
    where = host_and_port(server.address)
    # The server shares this thread: nothing is accepted before the next await.  Linux takes
    # one more than it is told.
    fitting = [socket.create_connection(where, timeout=10) for _ in range(3 + 1)]
    over = socket.socket()
    over.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        over.connect(where)
    assert select.select([], [over], [], 0)[1] == []
    for sock in (*fitting, over):
        reader, writer = await _opened(sock)
        writer.write(line("ping", id="p"))
        async with asyncio.timeout(10):
            assert json.loads(await reader.readline())["code"] == "not_welcome_yet"
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _opened(sock: socket.socket) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Return the streams of a socket, once it is connected."""
    sock.setblocking(False)
    loop = asyncio.get_running_loop()
    connected = asyncio.Event()
    loop.add_writer(sock, connected.set)
    try:
        async with asyncio.timeout(10):
            await connected.wait()
    finally:
        loop.remove_writer(sock)
    return await asyncio.open_connection(sock=sock)


# How fast


async def test_so_many_come_at_once_and_the_next_waits(
    serve: Serve, clock: Clock, connect: Connect
) -> None:
    """A burst is served at once; who is over it is accepted, and not read."""
    server = await serve(connection_burst=3, connections_per_s=0.001)
    for number in range(3):
        assert (await (await connect(server)).hello(f"guest{number}"))["type"] == "welcome"
    late = await connect(server)
    late.send_bytes(line("hello", version=1, name="late"))
    await settled()
    assert len(door_of(server)._arriving) == 1
    assert server.others_connected(None) == 3


async def test_one_more_comes_every_so_often(
    serve: Serve, clock: Clock, connect: Connect, join: Join
) -> None:
    """Each waits for its turn and not longer, and its own deadlines start then."""
    server = await serve(
        **{**PATIENT, "hello_timeout_s": 500}, connection_burst=1, connections_per_s=0.001
    )
    await join(server, "ada")
    late = [await connect(server) for _ in range(2)]
    for number, wire in enumerate(late):
        wire.send_bytes(line("hello", version=1, name=f"late{number}"))
    await settled()
    for number in range(2):
        await clock.forward(JUST_UNDER_S)
        assert server.others_connected(None) == 1 + number
        await clock.forward(JUST_OVER_S / 2)
        assert (await late[number].frame())["type"] == "welcome"


async def test_so_many_hellos_at_once(serve: Serve, connect: Connect) -> None:
    """Up to the burst each is looked at; the next is `too_fast`."""
    wire = await connect(await serve(hello_burst=3, hellos_per_s=0.001))
    codes = [(await wire.hello("no name"))["code"] for _ in range(4)]
    assert codes == ["bad_name"] * 3 + ["too_fast"]


async def test_one_more_hello_every_so_often(serve: Serve, clock: Clock, connect: Connect) -> None:
    """Who comes just too early is `too_fast` and told for how long; then it is looked at."""
    wire = await connect(await serve(**PATIENT, hello_burst=1, hellos_per_s=0.001))
    await wire.hello("no name")
    await clock.forward(JUST_UNDER_S)
    error = await wire.hello("ada")
    assert error["code"] == "too_fast"
    assert 0 < error["retry_after"] <= 1000 - JUST_UNDER_S
    await clock.forward(JUST_OVER_S)
    assert (await wire.hello("ada"))["type"] == "welcome"


# How long


async def test_a_handshake_has_so_much_time(serve: Serve, clock: Clock, until: Until) -> None:
    """Just before the end of it TLS may still be begun; just after, the connection is dropped."""
    server = await serve(**{**PATIENT, "tls": True, "tls_handshake_timeout_s": 1000})
    where = host_and_port(server.address)
    silent, late = [await asyncio.open_connection(*where) for _ in range(2)]
    (address,) = door_of(server)._addresses.values()
    await until(lambda: address.unauthenticated == 2)
    await clock.forward(JUST_UNDER_S)
    await late[1].start_tls(unverified())
    assert address.unauthenticated == 2
    await clock.forward(JUST_OVER_S)
    with contextlib.suppress(ConnectionError):
        assert await silent[0].read() == b""
    late[1].write(line("hello", version=1, name="late"))
    async with asyncio.timeout(10):
        assert b'"welcome"' in await late[0].readline()
    for _, writer in (silent, late):
        writer.transport.abort()


async def test_hello_has_so_much_time(serve: Serve, clock: Clock, connect: Connect) -> None:
    """Just before the end of it one is still read, and may come in; just after, sent away."""
    server = await serve(**{**PATIENT, "hello_timeout_s": 1000})
    silent, late = await connect(server), await connect(server)
    assert await is_served(silent)
    assert await is_served(late)
    await clock.forward(JUST_UNDER_S)
    door_of(server).watch_peers()
    assert (await late.hello("late"))["type"] == "welcome"
    assert await is_served(silent)
    await clock.forward(JUST_OVER_S)
    assert [frame["code"] for frame in await silent.rest()] == ["hello_timeout"]
    assert (await late.ask("ping"))["type"] == "pong"


async def test_silence_is_asked_about_after_so_much_time(
    serve: Serve, clock: Clock, join: Join
) -> None:
    """Just before that nothing is asked; just after, one `ping`."""
    server = await serve(**{**PATIENT, "ping_after_s": 1000})
    ada = await join(server, "ada")
    await clock.forward(JUST_UNDER_S)
    door_of(server).watch_peers()
    await ada.ask("ping")
    assert pings(ada) == 0
    await clock.forward(JUST_UNDER_S + JUST_OVER_S)
    await ada.ask("ping")
    assert pings(ada) == 1


def pings(wire: Wire) -> int:
    """Return how often a client was asked whether it is there."""
    return [frame["type"] for frame in wire.seen].count("ping")


async def test_silence_is_death_after_so_much_time(serve: Serve, clock: Clock, join: Join) -> None:
    """Just before that who was silent is served like anybody; just after, it is cut off."""
    server = await serve(**{**PATIENT, "dead_after_s": 1000})
    ada = await join(server, "ada")
    await clock.forward(JUST_UNDER_S)
    door_of(server).watch_peers()
    assert (await ada.ask("ping"))["type"] == "pong"
    await clock.forward(JUST_UNDER_S)
    door_of(server).watch_peers()
    assert server.others_connected(None) == 1
    await clock.forward(JUST_OVER_S)
    assert server.others_connected(None) == 0
    assert await ada.rest() == []


# The end


async def test_stopping_waits_so_long(
    serve: Serve,
    clock: Clock,
    join: Join,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Until then the server waits for who does not take its goodbye; then it stops all the same."""
    # Nothing else may end the connection first.
    monkeypatch.setattr(native, "_FLUSH_TIMEOUT_S", 1e6)
    server = await serve(**PATIENT, stop_timeout_s=1000)
    ada, deaf = await join(server, "ada"), await join(server, "deaf")
    deaf.pause()
    async with asyncio.TaskGroup() as group:
        stopped = group.create_task(serve.stop(server))
        await _said_goodbye(ada)
        await clock.forward(JUST_UNDER_S)
        assert not stopped.done()
        assert "not every client took its goodbye" not in caplog.text
        await clock.forward(JUST_OVER_S)
        async with asyncio.timeout(5):
            await stopped
    assert "not every client took its goodbye" in caplog.text


async def _said_goodbye(wire: Wire) -> None:
    (goodbye,) = [frame for frame in await wire.rest() if frame["type"] == "goodbye"]
    assert goodbye["reason"] == "shutdown"


async def test_who_was_told_goodbye_comes_back_after_so_much_time(
    serve: Serve, clock: Clock, join: Join, until: Until
) -> None:
    """The goodbye says it; our client does not come sooner, and comes before it is twice that."""
    server = await serve(**PATIENT, come_back_after_s=500)
    raw = await join(server, "raw")
    async with Client(server.address, name="ada") as ada:
        frames, _ = await asyncio.gather(raw.rest(), serve.stop(server))
        assert frames[-1] == {"type": "goodbye", "reason": "shutdown", "retry_after": 500.0}
        again = await _again(serve, server)
        await until(lambda: ada.connection.phase == "waiting")
        await clock.forward(490)
        assert again.others_connected(None) == 0
        await clock.forward(520)
        await until(lambda: again.others_connected(None) == 1)


async def _again(serve: Serve, server: Server) -> Server:
    """Return another server at the address of one that has stopped."""
    return await serve(port=host_and_port(server.address)[1], **PATIENT)
