"""What every row of the table has in common: how much is done, in turns, and how it is told."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import msgspec

from benchmarks.ground import HERE
from benchmarks.load import Figures, Plan
from benchmarks.servers import on_processor

if TYPE_CHECKING:
    import contextlib
    from collections.abc import Callable, Iterator

    from benchmarks.servers import Server

_MEGA: Final = 1e6

Run: TypeAlias = "Callable[[Path], contextlib.AbstractContextManager[Server]]"
"""What starts a server, which may use a folder."""


class Row(NamedTuple):
    """One row of the table: what was asked, of whom, and what came of it."""

    what: str
    who: str
    rate: str
    cost: str
    ratio: str


@dataclass(frozen=True)
class Effort:
    """How much is done: the share of the people and messages of each row, and the turns.

    ``log`` is where a log of ten million messages is, or is to be made.
    """

    share: float = 1.0
    turns: int = 3
    log: Path | None = None

    def of(self, number: int, *, least: int = 1) -> int:
        """Return this effort's part of a number."""
        return max(least, int(number * self.share))


# Measuring


def load(peer: Server, plan: Plan) -> Figures:
    """Put a load on a server, from the second processor."""
    asked = msgspec.structs.replace(
        plan, dialect=peer.dialect, host="127.0.0.1", port=peer.port, pids=(peer.pid,)
    )
    done = subprocess.run(
        [*on_processor(1), sys.executable, "-m", "benchmarks.load"],
        input=msgspec.json.encode(asked),
        cwd=HERE.parent,
        stdout=subprocess.PIPE,
        check=True,
    )
    return msgspec.json.decode(done.stdout, type=Figures)


def in_turns(runs: dict[str, Run], plan: Plan, turns: int) -> dict[str, list[Figures]]:
    """Put the same load on several servers, one after the other, so many times."""
    found: dict[str, list[Figures]] = {name: [] for name in runs}
    for _ in range(turns):
        for name, run in runs.items():
            with tempfile.TemporaryDirectory(prefix="asynchat-bench-") as folder:
                with run(Path(folder)) as peer:
                    figures = load(peer, plan)
                if figures.lost:
                    raise RuntimeError(f"{name} lost {figures.lost} deliveries")
                found[name].append(figures)
    return found


def rows_of(what: str, found: dict[str, list[Figures]], against: str) -> Iterator[Row]:
    """Tell what a delivery costs, and how much of what it costs the one compared with."""
    for name, many in found.items():
        rate = statistics.median(one.deliveries / one.elapsed_s for one in many)
        seconds = statistics.median(cost(one) for one in many)
        busy = statistics.median(one.load_cpu_s / one.elapsed_s for one in many)
        ratios = [cost(a) / cost(b) for a, b in zip(many, found[against], strict=True)]
        yield Row(
            what,
            name,
            f"{rate / _MEGA:.2f} M/s, the load {busy:.0%} busy",
            f"{seconds:.3f} s",
            f"{statistics.median(ratios):.2f}",
        )


def cost(figures: Figures) -> float:
    """Return the processor seconds of a million deliveries."""
    return figures.server_cpu_s / figures.deliveries * _MEGA


def plan_of(**fields: object) -> Plan:
    """Return a plan of our own dialect."""
    return msgspec.convert({"dialect": "native", "host": "", "port": 0, **fields}, Plan)
