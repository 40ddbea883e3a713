"""A transfer connection, byte by byte."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from tests.file_client import begin, content_of, cut_all, say_file, ticket
from tests.raw_client import Wire, line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.serving import Connect, Join, Serve

CONTENT = content_of(300_000)


@pytest.fixture(autouse=True)
def cut(serve: Serve) -> Iterator[None]:
    """Cut transfer connections before servers stop."""
    yield
    cut_all()


def sent(content: bytes) -> bytes:
    """Return the frame that ends a file."""
    return line("sent", sha256=sha256(content).hexdigest())


async def test_everything_may_come_at_once(serve: Serve, join: Join, connect: Connect) -> None:
    """Who knows that a file is new need not wait before sending it, and the next."""
    server = await serve()
    ada = await join(server, "ada")
    first, second = await ticket(ada, "a", len(CONTENT)), await ticket(ada, "b", 1)
    wire = await connect(server)
    wire.send_bytes(
        line("store", ticket=first["ticket"])
        + CONTENT
        + sent(CONTENT)
        + line("store", ticket=second["ticket"])
        + b"x"
        + sent(b"x")
    )
    kinds = [(await wire.frame())["type"] for _ in range(4)]
    assert kinds == ["ready", "stored", "ready", "stored"]


async def test_everything_may_come_bit_by_bit(serve: Serve, join: Join) -> None:
    """Frames and bytes are told apart wherever packets begin."""
    server = await serve()
    ada = await join(server, "ada")
    given = await ticket(ada, "a", 5)
    wire = await Wire.open(server.address)
    for byte in line("store", ticket=given["ticket"]) + b"hello" + sent(b"hello"):
        wire.send_bytes(bytes([byte]))
        await wire.writer.drain()
    assert [(await wire.frame())["type"] for _ in range(2)] == ["ready", "stored"]
    wire.cut()


async def test_a_connection_ends_when_the_other_side_does(serve: Serve, join: Join) -> None:
    """After a transfer it may go; nothing more is said."""
    server = await serve()
    ada = await join(server, "ada")
    said = await say_file(ada, server, CONTENT)
    given = await ada.ask("download", file=said["file"]["id"])
    wire = await begin(server, "fetch", given["ticket"])
    assert (await wire.frame())["size"] == len(CONTENT)
    assert await wire.reader.readexactly(len(CONTENT)) == CONTENT
    wire.writer.write_eof() if wire.writer.can_write_eof() else wire.writer.close()
    assert await wire.reader.read() == b""


async def test_a_frame_between_transfers_has_its_limit(serve: Serve, join: Join) -> None:
    """What is longer than a hello may be ends the connection, and says why."""
    server = await serve()
    ada = await join(server, "ada")
    given = await ticket(ada, "a", 0)
    wire = await begin(server, "store", given["ticket"])
    await wire.expect("ready")
    wire.send_bytes(b"x" * 9000)
    assert (await wire.frame())["code"] == "frame_too_long"


async def test_a_welcome_connection_stays_one(serve: Serve, join: Join) -> None:
    """A ticket does not turn a conversation into a transfer."""
    server = await serve()
    ada = await join(server, "ada")
    given = await ticket(ada, "a", 5)
    ada.send("store", ticket=given["ticket"])
    assert (await ada.expect("error"))["code"] == "bad_request"
