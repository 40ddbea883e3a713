"""P3: who resumes sees all it may see after its cursor, once, in order, or is told of a reset."""

from __future__ import annotations

import asyncio
import contextlib
import random
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from asynchat.store.opening import DATABASE_FILE
from asynchat.store.sqlite import SqliteStore
from tests.faults.checker import demand, read_log
from tests.faults.proxy import Fault, Proxy
from tests.faults.talkers import DEN, Place, Talker
from tests.raw_client import Ended

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.conftest import Measured, Scale
    from tests.serving import Join, Serve, StartProcess

EVENTS = 200


@pytest.fixture(params=[False, True], ids=["plain", "tls"])
def tls(request: pytest.FixtureRequest) -> bool:
    """Keep the promise without TLS and with it."""
    return bool(request.param)


class Reader(Talker):
    """A client that only reads, and takes what comes until its stream is live or cut."""

    async def read(self) -> None:
        """Resume once."""
        self._closing = True
        done = asyncio.Event()
        done.set()
        with contextlib.suppress(Ended, OSError):
            await self._converse(done)


async def test_a_resume_may_be_cut_at_any_byte(
    tmp_path: Path, serve: Serve, join: Join, scale: Scale, measured: Measured, *, tls: bool
) -> None:
    """However much of 200 events came before the cut, the next resume brings exactly the rest."""
    data = tmp_path / "log"
    server = await serve(store=SqliteStore(data), slice_events=20, connection_burst=1_000_000)
    place = Place(server.address)
    reader = Reader(place, "reader", scale.seed, window=0)
    await reader.read()
    begin = reader.cursor
    ada = await join(server, "ada")
    for number in range(EVENTS):
        ada.send("say", room="lobby", text=f"number {number}")
    await ada.settle()
    head = ada.cursor
    await ada.bye()

    async with Proxy(server.address) as proxy:
        place.address = proxy.address
        reader.cursor = begin
        await reader.read()
        size = reader.received
        exact, count = 0, scale(60, size)
        offsets = random.Random(scale.seed).sample(range(1, size), min(size - 1, count))
        for offset in sorted(offsets):
            place.address = proxy.address
            proxy.down = Fault(cut_after=offset)
            reader.cursor = begin
            await reader.read()
            assert reader.received <= offset
            exact += reader.received == offset
            place.address = server.address
            await reader.settle(repeats=0)
            assert reader.cursor == head
    await serve.stop(server)
    log = read_log(data / DATABASE_FILE)
    demand(log, [reader.history])
    assert len(log.events) > EVENTS
    # Over TLS a cut falls within a record, and what came of that is not there.
    assert tls or exact > len(offsets) // 2
    measured(offsets=len(offsets), exact=exact, of_bytes=size, events=EVENTS, violations=0)


