"""Backups: the log as of one moment, sound, in one file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.store.schema import VERSION
from asynchat.upkeep import backup as backup_module
from asynchat.upkeep import opening
from asynchat.upkeep.backup import backup
from asynchat.upkeep.opening import UpkeepError
from tests.upkeep.logs import EVENTS, change, flip, make_log, remove

if TYPE_CHECKING:
    from pathlib import Path


def dump(path: Path) -> list[str]:
    """Return everything in a database."""
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())


def test_a_backup_has_everything(tmp_path: Path) -> None:
    """Every table is in it, and how far it goes is told."""
    path = make_log(tmp_path / "data")
    file = tmp_path / "backup.db"
    assert backup(tmp_path / "data", file) == (EVENTS, [])
    assert dump(file) == dump(path)


def test_a_backup_of_a_log_with_gaps_is_sound(tmp_path: Path) -> None:
    """What was removed is not in it, and that it was is."""
    path = make_log(tmp_path / "data")
    remove(tmp_path / "data", "lobby", "~dir")
    file = tmp_path / "backup.db"
    assert backup(tmp_path / "data", file) == (EVENTS, [])
    assert dump(file) == dump(path)


def test_damage_is_never_passed_off_as_a_backup(tmp_path: Path) -> None:
    """A good backup of yesterday stays where the log of today is damaged, also with force."""
    path = make_log(tmp_path / "data")
    file = tmp_path / "backup.db"
    backup(tmp_path / "data", file)
    good = file.read_bytes()
    flip(path, b'"hello"')
    with pytest.raises(UpkeepError, match=r"event 3 is damaged.*, and 1 more; .* check"):
        backup(tmp_path / "data", file, force=True)
    assert file.read_bytes() == good
    assert sorted(one.name for one in tmp_path.iterdir()) == ["backup.db", "data"]


def test_an_error_of_the_disk_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the copy cannot be finished nothing is left, and what to do is said."""

    def full(*_: Any) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    make_log(tmp_path / "data")
    monkeypatch.setattr(backup_module, "copy_database", full)
    with pytest.raises(UpkeepError, match=r"backup.db was not written: .*disk is full"):
        backup(tmp_path / "data", tmp_path / "backup.db")
    assert [one.name for one in tmp_path.iterdir()] == ["data"]


def test_a_log_of_an_earlier_release_can_be_saved_before_it_is_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its copy is as it is: only its own release knew what it should be like."""
    path = make_log(tmp_path / "data")
    change(path, "DROP INDEX stays_open")
    for module in (backup_module, opening):
        monkeypatch.setattr(module, "VERSION", VERSION + 1)
    assert backup(tmp_path / "data", tmp_path / "backup.db") == (EVENTS, [])
