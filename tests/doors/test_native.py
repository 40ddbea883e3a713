"""The native door: frames and their limits, deadlines, addresses, the end of a connection."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from tests.raw_client import Ended, Wire, about, line, line_of

if TYPE_CHECKING:
    from tests.plugins.waiting import Until
    from tests.serving import Connect, Join, Serve

KIB = 1024


# Frames


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b'{"type":"say"\n', id="no JSON"),
        pytest.param(b"[1,2]\n", id="no object"),
        pytest.param(b"\n", id="an empty line"),
        pytest.param(b'{"type":"say","text":"\xff"}\n', id="no UTF-8"),
        pytest.param(b"[" * 5000 + b"\n", id="nested too deep"),
        pytest.param(b"GET / HTTP/1.1\r\n", id="another protocol"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n", id="TLS"),
    ],
)
@pytest.mark.parametrize("welcome", [False, True])
async def test_what_is_no_frame_ends_the_connection(
    serve: Serve, connect: Connect, join: Join, data: bytes, welcome: bool
) -> None:
    """Bytes that are no frame get `bad_frame` and the end, before and after the welcome."""
    server = await serve()
    wire = await (join(server, "ada") if welcome else connect(server))
    wire.send_bytes(data + line("ping", id="after"))
    *_, error = await wire.rest()
    assert (error["type"], error["code"], error.get("re")) == ("error", "bad_frame", None)
    assert error["text"]


async def test_a_frame_of_unknown_type_is_answered_and_the_connection_goes_on(
    serve: Serve, join: Join
) -> None:
    """An object of unknown type gets `unknown_type` under its id, and nothing else happens."""
    ada = await join(await serve(), "ada")
    assert (await ada.ask("dance"))["code"] == "unknown_type"
    for data in (b"{}\n", b'{"type":7}\n', b'{"type":"welcome","id":"??"}\n'):
        ada.send_bytes(data)
        error = await ada.expect("error")
        assert (error["code"], error["re"]) == ("unknown_type", None)
    assert (await ada.ask("ping"))["type"] == "pong"


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "say", "id": "i"},
        {"type": "say", "id": "i", "room": "lobby", "text": 7},
        {"type": "say", "id": "i", "room": "lobby", "text": "x", "reply_to": -1},
        {"type": "say", "id": "i", "room": "lobby", "text": "x", "reply_to": 2**60},
        {"type": "history", "id": "i", "room": "lobby", "limit": 0},
        {"type": "history", "id": "i", "room": "lobby", "before": "x"},
        {"type": "join", "id": "i", "room": "lobby", "history": -1},
    ],
)
async def test_a_request_with_a_wrong_field_is_answered_and_the_connection_goes_on(
    serve: Serve, join: Join, fields: dict[str, object]
) -> None:
    """A known type with a missing or wrong field gets `bad_request` under its id."""
    ada = await join(await serve(), "ada")
    ada.send_bytes(json.dumps(fields).encode() + b"\n")
    error = await ada.expect("error")
    assert (error["code"], error["re"]) == ("bad_request", "i")
    assert (await ada.ask("ping"))["type"] == "pong"


@pytest.mark.parametrize("id", ["", "x" * 65, "a b", "a\n", "é", 7, None])
async def test_an_improper_id_is_refused(serve: Serve, join: Join, id: object) -> None:
    """An id is 1 to 64 of letters, digits, _ and -; the error to another names none."""
    ada = await join(await serve(), "ada")
    ada.send("say", id=id, room="lobby", text="x")
    error = await ada.expect("error")
    assert (error["code"], error["re"]) == ("bad_request", None)
    assert (await ada.ask("say", id="x" * 64, room="lobby", text="x"))["type"] == "said"


async def test_unknown_fields_and_any_order_of_fields_are_fine(serve: Serve, join: Join) -> None:
    """Unknown fields are ignored, and ``type`` may stand anywhere."""
    ada = await join(await serve(), "ada")
    ada.send_bytes(b'{"new":[1],"text":"hi","id":"i","room":"lobby","x":null,"type":"say"}\n')
    said = await ada.expect("said", id="i")
    assert said["text"] == "hi"


async def test_what_the_server_sends_begins_with_its_type(serve: Serve, connect: Connect) -> None:
    """``type`` is the first field of each frame, each frame is one line, its last byte ``\\n``."""
    wire = await connect(await serve())
    wire.send_bytes(line("hello", version=1, name="ada") + line("bye"))
    data = await asyncio.wait_for(wire.reader.read(-1), 10)
    lines = data.splitlines(keepends=True)
    assert [next(iter(json.loads(one))) for one in lines] == ["type"] * len(lines)
    assert data.endswith(b"\n")
    assert json.loads(lines[-1])["type"] == "goodbye"


@pytest.mark.parametrize(("limit", "welcome"), [(8 * KIB, False), (64 * KIB, True)])
async def test_a_frame_may_be_exactly_as_long_as_the_limit(
    serve: Serve, connect: Connect, join: Join, limit: int, welcome: bool
) -> None:
    """A frame of 8 KiB before the welcome and of 64 KiB after it is read like any other."""
    server = await serve()
    wire = await (join(server, "ada") if welcome else connect(server))
    if welcome:
        wire.send_bytes(line_of(limit, "ping", id="big"))
        await wire.expect("pong", re="big")
    else:
        wire.send_bytes(line_of(limit, "hello", version=1, name="ada"))
        assert (await wire.frame())["type"] == "welcome"


@pytest.mark.parametrize(("limit", "welcome"), [(8 * KIB, False), (64 * KIB, True)])
async def test_a_frame_over_the_limit_ends_the_connection(
    serve: Serve, connect: Connect, join: Join, limit: int, welcome: bool
) -> None:
    """One byte more gets `frame_too_long` and the end, also while the line still goes on."""
    server = await serve()
    data = line_of(limit + 1, "ping", id="big")
    for sent in (data, data[:-1]):
        wire = await (join(server, "ada", token="t") if welcome else connect(server))
        wire.send_bytes(sent)
        *_, error = await wire.rest()
        assert error["code"] == "frame_too_long"


async def test_the_larger_limit_holds_from_the_welcome_on(serve: Serve, connect: Connect) -> None:
    """What is pipelined behind the hello may be as long as after a welcome."""
    wire = await connect(await serve())
    wire.send_bytes(
        line("hello", version=1, name="ada") + line_of(60 * KIB, "ping", id="big") + line("bye")
    )
    frames = await wire.rest()
    kinds = [frame["type"] for frame in frames]
    assert [kind for kind in kinds if kind in {"welcome", "pong", "goodbye", "error"}] == [
        "welcome",
        "pong",
        "goodbye",
    ]


async def test_the_last_word_reaches_who_is_still_sending(serve: Serve, connect: Connect) -> None:
    """The error line arrives before the end although the client goes on sending megabytes."""
    wire = await connect(await serve())
    wire.send_bytes(b"x" * 4 * KIB * KIB)
    (error,) = await wire.rest()
    assert error["code"] == "frame_too_long"


async def test_a_frame_may_come_byte_by_byte(serve: Serve, join: Join) -> None:
    """How a frame is cut into packets makes no difference."""
    ada = await join(await serve(), "ada")
    for byte in line("say", id="slow", room="lobby", text="né"):
        ada.send_bytes(bytes([byte]))
        await asyncio.sleep(0)
    assert (await ada.expect("said", id="slow"))["text"] == "né"


async def test_a_burst_of_frames_is_all_answered(serve: Serve, join: Join) -> None:
    """Many frames in one packet are all acted on, while another connection has its turn."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    ada.send_bytes(b"".join(line("ping", id=f"p{n}") for n in range(1000)))
    assert (await ben.ask("ping"))["type"] == "pong"
    for n in range(1000):
        await ada.expect("pong", re=f"p{n}")


