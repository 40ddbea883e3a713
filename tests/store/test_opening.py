"""Everything that can be wrong with a data directory is one sentence that says what to do."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from asynchat.store import opening
from asynchat.store.interface import CannotOpenError
from asynchat.store.opening import (
    ADDRESS_FILE,
    DATABASE_FILE,
    hold,
    open_database,
    open_for_reading,
)
from asynchat.store.schema import VERSION
from asynchat.store.writer import Writer
from tests.contracts.drafts import said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from asynchat.lock import DirectoryLock


@contextmanager
def closing_lock(lock: DirectoryLock) -> Iterator[None]:
    """Release a lock in the end."""
    try:
        yield
    finally:
        lock.release()


def refusal_of(directory: Path) -> str:
    """Return the sentence with which a directory is refused, checked to be one line."""
    with pytest.raises(CannotOpenError) as caught, closing_lock(hold(directory)):
        open_database(directory)
    text = str(caught.value)
    assert "\n" not in text
    assert str(directory) in text
    return text


def fill(directory: Path, count: int) -> None:
    """Make a database with some messages, each of its own text."""
    writer = Writer(open_database(directory))
    writer.append([said(f"text number {n}!") for n in range(1, count + 1)])
    writer.close()


def flip(path: Path, text: bytes) -> None:
    """Change one bit of the one place in a file where this text is."""
    data = bytearray(path.read_bytes())
    assert data.count(text) == 1
    data[data.index(text)] ^= 1
    path.write_bytes(data)


@contextmanager
def as_a_stranger() -> Iterator[None]:
    """Let nobody's rights be those of this process, where it may do everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_missing_directory_is_made_for_its_owner_only(tmp_path: Path) -> None:
    """The directory, its parents and the database come by themselves; nobody else may read."""
    directory = tmp_path / "a" / "data"
    lock = hold(directory)
    db = open_database(directory)
    db.execute("PRAGMA user_version = 1")
    files = list(directory.iterdir())
    assert {path.name for path in files} >= {"lock", DATABASE_FILE, f"{DATABASE_FILE}-wal"}
    if sys.platform != "win32":
        assert directory.stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    db.close()
    lock.release()


def test_the_database_is_as_durable_as_the_design_says(tmp_path: Path) -> None:
    """Write-ahead log, and a full fsync at each commit."""
    with closing(open_database(tmp_path)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_held_directory_tells_the_address_if_it_can(tmp_path: Path) -> None:
    """What the running server left there is part of the sentence, on the same line."""
    lock = hold(tmp_path)
    assert "already served by an asynchat server:" in refusal_of(tmp_path)
    (tmp_path / ADDRESS_FILE).write_bytes(b"\xff")
    assert "already served by an asynchat server:" in refusal_of(tmp_path)
    (tmp_path / ADDRESS_FILE).write_text("asynchat://127.0.0.1:27742?tls=no\n", "utf-8")
    assert "server at asynchat://127.0.0.1:27742?tls=no:" in refusal_of(tmp_path)
    (tmp_path / ADDRESS_FILE).write_text("a\nb" + "c" * 9999, "utf-8")
    assert len(refusal_of(tmp_path)) < 1000
    lock.release()


def test_a_file_is_no_directory(tmp_path: Path) -> None:
    """Neither the path itself nor one above it may be a file."""
    (tmp_path / "file").touch()
    assert "is a file" in refusal_of(tmp_path / "file")
    assert "make it a directory that you may write to" in refusal_of(tmp_path / "file" / "data")


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX rights")
def test_a_directory_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    """Who has no right to it is told so."""
    directory = tmp_path / "data"
    directory.mkdir(0o500)
    with as_a_stranger():
        assert "Permission denied" in refusal_of(directory)


def test_a_database_that_may_not_be_opened_is_refused(tmp_path: Path) -> None:
    """The sentence names the file."""
    (tmp_path / DATABASE_FILE).mkdir()
    assert f"{DATABASE_FILE} cannot be opened" in refusal_of(tmp_path)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: b"no database" * 999, id="something else"),
        pytest.param(lambda data: b"\0" * 100 + data[100:], id="header"),
        pytest.param(lambda data: data[:5000], id="cut off"),
        pytest.param(lambda data: data[:100] + b"\xff" * 4000 + data[4100:], id="first page"),
    ],
)
def test_a_damaged_database_is_refused(tmp_path: Path, damage: object) -> None:
    """Whatever SQLite notices at the start is told, and the file is left as it is."""
    fill(tmp_path, 100)
    path = tmp_path / DATABASE_FILE
    assert callable(damage)
    path.write_bytes(damage(path.read_bytes()))
    before = path.read_bytes()
    assert "restore it from a backup, or move it away" in refusal_of(tmp_path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("DROP TABLE requests", "requests"),
        ("DROP INDEX stays_open", "stays_open"),
        ("ALTER TABLE accounts ADD COLUMN extra", "accounts"),
    ],
)
def test_other_tables_than_ours_are_refused(tmp_path: Path, change: str, named: str) -> None:
    """A table or an index that is gone or changed is noticed at the start, by its name."""
    fill(tmp_path, 1)
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as db:
        db.execute(change)
    assert f"damaged: {named} is not there, or not as it was made" in refusal_of(tmp_path)


def test_damage_in_the_newest_events_is_found_at_the_start(tmp_path: Path) -> None:
    """A flipped bit in what was written last refuses the start, by the event's seq."""
    fill(tmp_path, 5)
    flip(tmp_path / DATABASE_FILE, b"text number 4!")
    assert "Event 4 of the log is damaged" in refusal_of(tmp_path)


def test_older_damage_does_not_refuse_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only so many events are read at the start; the others are checked as they are read."""
    monkeypatch.setattr(opening, "CHECKED_AT_START", 2)
    fill(tmp_path, 5)
    flip(tmp_path / DATABASE_FILE, b"text number 3!")
    open_database(tmp_path).close()
    flip(tmp_path / DATABASE_FILE, b"text number 5!")
    assert "Event 5" in refusal_of(tmp_path)


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    """A database of a release to come is left alone."""
    fill(tmp_path, 1)
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    before = (tmp_path / DATABASE_FILE).read_bytes()
    assert "was made by a newer asynchat: upgrade this one" in refusal_of(tmp_path)
    assert (tmp_path / DATABASE_FILE).read_bytes() == before


def test_the_database_of_another_program_is_refused(tmp_path: Path) -> None:
    """Nothing is written into what is not ours."""
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as db:
        db.execute("CREATE TABLE theirs (a)")
    before = (tmp_path / DATABASE_FILE).read_bytes()
    assert "the database of another program" in refusal_of(tmp_path)
    assert (tmp_path / DATABASE_FILE).read_bytes() == before


def test_a_reader_opens_paths_with_any_characters(tmp_path: Path) -> None:
    """What has a meaning in a URI has none in a directory's name."""
    directory = tmp_path / "a %20?mode=rwc#\u00e9"
    directory.mkdir()
    fill(directory, 3)
    with closing(open_database(directory)), closing(open_for_reading(directory)) as db:
        assert db.execute("SELECT count(*) FROM events").fetchone() == (3,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("DELETE FROM events")
