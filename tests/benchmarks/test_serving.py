"""The benchmark of the server, as short as it can be."""

from __future__ import annotations

import sys

import pytest

from benchmarks import serving
from benchmarks.rows import Effort


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc")
@pytest.mark.parametrize(
    "name",
    [
        "fan-out",
        "rooms",
        "one",
        "latency",
        "durable",
        "idle",
        "storm",
        "joins",
        "slow",
        "log",
        "growth",
    ],
)
def test_it_measures_a_row(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each row is measured on real servers to its end, loses nothing, and has its figures."""
    rows = serving.measure(Effort(0.02, 1), [name])
    shown = capsys.readouterr().out
    assert rows
    for row in rows:
        assert row.rate or row.cost
        assert " | ".join(row) in shown
        assert " | ".join(row) in serving.table(rows)