# Deadlines


async def test_who_says_no_hello_is_sent_away(serve: Serve, connect: Connect) -> None:
    """Without a hello in time the connection ends with `hello_timeout`, whatever else came."""
    server = await serve(hello_timeout_s=0.2)
    silent, chatty = await connect(server), await connect(server)
    chatty.send("ping")
    assert [frame["code"] for frame in await silent.rest()] == ["hello_timeout"]
    codes = [frame["code"] for frame in await chatty.rest()]
    assert codes == ["not_welcome_yet", "hello_timeout"]


async def test_who_is_welcome_may_stay(serve: Serve, join: Join, until: Until) -> None:
    """The deadline for the hello ends with the welcome."""
    server = await serve(hello_timeout_s=0.1)
    ada = await join(server, "ada")
    loop = asyncio.get_running_loop()
    over = loop.time() + 0.3
    await until(lambda: loop.time() > over)
    assert (await ada.ask("ping"))["type"] == "pong"


async def test_the_silent_are_asked_and_their_cursor_moves(serve: Serve, join: Join) -> None:
    """After some silence comes a ping; its cursor is the newest although nothing concerned one."""
    server = await serve(ping_after_s=0.1)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    said = await ada.ask("say", room="den", text="x")
    upto = await ada.expect("upto")
    assert ben.events("den") == []
    async with asyncio.timeout(10):
        while not ben.seen or ben.seen[-1].get("cursor") != upto["cursor"]:
            ben.seen.append(json.loads(await ben.reader.readline()))
    assert ben.seen[-1]["type"] == "ping"
    assert said["seq"] > 0


