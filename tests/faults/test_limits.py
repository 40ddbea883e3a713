"""P6 and P7: readers that never read, and a disk without room."""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from asynchat.store.opening import DATABASE_FILE
from tests.faults.checker import demand, read_log
from tests.faults.talkers import Place, Talker
from tests.raw_client import DEADLINE_S, Wire, fresh_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.conftest import Measured, Scale
    from tests.serving import Process, StartProcess

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, sets limits")

MIB = 1024 * 1024
MOST_FILLED = 700
"""So many of the biggest messages are more than any socket's own buffers take."""
EACH_BYTES = 256 * 1024
BESIDES_BYTES = 32 * MIB
TEXT = "x" * 200
BIGGEST_TEXT = "\N{SNOWMAN WITHOUT SNOW}" * 4_000


def memory_of(process: Process) -> int:
    """Return how many bytes of memory a process holds."""
    status = Path(f"/proc/{process._process.pid}/status").read_text("utf-8")
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) * 1024


def lagging(process: Process) -> int:
    """Return how often a reader left the live set."""
    return process.log().count("lags and goes on from the log")


async def latencies(speaker: Wire, listener: Wire, count: int, text: str) -> list[float]:
    """Say things one by one; return how long each took until another had it, in ms, ascending."""
    took: list[float] = []
    for _ in range(count):
        begun = time.perf_counter()
        one = speaker.send("say", room="lobby", text=text)
        await listener.expect("said", id=one)
        took.append((time.perf_counter() - begun) * 1_000)
        await speaker.expect("said", id=one)
    return sorted(took)


def p99(ascending: list[float]) -> float:
    """Return what 99 of a hundred are not above."""
    return round(ascending[int(len(ascending) * 0.99)], 2)


async def test_readers_that_never_read_cost_bounded_memory(
    start_process: StartProcess, scale: Scale, measured: Measured
) -> None:
    """Each holds at most its share of memory, and the others go on as if they were not there."""
    count, said = scale(50, 1_000), scale(200, 1_000)
    process = await start_process(
        unauthenticated_per_address=2_000, connection_burst=5_000, lagging_timeout_s=600
    )
    address = await process.listening()
    ada, ben = await Wire.open(address), await Wire.open(address)
    await ada.hello("ada")
    await ben.hello("ben")
    before = await latencies(ada, ben, said, TEXT)
    deaf: list[Wire] = []
    for number in range(count):
        wire = await Wire.open(address, deaf=True)
        deaf.append(wire)
        wire.listen()
        assert (await wire.hello(f"deaf{number}", token=fresh_token()))["type"] == "welcome"
        wire.pause()
    await ada.settle()
    await ben.settle()
    memory_before = memory_of(process)
    filled = 0
    async with asyncio.timeout(60 + count / 5):
        while lagging(process) < count and filled < MOST_FILLED:
            await latencies(ada, ben, 20, BIGGEST_TEXT)
            filled += 20
    during = await latencies(ada, ben, said, TEXT)
    grown = memory_of(process) - memory_before
    try:
        assert grown <= count * EACH_BYTES + BESIDES_BYTES
        assert lagging(process) >= count
        measured(
            readers=count,
            lagging=lagging(process),
            unread_kib_each=filled * len(BIGGEST_TEXT.encode()) // 1024,
            memory_mib=round(grown / MIB, 1),
            bound_mib=(count * EACH_BYTES + BESIDES_BYTES) // MIB,
            p99_before_ms=p99(before),
            p99_during_ms=p99(during),
        )
    finally:
        for wire in [*deaf, ada, ben]:
            wire.cut()


def allow(process: Process, size: int) -> None:
    """Let a process write files of at most so many bytes."""
    hard = resource.prlimit(process._process.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(process._process.pid, resource.RLIMIT_FSIZE, (size, hard))


async def test_a_full_disk_refuses_and_recovers(
    tmp_path: Path, start_process: StartProcess, scale: Scale, measured: Measured
) -> None:
    """Without room sends are refused, history is read, and with room again all goes on."""
    rounds = scale(2, 20)
    data = tmp_path / "log"
    process = await start_process(data=data)
    place = Place(await process.listening())
    talkers = [Talker(place, f"c{n}", scale.seed, window=8) for n in range(8)]
    done = asyncio.Event()
    missed: list[str] = []

    def refused() -> int:
        return sum(len(talker.history.refused) for talker in talkers)

    def acknowledged() -> int:
        return sum(len(talker.history.acknowledged) for talker in talkers)

    async def more(counted: Callable[[], int], count: int, what: str) -> None:
        enough = counted() + count
        try:
            async with asyncio.timeout(DEADLINE_S):
                while counted() < enough:
                    assert process._process.returncode is None, "the server ended"
                    await asyncio.sleep(0.005)
        except TimeoutError:
            missed.append(what)

    async with asyncio.timeout(60 + 10 * rounds), asyncio.TaskGroup() as group:
        for talker in talkers:
            group.create_task(talker.talk(done))
        for _ in range(rounds):
            await more(acknowledged, 300, "nothing was acknowledged")
            files = [path.stat().st_size for path in data.glob(f"{DATABASE_FILE}*")]
            allow(process, max(files) + 100_000)
            await more(refused, 100, "nothing was refused")
            reader = await Wire.open(place.address)
            async with asyncio.timeout(10):
                answer = await reader.hello(None, token=talkers[0].token)
            assert answer["type"] == "welcome"
            page = await reader.ask("history", room="lobby", limit=5)
            assert len(page["events"]) == 5
            reader.cut()
            allow(process, resource.RLIM_INFINITY)
        await more(acknowledged, 300, "nothing was acknowledged")
        done.set()
    for talker in talkers:
        assert {frame["code"] for frame in talker.server_errors} <= {"read_only"}
        await talker.settle()
    assert await process.stop() == 0
    log = read_log(data / DATABASE_FILE)
    demand(log, [talker.history for talker in talkers])
    assert not missed
    measured(rounds=rounds, refused=refused(), acknowledged=acknowledged(), violations=0)
