"""Servers that talk nonsense on a connection for files, and what becomes of it."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.address import parse_address
from asynchat.errors import ChatError
from asynchat.link.notices import Announcer
from asynchat.link.transfer_wire import TransferWire
from asynchat.link.trust import Trust
from asynchat.link.wire import LinkSettings
from asynchat.messages import FetchFile, Ready, SentFile

if TYPE_CHECKING:
    from pathlib import Path

    from tests.link.conftest import Raw

ASKED = FetchFile(ticket="t")


async def dialled(raw: Raw, tmp_path: Path, *said: bytes, end: bool = False) -> TransferWire:
    """Return a connection on which the server says something after the first frame."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        for data in said:
            writer.write(data)
            await writer.drain()
        if not end:
            await reader.read()

    where = parse_address(await raw(serve))
    trust = Trust(where, tmp_path, Announcer().tell)
    return await TransferWire.dial(where, LinkSettings(transfer_timeout_s=0.2), trust)


async def test_bytes_behind_a_frame_are_not_lost(raw: Raw, tmp_path: Path) -> None:
    """What came with the frame is what is read first."""
    wire = await dialled(raw, tmp_path, b'{"type":"ready","offset":0,"size":6}\nabc', b"def")
    assert (await wire.ask(ASKED, Ready)).size == 6
    assert await wire.read(6) == b"abcdef"
    await wire.close()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b'{"type":"error","re":null,"code":"bad_ticket","text":"No."}\n', "bad_ticket"),
        (b'{"type":"pong","re":"x"}\n', "bad_frame"),
        (b'{"type":"newer"}\n', "bad_frame"),
        (b"nonsense\n", "bad_frame"),
        (b"x" * 200_000, "frame_too_long"),
    ],
)
async def test_what_is_no_answer_is_an_error(
    raw: Raw, tmp_path: Path, said: bytes, code: str
) -> None:
    """A refusal is one, and so is anything else."""
    wire = await dialled(raw, tmp_path, said)
    with pytest.raises(ChatError) as caught:
        await wire.ask(ASKED, Ready)
    assert caught.value.code == code
    await wire.close()


async def test_a_silent_server_is_given_up(raw: Raw, tmp_path: Path) -> None:
    """So is one that goes."""
    wire = await dialled(raw, tmp_path)
    with pytest.raises(TimeoutError):
        await wire.ask(ASKED, Ready)
    await wire.close()
    wire = await dialled(raw, tmp_path, end=True)
    with pytest.raises(ConnectionError):
        await wire.ask(ASKED, Ready)
    await wire.close()


async def send_until_broken(wire: TransferWire) -> Exception:
    """Send bytes that nobody takes; return what comes of it."""
    try:
        while True:
            await wire.send(b"x" * 100_000)
    except (OSError, ChatError) as error:
        return error


@pytest.mark.parametrize(
    ("last", "kind"),
    [
        (b'{"type":"error","re":null,"code":"storage_full","text":"Full."}\n', ChatError),
        (b'{"type":"pong","re":"x"}\n', ChatError),
        (b"", ConnectionError),
    ],
)
async def test_who_takes_no_more_may_say_why(
    raw: Raw, tmp_path: Path, last: bytes, kind: type[Exception]
) -> None:
    """The last frame of the server is what went wrong, not that it closed."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b'{"type":"ready","offset":0,"size":100000000}\n' + last)
        writer.write_eof()
        await reader.read(1000)
        await asyncio.sleep(0.05)

    where = parse_address(await raw(serve))
    wire = await TransferWire.dial(where, _SETTINGS, Trust(where, tmp_path, Announcer().tell))
    await wire.ask(ASKED, Ready)
    assert isinstance(await send_until_broken(wire), kind)
    await wire.close()


_SETTINGS: Any = LinkSettings(transfer_timeout_s=5)


async def test_a_server_that_takes_slowly_has_the_time(raw: Raw, tmp_path: Path) -> None:
    """Where it takes something, it may take longer for all of it, and to answer, than is waited."""
    size = 4_000_000

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        below = writer.get_extra_info("socket")
        below.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        await reader.readline()
        writer.write(b'{"type":"ready","offset":0,"size":4000000}\n')
        left = size
        while left:
            left -= len(await reader.read(min(left, 64 * 1024)))
            await asyncio.sleep(0.04)
        await reader.readline()
        writer.write(b'{"type":"ready","offset":0,"size":7}\n')
        await reader.read()

    where = parse_address(await raw(serve))
    settings = LinkSettings(transfer_timeout_s=1)
    wire = await TransferWire.dial(where, settings, Trust(where, tmp_path, Announcer().tell))
    await wire.ask(ASKED, Ready)
    await wire.send(bytes(size))
    assert (await wire.ask(SentFile(sha256=""), Ready)).size == 7
    await wire.close()


async def test_a_server_that_takes_nothing_is_given_up(raw: Raw, tmp_path: Path) -> None:
    """Nobody waits for it for ever."""
    begun = asyncio.Event()

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await begun.wait()

    where = parse_address(await raw(serve))
    settings = LinkSettings(transfer_timeout_s=0.2)
    wire = await TransferWire.dial(where, settings, Trust(where, tmp_path, Announcer().tell))
    assert isinstance(await send_until_broken(wire), TimeoutError)
    begun.set()
    await wire.close()
