"""Restoring: a backup becomes the log, what was there is kept, and no cursor stays valid."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from asynchat.store import schema
from asynchat.store.interface import CannotOpenError, Repeat, StoreError
from asynchat.store.opening import DATABASE_FILE, hold, open_database
from asynchat.store.sqlite import SqliteStore
from asynchat.store.writer import Writer
from asynchat.upkeep import restore as restore_module
from asynchat.upkeep.backup import backup
from asynchat.upkeep.check import check
from asynchat.upkeep.opening import UpkeepError
from asynchat.upkeep.restore import restore
from tests.contracts.drafts import account, said
from tests.upkeep.logs import EVENTS, flip, make_log, texts

NOW = datetime(2026, 11, 20, 14, 3, 59, tzinfo=UTC)
KEPT = f"{DATABASE_FILE}.2026-11-20-140359"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a backup."""
    make_log(tmp_path / "made")
    backup(tmp_path / "made", tmp_path / "backup.db")
    return tmp_path / "backup.db"


def names(directory: Path) -> list[str]:
    """Return what is in a directory."""
    return sorted(path.name for path in directory.iterdir())


def contents(data: Path) -> dict[str, bytes]:
    """Return the files of a log, without those that come and go when it is looked at."""
    passing = ("lock", f"{DATABASE_FILE}-shm", f"{DATABASE_FILE}-wal")
    return {name: (data / name).read_bytes() for name in names(data) if name not in passing}


def refusal(data: Path, file: Path, *, force: bool = False) -> str:
    """Return the sentence with which a restore is refused; nothing was changed by it."""
    before = contents(data)
    with pytest.raises((UpkeepError, CannotOpenError)) as caught:
        restore(data, file, force=force, now=NOW)
    assert contents(data) == before
    return str(caught.value)


def test_a_backup_becomes_the_log_of_a_new_directory(tmp_path: Path, file: Path) -> None:
    """It has all that the backup has, for its owner only, and the backup is as it was."""
    before = file.read_bytes()
    data = tmp_path / "new" / "data"
    assert restore(data, file, force=False, now=NOW) == (EVENTS, None, [])
    assert texts(data / DATABASE_FILE) == texts(file)
    assert list(check(data)) == []
    assert (data / DATABASE_FILE).stat().st_mode & 0o777 == 0o600
    assert file.read_bytes() == before


def test_a_log_is_only_replaced_when_asked_and_is_kept(tmp_path: Path, file: Path) -> None:
    """With force the backup takes its place; what was there has a dated name, each time its own."""
    data = tmp_path / "data"
    path = make_log(data, said("later"))
    assert "give --force" in refusal(data, file)
    head, kept, _ = restore(data, file, force=True, now=NOW)
    assert (head, kept) == (EVENTS, data / KEPT)
    assert texts(path) == texts(file)
    assert kept is not None
    assert texts(kept) == [*texts(file), "later"]
    _, again, _ = restore(data, file, force=True, now=NOW)
    assert again == data / f"{KEPT}-2"
    assert texts(kept) == [*texts(file), "later"]


def test_what_a_killed_server_left_is_kept_too(tmp_path: Path, file: Path) -> None:
    """What is only in the write-ahead log is in what is kept, and never in what was restored."""
    data = tmp_path / "data"
    make_log(data)
    killed = tmp_path / "killed"
    killed.mkdir()
    writer = Writer(open_database(data))
    writer.append([said("not checkpointed")])
    for path in data.iterdir():
        shutil.copy(path, killed)
    writer.close()
    assert f"{DATABASE_FILE}-wal" in names(killed)
    _, kept, _ = restore(killed, file, force=True, now=NOW)
    assert kept is not None
    assert not kept.with_name(f"{kept.name}-wal").exists()
    assert texts(kept)[-1] == "not checkpointed"
    assert texts(killed / DATABASE_FILE) == texts(file)
    assert list(check(killed)) == []


def test_a_damaged_log_is_replaced_and_kept_as_it_is(tmp_path: Path, file: Path) -> None:
    """It cannot even be opened: its files get the other name, each as it was."""
    data = tmp_path / "data"
    path = make_log(data)
    path.write_bytes(b"ruined " * 999)
    path.with_name(f"{DATABASE_FILE}-wal").write_bytes(b"half a log")
    _, kept, _ = restore(data, file, force=True, now=NOW)
    assert kept is not None
    assert kept.read_bytes() == b"ruined " * 999
    assert kept.with_name(f"{kept.name}-wal").read_bytes() == b"half a log"
    assert list(check(data)) == []
    assert texts(path) == texts(file)