async def test_many_reconnect_at_once(
    tmp_path: Path, start_process: StartProcess, scale: Scale, measured: Measured
) -> None:
    """After a restart all come back in the same moment, resume, and miss nothing."""
    count = scale(60, 500)
    data = tmp_path / "log"
    process = await start_process(data=data, unauthenticated_per_address=1_000)
    place = Place(await process.listening())
    clients = [Reader(place, f"c{number}", scale.seed, window=1, most=2) for number in range(count)]

    async def all_at_once() -> list[float]:
        begun = time.perf_counter()

        async def resume(client: Reader) -> float:
            await client.settle(repeats=1)
            return time.perf_counter() - begun

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(resume(client)) for client in clients]
        return sorted(task.result() for task in tasks)

    for client in clients:
        await client.settle()
    speaker = Talker(place, "speaker", scale.seed, most=300)
    await talk_all(speaker)
    assert await process.stop() == 0
    process = await start_process(data=data, unauthenticated_per_address=1_000)
    place.address = await process.listening()
    took = await all_at_once()
    assert await process.stop() == 0
    log = read_log(data / DATABASE_FILE)
    demand(log, [client.history for client in [*clients, speaker]])
    assert all(client.history.connections[-1].resumed for client in clients)
    measured(
        clients=count,
        caught_up_s=round(took[-1], 2),
        median_s=round(took[len(took) // 2], 2),
        violations=0,
    )


async def test_a_copied_back_database_is_told(
    tmp_path: Path, start_process: StartProcess, scale: Scale, measured: Measured
) -> None:
    """A cursor from what a copy has lost is answered by a reset, also past the old head."""
    data, copy = tmp_path / "log", tmp_path / "copy"
    process = await start_process(data=data)
    place = Place(await process.listening())
    ada = Talker(place, "ada", scale.seed, most=20)
    await talk_all(ada)
    assert await process.stop() == 0
    shutil.copytree(data, copy)
    process = await start_process(data=data)
    place.address = await process.listening()
    ben = Talker(place, "ben", scale.seed, most=5)
    await talk_all(ben)
    await ada.settle()
    lost = ada.cursor
    assert await process.stop() == 0

    process = await start_process(data=copy)
    place.address = await process.listening()
    cyd = Talker(place, "cyd", scale.seed, most=30)
    await talk_all(cyd)
    del ada.history.connections[:]
    ada.history.acknowledged.clear()
    ada.cursor = lost
    await ada.settle()
    assert await process.stop() == 0
    log = read_log(copy / DATABASE_FILE)
    assert lost is not None
    assert log.position(lost) is None
    assert int(lost.rpartition(".")[2]) < log.head
    demand(log, [ada.history, cyd.history])
    assert [connection.reset for connection in ada.history.connections] == [True]
    measured(resets=1, violations=0)


async def talk_all(talker: Talker) -> None:
    """Let somebody say all they have to say."""
    async with asyncio.timeout(20):
        await talker.talk(asyncio.Event())


async def test_nobody_is_refused_for_being_fast(
    tmp_path: Path, serve: Serve, scale: Scale, measured: Measured
) -> None:
    """Over its rate a connection waits: all is stored, in order, and nothing is refused."""
    data = tmp_path / "log"
    server = await serve(store=SqliteStore(data), message_burst=5, messages_per_s=200)
    ada = Talker(Place(server.address), "ada", scale.seed, most=scale(60, 400))
    await talk_all(ada)
    await ada.settle()
    await serve.stop(server)
    log = read_log(data / DATABASE_FILE)
    assert ada.server_errors == []
    demand(log, [ada.history])
    assert len({one for one, _ in ada.history.acknowledged}) == scale(60, 400)
    measured(requests=scale(60, 400), refused=0)


async def test_nobody_reads_what_was_said_without_them(
    tmp_path: Path, serve: Serve, join: Join, scale: Scale, measured: Measured
) -> None:
    """Who was in a room for a while resumes from before and sees its own stays, nothing else."""
    data = tmp_path / "log"
    server = await serve(store=SqliteStore(data), slice_events=7)
    place = Place(server.address)
    eve = Talker(place, "eve", scale.seed, window=0)
    await eve.settle()
    begin = eve.cursor
    ada = await join(server, "ada")
    await ada.ask("create", room=DEN)
    wire = await join(server, None, token=eve.token)
    stays = scale(5, 100)
    for _ in range(stays):
        for _ in range(3):
            await ada.ask("say", room=DEN, text="without eve")
        await wire.ask("join", room=DEN, history=0)
        await ada.ask("say", room=DEN, text="with eve")
        await wire.ask("leave", room=DEN)
    for cursor in [begin, eve.cursor, *(f["cursor"] for f in wire.seen if f["type"] == "upto")]:
        eve.cursor = cursor
        await eve.settle()
    ada.cut()
    wire.cut()
    await serve.stop(server)
    log = read_log(data / DATABASE_FILE)
    demand(log, [eve.history])
    measured(stays=stays, resumes=len(eve.history.connections), violations=0)
