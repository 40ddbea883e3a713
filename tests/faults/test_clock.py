"""P8: the clock orders nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.hub import hub
from asynchat.store.opening import DATABASE_FILE
from asynchat.store.sqlite import SqliteStore
from tests.faults.checker import demand, read_log
from tests.faults.talkers import Place, Talker

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.faults.conftest import Measured
    from tests.serving import Join, Serve

DAY_MS = 86_400_000
NOON_MS = 1_763_640_000_000


async def test_a_clock_that_jumps_a_day_changes_no_order(
    tmp_path: Path,
    serve: Serve,
    join: Join,
    measured: Measured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Forward or back by a day: events keep their order and the times that the clock said."""
    clock = [NOON_MS]
    monkeypatch.setattr(hub, "now_ms", lambda: clock[0])
    data = tmp_path / "log"
    server = await serve(store=SqliteStore(data))
    reader = Talker(Place(server.address), "reader", 0, window=0)
    await reader.settle()
    ada = await join(server, "ada")
    times = [NOON_MS + jump * DAY_MS for jump in (0, 1, 0, -1, 0, 1)]
    for time_ms in times:
        clock[0] = time_ms
        said = await ada.ask("say", room="lobby", text="what time is it?")
        assert said["time"] == time_ms
    await reader.settle()
    page = await ada.ask("history", room="lobby", limit=len(times))
    assert [event["time"] for event in page["events"]] == times
    await ada.bye()
    await serve.stop(server)
    log = read_log(data / DATABASE_FILE)
    demand(log, [reader.history])
    assert [event["time"] for event in log.events if event["type"] == "said"] == times
    measured(jumps=len(times) - 1, violations=0)
