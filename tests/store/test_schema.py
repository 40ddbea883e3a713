"""The tables and their migrations."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from asynchat.store import removing, surplus
from asynchat.store.schema import (
    MIGRATIONS,
    VERSION,
    is_foreign,
    load_identity,
    migrate,
    version_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
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


def _add_reactions(db: sqlite3.Connection) -> None:
    db.execute("CREATE TABLE stamps (seq INTEGER PRIMARY KEY, sign TEXT NOT NULL)")
    db.execute("INSERT INTO stamps SELECT seq, 'x' FROM events")
    db.execute("CREATE INDEX reactions_by_sign ON stamps (sign)")
    db.execute("ALTER TABLE accounts ADD COLUMN colour TEXT")


def _change_topics(db: sqlite3.Connection) -> None:
    db.execute("UPDATE rooms SET topic = topic || '!'")
    db.execute("UPDATE rooms SET topic = topic || '?'")
    db.execute("DROP TABLE stamps")


CHANGES = {
    sqlite3.SQLITE_CREATE_TABLE,
    sqlite3.SQLITE_CREATE_INDEX,
    sqlite3.SQLITE_ALTER_TABLE,
    sqlite3.SQLITE_DROP_TABLE,
}

TWO_MORE = (*MIGRATIONS, _add_reactions, _change_topics)


def old_database(path: Path) -> None:
    """Make a database of the version there is, with something in it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        migrate(db)
        db.executemany(
            "INSERT INTO events (seq, room, crc, frame) VALUES (?, 1, 0, ?)",
            [(seq, b"frame") for seq in range(1, 300)],
        )


def content(db: sqlite3.Connection) -> list[str]:
    """Return everything in a database."""
    return [*db.iterdump(), str(version_of(db))]


def migrate_and_stop(db: sqlite3.Connection, at: int, stop: Callable[[], None]) -> int:
    """Migrate, but stop before the statement of this number; return how many there were."""
    count = 0

    def before_each(_statement: str) -> None:
        nonlocal count
        count += 1
        if count == at:
            stop()

    db.set_trace_callback(before_each)
    try:
        migrate(db, TWO_MORE)
    finally:
        db.set_trace_callback(None)
    return count


def statements(tmp_path: Path) -> tuple[int, list[str]]:
    """Return of how many statements the migrations are, and what a database is after them."""
    path = tmp_path / "whole.db"
    old_database(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        return migrate_and_stop(db, 0, lambda: None), content(db)


def without_identity(dump: list[str]) -> list[str]:
    """Return what is the same in every database."""
    return [
        line
        for line in dump
        if not any(name in line for name in ("'server'", "'secret'", "'audit'"))
        and 'INTO "epochs"' not in line
    ]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a process in the middle of itself")
def test_a_migration_killed_at_any_statement_is_resumed(tmp_path: Path) -> None:
    """The process dies before each statement in turn: the next open finishes what was begun."""
    count, expected = statements(tmp_path)
    assert count > 12
    versions = set()
    for at in range(1, count + 1):
        path = tmp_path / f"killed-{at}.db"
        old_database(path)
        child = os.fork()
        if child == 0:
            try:
                db = sqlite3.connect(path, isolation_level=None)
                migrate_and_stop(db, at, lambda: os.kill(os.getpid(), signal.SIGKILL))
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            versions.add(version_of(db))
            assert ("stamps" in _tables(db)) == (version_of(db) == VERSION + 1)
            migrate(db, TWO_MORE)
            assert without_identity(content(db)) == without_identity(expected)
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert versions == {VERSION, VERSION + 1}


@pytest.mark.parametrize("nth", range(1, 5))
def test_a_migration_that_fails_at_a_step_is_resumed(db: sqlite3.Connection, nth: int) -> None:
    """What a step changed before it failed is gone, and the connection can go on at once."""
    migrate(db)
    before = content(db)
    count = 0

    def fail(action: int, *_: object) -> int:
        nonlocal count
        if action not in CHANGES:
            return sqlite3.SQLITE_OK
        count += 1
        return sqlite3.SQLITE_DENY if count == nth else sqlite3.SQLITE_OK

    db.set_authorizer(fail)
    with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
        migrate(db, TWO_MORE)
    db.set_authorizer(None)
    assert not db.in_transaction
    assert version_of(db) == (VERSION if nth < 4 else VERSION + 1)
    if nth < 4:
        assert content(db) == before
    migrate(db, TWO_MORE)
    assert version_of(db) == VERSION + 2
    assert {topic for (topic,) in db.execute("SELECT topic FROM rooms")} == {"!?"}
    assert "stamps" not in _tables(db)


def _tables(db: sqlite3.Connection) -> set[str]:
    return {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


OF_ROOM = "SELECT frame FROM events WHERE room = 1 AND seq BETWEEN 5 AND 9 ORDER BY seq"


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (OF_ROOM, "events_by_room (room=? AND rowid>? AND rowid<?)"),
        (f"{OF_ROOM} DESC", "events_by_room (room=? AND rowid>? AND rowid<?)"),
        (removing._OF_ROOM, "events_by_room (room=? AND rowid>? AND rowid<?)"),
        (surplus._OF_ROOM, "events_by_room (room=? AND rowid>?)"),
        (surplus._SIZES, "events_by_room (room=? AND rowid>? AND rowid<?)"),
        (surplus._AT, "INTEGER PRIMARY KEY (rowid<?)"),
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
    explained = db.execute(f"EXPLAIN QUERY PLAN {query}", [1] * query.count("?"))
    plan = [row[3] for row in explained]
    assert len(plan) == 1
    assert plan[0].startswith("SEARCH")
    assert index in plan[0]


def test_of_names_that_look_alike_the_oldest_stays() -> None:
    """Who came later gets another name when it comes again; rooms keep theirs, all of them."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrate(db, MIGRATIONS[:3])
        for name in ("alice", "аlice", None):
            db.execute(
                "INSERT INTO accounts (id, name, name_key, token_hash, created_ms, role, held)"
                " VALUES (?1, ?1, ?1, ?2, 0, 'guest', 1)",
                (name or "nobody", str(name).encode()),
            )
        db.execute("UPDATE accounts SET name = NULL, name_key = NULL WHERE id = 'nobody'")
        for name in ("garden", "gаrden"):
            db.execute(
                "INSERT INTO rooms (name, topic, private, direct, people) VALUES (?, '', 0, 0, '')",
                (name,),
            )
        migrate(db)
        people = db.execute("SELECT name, name_key, was FROM accounts ORDER BY number").fetchall()
        assert people == [("alice", "alice", None), (None, None, "аlice"), (None, None, None)]
        rooms = db.execute("SELECT name, skeleton IS NULL FROM rooms ORDER BY id").fetchall()
        assert rooms == [("lobby", 0), ("garden", 0), ("gаrden", 1)]
