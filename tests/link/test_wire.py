from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from asynchat.address import parse_address
from asynchat.errors import ChatError
from asynchat.link.trust import Trust
from asynchat.link.wire import LinkSettings, Wire
from asynchat.messages import Ping, Say, SetTopic, Upto
from tests.link.scripts import frame, read

if TYPE_CHECKING:
    from asynchat.messages import ServerFrame
    from tests.link.conftest import Raw
    from tests.plugins.waiting import Until
    from tests.serving import Serve

SETTINGS = LinkSettings(connect_timeout_s=5, close_timeout_s=0.05, dead_after_s=5)


async def dial(address: str, settings: LinkSettings = SETTINGS) -> Wire:
    """Connect to an address without TLS: no directory is looked at for it."""
    where = parse_address(address)
    return await Wire.dial(where, settings, Trust(where, Path("/nowhere"), lambda _: None))


async def test_frames_come_in_any_chunking(raw: Raw) -> None:
    """What a server dribbles byte by byte is the same frames; unknown types are left out."""

    async def dribble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for byte in frame("upto", cursor="a") + frame("novel", x=1) + frame("upto", cursor="b"):
            writer.write(bytes([byte]))
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    wire = await dial(await raw(dribble))
    assert [message async for message in wire.frames()] == [Upto(cursor="a"), Upto(cursor="b")]
    await wire.close()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "bad_frame"),
        (b"\xff\xfe\n", "bad_frame"),
        (b"[" * 60_000 + b"\n", "bad_frame"),
        (b'{"type":"upto"}\n', "bad_frame"),
        (b'{"type":5}\n', "bad_frame"),
        (b"x" * (128 * 1024 + 1), "frame_too_long"),
    ],
    ids=["http", "no utf-8", "deep", "field missing", "type of another kind", "oversized"],
)
async def test_nonsense_is_a_sentence(raw: Raw, data: bytes, code: str) -> None:
    """What is no frame of ours ends the connection with a sentence that says so."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await reader.read()

    wire = await dial(await raw(talk))
    with pytest.raises(ChatError, match="does not speak asynchat's protocol") as caught:
        await anext(wire.frames())
    assert caught.value.code == code
    await wire.close()


async def test_silence_is_death(raw: Raw) -> None:
    """A server that says nothing for too long counts as dead."""

    async def listen(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    wire = await dial(await raw(listen), LinkSettings(dead_after_s=0.02, close_timeout_s=0.05))
    with pytest.raises(TimeoutError):
        await anext(wire.frames())
    await wire.close()


async def test_nothing_is_heard_after_abort(raw: Raw) -> None:
    """What was read before a connection is dropped, and is left, is not told any more."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"".join(frame("upto", cursor=str(number)) for number in range(9)))
        await reader.read()

    wire = await dial(await raw(talk))
    heard: list[ServerFrame] = []
    async for message in wire.frames():
        heard.append(message)
        if len(heard) == 3:
            wire.abort()
    assert heard == [Upto(cursor=str(number)) for number in range(3)]
    await wire.close()


async def test_sending_never_waits_and_is_bounded(raw: Raw) -> None:
    """A server that takes nothing is dropped before what waits for it grows without end."""
    go_on = asyncio.Event()

    async def read_nothing(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        await go_on.wait()

    wire = await dial(await raw(read_nothing))
    for _ in range(600):
        wire.send(SetTopic(id="a", room="dev", text="x" * 60_000))
    assert [message async for message in wire.frames()] == []
    await wire.close()
    go_on.set()


async def test_a_window_of_requests_fits_before_that(raw: Raw) -> None:
    """64 of the largest requests wait for a server that is slow, and arrive."""
    texts: list[int] = []

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reader._limit = 128 * 1024  # type: ignore[attr-defined] # what the standard reader allows
        while len(texts) < 64:
            texts.append(len((await read(reader))["text"]))
        writer.write(frame("upto", cursor="all"))
        await reader.read()

    wire = await dial(await raw(count))
    for number in range(64):
        wire.send(Say(id=f"a{number}", room="dev", text="x" * 65_000))
    assert await anext(wire.frames()) == Upto(cursor="all")
    assert texts == [65_000] * 64
    await wire.close()


async def test_closing_is_bounded_with_unsent_bytes(raw: Raw) -> None:
    """Closing towards a server that takes nothing ends, also when it is cancelled midway."""
    go_on = asyncio.Event()

    async def read_nothing(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        await go_on.wait()

    address = await raw(read_nothing)
    for close_timeout_s in (0.02, 60):
        wire = await dial(address, LinkSettings(close_timeout_s=close_timeout_s))
        for _ in range(200):
            wire.send(SetTopic(id="a", room="dev", text="x" * 60_000))
        async with asyncio.TaskGroup() as group:
            closing = group.create_task(wire.close())
            await asyncio.sleep(0)
            if close_timeout_s > 1:
                closing.cancel()
        await asyncio.sleep(0)
        assert wire._writer.transport._sock is None  # type: ignore[attr-defined]
    go_on.set()


async def test_dialling_is_bounded(raw: Raw) -> None:
    """Dialling where nobody takes the connection on ends after its deadline."""

    async def listen(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    with pytest.raises(TimeoutError):
        await dial(await raw(listen), LinkSettings(connect_timeout_s=0))


async def test_half_a_character_is_refused(raw: Raw) -> None:
    """What UTF-8 has no bytes for raises, and the connection goes on."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read(reader, "ping")
        writer.write(frame("upto", cursor="a"))
        await reader.read()

    wire = await dial(await raw(answer))
    with pytest.raises(ChatError) as caught:
        wire.send(Say(id="a", room="dev", text="\ud800"))
    assert caught.value.code == "bad_request"
    wire.send(Ping(id="a"))
    assert await anext(wire.frames()) == Upto(cursor="a")
    await wire.close()


@pytest.mark.parametrize("tls", [False, True])
async def test_what_is_sent_over_a_lost_connection_is_dropped(
    serve: Serve, until: Until, tmp_path: Path
) -> None:
    """It is in the outbox and goes again; nothing is raised, over TLS neither."""
    server = await serve()
    where = parse_address(server.address)
    wire = await Wire.dial(where, SETTINGS, Trust(where, tmp_path, lambda _: None))
    await serve.stop(server)
    if where.tls:
        await until(wire._writer.transport.is_closing)
    wire.send(Ping(id="p"))
    await wire.close()
    wire.send(Ping(id="p"))
