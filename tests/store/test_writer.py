"""Writing: one transaction for each batch, and what its failing means."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace as changed

from asynchat.chat.drafts import Draft
from asynchat.errors import ChatError
from asynchat.store.interface import Kept, Stored, StoreError, StoreLostError
from asynchat.store.opening import DATABASE_FILE, open_database
from asynchat.store.writer import Writer
from tests.contracts.drafts import account, created, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BIG = "x" * 4000


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    """Give the writing half of an empty database."""
    writer = Writer(open_database(tmp_path))
    yield writer
    writer.close()


def texts(writer: Writer) -> list[str]:
    """Return what was said, in order, as the tables have it."""
    return [
        text
        for (text,) in writer._db.execute(
            "SELECT json_extract(CAST(frame AS TEXT), '$.text') FROM events ORDER BY seq"
        )
    ]


@contextmanager
def no_more_pages(writer: Writer) -> Iterator[None]:
    """Make the database as full as if the disk were."""
    (pages,) = writer._db.execute("PRAGMA page_count").fetchone()
    writer._db.execute(f"PRAGMA max_page_count = {pages}")
    yield
    writer._db.execute("PRAGMA max_page_count = 1000000")


@contextmanager
def no_larger_files(limit: int) -> Iterator[None]:
    """Make the system refuse every write past so many bytes of a file."""
    if sys.platform == "win32":
        pytest.skip("needs POSIX resource limits")
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_database_refuses_and_recovers(writer: Writer) -> None:
    """Nothing of the batch is stored, what was stays readable, and later all goes on."""
    writer.append([said("one")])
    with no_more_pages(writer), pytest.raises(StoreError, match="disk is full"):
        writer.append([said("small", id="x"), *(said(BIG) for _ in range(20))])
    assert not writer.lost
    assert texts(writer) == ["one"]
    again = writer.append([said("small", id="x")])
    assert [stored.event.seq for stored in again.events] == [2]
    assert texts(writer) == ["one", "small"]


def test_a_failed_write_refuses_and_recovers(writer: Writer, tmp_path: Path) -> None:
    """A disk that takes no more bytes in the midst of a commit leaves nothing of it."""
    writer.append([said("one")])
    size = (tmp_path / f"{DATABASE_FILE}-wal").stat().st_size
    with no_larger_files(size + 6000), pytest.raises(StoreError, match=r"disk (failed|is full)"):
        writer.append([said(BIG) for _ in range(20)])
    assert not writer.lost
    assert texts(writer) == ["one"]
    assert writer.append([said("two")]).events[0].event.seq == 2
    assert texts(writer) == ["one", "two"]


def test_a_locked_database_refuses_and_recovers(writer: Writer, tmp_path: Path) -> None:
    """Another program that writes in it is waited for, but not for ever."""
    writer._db.execute("PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="Another program holds"):
            writer.append([said()])
        other.execute("ROLLBACK")
    assert writer.append([said()]).events[0].event.seq == 1


def test_an_unknown_end_of_a_commit_is_the_end(writer: Writer) -> None:
    """Where a COMMIT fails in another way nobody can tell: nothing is written any more."""
    db = writer._db
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("CREATE TABLE a (id INTEGER PRIMARY KEY)")
    db.execute("CREATE TABLE b (a REFERENCES a DEFERRABLE INITIALLY DEFERRED)")
    db.execute("CREATE TRIGGER t AFTER INSERT ON events BEGIN INSERT INTO b VALUES (1); END")
    with pytest.raises(StoreLostError):
        writer.append([said()])
    db.execute("DROP TRIGGER t")
    with pytest.raises(StoreLostError):
        writer.append([said()])
    assert writer.lost


def test_a_broken_draft_stores_nothing(writer: Writer) -> None:
    """An error that is not the database's is raised as it is, and the batch is undone."""
    broken = Draft(changed(said().event, text="\ud800"))
    with pytest.raises(ChatError, match="surrogate"):
        writer.append([said("one"), broken])
    assert texts(writer) == []
    assert writer.append([said("two")]).events[0].event.seq == 1


def test_what_makes_nothing_new_is_not_written(writer: Writer, tmp_path: Path) -> None:
    """A batch of repeats and conflicts costs no write and no fsync."""
    log = tmp_path / f"{DATABASE_FILE}-wal"
    writer.append([said(id="x"), account("b1", "ada")])
    before = log.read_bytes()
    assert writer.append([said(id="x"), said(room="nowhere"), account("b2", "ada")]).events == []
    assert log.read_bytes() == before
    assert writer.append([account("b2")]).outcomes == [Kept()]
    assert log.read_bytes() != before


def test_a_failed_first_append_begins_no_epoch(writer: Writer) -> None:
    """The epoch is begun with the first event that is stored, in its transaction."""
    assert writer.append([account("b1")]).epoch is None
    with no_more_pages(writer), pytest.raises(StoreError):
        writer.append([said(BIG) for _ in range(20)])
    assert writer._db.execute("SELECT count(*) FROM epochs").fetchone() == (1,)
    begun = writer.append([said(), said()]).epoch
    assert begun is not None
    assert writer.append([said()]).epoch is None
    assert writer._db.execute("SELECT first, id FROM epochs WHERE first > 0").fetchall() == [
        (1, begun)
    ]


def test_one_person_named_twice_is_one_member(writer: Writer) -> None:
    """A direct room is of each of its people once."""
    (outcome,) = writer.append([created("~1", people=("a1", "a2", "a1"))]).outcomes
    assert isinstance(outcome, Stored)
    room = writer.snapshot().state.rooms["~1"]
    assert room.people == ("a1", "a2")
    assert list(room.members) == ["a1", "a2"]


def test_a_snapshot_of_a_broken_database_is_refused(writer: Writer) -> None:
    """What SQLite says becomes a sentence with our code."""
    writer._db.execute("DROP TABLE accounts")
    with pytest.raises(StoreError, match="no such table"):
        writer.snapshot()


def test_closing_leaves_one_file(tmp_path: Path) -> None:
    """The write-ahead log is emptied into the database and removed."""
    writer = Writer(open_database(tmp_path))
    writer.append([said()])
    assert (tmp_path / f"{DATABASE_FILE}-wal").stat().st_size > 0
    writer.close()
    assert [path.name for path in tmp_path.iterdir()] == [DATABASE_FILE]


def test_closing_empties_the_log_beside_another_program(tmp_path: Path) -> None:
    """Also where somebody looks at the database, all of it is then in the one file."""
    writer = Writer(open_database(tmp_path))
    writer.append([said()])
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as other:
        assert other.execute("SELECT count(*) FROM events").fetchone() == (1,)
        writer.close()
        assert (tmp_path / f"{DATABASE_FILE}-wal").stat().st_size == 0


def test_closing_does_not_wait_for_room(tmp_path: Path) -> None:
    """Where the log cannot be emptied it is left for the next start, and nothing is raised."""
    writer = Writer(open_database(tmp_path))
    writer.append([said(BIG) for _ in range(20)])
    size = (tmp_path / DATABASE_FILE).stat().st_size
    with no_larger_files(size):
        writer.close()
    assert (tmp_path / f"{DATABASE_FILE}-wal").exists()
    again = Writer(open_database(tmp_path))
    assert again.head == 20
    assert texts(again) == [BIG] * 20
    again.close()
