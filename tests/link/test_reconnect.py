from __future__ import annotations

import asyncio
import socket
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.errors import ChatError
from asynchat.link.notices import Connection
from asynchat.link.reconnect import backoff_s
from asynchat.link.wire import LinkSettings
from asynchat.store.sqlite import SqliteStore
from tests.link.proxy import Trip
from tests.link.scripts import frame, read, said, welcome

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.link.client import Client
    from asynchat.link.notices import Notice
    from tests.link.conftest import Enter, Raw
    from tests.link.proxy import Proxy
    from tests.plugins.waiting import Until
    from tests.serving import Serve

DEADLINE_S = 10


def phases(client: Client) -> list[Connection]:
    """Return the list that a client's phases are going to be in."""
    heard: list[Connection] = []

    def note(notice: Notice) -> None:
        if isinstance(notice, Connection):
            heard.append(notice)

    client.subscribe(note)
    return heard


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# How long to wait


@given(st.integers(0, 40))
def test_backoff_doubles_up_to_a_limit(failures: int) -> None:
    """A client waits half to once as long as the doubled first time, and never over the limit."""
    longest_s = min(15, 0.25 * 2**failures)
    assert longest_s / 2 <= backoff_s(failures, LinkSettings()) <= longest_s


def test_backoff_goes_on_for_ever() -> None:
    """A server that is away for weeks is waited for no longer, and no less, than for hours."""
    assert 7.5 <= backoff_s(1_000_000, LinkSettings()) <= 15


def test_backoff_is_spread() -> None:
    """Clients cut off at the same moment come back at different ones."""
    assert len({backoff_s(3, LinkSettings()) for _ in range(100)}) > 90


@pytest.mark.parametrize("asked_s", [1e308, 10.0**12, 30.0, 0.0, -5.0])
def test_a_server_may_ask_for_more_time_within_limits(asked_s: float) -> None:
    """A client stays away as long as the server asks, up to twice that, but not for years."""
    wait_s = backoff_s(0, LinkSettings(), asked_s)
    assert 0.125 <= wait_s <= 1200
    assert wait_s >= min(asked_s, 600)


# Coming


async def test_a_client_may_start_before_its_server(
    serve: Serve, enter: Enter, until: Until
) -> None:
    """A client that finds nobody tries on, says why, and is welcome once a server is there."""
    port = free_port()
    client = await enter(f"asynchat://127.0.0.1:{port}?tls=no", start=False)
    heard = phases(client)
    async with asyncio.TaskGroup() as group:
        starting = group.create_task(client.start(timeout_s=DEADLINE_S))
        await until(lambda: len([phase for phase in heard if phase.phase == "waiting"]) > 2)
        assert not starting.done()
        await serve(port=port)
    waiting = next(phase for phase in heard if phase.phase == "waiting")
    assert waiting.reason is not None
    assert waiting.reason.endswith("cannot be reached: nobody listens there.")
    assert waiting.retry_at is not None
    assert heard[-1].phase == client.connection.phase == "online"
    assert (await client.send("lobby", "hi")).text == "hi"


async def test_start_tells_why_it_took_too_long(enter: Enter) -> None:
    """A bounded start ends with the sentence that says what is wrong, and leaves nothing behind."""
    client = await enter(f"asynchat://127.0.0.1:{free_port()}?tls=no", start=False)
    with pytest.raises(ChatError, match="nobody listens there") as caught:
        await client.start(timeout_s=0.1)
    assert caught.value.code == "unreachable"
    assert client.connection == Connection("closed")


