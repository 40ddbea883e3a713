"""What a reader that lags may cost, for how long, and how it is brought up to date."""

from __future__ import annotations

import asyncio
import json
import socket
from typing import TYPE_CHECKING

import pytest

from asynchat.doors.native import StreamWire
from tests.limits.conftest import JUST_OVER_S, JUST_UNDER_S, PATIENT, session_of, settled
from tests.raw_client import line

if TYPE_CHECKING:
    from asynchat.doors.session import Session
    from asynchat.server import Server
    from tests.limits.conftest import Clock
    from tests.plugins.waiting import Until
    from tests.raw_client import Frame, Wire
    from tests.serving import Connect, Join, Serve

KIB = 1024


async def deaf_reader(server: Server, connect: Connect, until: Until) -> tuple[Wire, Session]:
    """Return somebody who is welcome and reads nothing, and the server's side of it."""
    wire = await connect(server, deaf=True)
    wire.send_bytes(line("hello", version=1, name="slow"))
    connections = server._door._connections
    await until(lambda: any(one.session.name == "slow" and one.session.live for one in connections))
    session = session_of(server, "slow")
    # The system shall not take all that is said: it has megabytes for each connection.
    assert isinstance(session.wire, StreamWire)
    sock = session.wire.writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 * KIB)
    return wire, session


async def said_bytes(wire: Wire, text: str) -> int:
    """Say something; return how many bytes the stream brings for it, its `upto` included."""
    sent = wire.send("say", room="lobby", text=text)
    length = 0
    while True:
        data = await wire.reader.readline()
        frame = json.loads(data)
        wire.seen.append(frame)
        if frame.get("id") == sent or (length and frame["type"] == "upto"):
            length += len(data)
            if frame["type"] == "upto":
                return length


@pytest.mark.parametrize("over", [0, 1])
async def test_so_many_bytes_may_be_unsent(
    serve: Serve, join: Join, connect: Connect, until: Until, over: int
) -> None:
    """Filled to the last byte a reader is still live; one byte more and it lags, and holds less."""
    limit = 64 * KIB
    server = await serve(**PATIENT, lagging_bytes=limit)
    ada = await join(server, "ada")
    slow, session = await deaf_reader(server, connect, until)
    besides = await said_bytes(ada, "x") - 1
    while (room := limit - session.wire.unsent()) > 4000:
        assert session.live
        besides = await said_bytes(ada, "x" * 2000) - 2000
        await settled()
    before = session.wire.unsent()
    assert besides < room
    await said_bytes(ada, "x" * (room - besides + over))
    await settled()
    assert session.live is (over == 0)
    assert session.wire.unsent() == (before if over else limit)
    slow.listen()
    await slow.until(lambda frame: frame == ada.events()[-1])
    assert slow.texts() == ada.texts()


async def lag(ada: Wire, session: Session) -> None:
    """Say more than a deaf reader's connection takes."""
    while session.live:
        for _ in range(10):
            ada.send("say", room="lobby", text="x" * 4000)
        await ada.settle()


async def test_over_tls_a_deaf_reader_holds_little(
    serve: Serve, join: Join, connect: Connect, until: Until
) -> None:
    """What is encrypted and waits below TLS counts as well; in all it is twice the limit."""
    limit = 64 * KIB
    server = await serve(**{**PATIENT, "tls": True}, lagging_bytes=limit, slice_bytes=8 * KIB)
    ada = await join(server, "ada")
    slow, session = await deaf_reader(server, connect, until)
    wire = session.wire
    assert isinstance(wire, StreamWire)
    assert wire._below is not None
    most = 0
    for _ in range(10):
        await lag(ada, session)
        below = wire._below.get_write_buffer_size()
        most = max(most, below)
        assert wire.unsent() == below + wire.writer.transport.get_write_buffer_size()
        assert wire.unsent() <= 2 * limit
        await lag_more(ada)
    assert most > limit // 2
    slow.listen()
    await slow.until(lambda frame: frame == ada.events()[-1])
    assert slow.texts() == ada.texts()


