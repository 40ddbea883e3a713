"""Exports: which events are in them, in which order, and in how much memory."""

from __future__ import annotations

import json
import sqlite3
import tracemalloc
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.store.frames import checksum
from asynchat.store.opening import open_database
from asynchat.store.writer import Writer
from asynchat.upkeep import export as export_module
from asynchat.upkeep.export import Export, Wanted
from asynchat.upkeep.opening import UpkeepError
from tests.contracts.drafts import TIME, said
from tests.upkeep.logs import EVENTS, SECRET, change, make_log, remove

if TYPE_CHECKING:
    from pathlib import Path


def seqs(data: Path, *rooms: str, **wanted: Any) -> list[int]:
    """Return the seqs of an export in JSON."""
    return [json.loads(line)["seq"] for line in Export(data, Wanted(rooms, **wanted))]


def test_without_a_word_all_that_is_public_is_written(tmp_path: Path) -> None:
    """Private and direct rooms are in it only where they are named, or all is asked for."""
    make_log(tmp_path)
    assert seqs(tmp_path) == [1, 2, 3, 4, 5, 10, 11, 12, 13]
    assert SECRET.encode() not in b"".join(Export(tmp_path, Wanted()))
    assert seqs(tmp_path, everything=True) == list(range(1, EVENTS + 1))
    assert seqs(tmp_path, "den") == [6, 7]
    assert seqs(tmp_path, "~dir") == [8, 9]
    assert seqs(tmp_path, "#Den", "~dir") == [6, 7, 8, 9]
    assert seqs(tmp_path, "lobby") == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("room", ["attic", "not a name", "", "~nobody", "\x1b[2Jattic"])
def test_a_room_that_there_is_not_is_a_sentence(tmp_path: Path, room: str) -> None:
    """Whatever was typed, it is told on one line."""
    make_log(tmp_path)
    with pytest.raises(UpkeepError, match="There is no room called") as caught:
        seqs(tmp_path, room)
    assert str(caught.value).isprintable()


def test_since_leaves_out_what_was_before(tmp_path: Path) -> None:
    """The clock of an event decides, also where clocks went back; that very moment is in it."""
    path = make_log(tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for seq in (2, 4):
            (frame,) = db.execute("SELECT frame FROM events WHERE seq = ?", (seq,)).fetchone()
            later = frame.replace(b"%d" % TIME, b"%d" % (TIME + 1))
            row = (later, checksum(later), seq)
            db.execute("UPDATE events SET frame = ?, crc = ? WHERE seq = ?", row)
    assert seqs(tmp_path, since_ms=TIME + 1) == [2, 4]
    assert len(seqs(tmp_path, since_ms=TIME)) == 9
    assert seqs(tmp_path, since_ms=TIME + 2) == []


def test_damage_is_left_out_and_told(tmp_path: Path) -> None:
    """The export goes on, whatever form it has, and knows what is missing."""
    path = make_log(tmp_path)
    change(path, "UPDATE events SET crc = 0 WHERE seq IN (3, 7)")
    for form in export_module.FORMATS:
        export = Export(tmp_path, Wanted(everything=True, form=form))
        written = b"".join(export)
        assert b"hello" not in written
        assert b"dich" in written
        assert export.damaged == {3, 7}


def test_what_was_removed_is_in_no_export_and_no_error(tmp_path: Path) -> None:
    """An export goes on over the gaps that retention left, and says nothing of them."""
    make_log(tmp_path)
    remove(tmp_path, "lobby", "den")
    export = Export(tmp_path, Wanted(everything=True))
    assert [json.loads(line)["seq"] for line in export] == [1, 2, 5, 6, *range(8, EVENTS + 1)]
    assert export.damaged == set()
    for form in ("txt", "html"):
        assert SECRET.encode() not in b"".join(Export(tmp_path, Wanted(everything=True, form=form)))


def test_a_database_that_cannot_be_read_on_is_a_sentence(tmp_path: Path) -> None:
    """What was read until then is written, and why it stops is told."""
    path = make_log(tmp_path)
    change(path, "DROP INDEX events_by_room", "DROP TABLE events")
    with pytest.raises(UpkeepError, match=r"The export stopped: .*no such table"):
        b"".join(Export(tmp_path, Wanted()))


def test_what_is_said_meanwhile_holds_nothing_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends where the log ended when it began, and a server can empty its write-ahead log."""
    monkeypatch.setattr(export_module, "CHUNK_EVENTS", 2)
    make_log(tmp_path)
    writer = Writer(open_database(tmp_path))
    lines = iter(Export(tmp_path, Wanted(everything=True)))
    written = [next(lines)]
    for line in lines:
        written.append(line)
        writer.append([said("and on and on")])
        assert writer._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)
    writer.close()
    assert len(written) == EVENTS


def test_memory_is_bounded(tmp_path: Path) -> None:
    """A log of many megabytes is written with a few chunks of it in memory, in every form."""
    make_log(tmp_path, *(said("x" * 4000) for _ in range(4000)))
    for form in export_module.FORMATS:
        export = Export(tmp_path, Wanted(form=form))
        size = 0
        tracemalloc.start()
        try:
            for piece in export:
                size += len(piece)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert size > 16_000_000
        assert peak < 4_000_000