async def test_one_silence_is_one_ping(serve: Serve, join: Join, until: Until) -> None:
    """Who does not answer is asked once; the next silence is asked about again."""
    server = await serve(ping_after_s=0.05)
    ada = await join(server, "ada")
    (connection,) = server._door._connections
    await until(lambda: connection.pinged)
    loop = asyncio.get_running_loop()
    over = loop.time() + 0.2
    await until(lambda: loop.time() > over)
    assert connection.pings == 1
    await ada.ask("ping")
    await until(lambda: connection.pings == 2)


async def test_a_dead_peer_is_noticed(serve: Serve, join: Join, connect: Connect) -> None:
    """Who does not answer a ping in time is lost; who answers stays."""
    server = await serve(ping_after_s=0.1, dead_after_s=0.8)
    ada, dead = await join(server, "ada"), await join(server, "dead")
    gone = await ada.until(lambda frame: about(frame, dead.account, state="offline"))
    assert [person["reason"] for person in gone["people"]] == ["lost"]
    assert server.others_connected(ada.account) == 0
    assert (await ada.ask("ping"))["type"] == "pong"


async def test_any_line_counts_as_life(serve: Serve, join: Join, until: Until) -> None:
    """Who sends something, if never a pong, is not dead."""
    server = await serve(ping_after_s=0.1, dead_after_s=0.8)
    ada = await join(server, "ada")
    loop = asyncio.get_running_loop()
    over = loop.time() + 1.2
    while loop.time() < over:
        ada.send_bytes(line("typing", room="lobby"))
        await asyncio.sleep(0.05)
    assert server.others_connected(None) == 1


async def test_no_deadline_runs_while_the_server_does_not_read(serve: Serve, join: Join) -> None:
    """Who waits for its own budget is not taken for dead."""
    server = await serve(ping_after_s=0.05, dead_after_s=0.2, message_burst=1, messages_per_s=2)
    ada = await join(server, "ada")
    ids = [ada.send("say", room="lobby", text="x") for _ in range(3)]
    async with asyncio.timeout(10):
        while [frame["id"] for frame in ada.events("lobby")][-3:] != ids:
            data = await ada.reader.readline()
            assert data, "the server took it for dead"
            ada.seen.append(json.loads(data))


# Addresses


async def test_a_full_server_says_so(serve: Serve, join: Join, connect: Connect) -> None:
    """Over its capacity the server answers `server_full`, when to come back, and the end."""
    server = await serve(max_connections=1)
    ada = await join(server, "ada")
    (error,) = await (await connect(server)).rest()
    assert (error["code"], error["retry_after"] > 0) == ("server_full", True)
    await ada.bye()
    async with asyncio.timeout(10):
        while (await (again := await connect(server)).hello("ben"))["type"] == "error":
            await again.rest()


async def test_one_address_has_so_many_connections_without_a_hello(
    serve: Serve, join: Join, connect: Connect
) -> None:
    """Beyond that it gets `server_full`; the welcome, or the end, of one makes room."""
    server = await serve(unauthenticated_per_address=1)
    first = await connect(server)
    await _reached(first)
    (error,) = await (await connect(server)).rest()
    assert error["code"] == "server_full"
    assert (await first.hello("ada"))["type"] == "welcome"
    await first.expect("upto")
    await join(server, "ben")


async def test_connections_over_the_rate_wait_for_their_turn(
    serve: Serve, join: Join, connect: Connect, until: Until
) -> None:
    """Over its rate an address is served all the same, later, and deadlines start then."""
    server = await serve(connection_burst=1, connections_per_s=4, hello_timeout_s=0.2)
    await join(server, "ada")
    loop = asyncio.get_running_loop()
    before = loop.time()
    late = [await connect(server) for _ in range(3)]
    for number, wire in enumerate(late):
        assert (await wire.hello(f"late{number}"))["type"] == "welcome"
    assert loop.time() - before > 0.6


