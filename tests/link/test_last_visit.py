"""A client that comes back: what it shows before the network answers, and how it goes on."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from asynchat.errors import ChatError
from asynchat.link import notices
from asynchat.link.client import Client
from asynchat.link.wire import LinkSettings
from asynchat.messages import Said
from asynchat.store.sqlite import SqliteStore
from tests.link.conftest import QUICK
from tests.link.outboxes import NOWHERE, close_unsent, file_of, kept_in
from tests.link.scripts import LIVE, LOBBY, frame, read, said, welcome
from tests.link.seeing import DEADLINE_S, listen, log_of, texts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from asynchat.server import Server
    from tests.link.conftest import Enter, Raw
    from tests.link.proxy import Proxy
    from tests.plugins.waiting import Until
    from tests.serving import Serve


class Visit(Protocol):
    """The type of the fixture `visit`."""

    def __call__(self, server: Server | Proxy | str, **settings: Any) -> Client:
        """Return a client that keeps history, not started; it is closed after the test."""


@pytest.fixture
async def visit(serve: Serve, proxy: Proxy, tmp_path: Path) -> AsyncIterator[Visit]:
    clients: list[Client] = []

    def visit(server: Server | Proxy | str, **settings: Any) -> Client:
        address = server if isinstance(server, str) else server.address
        again = {**QUICK, "outbox_again_s": 0.02, **settings}
        client = Client(
            address,
            name="ada",
            data=tmp_path / "me",
            keep_history=True,
            settings=LinkSettings(**again),
        )
        clients.append(client)
        return client

    yield visit
    await asyncio.gather(*(client.close() for client in clients))


async def recent(client: Client, room: str = "lobby") -> list[str]:
    """Return what was said in a room as it is kept."""
    return [event.text for event in await client.recent(room) if isinstance(event, Said)]


async def come(client: Client) -> Client:
    """Start a client and wait until it is welcome."""
    await client.start(timeout_s=DEADLINE_S)
    return client


async def test_the_last_visit_is_there_without_a_network(
    serve: Serve, visit: Visit, enter: Enter, proxy: Proxy, until: Until
) -> None:
    """Rooms, name, account and what was said are known before there is a connection; what was
    missed comes by the stream, once each and in order, and what was written meanwhile goes.
    """
    server = await serve()
    proxy.lead_to(server)
    ben = await enter(server, "ben")
    first = await come(visit(proxy))
    assert await recent(first) == []
    await first.create("dev", topic="code")
    for text in ("one", "two"):
        await ben.send("lobby", text)
    await until(lambda: first.rooms["lobby"].members == 2)
    while await recent(first) != ["one", "two"]:
        await asyncio.sleep(0.01)
    await first.close()
    await ben.send("lobby", "three")
    proxy.lead_to(NOWHERE)
    client = visit(proxy)
    heard = listen(client)
    assert await client.begin()
    assert (client.account, client.name) == (first.account, "ada")
    assert client.rooms == first.rooms
    assert client.rooms["dev"].topic == "code"
    assert await recent(client) == ["one", "two"]
    await until(lambda: client.connection.phase == "waiting")
    client.post("lobby", "four")
    assert kept_in(file_of(client._entrance.identities._data)) is not None
    proxy.lead_to(server)
    client.retry_now()
    await client.welcomed()
    await until(lambda: not client.outbox)
    assert texts(heard) == ["three", "four"]
    assert await recent(client) == ["one", "two", "three", "four"] == await log_of(ben)
    assert not any(isinstance(notice, notices.WasReset) for notice in heard)


async def test_what_was_unread_is_known_without_a_network(
    serve: Serve, visit: Visit, enter: Enter, proxy: Proxy, until: Until
) -> None:
    """The counts of the last visit are there at once, and grow by what was missed, once."""
    server = await serve()
    proxy.lead_to(server)
    ben = await enter(server, "ben")
    first = await come(visit(proxy))
    read = await ben.send("lobby", "read")
    await until(lambda: "lobby" in first.unread and first.unread["lobby"].unread == 1)
    first.mark("lobby", read.seq)
    await ben.send("lobby", "not read")
    await ben.send("lobby", "@ada, nor this")
    await until(lambda: first.unread["lobby"].unread == 2)
    await first.close()
    proxy.lead_to(NOWHERE)
    second = visit(proxy)
    assert await second.begin()
    known = second.unread["lobby"]
    assert (known.seq, known.unread, known.mentions) == (read.seq, 2, 1)
    await ben.send("lobby", "missed")
    proxy.lead_to(server)
    second.retry_now()
    await second.welcomed()
    await until(lambda: second.unread["lobby"].unread == 3)
    heard = listen(second)
    other = await enter(server, "eve")
    await other.send("lobby", "since")
    await until(lambda: second.unread["lobby"].unread == 4)
    assert second.unread["lobby"].mentions == 1
    assert notices.UnreadChanged("lobby") in heard


async def test_a_client_that_keeps_no_history_begins_now(
    serve: Serve, visit: Visit, enter: Enter, tmp_path: Path
) -> None:
    """A program that did not ask for it hears what is said from now on, and leaves the history
    of a window alone.
    """
    server = await serve()
    ben = await enter(server, "ben")
    first = await come(visit(server))
    await ben.send("lobby", "one")
    await first.close()
    await ben.send("lobby", "two")
    program = await enter(server, data=tmp_path / "me", start=False)
    heard = listen(program)
    assert not await program.begin()
    await program.welcomed()
    assert await program.recent("lobby") == ()
    await program.send("lobby", "three")
    assert texts(heard) == ["three"]
    await program.close()
    again = await come(visit(server))
    while await recent(again) != ["one", "two", "three"]:
        await asyncio.sleep(0.01)


async def test_a_page_is_kept(serve: Serve, visit: Visit, enter: Enter) -> None:
    """What was read of a room's history is there at the next start, joined on to the stream.

    What does not join on, such as what is pinned, is not.
    """
    server = await serve()
    ben = await enter(server, "ben")
    for number in range(6):
        await ben.send("lobby", str(number))
    client = await come(visit(server))
    page = await client.history("lobby", limit=2)
    assert await recent(client) == ["5"]
    await client.history("lobby", before=page.events[0].seq, limit=2)
    await client.history("lobby", before=2, limit=1)
    await client.history("lobby", after=1, limit=1)
    await ben.pin("lobby", 2)
    assert [event.seq for event in (await client.pinned("lobby")).events] == [2]
    assert await recent(client) == ["3", "4", "5"]
    await client.close()
    again = visit(server)
    assert await again.begin()
    assert await recent(again) == ["3", "4", "5"]


async def test_a_room_that_was_left_is_forgotten(
    serve: Serve, visit: Visit, enter: Enter, until: Until
) -> None:
    """What was said in a room before one left it is not kept, also where that was elsewhere."""
    server = await serve()
    ben = await enter(server, "ben")
    client = await come(visit(server))
    await client.create("dev")
    await client.send("dev", "before")
    assert await recent(client, "dev") == ["before"]
    await client.close()
    other = await enter(server, data=client._entrance.identities._data)
    await other.leave("dev")
    await ben.join("dev")
    await ben.send("dev", "meanwhile")
    await other.join("dev")
    await other.send("dev", "after")
    await other.close()
    again = await come(visit(server))
    while await recent(again, "dev") != ["after"]:
        await asyncio.sleep(0.01)


async def test_another_history_empties_what_is_kept(
    serve: Serve, visit: Visit, proxy: Proxy, tmp_path: Path, until: Until
) -> None:
    """After `reset` nothing of the lost history is shown again."""
    store = tmp_path / "server"
    server = await serve(store=SqliteStore(store), data=store)
    proxy.lead_to(server)
    client = await come(visit(proxy))
    await client.send("lobby", "before")
    await client.close()
    await serve.stop(server)
    with closing(sqlite3.connect(store / "asynchat.db")) as db, db:
        db.execute("UPDATE epochs SET id = 'another' || id")
    proxy.lead_to(await serve(store=SqliteStore(store), data=store))
    again = visit(proxy)
    heard = listen(again)
    assert await again.begin()
    assert await recent(again) == ["before"]
    await until(lambda: any(isinstance(notice, notices.WasReset) for notice in heard))
    assert await recent(again) == []
    await again.send("lobby", "after")
    assert await recent(again) == ["after"]
    await again.close()
    third = visit(proxy)
    await third.begin()
    assert await recent(third) == ["after"]


async def test_another_server_never_sees_it(
    serve: Serve, visit: Visit, proxy: Proxy, tmp_path: Path, until: Until
) -> None:
    """Where another server answers, nothing of the first one's history is shown as its own, and
    it is there again when the first one is.
    """
    one, two = await serve(), await serve(data=tmp_path / "two")
    proxy.lead_to(one)
    first = await come(visit(proxy))
    await first.send("lobby", "at one")
    await first.close()
    proxy.lead_to(two)
    client = visit(proxy)
    heard = listen(client)
    assert await client.begin()
    assert await recent(client) == ["at one"]
    await until(lambda: any(isinstance(notice, notices.WasReset) for notice in heard))
    (reset,) = (notice for notice in heard if isinstance(notice, notices.WasReset))
    assert reset.reason == "Another server answers at this address now."
    assert await recent(client) == []
    await client.send("lobby", "at two")
    await client.close()
    again = visit(one.address)
    await come(again)
    assert await again.recent("lobby") == ()
    page = await again.history("lobby")
    assert [event.text for event in page.events if isinstance(event, Said)] == ["at one"]


async def test_a_second_client_takes_over(
    serve: Serve, visit: Visit, enter: Enter, proxy: Proxy, until: Until
) -> None:
    """While one client has the file the other has no history; once that is closed, it keeps
    what is said from then on, and sends what the first had not sent.
    """
    server = await serve()
    proxy.lead_to(server)
    ben = await enter(server, "ben")
    first = await come(visit(proxy))
    await first.send("lobby", "one")
    second = visit(server)
    assert not await second.begin()
    await second.welcomed()
    assert second.warning is not None
    assert await second.recent("lobby") == ()
    await close_unsent(proxy, first, "left behind")
    await until(lambda: second.warning is None)
    await until(lambda: not second.outbox)
    await second.send("lobby", "two")
    assert await log_of(ben) == ["one", "left behind", "two"]
    assert await recent(second) == ["left behind", "two"]
    proxy.lead_to(NOWHERE)
    await second.close()
    third = visit(server)
    assert await third.begin()
    assert await recent(third) == ["left behind", "two"]


async def test_after_a_ban_what_is_kept_is_shown_as_failed(
    visit: Visit, raw: Raw, until: Until, tmp_path: Path
) -> None:
    """Who is banned sees which texts do not go, and why; they stay on disk, and go where the
    ban is lifted, but for those that were deleted.
    """
    says: list[str] = []
    mood = "take"

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if mood == "ban":
            await read(reader)
            writer.write(frame("error", re=None, code="banned", text="You are out."))
            return
        writer.write(welcome(rooms=[LOBBY], resumed=mood == "again") + LIVE)
        while mood == "take":
            await read(reader, "say")
            return
        while True:
            say = await read(reader, "say")
            says.append(say["text"])
            writer.write(said(len(says), say["id"], text=say["text"]))

    address = await raw(talk)
    client = await come(visit(address))
    path = file_of(tmp_path / "me")
    heard = listen(client)
    mood = "ban"
    kept = [client.post("lobby", text) for text in ("keep me", "delete me")]
    await until(lambda: client.connection.phase == "closed")
    failed = [notice for notice in heard if isinstance(notice, notices.Failed)]
    assert {(one.entry, one.error.text) for one in failed} == {
        (entry, "You are out.") for entry in kept
    }
    assert client.outbox == ()
    with pytest.raises(ChatError, match="out"):
        client.retry(kept[0].id)
    client.discard(kept[1].id)
    await client.close()
    assert kept_in(path) == [("keep me", None)]
    mood = "again"
    again = await come(visit(address))
    await until(lambda: not again.outbox)
    assert says == ["keep me"]


async def test_damage_on_the_server_is_told(visit: Visit, raw: Raw, until: Until) -> None:
    """What the server cannot read of its history is told in its words."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(welcome(rooms=[LOBBY]) + LIVE)
        writer.write(frame("error", re=None, code="damaged", text="Event 7 is damaged."))
        await reader.read()

    client = visit(await raw(talk))
    heard = listen(client)
    await come(client)
    await until(lambda: notices.Told("Event 7 is damaged.") in heard)


