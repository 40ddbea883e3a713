"""One transaction of removing, and the notes it leaves."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.messages import LOBBY, encode
from asynchat.store.interface import Removed, StoreError, StoreLostError
from asynchat.store.opening import DATABASE_FILE, open_database
from asynchat.store.removing import REMOVED_AT_ONCE, remove_said, stretches
from asynchat.store.writer import Writer
from asynchat.upkeep.check import check
from tests.contracts.drafts import account, created, joined, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    """Give the writing half of an empty database."""
    writer = Writer(open_database(tmp_path))
    yield writer
    writer.close()


def noted(writer: Writer) -> list[tuple[int, int]]:
    """Return the stretches that are noted as removed."""
    return writer._db.execute("SELECT first, last FROM removed ORDER BY first").fetchall()


@given(st.sets(st.integers(1, 40)))
def test_stretches_are_the_seqs_without_gaps(seqs: set[int]) -> None:
    """Together they are the same seqs, and no two of them touch."""
    found = list(stretches(sorted(seqs)))
    assert [seq for a, b in found for seq in range(a, b + 1)] == sorted(seqs)
    assert all(one[1] + 1 < other[0] for one, other in pairwise(found))


def test_stretches_that_touch_are_noted_as_one(writer: Writer) -> None:
    """Rooms lose their events one after the other; where all are gone there is one note."""
    rooms = ["a", "b", "a", "b", "b", "a"]
    writer.append([created("a"), created("b"), *(said(room=room) for room in rooms), joined()])
    writer.remove("a", after=0, upto=5)
    assert noted(writer) == [(3, 3), (5, 5)]
    writer.remove("b", after=0, upto=4)
    assert noted(writer) == [(3, 5)]
    writer.remove("a", after=0, upto=9)
    assert noted(writer) == [(3, 5), (8, 8)]
    writer.remove("b", after=0, upto=9)
    assert noted(writer) == [(3, 8)]


def test_one_transaction_takes_a_bounded_part(writer: Writer) -> None:
    """It says where to go on; nothing is looked at twice, and the end is told."""
    writer.append([joined(), *(said() for _ in range(REMOVED_AT_ONCE)), joined(account="a2")])
    first = writer.remove(LOBBY, after=0, upto=writer.head)
    assert (first.removed.events, first.after) == (REMOVED_AT_ONCE - 1, REMOVED_AT_ONCE)
    assert first.after is not None
    second = writer.remove(LOBBY, after=first.after, upto=writer.head)
    assert (second.removed.events, second.after) == (1, None)
    assert writer.remove(LOBBY, after=0, upto=writer.head) == (Removed(), None)


def test_what_is_damaged_stays(writer: Writer, tmp_path: Path) -> None:
    """Nobody can tell what it was, so it stays to be found."""
    writer.append([account("a1", "ada"), joined(), said("one"), said("two"), said("three")])
    writer._db.execute("UPDATE events SET crc = crc + 1 WHERE seq = 2")
    assert writer.remove(LOBBY, after=0, upto=9).removed.last == 3
    assert noted(writer) == [(3, 3)]
    assert "event 2 is damaged: it is not what was written, or not where" in [*check(tmp_path)]


def test_what_was_said_begins_as_frames_do() -> None:
    """What tells what was said from all else is what every such frame begins with."""
    assert encode(said().event).startswith(b'{"type":"said",')
    assert not encode(joined().event).startswith(b'{"type":"said",')


def test_a_failed_removal_leaves_everything(writer: Writer) -> None:
    """Where a part of it cannot be done nothing is, and the log goes on."""
    writer.append([said("one"), said("two")])
    writer._db.execute(
        "CREATE TRIGGER no BEFORE UPDATE ON rooms BEGIN SELECT raise(ABORT, 'no'); END"
    )
    with pytest.raises(StoreError, match="no"):
        writer.remove(LOBBY, after=0, upto=2)
    assert noted(writer) == []
    assert writer._db.execute("SELECT count(*) FROM events").fetchone() == (2,)
    writer._db.execute("DROP TRIGGER no")
    assert writer.remove(LOBBY, after=0, upto=2).removed.events == 1
    writer.append([said("three")])
    assert writer.head == 3


def test_nothing_is_removed_once_the_store_is_lost(writer: Writer) -> None:
    """Where nobody can tell what is on disk, nothing is changed there."""
    writer.append([said(), said()])
    writer.lost = True
    with pytest.raises(StoreLostError):
        writer.remove(LOBBY, after=0, upto=1)
    writer.lost = False
    assert noted(writer) == []


def test_freed_pages_are_used_again(tmp_path: Path) -> None:
    """A log of which the old is removed does not grow on and on."""
    writer = Writer(open_database(tmp_path))
    sizes = []
    for _ in range(12):
        for _ in range(4):
            writer.append([said("x" * 3000) for _ in range(50)])
        after: int | None = 0
        while after is not None:
            _, after = writer.remove(LOBBY, after=after, upto=writer.head - 100)
        sizes.append(writer._db.execute("PRAGMA page_count").fetchone()[0])
    writer.close()
    assert sizes[-1] <= 1.1 * sizes[2]


def test_no_trace_of_what_was_removed_is_left_in_the_files(tmp_path: Path) -> None:
    """Once the server has stopped no file has the words any more."""
    writer = Writer(open_database(tmp_path))
    writer.append([said("xyzzy plugh"), said("x" * 4000 + "plover"), said("stays")])
    assert any(b"xyzzy" in path.read_bytes() for path in tmp_path.iterdir())
    writer.remove(LOBBY, after=0, upto=2)
    writer.close()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"xyzzy" not in content
    assert b"plover" not in content
    assert b"stays" in content


LONG = 3_000

KILLED = f"""
import asyncio, sys
from pathlib import Path
from asynchat.store.interface import Keep
from asynchat.store.sqlite import SqliteStore

async def main():
    async with SqliteStore(Path(sys.argv[1])) as store:
        print("open", flush=True)
        await store.remove("lobby", Keep(size=0), now_ms=0, upto={LONG})
        print("removed", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills a process in the middle")
@pytest.mark.parametrize("at_least", [1, 700, 1500])
def test_a_removal_that_is_killed_is_whole_in_each_part(tmp_path: Path, at_least: int) -> None:
    """After kill -9 the log is sound: what is gone is noted, the rest is there, ids are known."""
    writer = Writer(open_database(tmp_path))
    writer.append([account("a1", "ada"), *(said(str(n), id=f"i{n}") for n in range(LONG + 1))])
    writer.close()
    script = tmp_path / "remove.py"
    script.write_text(KILLED, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as db:
            gone = 0
            while gone < at_least:
                (left,) = db.execute("SELECT count(*) FROM events").fetchone()
                gone = LONG + 1 - left
        os.kill(process.pid, signal.SIGKILL)
    assert [*check(tmp_path)] == []
    writer = Writer(open_database(tmp_path))
    ((first, last),) = noted(writer)
    assert (first, last % REMOVED_AT_ONCE) == (1, 0)
    seqs = [seq for (seq,) in writer._db.execute("SELECT seq FROM events ORDER BY seq")]
    assert seqs == [*range(last + 1, LONG + 2)]
    assert writer._db.execute("SELECT count(*) FROM requests").fetchone() == (LONG + 1,)
    writer.close()


def test_a_room_that_is_not_there_loses_nothing(tmp_path: Path) -> None:
    """There is nothing to do for it."""
    with closing(open_database(tmp_path)) as db:
        assert remove_said(db, "nowhere", after=0, upto=9, shown=9) == (Removed(), None)
