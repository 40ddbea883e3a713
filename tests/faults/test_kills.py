"""P1 to P5: the server is killed again and again under clients at full rate."""

from __future__ import annotations

import asyncio
import random
import signal
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.store.opening import DATABASE_FILE
from tests.faults.checker import demand, read_log
from tests.faults.proxy import Fault, Proxy
from tests.faults.talkers import DEN, MANGLED, Place, Talker
from tests.raw_client import Wire

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.faults.checker import Log
    from tests.faults.conftest import Measured, Scale
    from tests.serving import StartProcess

SETTINGS: dict[str, Any] = {"come_back_after_s": 0.1, "slice_events": 50, "dead_after_s": 20}
LIVES_S = (0.02, 0.6)
"""How long the server lives after it listens, at least and at most."""


@pytest.fixture(params=[False, True], ids=["plain", "tls"])
def tls(request: pytest.FixtureRequest) -> bool:
    """Keep the promise without TLS and with it."""
    return bool(request.param)


def people(place: Place, seed: int) -> list[Talker]:
    """Return twenty: some in the den, some in and out of it, and three who only read."""
    talkers = [Talker(place, f"lobby{n}", seed) for n in range(8)]
    talkers += [Talker(place, f"den{n}", seed, rooms=("lobby", DEN)) for n in range(4)]
    talkers += [Talker(place, f"mover{n}", seed, window=8, moves=True) for n in range(5)]
    talkers += [Talker(place, f"reader{n}", seed, window=0) for n in range(2)]
    # The second device of one who speaks.
    again = Talker(place, "den0-again", seed, window=0, token=talkers[8].token, called="den0")
    talkers.append(again)
    return talkers


async def dig_the_den(address: str) -> None:
    """Make the room that the others are in."""
    wire = await Wire.open(address)
    await wire.hello("founder")
    await wire.ask("create", room=DEN)
    await wire.bye()


async def talk_while(place: Place, talkers: Sequence[Talker], faults: Any, limit_s: float) -> None:
    """Let all of them talk while the faults happen, and answer what is left afterwards."""
    done = asyncio.Event()
    async with asyncio.timeout(limit_s), asyncio.TaskGroup() as group:
        for talker in talkers:
            group.create_task(talker.talk(done))
        await faults
        done.set()


def assert_all_is_as_promised(
    data: Path, talkers: Sequence[Talker], *, errors: frozenset[str] = frozenset()
) -> Log:
    """Compare what everyone knows with the log, which no server has open any more."""
    log = read_log(data / DATABASE_FILE)
    demand(log, [talker.history for talker in talkers])
    for talker in talkers:
        assert not talker.outbox
        codes = {frame.get("code") for frame in talker.server_errors}
        assert codes <= errors, talker.server_errors
        assert talker.cursor is not None
        assert log.position(talker.cursor) is not None
    assert sum(event["type"] == "said" for event in log.events) >= len(talkers)
    return log


def figures(talkers: Sequence[Talker], log: Log) -> dict[str, int]:
    """Return how much was said, told and seen."""
    histories = [talker.history for talker in talkers]
    return {
        "clients": len(talkers),
        "acknowledged": sum(len(history.acknowledged) for history in histories),
        "stored": len(log.events),
        "connections": sum(len(history.connections) for history in histories),
        "seen": sum(
            isinstance(item, dict)
            for history in histories
            for connection in history.connections
            for item in connection.stream
        ),
        "violations": 0,
    }


async def test_a_killed_server_has_lost_nothing_and_doubled_nothing(
    tmp_path: Path, start_process: StartProcess, scale: Scale, measured: Measured
) -> None:
    """After each kill -9 all come back, resume and resend: not one promise is broken."""
    kills = scale(3, 200)
    rng = random.Random(scale.seed)
    data = tmp_path / "log"
    place = Place()
    process = await start_process(data=data, **SETTINGS)
    place.address = await process.listening()
    await dig_the_den(place.address)
    talkers = people(place, scale.seed)

    async def kill() -> None:
        nonlocal process
        for _ in range(kills):
            await asyncio.sleep(rng.uniform(*LIVES_S))
            assert await process.stop(signal.SIGKILL) == -signal.SIGKILL
            process = await start_process(data=data, **SETTINGS)
            place.address = await process.listening()

    await talk_while(place, talkers, kill(), 30 + 3 * kills)
    for talker in talkers:
        await talker.settle()
    assert await process.stop() == 0
    log = assert_all_is_as_promised(data, talkers)
    measured(kills=kills, **figures(talkers, log))


def any_fault(rng: random.Random) -> Fault:
    """Return what happens to one way of one connection."""
    # Behind the hello: one that lost its token or its cursor on the way is another hello.
    at = rng.randrange(500, 200_000)
    return rng.choice(
        [
            Fault(),
            Fault(delay_s=rng.uniform(0.001, 0.05)),
            Fault(cut_after=at),
            Fault(stall_after=at),
            Fault(corrupt_at=at),
            Fault(drop_after=at),
            Fault(dribble=rng.randrange(100, 2_000)),
        ]
    )


async def test_bad_ways_and_kills_together_break_no_promise(
    tmp_path: Path, start_process: StartProcess, scale: Scale, measured: Measured
) -> None:
    """Delays, stalls, cuts, damage, lost acknowledgements and kills at once: the same holds."""
    kills = scale(2, 100)
    rng = random.Random(scale.seed + 1)
    data = tmp_path / "log"
    process = await start_process(data=data, **SETTINGS)
    await dig_the_den(await process.listening())

    def each_way() -> tuple[Fault, Fault]:
        return any_fault(rng), any_fault(rng)

    async with Proxy(process.address, choose=each_way) as proxy:
        place = Place(proxy.address)
        talkers = people(place, scale.seed)

        async def disturb() -> None:
            nonlocal process
            for _ in range(kills):
                await asyncio.sleep(rng.uniform(0.3, 1.5))
                if rng.random() < 0.5:
                    proxy.cut()
                    await asyncio.sleep(rng.uniform(0, 0.3))
                assert await process.stop(signal.SIGKILL) == -signal.SIGKILL
                process = await start_process(data=data, **SETTINGS)
                proxy.target = await process.listening()
            await asyncio.sleep(0.5)
            proxy.choose = None

        await talk_while(place, talkers, disturb(), 40 + 4 * kills)
    place.address = process.address
    for talker in talkers:
        await talker.settle()
    assert await process.stop() == 0
    log = assert_all_is_as_promised(data, talkers, errors=MANGLED)
    measured(kills=kills, connections_through_proxy=proxy.connections, **figures(talkers, log))