@pytest.mark.parametrize("known", [True, False], ids=["address", "elsewhere"])
async def test_a_server_from_a_backup_has_what_waits(  # noqa: PLR0917 - fixtures
    serve: Serve,
    visit: Visit,
    enter: Enter,
    proxy: Proxy,
    tmp_path: Path,
    until: Until,
    known: bool,
) -> None:
    """Where the backup is older than our account, we come back under a new one: what waited
    under the old goes along, and its history is not shown as ours.
    """
    store = tmp_path / "server"
    server = await serve(store=SqliteStore(store), data=store)
    await serve.stop(server)
    shutil.copytree(store, tmp_path / "backup")
    server = await serve(store=SqliteStore(store), data=store)
    proxy.lead_to(server)
    client = await come(visit(proxy))
    account = client.account
    await client.send("lobby", "lost with the log")
    await close_unsent(proxy, client, "waits")
    await serve.stop(server)
    restored = await serve(store=SqliteStore(tmp_path / "backup"), data=tmp_path / "backup")
    proxy.lead_to(restored)
    again = visit(proxy if known else restored)
    heard = listen(again)
    await come(again)
    assert again.account != account
    await until(lambda: not again.outbox)
    assert await log_of(again) == ["waits"]
    while await recent(again) != ["waits"]:
        await asyncio.sleep(0.01)
    assert any(isinstance(notice, notices.WasReset) for notice in heard) == known
    assert not [notice for notice in heard if isinstance(notice, notices.Failed)]
    await again.close()
    files = list((tmp_path / "me" / "outbox").glob("*/outbox.db"))
    assert [kept_in(path) for path in files] == [[], []]


