"""P6: readers that never read cost bounded memory, and delay no one."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.raw_client import Wire, fresh_token

if TYPE_CHECKING:
    from tests.faults.conftest import Measured, Scale
    from tests.serving import Process, StartProcess

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

MIB = 1024 * 1024
MOST_FILLED = 700
"""So many of the biggest messages are more than any socket's own buffers take."""
EACH_BYTES = 256 * 1024
BESIDES_BYTES = 32 * MIB
TEXT = "x" * 200
BIGGEST_TEXT = "\N{SNOWMAN WITHOUT SNOW}" * 4_000
ROUNDS = 10
TIMES, BESIDES_MS = 3, 5
"""How much longer 99 of 100 messages may take where readers do not read."""


def memory_of(process: Process) -> int:
    """Return how many bytes of memory a process holds."""
    status = Path(f"/proc/{process._process.pid}/status").read_text("utf-8")
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) * 1024


def lagging(process: Process) -> int:
    """Return how often a reader left the live set."""
    return process.log().count("lags and goes on from the log")


async def latencies(pair: Pair, count: int, text: str) -> list[float]:
    """Say things one by one; return how long each took until another had it, in ms."""
    took: list[float] = []
    for _ in range(count):
        begun = time.perf_counter()
        one = pair.speaker.send("say", room="lobby", text=text)
        await pair.listener.expect("said", id=one)
        took.append((time.perf_counter() - begun) * 1_000)
        await pair.speaker.expect("said", id=one)
    return took


def p99(took: list[float]) -> float:
    """Return what 99 of a hundred are not above."""
    return round(sorted(took)[int(len(took) * 0.99)], 2)


class Pair(NamedTuple):
    """Two who chat on one server."""

    speaker: Wire
    listener: Wire

    @classmethod
    async def meet(cls, address: str) -> Pair:
        """Let two in."""
        pair = cls(await Wire.open(address), await Wire.open(address))
        for wire, name in zip(pair, ("ada", "ben"), strict=True):
            assert (await wire.hello(name))["type"] == "welcome"
        return pair


async def side_by_side(quiet: Pair, crowded: Pair, each: int) -> tuple[list[float], list[float]]:
    """Measure two servers in turns, so that whatever else this machine does meets both."""
    without: list[float] = []
    beside: list[float] = []
    for _ in range(ROUNDS):
        without += await latencies(quiet, each, TEXT)
        beside += await latencies(crowded, each, TEXT)
    return without, beside


async def test_readers_that_never_read_cost_bounded_memory_and_delay_no_one(
    tmp_path: Path, start_process: StartProcess, scale: Scale, measured: Measured
) -> None:
    """Each holds at most its share of memory, and the others go on as if they were not there.

    How long that takes is compared with a server without such readers, in the long form alone.
    """
    count, each = scale(50, 1_000), scale(20, 100)
    process = await start_process(
        unauthenticated_per_address=2_000, connection_burst=5_000, lagging_timeout_s=600
    )
    address = await process.listening()
    other = await start_process(data=tmp_path / "quiet")
    quiet = await Pair.meet(await other.listening())
    crowded = await Pair.meet(address)
    deaf: list[Wire] = []
    for number in range(count):
        wire = await Wire.open(address, deaf=True)
        deaf.append(wire)
        wire.listen()
        assert (await wire.hello(f"deaf{number}", token=fresh_token()))["type"] == "welcome"
        wire.pause()
    for wire in crowded:
        await wire.settle()
    memory_before = memory_of(process)
    filled = 0
    async with asyncio.timeout(60 + count / 5):
        while lagging(process) < count and filled < MOST_FILLED:
            await latencies(crowded, 20, BIGGEST_TEXT)
            filled += 20
    without, beside = await side_by_side(quiet, crowded, each)
    grown = memory_of(process) - memory_before
    try:
        assert grown <= count * EACH_BYTES + BESIDES_BYTES
        assert lagging(process) >= count
        if scale.share:
            bound = TIMES * p99(without) + BESIDES_MS
            assert p99(beside) <= bound, "the others wait for readers that do not read"
        measured(
            readers=count,
            lagging=lagging(process),
            unread_kib_each=filled * len(BIGGEST_TEXT.encode()) // 1024,
            memory_mib=round(grown / MIB, 1),
            bound_mib=(count * EACH_BYTES + BESIDES_BYTES) // MIB,
            p99_without_ms=p99(without),
            p99_beside_ms=p99(beside),
            bound_ms=f"3 x {p99(without)} + {BESIDES_MS}",
        )
    finally:
        for wire in [*deaf, *quiet, *crowded]:
            wire.cut()