async def lag_more(ada: Wire) -> None:
    """Say what a deaf reader does not take."""
    for _ in range(20):
        ada.send("say", room="lobby", text="x" * 4000)
    await ada.settle()


async def test_who_takes_nothing_for_so_long_is_let_go(
    serve: Serve, clock: Clock, join: Join, connect: Connect, until: Until
) -> None:
    """Until then a reader that lags stays; after that it is cut off, and may resume."""
    server = await serve(
        **{**PATIENT, "lagging_timeout_s": 1000}, lagging_bytes=16 * KIB, slice_bytes=8 * KIB
    )
    ada = await join(server, "ada")
    slow, session = await deaf_reader(server, connect, until)
    await lag(ada, session)
    await clock.forward(JUST_UNDER_S)
    assert server.others_connected(ada.account) == 1
    await clock.forward(JUST_OVER_S)
    assert server.others_connected(ada.account) == 0
    slow.listen()
    await slow.rest()
    welcome = next(frame for frame in slow.seen if frame["type"] == "welcome")
    again = await join(server, None, token=welcome["token"], cursor=slow.cursor)
    await again.until(lambda frame: frame == ada.events()[-1])


async def test_who_takes_something_meanwhile_stays(
    serve: Serve, clock: Clock, join: Join, connect: Connect, until: Until
) -> None:
    """Whatever a reader takes, it has as long again."""
    server = await serve(**{**PATIENT, "lagging_timeout_s": 1000}, lagging_bytes=512 * KIB)
    ada = await join(server, "ada")
    slow, session = await deaf_reader(server, connect, until)
    await lag(ada, session)
    await clock.forward(JUST_UNDER_S)
    before = session.wire.unsent()
    slow.listen()
    async with asyncio.timeout(10):
        while session.wire.unsent() == before:
            await slow.reader.read(KIB)
    slow.pause()
    await clock.forward(JUST_UNDER_S)
    assert not session.ended


def slices(wire: Wire, first: int) -> list[list[Frame]]:
    """Return the events that came before each `upto`."""
    found: list[list[Frame]] = [[]]
    for frame in wire.seen[first:]:
        if frame["type"] == "upto":
            found.append([])
        elif frame["type"] == "said":
            found[-1].append(frame)
    return [part for part in found if part]


async def missed(server: Server, ada: Wire, join: Join, texts: list[str]) -> list[int]:
    """Return how many events each slice has that brings somebody what it missed."""
    ben = await join(server, "ben")
    await ben.settle()
    ben.cut()
    for text in texts:
        await ada.ask("say", room="lobby", text=text)
    again = await join(server, None, token=ben.token, cursor=ben.cursor)
    await again.expect("upto", live=True)
    assert again.texts() == texts
    return [len(part) for part in slices(again, 0)]


@pytest.mark.parametrize(("count", "parts"), [(3, [3]), (4, [3, 1])])
async def test_so_many_events_are_a_slice(
    serve: Serve, join: Join, count: int, parts: list[int]
) -> None:
    """What fits comes at once; one more is the next slice."""
    server = await serve(slice_events=3)
    ada = await join(server, "ada")
    assert await missed(server, ada, join, [str(n) for n in range(count)]) == parts


@pytest.mark.parametrize(("over", "parts"), [(0, [3]), (1, [2, 1])])
async def test_so_many_bytes_are_a_slice(
    serve: Serve, join: Join, over: int, parts: list[int]
) -> None:
    """What fits comes at once; the event that goes over the bytes is the slice's last."""
    server = await serve(slice_bytes=KIB)
    ada = await join(server, "ada")
    said = await ada.ask("say", room="lobby", text="x")
    besides = len(json.dumps(said, separators=(",", ":"))) - 1 + len("\n")
    texts = ["x" * 200, "x" * (KIB - 2 * besides - 200 + over), "x"]
    assert await missed(server, ada, join, texts) == parts
