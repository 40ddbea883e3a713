"""P1 to P5 while the past is removed: killed in the midst of it, and read by who comes back."""

from __future__ import annotations

import asyncio
import random
import signal
from typing import TYPE_CHECKING

from asynchat.store.opening import DATABASE_FILE
from asynchat.upkeep.check import check
from tests.faults.checker import demand, read_log
from tests.faults.talkers import Place
from tests.faults.test_kills import LIVES_S, SETTINGS, dig_the_den, figures, people, talk_while

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.conftest import Measured, Scale
    from tests.serving import StartProcess

KEPT_BYTES = 20_000
LITTLE = {**SETTINGS, "retention_bytes": KEPT_BYTES, "retention_interval_s": 0.005}


async def test_a_server_killed_while_it_removes_loses_nothing_else(
    tmp_path: Path, start_process: StartProcess, scale: Scale, measured: Measured
) -> None:
    """Who resumes sees all that is left, in order; each gap is noted; no id comes twice."""
    kills = scale(4, 100)
    rng = random.Random(scale.seed)
    data = tmp_path / "log"
    place = Place()
    process = await start_process(data=data, **LITTLE)
    place.address = await process.listening()
    await dig_the_den(place.address)
    talkers = people(place, scale.seed)

    async def kill() -> None:
        nonlocal process
        for _ in range(kills):
            await asyncio.sleep(rng.uniform(*LIVES_S))
            assert await process.stop(signal.SIGKILL) == -signal.SIGKILL
            assert list(check(data)) == []
            process = await start_process(data=data, **LITTLE)
            place.address = await process.listening()

    await talk_while(place, talkers, kill(), 30 + 5 * kills)
    for talker in talkers:
        await talker.settle()
    assert await process.stop() == 0
    assert list(check(data)) == []
    log = read_log(data / DATABASE_FILE)
    demand(log, [talker.history for talker in talkers])
    assert len(log.removed) > KEPT_BYTES // 200
    assert not any(talker.outbox for talker in talkers)
    measured(kills=kills, removed=len(log.removed), **figures(talkers, log))
