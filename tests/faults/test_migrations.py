"""P12: a migration that dies at any step, from any version, is finished by the next start.

Two steps that no release has stand for the versions to come, behind those that there are.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import pytest

from asynchat.store.opening import DATABASE_FILE, open_database
from asynchat.store.schema import MIGRATIONS, VERSION, migrate, version_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.faults.conftest import Measured

GOLDEN = Path(__file__).parents[1] / "store" / "golden"

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="kills a process in the middle of itself"
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Give a folder in memory, where there is one.

    What a process wrote is there once it was killed, on any disk: nothing here need wait for one.
    """
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as made:
        yield Path(made)


def _add(db: sqlite3.Connection) -> None:
    db.execute("CREATE TABLE to_come (seq INTEGER PRIMARY KEY, size INTEGER NOT NULL)")
    db.execute("INSERT INTO to_come SELECT seq, length(frame) FROM events")
    db.execute("CREATE INDEX to_come_by_size ON to_come (size)")
    db.execute("ALTER TABLE accounts ADD COLUMN to_come TEXT")


def _change(db: sqlite3.Connection) -> None:
    db.execute("UPDATE rooms SET topic = topic || '!'")
    db.execute("UPDATE accounts SET to_come = id")
    db.execute("UPDATE rooms SET topic = topic || '?'")
    db.execute("DELETE FROM to_come WHERE size < 100")


TO_COME = (*MIGRATIONS, _add, _change)


def begin(version: int, data: Path) -> Path:
    """Make a data directory with the golden database of a version, or with an empty file."""
    data.mkdir()
    path = data / DATABASE_FILE
    if version:
        shutil.copy(GOLDEN / f"version_{version}.db", path)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
    return path


def migrated(path: Path, at: int, stop: Callable[[], None]) -> int:
    """Migrate, but stop before the statement of this number; return how many there were."""
    count = 0

    def before_each(_statement: str) -> None:
        nonlocal count
        count += 1
        if count == at:
            stop()

    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.set_trace_callback(before_each)
        migrate(db, TO_COME)
    return count


def die_at(path: Path, at: int) -> None:
    """Let a process begin the migration, and die before the statement of this number."""
    child = os.fork()
    if child == 0:
        try:
            migrated(path, at, lambda: os.kill(os.getpid(), signal.SIGKILL))
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


def content(path: Path) -> list[str]:
    """Return what is the same in every database that came this way: no random identity."""
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for crc, frame in db.execute("SELECT crc, frame FROM events"):
            assert crc32(frame) == crc
        dump = [*db.iterdump(), str(version_of(db))]
    # The seal of the empty audit log is made with the secret.
    random = ("'server'", "'secret'", "'audit'", 'INTO "epochs"')
    return [line for line in dump if not any(word in line for word in random)]


@pytest.mark.parametrize("version", range(VERSION + 1))
def test_a_migration_that_dies_at_any_step_is_finished_by_the_next_start(
    folder: Path, version: int, measured: Measured
) -> None:
    """It is of one version or of the next, and ends as one that nobody disturbed."""
    undisturbed = begin(version, folder / "undisturbed")
    count = migrated(undisturbed, 0, lambda: None)
    expected = content(undisturbed)
    assert expected[-1] == str(VERSION + 2)
    versions: set[int] = set()
    for at in range(1, count + 1):
        path = begin(version, folder / f"killed-{at}")
        die_at(path, at)
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            found = version_of(db)
            tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
            assert ("to_come" in tables) == (found > VERSION), "half of a step is on disk"
            versions.add(found)
            migrate(db, TO_COME)
        assert content(path) == expected, "it ended otherwise than undisturbed"
        shutil.rmtree(path.parent)
    assert versions == set(range(version, VERSION + 2))
    measured(**{"from": version, "killed_at": count})


@pytest.mark.parametrize("version", range(VERSION + 1))
def test_an_opening_that_dies_at_any_statement_is_made_up_for(
    folder: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a start does before it serves may end anywhere: the next start opens the database."""
    real, count, dies_at = sqlite3.connect, 0, 0

    def traced(*arguments: object, **options: object) -> sqlite3.Connection:
        db = real(*arguments, **options)  # type: ignore[call-overload]
        if "timeout" in options:  # and not the model of the newest tables, in memory

            def before_each(_statement: str) -> None:
                nonlocal count
                count += 1
                if count == dies_at:
                    os.kill(os.getpid(), signal.SIGKILL)

            db.set_trace_callback(before_each)
        assert isinstance(db, sqlite3.Connection)
        return db

    def opened(path: Path) -> None:
        nonlocal count
        count = 0
        with monkeypatch.context() as patch:
            patch.setattr(sqlite3, "connect", traced)
            open_database(path.parent).close()

    undisturbed = begin(version, folder / "undisturbed")
    opened(undisturbed)
    statements = count
    assert statements > 5
    expected = content(undisturbed)
    for at in range(1, statements + 1):
        path = begin(version, folder / f"killed-{at}")
        dies_at = at
        child = os.fork()
        if child == 0:
            try:
                opened(path)
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL
        dies_at = 0
        opened(path)
        assert content(path) == expected
        shutil.rmtree(path.parent)