def test_where_there_are_no_links_it_is_renamed(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system without hard links keeps the log as well."""

    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    data = tmp_path / "data"
    make_log(data, said("later"))
    monkeypatch.setattr(Path, "hardlink_to", no_links)
    _, kept, _ = restore(data, file, force=True, now=NOW)
    assert kept is not None
    assert texts(kept)[-1] == "later"
    assert texts(data / DATABASE_FILE) == texts(file)


def test_a_directory_that_is_served_is_left_alone(tmp_path: Path, file: Path) -> None:
    """Not even with force."""
    data = tmp_path / "data"
    make_log(data)
    lock = hold(data)
    try:
        assert "already served" in refusal(data, file, force=True)
    finally:
        lock.release()


def test_what_is_no_sound_backup_is_refused(tmp_path: Path, file: Path) -> None:
    """Nothing there, nothing of ours, the log itself, and a backup with a flipped bit."""
    data = tmp_path / "data"
    path = make_log(data)
    assert "There is no backup at" in refusal(data, tmp_path / "nothing", force=True)
    assert "is the log of" in refusal(data, path, force=True)
    flip(file, b'"hello"')
    found = refusal(data, file, force=True)
    assert "backup.db is damaged, and nothing was changed: event 3 is damaged" in found
    file.write_bytes(b"no database" * 99)
    assert "cannot be read as a database" in refusal(data, file, force=True)


def test_what_a_killed_restore_left_is_no_harm(tmp_path: Path, file: Path) -> None:
    """Half a copy, and the journal of a transaction on it, are cleared away first."""
    data = tmp_path / "data"
    data.mkdir()
    for end in ("", "-journal", "-wal"):
        (data / f"restoring.db{end}").write_bytes(b"half " * 999)
    restore(data, file, force=False, now=NOW)
    assert list(check(data)) == []
    assert names(data)[0] == DATABASE_FILE
    assert not [name for name in names(data) if name.startswith("restoring")]


def test_a_failing_disk_changes_nothing(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the copy cannot be written the log stays, and what to do is one sentence."""
    data = tmp_path / "data"
    make_log(data)
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    for error, sentence in ((full, "disk is full"), (OSError(5, "Input/output error"), "output")):

        def fail(*_: Any, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(restore_module, "copy_database", fail)
        assert sentence in refusal(data, file, force=True)


def test_a_backup_of_an_earlier_release_is_migrated(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes back as a log of this release."""

    def one_more(db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE stamps (seq INTEGER PRIMARY KEY)")

    migrations = (*schema.MIGRATIONS, one_more)
    monkeypatch.setattr(schema.migrate, "__defaults__", (migrations,))
    for module in ("store.schema", "upkeep.opening", "upkeep.backup"):
        monkeypatch.setattr(f"asynchat.{module}.VERSION", len(migrations))
    data = tmp_path / "data"
    restore(data, file, force=False, now=NOW)
    with closing(sqlite3.connect(data / DATABASE_FILE)) as db:
        assert schema.version_of(db) == len(migrations)
        assert db.execute("SELECT count(*) FROM stamps").fetchone() == (0,)


async def test_no_cursor_outlives_a_restore_and_every_id_does(tmp_path: Path) -> None:
    """Neither one from the lost time nor one from before the backup: both may know what is lost.

    A repeat of a request that the backup has is still a repeat.
    """
    data, file = tmp_path / "data", tmp_path / "backup.db"
    async with SqliteStore(data) as store:
        await store.append([account("a1", "ada"), said("kept", id="k"), said("kept, too")])
        cursors = [store.cursor(seq) for seq in range(3)]
        backup(data, file)
        await store.append([said("lost"), said("lost, too")])
        cursors += [store.cursor(seq) for seq in (3, 4)]
        server = store.server
    restore(data, file, force=True, now=NOW)
    async with SqliteStore(data) as store:
        assert [store.position(cursor) for cursor in cursors] == [None] * 5
        (repeat,) = await store.append([said("kept", id="k")])
        assert isinstance(repeat, Repeat)
        await store.append([said(f"new {n}") for n in range(4)])
        assert [store.position(cursor) for cursor in cursors] == [None] * 5
        assert store.position(store.cursor(1)) == 1
        assert store.server == server
    with pytest.raises(StoreError):
        await store.append([])


def test_the_same_backup_twice_begins_two_epochs(tmp_path: Path, file: Path) -> None:
    """What was said between two restores is as lost as what was said before the first."""
    ids = set()
    for _ in range(2):
        restore(tmp_path / "data", file, force=True, now=NOW)
        with closing(sqlite3.connect(tmp_path / "data" / DATABASE_FILE)) as db:
            ids |= set(db.execute("SELECT first, id FROM epochs"))
    assert [first for first, _ in ids] == [0, 0]
