"""The tables of marks and mentions; what is counted by them is in the contract of all stores."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from asynchat.store.opening import open_database
from asynchat.store.reader import Reader
from asynchat.store.writer import Writer
from tests.contracts.drafts import mark, redacted, said

if TYPE_CHECKING:
    from pathlib import Path


def test_rows_come_and_go_with_messages(tmp_path: Path) -> None:
    """Deletion and retention take the rows along; a mark has one row, however often it moves."""
    writer = Writer(open_database(tmp_path))
    writer.append([said(mentions=("a2", "a3"), everyone=True), said(mentions=("a2",)), said()])
    with closing(open_database(tmp_path)) as db:
        rows = "SELECT account, seq FROM mentions ORDER BY seq, account"
        assert db.execute(rows).fetchall() == [("", 1), ("a2", 1), ("a3", 1), ("a2", 2)]
        writer.append([mark(1), mark(3), mark(2), redacted(1)])
        assert db.execute(rows).fetchall() == [("a2", 2)]
        assert db.execute("SELECT account, seq FROM marks").fetchall() == [("a1", 2)]
        writer.remove("lobby", after=0, upto=2)
        assert db.execute(rows).fetchall() == []
    writer.close()


def test_a_mark_that_stays_writes_nothing(tmp_path: Path) -> None:
    """Two devices that both mark what they show cost one write."""
    db = open_database(tmp_path)
    writer = Writer(db)
    writer.append([said(), mark(1)])
    before = db.total_changes
    writer.append([mark(1)])
    assert db.total_changes == before
    writer.close()


def test_counting_looks_at_bounded_rows_by_an_index(tmp_path: Path) -> None:
    """SQLite finds the rows of both questions by room and seq, and sorts nothing."""
    db = open_database(tmp_path)
    plans: list[str] = []
    writer = Writer(db)
    writer.append([said(account="a2", mentions=("a1",))])
    asked: list[str] = []
    db.set_trace_callback(asked.append)
    Reader(db).unread("a1", [("lobby", 0)], 9)
    db.set_trace_callback(None)
    for statement in asked:
        if statement.startswith("SELECT"):
            with closing(sqlite3.connect(tmp_path / "asynchat.db")) as other:
                plans += [row[3] for row in other.execute(f"EXPLAIN QUERY PLAN {statement}")]
    assert any("events_plain" in plan for plan in plans)
    assert not [plan for plan in plans if "SCAN" in plan or "TEMP B-TREE" in plan]
    writer.close()
