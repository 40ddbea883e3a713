"""The search index, and how it follows the log."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from asynchat.messages import LOBBY
from asynchat.store import index as index_module
from asynchat.store.frames import checksum
from asynchat.store.index import INDEXED_AT_ONCE, document, indexed_upto
from asynchat.store.interface import StoreError
from asynchat.store.opening import DATABASE_FILE, open_database
from asynchat.store.writer import Writer
from asynchat.upkeep.check import check
from tests.contracts.drafts import account, created, edited, joined, reacted, redacted, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    """Give the writer of an empty log."""
    writer = Writer(open_database(tmp_path))
    writer.append([account("a1", "ada"), joined()])
    yield writer
    writer.close()


def found(data: Path, word: str) -> list[int]:
    """Return the seqs that the index has for a word."""
    with closing(sqlite3.connect(data / DATABASE_FILE)) as db:
        query = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid"
        return [seq for (seq,) in db.execute(query, (f'"{word}"',))]


def upto(data: Path) -> int:
    """Return how far the index has got."""
    with closing(sqlite3.connect(data / DATABASE_FILE)) as db:
        return indexed_upto(db)


def test_a_message_is_indexed_with_who_and_where() -> None:
    """Its room, its author and whether it has a link are words that nobody can say."""
    assert document(7, "Ab", "The TEA :r7 https://a.b") == ":r7 :u4162 :l the tea r7 https a b"
    assert document(7, "ab", "") == ":r7 :u6162"


def test_the_index_follows_the_log_in_small_steps(tmp_path: Path, writer: Writer) -> None:
    """Each step takes in so many events; the last one tells that there is no more."""
    writer.append([said(f"tea w{n}") for n in range(INDEXED_AT_ONCE)])
    assert found(tmp_path, "tea") == []
    assert writer.index()
    assert upto(tmp_path) == INDEXED_AT_ONCE
    assert not writer.index()
    assert found(tmp_path, "tea") == list(range(2, INDEXED_AT_ONCE + 2))
    assert not writer.index()
    assert list(check(tmp_path)) == []


def test_an_edit_takes_the_place_of_the_text(tmp_path: Path, writer: Writer) -> None:
    """Only the newest text is in the index, whenever the steps are made."""
    writer.append([said("one"), said("uno"), reacted(2)])
    writer.index()
    writer.append([edited(2, "two"), reacted(2, "🎉"), edited(2, "three")])
    writer.index()
    writer.append([edited(2, "four"), edited(3, "quattro")])
    writer.index()
    gone = ("one", "two", "three", "uno")
    assert [found(tmp_path, word) for word in gone] == [[], [], [], []]
    assert (found(tmp_path, "four"), found(tmp_path, "quattro")) == ([2], [3])
    assert list(check(tmp_path)) == []


def test_what_is_deleted_or_removed_is_taken_out_at_once(tmp_path: Path, writer: Writer) -> None:
    """In the transaction itself, with whatever text was indexed; later edits change nothing."""
    writer.append([said("one"), said("two"), said("three"), said("four")])
    writer.index()
    writer.append([edited(2, "uno"), edited(3, "due")])
    writer.index()
    writer.append([edited(2, "eins")])
    writer.append([redacted(2)])
    assert found(tmp_path, "uno") == found(tmp_path, "one") == []
    writer.remove(LOBBY, after=0, upto=3)
    assert found(tmp_path, "due") == []
    writer.append([said("five"), redacted(5), said("six")])
    writer.remove(LOBBY, after=0, upto=99)
    assert found(tmp_path, "four") == []
    writer.index()
    assert list(check(tmp_path)) == []
    assert found(tmp_path, "eins") == found(tmp_path, "four") == found(tmp_path, "five") == []


def test_an_edit_of_what_is_gone_is_passed_over(tmp_path: Path, writer: Writer) -> None:
    """The newest event of a room stays when what it is about is removed."""
    writer.append([created("den"), said("one", room="den"), edited(3, "two", room="den")])
    writer.append([said("more")])
    writer.remove("den", after=0, upto=99)
    writer.index()
    assert found(tmp_path, "two") == []
    assert list(check(tmp_path)) == []


@pytest.mark.parametrize("damaged", [2, 3])
def test_damage_leaves_the_index_as_it_is(tmp_path: Path, writer: Writer, damaged: int) -> None:
    """Where nobody can tell what stands in it, nothing is taken out or put in."""
    writer.append([said("one"), edited(2, "two")])
    writer.index()
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as db, db:
        db.execute("UPDATE events SET crc = crc + 1 WHERE seq = ?", (damaged,))
    writer.append([edited(2, "three"), redacted(2)])
    writer.index()
    assert found(tmp_path, "two") == [2]
    assert found(tmp_path, "three") == []


def test_a_damaged_message_is_passed_over(tmp_path: Path, writer: Writer) -> None:
    """The index goes on behind it."""
    writer.append([said("one"), said("two"), said("three")])
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as db, db:
        db.execute("UPDATE events SET crc = crc + 1 WHERE seq = 2")
        frame = b'{"type":"said","seq":3,"what":0}\n'
        db.execute(
            "UPDATE events SET frame = ?, crc = ? WHERE seq = 3",
            (frame, checksum(frame)),
        )
    assert not writer.index()
    assert (found(tmp_path, "one"), found(tmp_path, "three")) == ([], [4])


def test_a_step_that_fails_leaves_nothing_behind(
    tmp_path: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is one transaction, and the next one does it anew."""
    writer.append([said("one")])

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("no")

    with monkeypatch.context() as patched:
        patched.setattr(index_module, "document", fail)
        with pytest.raises(StoreError):
            writer.index()
    assert (upto(tmp_path), found(tmp_path, "one")) == (0, [])
    writer.index()
    assert found(tmp_path, "one") == [2]


_INDEX_FOR_EVER = """
import sys
from pathlib import Path
from asynchat.store.opening import open_database
from asynchat.store.writer import Writer

writer = Writer(open_database(Path(sys.argv[1])))
while writer.index():
    print(flush=True)
"""


def test_a_kill_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    """After each kill -9 the next process goes on, and the index is as the log makes it."""
    writer = Writer(open_database(tmp_path))
    writer.append([account("a1", "ada"), joined()])
    writer.append([said(f"tea w{n}") for n in range(20 * INDEXED_AT_ONCE)])
    writer.append([edited(seq, f"cup e{seq}") for seq in range(2, 200, 7)])
    writer.append([redacted(seq) for seq in range(3, 200, 7)])
    writer.close()
    for steps in (1, 3, 5):
        process = subprocess.Popen(
            [sys.executable, "-c", _INDEX_FOR_EVER, str(tmp_path)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        for _ in range(steps):
            assert process.stdout.readline()
        process.kill()
        process.wait()
        process.stdout.close()
        assert list(check(tmp_path)) == []
    writer = Writer(open_database(tmp_path))
    while writer.index():
        pass
    writer.close()
    assert list(check(tmp_path)) == []
    assert upto(tmp_path) == writer.head
    assert found(tmp_path, "cup") == list(range(2, 200, 7))
