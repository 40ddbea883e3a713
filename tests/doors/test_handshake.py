"""The handshake, when its turn has come: in time, or not at all, and nobody else is the worse."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
import sys
from typing import TYPE_CHECKING

import pytest

from asynchat.doors import native
from asynchat.doors.handshake import Context
from tests.raw_client import Wire, fingerprint_of, host_and_port, line, unverified

if TYPE_CHECKING:
    from asynchat.doors.native import Door
    from asynchat.server import Server
    from tests.plugins.waiting import Until
    from tests.serving import Connect, Join, Serve, StartProcess

KIB = 1024


@pytest.fixture
def tls() -> bool:
    """Speak TLS here."""
    return True


def door_of(server: Server) -> Door:
    """Return the door of a server in this process."""
    return server._door


async def tcp(server: Server | str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect without TLS."""
    address = server if isinstance(server, str) else server.address
    return await asyncio.open_connection(*host_and_port(address))


async def told(reader: asyncio.StreamReader) -> bytes:
    """Return what comes until the server closes."""
    try:
        async with asyncio.timeout(10):
            return await reader.read()
    except ConnectionError:
        return b""


@pytest.fixture(params=["asyncio", "uvloop"])
async def address(
    request: pytest.FixtureRequest, serve: Serve, start_process: StartProcess, patience_s: float
) -> str:
    """Return the address of a server, on each of the loops."""
    if request.param == "asyncio":
        return (await serve(tls_handshake_timeout_s=patience_s)).address
    pytest.importorskip("uvloop")
    return await (await start_process(tls_handshake_timeout_s=patience_s)).listening()


@pytest.fixture
def patience_s() -> float:
    """How long the server waits for a handshake."""
    return 0.3


async def test_a_session_over_tls(address: str, join: Join) -> None:
    """TLS 1.3 from the first byte; large frames pass both ways, and the end is a clean one."""
    ada = await join(address, "ada")
    assert ada.writer.get_extra_info("ssl_object").version() == "TLSv1.3"
    for _ in range(40):
        ada.send("say", room="lobby", text="x" * 4000)
    await ada.settle()
    assert len(ada.texts()) == 40
    await ada.bye()
    assert ada.reader.at_eof()


