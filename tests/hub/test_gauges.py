"""How the server is doing, counted."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from asynchat.hub import gauges
from asynchat.hub.gauges import WINDOW_S, Gauges, memory_bytes

if TYPE_CHECKING:
    from pathlib import Path


def test_only_the_last_seconds_count() -> None:
    """Events per second and commits are of a window that moves on; without any they are 0."""
    now = 100.0
    counted = Gauges(lambda: now)
    assert (counted.events_per_s(), counted.commit_ms()) == (0.0, (0.0, 0.0))
    counted.committed(30, 0.002)
    counted.committed(10, 0.004)
    now += 1
    counted.committed(10, 0.009)
    assert counted.events_per_s() == 5.0
    assert counted.commit_ms() == (5.0, 9.0)
    now += WINDOW_S - 0.5
    assert counted.events_per_s() == 1.0
    now += WINDOW_S
    assert counted.events_per_s() == 0.0


def test_long_running_takes_no_more_memory() -> None:
    """There are no more seconds than the window has."""
    now = 0.0
    counted = Gauges(lambda: now)
    for _ in range(1000):
        counted.committed(1, 0.001)
        now += 1
    assert len(counted._seconds) == WINDOW_S


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells by a file")
def test_memory_is_that_of_this_process() -> None:
    """More than an interpreter needs, less than a computer has."""
    memory = memory_bytes()
    assert memory is not None
    assert 10 * 2**20 < memory < 2**40


def test_where_nobody_tells_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a missing nor a strange file ends an answer."""
    monkeypatch.setattr(gauges, "_STATM", tmp_path / "none")
    assert memory_bytes() is None
    (tmp_path / "odd").write_text("x", "ascii")
    monkeypatch.setattr(gauges, "_STATM", tmp_path / "odd")
    assert memory_bytes() is None
