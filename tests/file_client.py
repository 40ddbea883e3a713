"""Files over raw sockets: what anybody could write from the protocol's page."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING, Any

from tests.raw_client import DEADLINE_S, Wire

if TYPE_CHECKING:
    from asynchat.server import Server


_open: list[Wire] = []


def cut_all() -> None:
    """Cut every transfer connection."""
    while _open:
        _open.pop().cut()


def content_of(size: int, seed: int = 1) -> bytes:
    """Return so many bytes that no other seed has."""
    return Random(seed).randbytes(size)


async def ticket(chat: Wire, name: str, size: int, **fields: object) -> dict[str, Any]:
    """Ask to send a file; return the ticket, or the error."""
    fields.setdefault("room", "lobby")
    return await chat.ask("upload", name=name, size=size, **fields)


async def begin(server: Server | str, kind: str, ticket: str, **fields: object) -> Wire:
    """Open a transfer connection and send its first frame."""
    address = server if isinstance(server, str) else server.address
    wire = await Wire.open(address)
    _open.append(wire)
    wire.send(kind, ticket=ticket, **fields)
    return wire


async def send_rest(wire: Wire, content: bytes) -> dict[str, Any]:
    """Send what is wanted of a file, and its hash; return what the server says to it."""
    ready = await wire.frame()
    if ready["type"] != "ready":
        return ready
    wire.send_bytes(content[ready["offset"] :])
    wire.send("sent", sha256=sha256(content).hexdigest())
    return await wire.frame()


async def upload(
    chat: Wire, server: Server | str, content: bytes, name: str = "a.bin", **fields: object
) -> dict[str, Any]:
    """Send a file whole; return the file, or the error."""
    given = await ticket(chat, name, len(content), **fields)
    if given["type"] != "ticket":
        return given
    wire = await begin(server, "store", given["ticket"])
    try:
        answer = await send_rest(wire, content)
    finally:
        wire.cut()
    file: dict[str, Any] = answer.get("file", answer)
    return file


async def say_file(
    chat: Wire, server: Server | str, content: bytes, name: str = "a.bin", room: str = "lobby"
) -> dict[str, Any]:
    """Send a file and say it; return the event."""
    file = await upload(chat, server, content, name, room=room)
    return await chat.ask("say", room=room, text="", file=file["id"])


async def download(
    chat: Wire, server: Server | str, file: str, offset: int = 0, **fields: object
) -> bytes | str:
    """Fetch a file from an offset on; return its bytes, or the code of the error."""
    given = await chat.ask("download", file=file, **fields)
    if given["type"] != "ticket":
        return str(given["code"])
    return await fetch(server, given["ticket"], offset)


async def fetch(server: Server | str, ticket: str, offset: int = 0) -> bytes | str:
    """Fetch what a ticket is for; return its bytes, or the code of the error."""
    wire = await begin(server, "fetch", ticket, offset=offset)
    try:
        ready = await wire.frame()
        if ready["type"] != "ready":
            return str(ready["code"])
        async with asyncio.timeout(DEADLINE_S):
            return await wire.reader.readexactly(ready["size"] - ready["offset"])
    finally:
        wire.cut()
