"""What the server costs, beside others: ``python -m benchmarks.serving``, or ``make bench``.

Each row runs asynchat and what it is compared with in turns, several times, on the first processor,
with the load (`load`) on the second, and takes the medians; a ratio is of the same turn.  Processor
seconds are the system's.  ``--write`` puts the table into docs/performance.md, ``--short`` sees
only that everything works, and rows can be named: ``python -m benchmarks.serving fan-out idle``.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from benchmarks.ground import HERE, machine
from benchmarks.history import growth, long_log
from benchmarks.peers import said, send_limit
from benchmarks.rows import Effort, Row, Run, in_turns, plan_of, rows_of
from benchmarks.servers import asynchat, hub, inspircd, ngircd
from benchmarks.storms import idle_crowd, join_storm, reconnect_storm, slow_readers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_PAGE: Final = HERE.parent / "docs" / "performance.md"
_BEGIN: Final = "<!-- written by python -m benchmarks.serving -->"
_END: Final = "<!-- to here: python -m benchmarks.serving -->"
_MEGA: Final = 1e6


# The rows


def _ours(*, tls: bool = False) -> Run:
    return lambda folder: asynchat(folder / "data", tls=tls)


def _coalescing(*, tls: bool = False) -> Run:
    return lambda folder: hub(folder, "coalescing", tls=tls)


def fan_out(effort: Effort) -> Iterator[Row]:
    """16 people say 100 characters each to a room of 500, 64 messages under way."""
    people = effort.of(500, least=40)
    plan = plan_of(people=people, senders=16, messages=effort.of(10_000), warmup=effort.of(2_000))
    what = f"{people} receivers, 64 under way"
    limit = send_limit(people, effort.of(50))
    cost = limit["cpu_s"] / limit["deliveries"] * _MEGA
    yield Row(what, "nothing but send()", "", f"{cost:.3f} s", "")
    runs: dict[str, Run] = {"coalescing hub": _coalescing(), "asynchat": _ours()}
    others: dict[str, Run] = {"InspIRCd": inspircd, "ngIRCd": ngircd}
    runs |= {name: run for name, run in others.items() if shutil.which(name.lower())}
    yield from rows_of(what, in_turns(runs, plan, effort.turns), "coalescing hub")
    plan = replace(plan, messages=effort.of(400), warmup=effort.of(100))
    naive: dict[str, Run] = {"naive hub": lambda folder: hub(folder, "naive")}
    yield from rows_of(what, in_turns(naive, plan, 1), "naive hub")


def fan_out_tls(effort: Effort) -> Iterator[Row]:
    """Do the same, encrypted."""
    people = effort.of(500, least=40)
    plan = plan_of(
        people=people, senders=16, messages=effort.of(5_000), warmup=effort.of(1_000), tls=True
    )
    runs = {"coalescing hub": _coalescing(tls=True), "asynchat": _ours(tls=True)}
    found = in_turns(runs, plan, effort.turns)
    yield from rows_of(f"{people} receivers, 64 under way, TLS", found, "coalescing hub")


def wide(effort: Effort) -> Iterator[Row]:
    """Do the same with 2,000."""
    people = effort.of(2_000, least=40)
    plan = plan_of(people=people, senders=16, messages=effort.of(3_000), warmup=effort.of(500))
    runs = {"coalescing hub": _coalescing(), "asynchat": _ours()}
    found = in_turns(runs, plan, effort.turns)
    yield from rows_of(f"{people} receivers, 64 under way", found, "coalescing hub")


def many_rooms(effort: Effort) -> Iterator[Row]:
    """1,000 people are in 20 of 50 rooms each, and 2,000 in one of 1,000 rooms of two."""
    people, rooms = effort.of(1_000, least=60), effort.of(50, least=20)
    plan = plan_of(
        people=people + rooms,
        rooms=rooms,
        rooms_each=20,
        senders=16,
        messages=effort.of(6_000),
        warmup=effort.of(1_000),
    )
    found = in_turns({"asynchat": _ours()}, plan, effort.turns)
    yield from rows_of(f"{people} people in 20 of {rooms} rooms each", found, "asynchat")
    pairs = effort.of(1_000, least=20)
    plan = plan_of(
        people=2 * pairs,
        rooms=pairs,
        senders=pairs,
        messages=effort.of(20_000, least=pairs),
        warmup=effort.of(4_000),
    )
    found = in_turns({"asynchat": _ours()}, plan, effort.turns)
    yield from rows_of(f"{pairs} rooms of two", found, "asynchat")
    found = in_turns({"asynchat": _ours()}, replace(plan, direct=True), effort.turns)
    yield from rows_of(f"{pairs} direct rooms", found, "asynchat")


def one_under_way(effort: Effort) -> Iterator[Row]:
    """One message at a time, where nothing can be joined."""
    people = effort.of(500, least=40)
    plan = plan_of(
        people=people,
        senders=16,
        messages=effort.of(400),
        warmup=effort.of(50),
        under_way=1,
    )
    runs: dict[str, Run] = {"coalescing hub": _coalescing(), "asynchat": _ours()}
    against = "coalescing hub"
    if shutil.which("inspircd"):
        runs["InspIRCd"] = inspircd
        against = "InspIRCd"
    found = in_turns(runs, plan, effort.turns)
    yield from rows_of(f"{people} receivers, one under way", found, against)


def latency(effort: Effort) -> Iterator[Row]:
    """From the send to each receiver, ten messages a second, in ms."""
    with tempfile.TemporaryDirectory(prefix="asynchat-bench-") as folder:
        fsync_ms = _fsync_ms(Path(folder))
    yield Row("one fsync", "the disk", "", f"{fsync_ms:.2f} ms", "")
    for people in (effort.of(50, least=10), effort.of(500, least=20)):
        plan = plan_of(
            people=people,
            senders=10,
            messages=effort.of(200, least=5),
            warmup=effort.of(20),
            rate=10,
        )
        runs = {"coalescing hub": _coalescing(), "asynchat": _ours()}
        for name, many in in_turns(runs, plan, effort.turns).items():
            p50 = statistics.median(one.p50_ms for one in many)
            p99 = statistics.median(one.p99_ms for one in many)
            what = f"latency to {people}, 10 messages a second"
            yield Row(what, name, f"p50 {p50:.2f} ms", f"p99 {p99:.2f} ms", "")


def durable(effort: Effort) -> Iterator[Row]:
    """Messages acknowledged a second, each sender in a room of its own and waiting for each."""
    for senders in (1, 100):
        plan = plan_of(
            people=senders,
            rooms=senders,
            senders=senders,
            under_way=senders,
            messages=effort.of(4_000 if senders == 1 else 40_000, least=senders),
            warmup=effort.of(500),
        )
        ratios: list[float] = []
        rates: dict[str, list[float]] = {"SQLite alone": [], "asynchat": []}
        for _ in range(effort.turns):
            (ours,) = in_turns({"asynchat": _ours()}, plan, 1)["asynchat"]
            with tempfile.TemporaryDirectory(prefix="asynchat-bench-") as folder:
                alone = _sqlite_alone(Path(folder), senders, plan.messages)
            rates["asynchat"].append(ours.messages / ours.elapsed_s)
            rates["SQLite alone"].append(alone)
            ratios.append(rates["asynchat"][-1] / alone)
        for name, many in rates.items():
            ratio = f"{statistics.median(ratios):.2f}" if name == "asynchat" else ""
            what = f"acknowledged a second, {senders} waiting"
            yield Row(what, name, f"{statistics.median(many):,.0f}/s", "", ratio)


_ROWS: Final[dict[str, Callable[[Effort], Iterator[Row]]]] = {
    "fan-out": fan_out,
    "fan-out-tls": fan_out_tls,
    "wide": wide,
    "rooms": many_rooms,
    "one": one_under_way,
    "latency": latency,
    "durable": durable,
    "idle": idle_crowd,
    "storm": reconnect_storm,
    "joins": join_storm,
    "slow": slow_readers,
    "log": long_log,
    "growth": growth,
}


def _fsync_ms(folder: Path) -> float:
    took: list[float] = []
    with (folder / "file").open("wb", buffering=0) as file:
        for _ in range(200):
            file.write(b"x" * 4096)
            began = time.perf_counter()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


def _sqlite_alone(folder: Path, batch: int, messages: int) -> float:
    """Return how many messages a second SQLite commits, so many at a time, as safely."""
    with contextlib.closing(sqlite3.connect(folder / "alone.db", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("CREATE TABLE events (seq INTEGER PRIMARY KEY, room INTEGER, frame BLOB)")
        db.execute("CREATE INDEX events_by_room ON events (room)")
        db.execute("CREATE TABLE ids (asker TEXT, id TEXT, PRIMARY KEY (asker, id)) WITHOUT ROWID")
        began = time.perf_counter()
        for first in range(0, messages, batch):
            db.execute("BEGIN IMMEDIATE")
            for number in range(first, first + batch):
                frame = said(number, b'"text":"' + b"x" * 100 + b'"')
                db.execute("INSERT INTO events (room, frame) VALUES (?, ?)", (number % 50, frame))
                db.execute("INSERT INTO ids VALUES (?, ?)", (number % batch, f"s{number:012}"))
            db.execute("COMMIT")
        return messages / (time.perf_counter() - began)


# The command


def table(rows: Sequence[Row]) -> str:
    """Return the rows as they stand on the page."""
    head = "| what | who | how much | cost | ratio |\n|---|---|---|---|---|\n"
    return head + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def measure(effort: Effort, names: Sequence[str]) -> list[Row]:
    """Measure rows, and print each as soon as it is there."""
    rows: list[Row] = []
    for name in names or _ROWS:
        for row in _ROWS[name](effort):
            sys.stdout.write(" | ".join(row) + "\n")
            sys.stdout.flush()
            rows.append(row)
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving", description=__doc__)
    parser.add_argument("rows", nargs="*", choices=[*_ROWS, []], help="which rows; all if none")
    parser.add_argument("--short", action="store_true", help="see only that it works")
    parser.add_argument("--turns", type=int, default=3, help="how often each is measured")
    parser.add_argument("--log", type=Path, help="where the log of ten million is kept")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    options = parser.parse_args(arguments)
    effort = Effort(0.02, 1) if options.short else Effort(turns=options.turns, log=options.log)
    rows = measure(effort, options.rows)
    if options.write:
        text = _PAGE.read_text(encoding="utf-8")
        before, _, rest = text.partition(_BEGIN)
        _, _, after = rest.partition(_END)
        load_average = os.getloadavg()[2]
        told = f"{table(rows)}\nMeasured on {machine()}\nThe load was {load_average:.0f}"
        told += " over the last 15 minutes.\n"
        _PAGE.write_text(f"{before}{_BEGIN}\n\n{told}\n{_END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