async def test_start_is_bounded_towards_silence(enter: Enter, raw: Raw) -> None:
    """A server that never says welcome is waited for as long as was asked."""

    async def listen(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    client = await enter(await raw(listen), start=False)
    with pytest.raises(ChatError, match="No answer from") as caught:
        await client.start(timeout_s=0.05)
    assert caught.value.code == "unreachable"


async def test_a_start_that_is_cancelled_leaves_nothing(enter: Enter, until: Until) -> None:
    """Who stops waiting for a start has a closed client."""
    client = await enter(f"asynchat://127.0.0.1:{free_port()}?tls=no", start=False)
    async with asyncio.TaskGroup() as group:
        starting = group.create_task(client.start())
        await until(lambda: client.connection.phase == "waiting")
        starting.cancel()
    assert client.connection.phase == "closed"


async def test_no_welcome_is_tried_again(enter: Enter, raw: Raw) -> None:
    """A server that says nothing, or hangs up, or dribbles without end, is tried again."""
    count = 0

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        count += 1
        if count == 1:
            await reader.read()
        await read(reader, "hello")
        if count == 2:
            return
        while count == 3:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.005)
        for byte in welcome():
            writer.write(bytes([byte]))
            await asyncio.sleep(0)
        await reader.read()

    client = await enter(await raw(slow), welcome_timeout_s=0.5, start=False)
    heard = phases(client)
    await client.start(timeout_s=DEADLINE_S)
    assert client.account == "u1"
    reasons = [phase.reason or "" for phase in heard if phase.phase == "waiting"]
    assert [reason.split("?tls=no ")[1] for reason in reasons] == [
        "does not answer.",
        "cannot be reached: the server closed the connection.",
        "does not answer.",
    ]


@pytest.mark.parametrize(
    ("code", "passes"),
    [
        ("server_full", True),
        ("hello_timeout", True),
        ("read_only", True),
        ("banned", False),
        ("bad_version", False),
        ("bad_credentials", False),
        ("novel", False),
    ],
)
async def test_which_refusals_of_a_first_hello_pass(
    enter: Enter, raw: Raw, code: str, *, passes: bool
) -> None:
    """Where coming again may help a client does so; else the error is the program's."""
    refusals = 0

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal refusals
        await read(reader, "hello")
        if refusals == 2:
            writer.write(welcome())
            await reader.read()
        refusals += 1
        writer.write(frame("error", re=None, code=code, text="A sentence.", retry_after=0.01))
        await reader.read()

    client = await enter(await raw(refuse), start=False)
    if passes:
        await client.start(timeout_s=DEADLINE_S)
        assert refusals == 2
    else:
        with pytest.raises(ChatError, match=r"A sentence\.") as caught:
            await client.start(timeout_s=DEADLINE_S)
        assert caught.value.code == code
        assert client.connection.phase == "closed"


