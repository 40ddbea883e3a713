"""P1: what was acknowledged outlives a power cut, which loses or tears what was not synced."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from asynchat.store.opening import DATABASE_FILE
from asynchat.store.sqlite import SqliteStore
from tests.faults.checker import History, Request, demand, read_log

if TYPE_CHECKING:
    from tests.faults.conftest import Measured, Scale

ROOT = Path(__file__).parents[2]
LIBRARY = Path(__file__).with_name("power_cut.c")
SECTOR_BYTES = 512

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None, reason="needs a C compiler on Linux"
)


class Record(NamedTuple):
    """What happened: a write, a new size, a sync, or an acknowledgement of ``name`` at ``at``."""

    kind: str
    name: str
    at: int = 0
    data: bytes = b""


def parse(journal: bytes) -> list[Record]:
    """Read a journal."""
    records: list[Record] = []
    place = 0
    while place < len(journal):
        end = journal.index(b"\n", place)
        kind, name, *numbers = journal[place:end].decode().split(" ")
        place = end + 1
        data = b""
        if kind == "W":
            data = journal[place : place + int(numbers[1])]
            place += len(data)
        name = name if kind == "A" else Path(name).name
        records.append(Record(kind, name, int(numbers[0]) if numbers else 0, data))
    return records


class Disk:
    """Files as a disk has them, of which what was not synced may be lost."""

    def __init__(self) -> None:
        self._synced: dict[str, bytearray] = {}
        self._pending: dict[str, list[Record]] = {}

    def take(self, record: Record) -> None:
        """Do what was done."""
        if record.kind in {"W", "T"}:
            self._pending.setdefault(record.name, []).append(record)
        elif record.kind == "S":
            content = self._synced.setdefault(record.name, bytearray())
            for each in self._pending.pop(record.name, ()):
                _apply(content, each)

    def cut(self, rng: random.Random, into: Path) -> int:
        """Write the files as they are after a power cut; return how many writes were lost."""
        lost = 0
        likely = rng.choice([0.0, 0.5, 0.9])
        for name in self._synced.keys() | self._pending.keys():
            content = bytearray(self._synced.get(name, b""))
            for record in self._pending.get(name, ()):
                if rng.random() < likely:
                    _apply(content, record)
                    continue
                lost += 1
                if record.kind == "W" and rng.random() < 0.5:  # it is torn
                    keep = rng.randrange(len(record.data) // SECTOR_BYTES + 1) * SECTOR_BYTES
                    _apply(content, record._replace(data=record.data[:keep]))
            if not name.endswith("-journal"):  # it was removed before the first acknowledgement
                (into / name).write_bytes(content)
        return lost


def _apply(content: bytearray, record: Record) -> None:
    if record.kind == "T":
        content[:] = content[: record.at].ljust(record.at, b"\0")
        return
    if len(content) < record.at:
        content.extend(bytes(record.at - len(content)))
    content[record.at : record.at + len(record.data)] = record.data


async def test_a_power_cut_takes_nothing_that_was_acknowledged(
    tmp_path: Path, scale: Scale, measured: Measured
) -> None:
    """At any moment: all that was acknowledged is there at its seq, and the store opens."""
    cuts, batches = scale(15, 100), scale(150, 600)
    library, journal = tmp_path / "power_cut.so", tmp_path / "journal"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, LIBRARY, "-ldl"], check=True)
    preload = " ".join([str(library), os.environ.get("LD_PRELOAD", "")]).strip()
    program = [sys.executable, "-m", "tests.faults.say_and_note", str(tmp_path / "data")]
    subprocess.run(
        [*program, str(scale.seed), str(batches)],
        cwd=ROOT,
        env={**os.environ, "LD_PRELOAD": preload, "POWER_CUT_JOURNAL": str(journal)},
        check=True,
        timeout=60,
    )
    records = parse(journal.read_bytes())
    first = next(place for place, record in enumerate(records) if record.kind == "A")
    rng = random.Random(scale.seed)
    moments = sorted(rng.sample(range(first, len(records)), cuts))
    disk, done, lost = Disk(), 0, 0
    history = History("ada", "a1")
    texts: dict[str, str] = {
        event["id"]: event["text"] for event in read_log(tmp_path / "data" / DATABASE_FILE).events
    }
    for number, moment in enumerate(moments):
        for record in records[done:moment]:
            disk.take(record)
            if record.kind == "A":
                text = texts[record.name]
                history.sent.append(Request(record.name, "say", "lobby", text))
                history.acknowledged.append((record.name, record.at))
        done = moment
        data = tmp_path / f"cut{number}"
        data.mkdir()
        lost += disk.cut(rng, data)
        async with SqliteStore(data):
            pass  # it opens: the log was put right, and its newest events were checked
        with closing(sqlite3.connect(data / DATABASE_FILE)) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        demand(read_log(data / DATABASE_FILE), [history])
        shutil.rmtree(data)
    assert lost > 0
    measured(
        cuts=cuts,
        acknowledged=len(history.acknowledged),
        writes_lost_or_torn=lost,
        syncs=sum(record.kind == "S" for record in records),
        violations=0,
    )