async def test_the_end_is_not_waited_for(
    address: str, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both sides close at once: the server need not give up on who takes its last frames."""
    monkeypatch.setattr(native, "_FLUSH_TIMEOUT_S", 60)
    ada = await join(address, "ada")
    async with asyncio.timeout(10):
        await ada.bye()


@pytest.mark.parametrize("patience_s", [60])
async def test_a_hello_may_follow_the_handshake_at_once(address: str) -> None:
    """Whoever sends everything byte by byte is welcome as well: nothing read is lost."""
    reader, writer = await tcp(address)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = unverified().wrap_bio(incoming, outgoing)
    async with asyncio.timeout(10):
        while True:
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                await _dribbled(writer, outgoing.read())
                incoming.write(await reader.read(100))
        tls.write(line("hello", version=1, name="ada"))
        await _dribbled(writer, outgoing.read())
        answer = b""
        while b"\n" not in answer:
            try:
                answer += tls.read(KIB)
            except ssl.SSLWantReadError:
                incoming.write(await reader.read(7))
    assert answer.startswith(b'{"type":"welcome"')
    writer.transport.abort()


async def _dribbled(writer: asyncio.StreamWriter, data: bytes) -> None:
    for at in range(len(data)):
        writer.write(data[at : at + 1])
        await writer.drain()
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    "data",
    [line("hello", version=1, name="ada"), b"GET / HTTP/1.1\r\nHost: chat\r\n\r\n", b"\x80\x00"],
)
async def test_who_speaks_plain_is_told_so_in_plain(address: str, data: bytes) -> None:
    """One error frame, `tls_required`, and the end."""
    reader, writer = await tcp(address)
    writer.write(data)
    answer = await told(reader)
    assert answer.count(b"\n") == 1
    assert b'"code":"tls_required"' in answer
    writer.close()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x16", id="one byte"),
        pytest.param(b"\x16\x03\x01" + b"\xff" * 700, id="garbage"),
        pytest.param(b"\x16" * 300 * KIB, id="much garbage"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", id="half a hello"),
        pytest.param(b"\x16\x03\x01\xff\xff" + b"\0" * 20_000, id="a record that is too long"),
        pytest.param(b"", id="silence"),
    ],
)
async def test_what_is_no_handshake_ends_in_time(address: str, data: bytes, join: Join) -> None:
    """Garbage, half a handshake or none: the connection ends, and others never notice."""
    reader, writer = await tcp(address)
    writer.write(data)
    assert b"{" not in await told(reader)
    writer.close()
    assert (await join(address, "ada")).name == "ada"


async def test_half_a_hello_that_is_left_costs_no_tls(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, until: Until
) -> None:
    """Until its first record is whole, and where it never will be, no TLS begins."""
    began: list[bytes] = []
    monkeypatch.setattr(Context, "begin_with", lambda _, data: began.append(data))
    server = await serve(tls_handshake_timeout_s=60)
    _, writer = await tcp(server)
    for data in (b"\x16", b"\x03\x01\x02\x00", b"\x01\x00"):
        writer.write(data)
        await writer.drain()
    await until(lambda: door_of(server)._open == 1)
    writer.write_eof()
    await until(lambda: door_of(server)._open == 0)
    assert not began
    writer.close()


async def test_an_older_tls_is_refused(address: str) -> None:
    """Who can speak no more than 1.2 does not come in."""
    context = unverified()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(OSError, match=r".*"):
        await asyncio.open_connection(*host_and_port(address), ssl=context)


async def test_who_dribbles_its_handshake_is_ended(serve: Serve) -> None:
    """A byte now and then does not lengthen the time for the handshake."""
    server = await serve(tls_handshake_timeout_s=0.3)
    reader, writer = await tcp(server)
    ended = asyncio.Event()

    async def dribble() -> None:
        while not ended.is_set():
            writer.write(b"\x16")
            await asyncio.sleep(0.02)

    async with asyncio.TaskGroup() as group:
        group.create_task(dribble())
        await told(reader)
        ended.set()
    writer.close()


async def test_a_failed_handshake_is_a_debug_line(
    serve: Serve, caplog: pytest.LogCaptureFixture, until: Until
) -> None:
    """It says with whom, and is no traceback."""
    caplog.set_level(logging.DEBUG, "asynchat")
    server = await serve()
    reader, writer = await tcp(server)
    writer.write(b"\x16\x03\x01" + b"\xff" * 700)
    await told(reader)
    writer.close()
    (record,) = [one for one in caplog.records if "no TLS with 127.0.0.1:" in one.message]
    assert record.levelno == logging.DEBUG
    assert record.exc_info is None
    await until(lambda: door_of(server)._open == 0)


async def test_half_open_ones_count_as_unauthenticated(
    serve: Serve, join: Join, until: Until
) -> None:
    """Of one address so many may be shaking hands; a further one is told that it is full."""
    server = await serve(unauthenticated_per_address=2)
    half_open = [await tcp(server) for _ in range(2)]
    (address,) = door_of(server)._addresses.values()
    await until(lambda: address.unauthenticated == 2)
    (error,) = await (await Wire.open(server.address)).rest()
    assert error["code"] == "server_full"
    for _, writer in half_open:
        writer.close()
    await until(lambda: address.unauthenticated == 0)
    assert (await join(server, "ada")).name == "ada"


async def test_who_waits_for_its_turn_shakes_no_hands(serve: Serve, until: Until) -> None:
    """Over its rate a connection is taken on and not read, and no deadline runs."""
    server = await serve(connection_burst=1, connections_per_s=0.001, tls_handshake_timeout_s=0.05)
    _, first = await tcp(server)
    waiting = asyncio.create_task(  # noqa: TID251 - ended below
        asyncio.open_connection(*host_and_port(server.address), ssl=unverified())
    )
    await until(lambda: len(door_of(server)._arriving) >= 1)
    await until(lambda: door_of(server)._open == 1)  # the first one's time was over
    assert not waiting.done()
    await serve.stop(server)
    with pytest.raises(OSError, match=r".*"):
        await waiting
    first.close()


async def test_only_so_many_are_refused_with_a_handshake(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch, until: Until
) -> None:
    """Past that a connection that does not fit is dropped without a word."""
    monkeypatch.setattr(native, "_REFUSED_AT_ONCE", 1)
    server = await serve(max_connections=1)
    await connect(server)
    _, holds = await tcp(server)
    await until(lambda: door_of(server)._refusing == 1)
    reader, writer = await tcp(server)
    assert await told(reader) == b""
    for one in (holds, writer):
        one.close()
    await until(lambda: door_of(server)._refusing == 0)
    (error,) = await (await Wire.open(server.address)).rest()
    assert error["code"] == "server_full"


async def test_a_stop_waits_for_no_handshake(serve: Serve, until: Until) -> None:
    """Who is in the midst of one is dropped, and not spoken to in plain."""
    server = await serve(tls_handshake_timeout_s=60, stop_timeout_s=60)
    reader, writer = await tcp(server)
    writer.write(b"\x16")
    (address,) = await _addresses(server, until)
    assert address
    async with asyncio.timeout(10):
        await serve.stop(server)
    assert await told(reader) == b""
    writer.close()


async def _addresses(server: Server, until: Until) -> list[str]:
    await until(lambda: any(a.unauthenticated for a in door_of(server)._addresses.values()))
    return list(door_of(server)._addresses)


async def test_those_who_come_at_once_each_get_their_own_handshake(serve: Serve) -> None:
    """What was read of one connection never begins another's."""
    server = await serve(tls_handshake_timeout_s=60, unauthenticated_per_address=1000)
    wires = await asyncio.gather(*(Wire.open(server.address) for _ in range(50)))
    assert {fingerprint_of(wire.writer) for wire in wires} == {server.fingerprint}
    for number, wire in enumerate(wires):
        assert (await wire.hello(f"ada{number}"))["type"] == "welcome"
        wire.cut()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="connects from many addresses")
async def test_two_thousand_half_open_handshakes(serve: Serve, join: Join, until: Until) -> None:
    """From twenty addresses, a hundred each: who comes meanwhile is welcome all the same."""
    server = await serve(tls_handshake_timeout_s=60)
    where = host_and_port(server.address)
    with contextlib.ExitStack() as stack:
        for number in range(2_000):
            local = (f"127.0.1.{number % 20 + 1}", 0)
            sock = stack.enter_context(socket.create_connection(where, 10, source_address=local))
            sock.sendall(b"\x16\x03\x01\x02\x00")
            if number % 100 == 0:
                await asyncio.sleep(0)
        await until(lambda: door_of(server)._open == 2_000)
        assert (await join(server, "ada")).name == "ada"
    await until(lambda: door_of(server)._open == 1)
