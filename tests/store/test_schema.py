"""The tables and their migrations."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from asynchat.store.schema import (
    MIGRATIONS,
    VERSION,
    is_foreign,
    load_identity,
    migrate,
    version_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Give an empty database file."""
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as db:
        yield db


def test_an_empty_database_becomes_one_of_the_newest_version(db: sqlite3.Connection) -> None:
    """It then has an identity, and the epoch that seq 0 lies in."""
    assert version_of(db) == 0
    migrate(db)
    assert version_of(db) == VERSION
    server, secret, epochs = load_identity(db)
    assert (len(server), len(secret)) == (16, 32)
    assert epochs.position(epochs.cursor(0), head=0) == 0


def test_migrating_again_changes_nothing(db: sqlite3.Connection) -> None:
    """A database of the newest version is left as it is."""
    migrate(db)
    before = list(db.iterdump())
    migrate(db)
    assert list(db.iterdump()) == before


def test_only_our_databases_are_ours(db: sqlite3.Connection) -> None:
    """An empty file may become ours; one with another's tables or mark may not."""
    assert not is_foreign(db)
    db.execute("PRAGMA application_id = 7")
    assert is_foreign(db)
    db.execute("PRAGMA application_id = 0")
    db.execute("CREATE TABLE theirs (a)")
    assert is_foreign(db)
    db.execute("DROP TABLE theirs")
    migrate(db)
    assert not is_foreign(db)


def test_an_interrupted_migration_leaves_nothing_and_is_made_again(db: sqlite3.Connection) -> None:
    """Each step is one transaction: the database is of one version or of the next."""

    def half(db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE half (a)")
        db.execute("INSERT INTO nowhere VALUES (1)")

    def whole(db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE half (a)")

    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        migrate(db, (*MIGRATIONS, half))
    assert version_of(db) == VERSION
    assert not db.in_transaction
    assert not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchall()
    identity = load_identity(db)[:2]
    migrate(db, (*MIGRATIONS, whole))
    assert version_of(db) == VERSION + 1
    assert load_identity(db)[:2] == identity


OF_ROOM = "SELECT frame FROM events WHERE room = 1 AND seq BETWEEN 5 AND 9 ORDER BY seq"


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (OF_ROOM, "events_by_room (room=? AND rowid>? AND rowid<?)"),
        (f"{OF_ROOM} DESC", "events_by_room (room=? AND rowid>? AND rowid<?)"),
        ("SELECT max(seq) FROM events WHERE room = 1", "events_by_room (room=?)"),
        ("SELECT seq FROM requests WHERE asker = 'a' AND id = 'b'", "PRIMARY KEY"),
        (
            "UPDATE stays SET last = 1 WHERE room = 1 AND account = 'a' AND last IS NULL",
            "stays_open (room=? AND account=?)",
        ),
    ],
)
def test_what_is_asked_often_is_found_by_an_index(
    db: sqlite3.Connection, query: str, index: str
) -> None:
    """The index answers alone: no table is scanned and nothing is sorted."""
    migrate(db)
    plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {query}")]
    assert len(plan) == 1
    assert plan[0].startswith("SEARCH")
    assert index in plan[0]