LISTENER = """
import asyncio, sys
from pathlib import Path
from asynchat.link.client import Client
from asynchat.link.notices import Arrived
from asynchat.link.wire import LinkSettings

async def listen(address, data):
    settings = LinkSettings(cache_events=100, cache_every_s=0.02)
    client = Client(address, name="ada", data=Path(data), keep_history=True, settings=settings)
    def told(notice):
        if isinstance(notice, Arrived):
            print(notice.event.seq, flush=True)
    client.subscribe(told)
    await client.start(timeout_s=10)
    await client.history("lobby")
    await asyncio.Event().wait()

asyncio.run(listen(*sys.argv[1:]))
"""
"""A program that prints the seq of each event that arrives, until it is killed."""


@pytest.mark.slow
async def test_killed_under_load_it_goes_on_without_a_hole(
    serve: Serve, visit: Visit, enter: Enter, proxy: Proxy, tmp_path: Path
) -> None:
    """Killed again and again in mid-stream, each start shows the conversation whole as far as it
    was kept, also offline, and then what comes after it, once each.
    """
    server = await serve(messages_per_s=2_000, message_burst=2_000)
    proxy.lead_to(server)
    ben = await enter(server, "ben")
    count = 0
    ended = asyncio.Event()

    async def talk() -> None:
        nonlocal count
        while not ended.is_set():
            await asyncio.gather(*(ben.send("lobby", str(count + n)) for n in range(20)))
            count += 20
            await asyncio.sleep(0.03)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(talk())
        for round_ in range(5):
            shown = await _listen_until_killed(proxy, tmp_path / "me", 80 + 50 * round_)
            proxy.lead_to(NOWHERE)
            proxy.cut()
            client = visit(proxy, cache_events=100)
            if not await client.begin():
                # Only of a first visit nothing may be kept: it was over before the first write.
                assert round_ == 0
                await client.close()
                proxy.lead_to(server)
                continue
            kept = [event.seq for event in await client.recent("lobby")]
            # But for what came in the last moment, nothing that was shown is missing.
            assert kept
            assert {seq for seq in shown if kept[0] <= seq <= kept[-1]} <= set(kept)
            await client.close()
            proxy.lead_to(server)
        ended.set()
    client = visit(proxy, cache_events=100)
    heard = listen(client)
    assert await client.begin()
    kept = [event.seq for event in await client.recent("lobby")]
    await client.welcomed()
    last = await ben.send("lobby", "last")
    async with asyncio.timeout(DEADLINE_S):
        while not any(getattr(n, "event", None) == last for n in heard):
            await asyncio.sleep(0.01)
    came = [note.event.seq for note in heard if isinstance(note, notices.Arrived)]
    page = [event.seq for event in (await ben.history("lobby", limit=500)).events]
    everything = sorted({*kept, *came})
    assert came == sorted(set(came))
    assert everything[-len(page) :] == page[-len(everything) :]
    now = [event.seq for event in await client.recent("lobby")]
    assert now == everything[-len(now) :]


async def _listen_until_killed(proxy: Proxy, data: Path, count: int) -> list[int]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", LISTENER, proxy.address, str(data)),
        stdout=asyncio.subprocess.PIPE,
    )
    shown: list[int] = []
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            while len(shown) < count:
                shown.append(json.loads(await process.stdout.readline()))
    finally:
        process.kill()
        rest = await process.stdout.read()
        await process.wait()
    return [*shown, *(int(line) for line in rest.split(b"\n")[:-1])]