async def test_the_address_is_forgotten_once_it_is_quiet(
    serve: Serve, join: Join, until: Until
) -> None:
    """What is remembered of addresses does not grow for ever."""
    server = await serve(connections_per_s=10_000, ping_after_s=0.1)
    ada = await join(server, "ada")
    assert (await ada.ask("ping"))["type"] == "pong"
    await until(lambda: not server._door._addresses)


# The end


async def test_who_waits_for_its_turn_does_not_hold_up_the_stop(
    serve: Serve, join: Join, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """Stopping says goodbye also to who was accepted and not read yet."""
    server = await serve(connection_burst=1, connections_per_s=0.001)
    ada = await join(server, "ada")
    waiting = await connect(server)
    waiting.send_bytes(line("hello", version=1, name="ben"))
    await _accepted(server.address, ada)
    _, said, _ = await asyncio.gather(serve.stop(server), waiting.rest(), ada.rest())
    assert [frame["type"] for frame in said] == ["goodbye"]
    assert "not every client took its goodbye" not in caplog.text


async def test_a_client_that_never_reads_its_replies_costs_bounded_memory(
    serve: Serve, join: Join, connect: Connect, until: Until
) -> None:
    """Who asks and never reads is not read either, and after a while it is let go."""
    server = await serve(lagging_bytes=16 * KIB, lagging_timeout_s=0.3)
    ada = await join(server, "ada")
    for _ in range(100):
        ada.send("say", room="lobby", text="x" * 4000)
    await ada.settle()
    greedy = await connect(server, deaf=True)
    greedy.send_bytes(line("hello", version=1, name="greedy"))
    for _ in range(2000):
        greedy.send("history", room="lobby", limit=500)
    most = 0
    async with asyncio.timeout(10):
        while True:
            unsent = [c.wire.unsent() for c in server._door._connections]
            most = max(most, *unsent)
            if server.others_connected(ada.account) == 0 and most:
                break
            await asyncio.sleep(0.01)
    assert most < 16 * KIB + 3 * 128 * KIB
    assert (await ada.ask("say", room="lobby", text="still here"))["type"] == "said"


async def test_pages_wait_for_who_does_not_read(
    serve: Serve, join: Join, connect: Connect, until: Until
) -> None:
    """Pages that answer joins pile up no more than other replies."""
    server = await serve(lagging_bytes=16 * KIB, lagging_timeout_s=0.3)
    ada = await join(server, "ada")
    for _ in range(60):
        ada.send("say", room="lobby", text="x" * 4000)
    await ada.settle()
    greedy = await connect(server, deaf=True)
    greedy.send_bytes(line("hello", version=1, name="greedy"))
    for _ in range(60):
        greedy.send("join", room="lobby", history=500)
    await until(lambda: len(server._door._connections) == 2)
    (wire,) = [c.wire for c in server._door._connections if c.session.account != ada.account]
    most = 0

    def let_go() -> bool:
        nonlocal most
        most = max(most, wire.unsent())
        return len(server._door._connections) == 1

    await until(let_go)
    assert 16 * KIB < most < 16 * KIB + 3 * 128 * KIB


async def _reached(wire: Wire) -> None:
    """Wait until the server reads this connection."""
    wire.send("ping")
    assert (await wire.frame())["code"] == "not_welcome_yet"


async def _accepted(address: str, wire: Wire) -> None:
    """Wait until the server has accepted what was connected before."""
    other = await Wire.open(address)
    with pytest.raises((Ended, TimeoutError)):
        await other.frame(timeout=0.1)
    other.cut()
    await wire.ask("ping")


async def test_no_more_is_taken_for_a_reader_than_may_be_unsent(serve: Serve, join: Join) -> None:
    """What would take a connection over the limit is not written at all; a lost one takes all."""
    server = await serve()
    await join(server, "ada")
    (connection,) = server._door._connections
    wire = connection.wire
    assert wire.offer(b'{"type":"x"}\n', 13)
    assert not wire.offer(b'{"type":"x"}\n', wire.unsent() + 12)
    wire.writer.transport.abort()
    assert wire.offer(b'{"type":"x"}\n', 0)