async def test_what_is_no_asynchat_says_so(enter: Enter, raw: Raw) -> None:
    """A first connection to something else ends with a sentence about that."""

    async def web(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await reader.read()

    client = await enter(await raw(web), start=False)
    with pytest.raises(ChatError, match="does not speak asynchat's protocol"):
        await client.start(timeout_s=DEADLINE_S)


# Coming back


NONSENSE: dict[str, bytes] = {
    "garbage": b"\x00\x01\x02 nonsense\n",
    "oversized": b"x" * 200_000,
    "half a frame": b'{"type":"sa',
    "welcome twice": welcome(cursor="other"),
    "unknown types": frame("novel", x=1) + frame("more", seq=3),
    "an error about nothing": frame("error", re=None, code="odd", text="?"),
    "an answer to nobody": frame("done", re="nobody") + frame("pong", re="nobody"),
    "rooms of nobody": frame("rooms", re="nobody", rooms=[], more=True),
    "presence of nobody": frame("presence", room="nowhere", people=[], online=7),
    "typing of nobody": frame("typing", room="nowhere", account="?", name=None),
    "an event of nowhere": said(5),
    "a seq below zero": said(-5),
    "a seq beyond reason": said(10**30),
    "goodbye": frame("goodbye", reason="novel", retry_after=0.001),
}


@pytest.mark.parametrize("name", NONSENSE)
async def test_nonsense_after_the_welcome_is_survived(
    enter: Enter, raw: Raw, until: Until, name: str
) -> None:
    """Whatever a server says and however it ends, the client comes again and goes on."""
    count = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        count += 1
        writer.write(welcome(resumed=count > 1))
        if count == 1:
            writer.write(NONSENSE[name])
            await writer.drain()
            # The ping it answers, or the end: it has taken what was written before.
            await read(reader, "ping")
            return
        say = await read(reader, "say")
        writer.write(said(10**31, say["id"]))
        await reader.read()

    client = await enter(await raw(talk), start=False)
    heard = phases(client)
    await client.start(timeout_s=DEADLINE_S)
    event = await client.send("lobby", "hi", timeout_s=DEADLINE_S)
    assert event.text == "hi"
    assert count == 2
    assert [phase.phase for phase in heard if phase.phase != "online"] == [
        "connecting",
        "waiting",
        "connecting",
    ]


async def test_a_server_that_bans_us_later_ends_it(enter: Enter, raw: Raw, until: Until) -> None:
    """A final refusal in mid-conversation ends reconnecting, requests and iterating, with why."""
    connections = 0

    async def ban(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        writer.write(welcome())
        await read(reader, "say")
        writer.write(frame("error", re=None, code="banned", text="Go away."))
        await reader.read()

    client = await enter(await raw(ban))
    with pytest.raises(ChatError, match="Go away") as caught:
        await client.send("lobby", "hi")
    assert caught.value.code == "banned"
    assert client.connection == Connection("closed", "Go away.")
    with pytest.raises(ChatError, match="Go away"):
        async for _ in client:
            pass
    with pytest.raises(ChatError, match="Go away"):
        await client.who()
    with pytest.raises(ChatError, match="Go away"):
        client.post("lobby", "hi")
    assert connections == 1


async def test_a_silent_server_counts_as_lost(
    serve: Serve, enter: Enter, proxy: Proxy, until: Until
) -> None:
    """When nothing comes any more, pongs included, the connection is made anew."""
    proxy.lead_to(await serve())
    client = await enter(proxy, ping_after_s=0.02, dead_after_s=0.3)
    heard = phases(client)
    proxy.deaf = True
    await until(lambda: any(phase.phase == "waiting" for phase in heard))
    (reason, *_) = [phase.reason for phase in heard if phase.phase == "waiting"]
    assert reason is not None
    assert reason.endswith("does not answer.")
    proxy.deaf = False
    assert (await client.send("lobby", "hi", timeout_s=DEADLINE_S)).text == "hi"


async def test_pings_keep_a_quiet_connection(
    serve: Serve, enter: Enter, proxy: Proxy, until: Until
) -> None:
    """Where nobody says anything, pongs are life, and tell how far away the server is."""
    proxy.lead_to(await serve())
    client = await enter(proxy, ping_after_s=0.02, dead_after_s=5)
    await until(lambda: proxy.carried_up.count(b'"ping"') > 5)
    assert proxy.connections == 1
    assert client.latency_ms is not None
    assert 0 < client.latency_ms < 5_000


async def test_only_the_newest_pings_pong_is_measured(enter: Enter, raw: Raw, until: Until) -> None:
    """A pong to a ping of long ago, or to none, tells nothing about the way."""
    ping: dict[str, Any] = {}

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(welcome())
        ping.update(await read(reader, "ping"))
        writer.write(frame("pong", re="other") + frame("ping", id="probe"))
        assert (await read(reader, "pong"))["re"] == "probe"
        ping["probed"] = True
        await go_on.wait()
        writer.write(frame("pong", re=ping["id"]))
        await reader.read()

    go_on = asyncio.Event()
    client = await enter(await raw(talk))
    await until(lambda: ping.get("probed"))
    assert client.latency_ms is None
    go_on.set()
    await until(lambda: client.latency_ms is not None)


async def test_a_stopped_server_is_come_back_to(
    serve: Serve, enter: Enter, until: Until, tmp_path: Path
) -> None:
    """A goodbye is told in a sentence, the time it asks for is kept, and `retry_now` is sooner."""
    server = await serve(store=SqliteStore(tmp_path / "server"), come_back_after_s=500)
    port = int(server.address.partition("?")[0].rsplit(":", 1)[1])
    client = await enter(server)
    await serve.stop(server)
    await until(lambda: client.connection.phase == "waiting")
    assert client.connection.reason == "The server is stopping or starting anew."
    assert client.connection.retry_at is not None
    assert client.connection.retry_at - asyncio.get_running_loop().time() > 400
    await serve(store=SqliteStore(tmp_path / "server"), port=port)
    client.retry_now()
    assert (await client.send("lobby", "hi", timeout_s=DEADLINE_S)).text == "hi"


async def test_a_welcome_forgives_what_failed_before(
    serve: Serve, enter: Enter, proxy: Proxy, until: Until
) -> None:
    """After a welcome the next try is as soon as after the first failure, however it ended."""
    proxy.lead_to(await serve())
    proxy.trips.extend([Trip(down=0)] * 5)
    client = await enter(proxy, longest_retry_s=60, ping_after_s=0.02, dead_after_s=0.1)
    now = asyncio.get_running_loop().time
    waits: list[float] = []

    def note(notice: Notice) -> None:
        if isinstance(notice, Connection) and notice.retry_at is not None:
            waits.append(notice.retry_at - now())

    client.subscribe(note)
    proxy.deaf = True
    await until(lambda: waits)
    assert waits[0] <= 0.01


# Leaving


async def test_leaving_is_polite(serve: Serve, enter: Enter, until: Until) -> None:
    """Who closes is gone for the others at once, by its own will."""
    server = await serve(lost_shown_after_s=60)
    ada, ben = await enter(server, "ada"), await enter(server, "ben")
    await until(lambda: ben.online("lobby") == 2)
    await ada.close()
    await until(lambda: ben.online("lobby") == 1)
    (reason,) = (person.reason for person in ben.members("lobby") if person.name == "ada")
    assert reason == "bye"
    assert ada.connection == Connection("closed")


async def test_closing_is_bounded_towards_a_server_that_never_answers(
    enter: Enter, raw: Raw
) -> None:
    """A server that reads nothing and says no goodbye does not keep a client from ending."""
    go_on = asyncio.Event()

    async def mute(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(welcome())
        await go_on.wait()

    client = await enter(await raw(mute), close_timeout_s=0.05)
    for _ in range(200):
        client.post("lobby", "x" * 4_000)
        client.typing("x" * 60_000)
    async with asyncio.timeout(DEADLINE_S):
        await client.close()
    go_on.set()


async def test_closing_while_waiting_dialling_or_entering(
    enter: Enter, raw: Raw, until: Until
) -> None:
    """A client can be closed in any phase, more than once, and where it never started."""

    async def listen(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    never = await enter(f"asynchat://127.0.0.1:{free_port()}?tls=no", start=False)
    never.retry_now()
    await never.close()
    silent = await raw(listen)
    for address, phase in (
        (silent, "connecting"),
        (f"asynchat://127.0.0.1:{free_port()}?tls=no", "waiting"),
    ):
        client = await enter(address, start=False, longest_retry_s=60, first_retry_s=60)
        async with asyncio.TaskGroup() as group:
            starting = group.create_task(_refused(client))
            heard = phases(client)
            await until(partial(_is_in, heard, phase))
            await client.close()
            await client.close()
        assert starting.result() == "closed"


def _is_in(heard: list[Connection], phase: str) -> bool:
    return bool(heard) and heard[-1].phase == phase


async def _refused(client: Client) -> str:
    with pytest.raises(ChatError) as caught:
        await client.start()
    return caught.value.code


async def test_closing_when_the_connection_is_cut_meanwhile(
    serve: Serve, enter: Enter, proxy: Proxy
) -> None:
    """A bye that is never heard ends with the connection, and nothing is tried again."""
    proxy.lead_to(await serve())
    client = await enter(proxy, close_timeout_s=60)
    proxy.deaf = True
    async with asyncio.TaskGroup() as group:
        group.create_task(client.close())
        await asyncio.sleep(0)
        proxy.cut()
    assert proxy.connections == 1
    assert client.connection == Connection("closed")
