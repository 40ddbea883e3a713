"""Opening a log that is only to be read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from asynchat.store.opening import DATABASE_FILE, open_database
from asynchat.store.schema import VERSION
from asynchat.upkeep import opening
from asynchat.upkeep.opening import UpkeepError, open_log
from tests.upkeep.logs import EVENTS, change, make_log

if TYPE_CHECKING:
    from pathlib import Path


def count(path: Path) -> int:
    """Return how many events a log has, opened to be read."""
    with closing(open_log(path)) as db:
        return int(db.execute("SELECT count(*) FROM events").fetchone()[0])


def test_it_cannot_be_written(tmp_path: Path) -> None:
    """The connection refuses to change anything, and the file stays as it is."""
    path = make_log(tmp_path)
    before = path.read_bytes()
    with closing(open_log(path)) as db, pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.execute("DELETE FROM events")
    assert path.read_bytes() == before


def test_it_sees_what_a_writer_has_just_committed(tmp_path: Path) -> None:
    """What is still in the write-ahead log is there, also after the writer was killed."""
    path = make_log(tmp_path)
    with closing(open_database(tmp_path)) as db:
        db.execute("DELETE FROM events WHERE seq = 1")
        assert count(path) == EVENTS - 1
        copy = tmp_path / "killed"
        copy.mkdir()
        for name in (DATABASE_FILE, f"{DATABASE_FILE}-wal"):
            (copy / name).write_bytes((tmp_path / name).read_bytes())
    assert count(copy / DATABASE_FILE) == EVENTS - 1


def test_what_may_not_be_looked_at_is_one_sentence(tmp_path: Path) -> None:
    """Where even whether it is there cannot be found out; its name may be too long for that."""
    with pytest.raises(UpkeepError, match="cannot be read: File name too long"):
        open_log(tmp_path / ("x" * 300) / DATABASE_FILE)


def test_it_is_read_where_nothing_can_be_made_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup on a disc that is only to be read can be restored from."""
    path = make_log(tmp_path)
    tried: list[str] = []
    connect = opening._connect_as

    def as_on_a_disc(path: Path, how: str) -> sqlite3.Connection:
        tried.append(how)
        if "immutable" not in how:
            raise sqlite3.OperationalError("unable to open database file")
        return connect(path, how)

    monkeypatch.setattr(opening, "_connect_as", as_on_a_disc)
    assert count(path) == EVENTS
    assert len(tried) == 2
    path.with_name(f"{path.name}-wal").write_bytes(b"")
    with pytest.raises(UpkeepError, match="unable to open"):
        open_log(path)


def test_what_is_no_log_of_ours_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """Nothing there, no database, another's, an empty one, a newer and an older one."""
    path = tmp_path / DATABASE_FILE

    def refusal() -> str:
        with pytest.raises(UpkeepError) as caught:
            open_log(path)
        assert str(path) in str(caught.value)
        return str(caught.value)

    assert "There is no log at" in refusal()
    path.write_bytes(b"")
    assert "nothing was ever stored in it" in refusal()
    path.write_bytes(b"no database" * 999)
    assert "cannot be read as a database" in refusal()
    path.unlink()
    change(path, "CREATE TABLE theirs (a)")
    assert "another program" in refusal()
    path.unlink()
    make_log(tmp_path)
    change(path, f"PRAGMA user_version = {VERSION + 1}")
    assert "made by a newer asynchat" in refusal()


def test_an_earlier_release_is_read_only_where_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who reads tables needs those of today; who copies does not."""
    path = make_log(tmp_path)
    monkeypatch.setattr(opening, "VERSION", VERSION + 1)
    with pytest.raises(UpkeepError, match="start the server once"):
        open_log(path)
    open_log(path, any_version=True).close()
