"""The audit log: nobody changes it, and whoever goes around that is found out."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.messages import Deed
from asynchat.store.audit import audit_findings, put_deed, read_deeds
from asynchat.store.schema import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator


def opened() -> sqlite3.Connection:
    """Return an empty database."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    migrate(db)
    return db


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    """Give a database with four entries."""
    db = opened()
    for n in range(4):
        put_deed(db, deed(f"deed {n}"))
    yield db
    db.close()


def deed(text: str = "") -> Deed:
    """Return an entry."""
    return Deed(number=0, time=1, by="a1", by_name="ada", action="kick", text=text)


def without_triggers(db: sqlite3.Connection, *statements: str) -> list[str]:
    """Change the log behind the database's back; return what is found."""
    db.execute("DROP TRIGGER audit_stays")
    db.execute("DROP TRIGGER audit_remains")
    for statement in statements:
        db.execute(statement)
    return list(audit_findings(db))


def test_entries_are_numbered_and_read_newest_first(db: sqlite3.Connection) -> None:
    """From 1 on, without a gap; any number of them, before any number."""
    assert [one.number for one in read_deeds(db, None, 100)] == [4, 3, 2, 1]
    assert [one.text for one in read_deeds(db, 4, 2)] == ["deed 2", "deed 1"]
    assert list(audit_findings(db)) == []
    empty = opened()
    assert (read_deeds(empty, None, 9), list(audit_findings(empty))) == ([], [])
    empty.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET entry = '{}' WHERE number = 2",
        "DELETE FROM audit WHERE number = 2",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit VALUES (2, '{}', x'00')",
    ],
)
def test_the_database_refuses_to_change_it(db: sqlite3.Connection, statement: str) -> None:
    """Not even one's own code can, by mistake."""
    db.execute("PRAGMA recursive_triggers = 1")
    with pytest.raises(sqlite3.IntegrityError, match="audit log"):
        db.execute(statement)
    assert list(audit_findings(db)) == []


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["UPDATE audit SET entry = replace(entry, 'ada', 'eve') WHERE number = 2"], "entry 2 is"),
        (["DELETE FROM audit WHERE number = 3"], "entry 4 is"),
        (["DELETE FROM audit WHERE number = 1"], "entry 2 is"),
        (["DELETE FROM audit WHERE number = 4"], "does not end at entry 3"),
        (["DELETE FROM audit"], "does not end at entry 0"),
        (["UPDATE audit SET mac = x'00' WHERE number = 1"], "entry 1 is"),
        (["UPDATE audit SET number = 9 WHERE number = 4"], "entry 9 is"),
        (["DELETE FROM meta WHERE key = 'audit'"], "does not end at entry 4"),
        (
            ["INSERT INTO audit SELECT 5, entry, mac FROM audit WHERE number = 4"],
            "entry 5 is",
        ),
    ],
)
def test_who_goes_around_that_is_found_out(
    db: sqlite3.Connection, statements: list[str], found: str
) -> None:
    """Changed, taken out anywhere, cut off at the end, moved or forged."""
    (finding,) = without_triggers(db, *statements)
    assert found in finding


def test_an_older_end_fits_no_longer(db: sqlite3.Connection) -> None:
    """Who kept what the database said before the last entry cannot go back to it, either."""
    (before,) = db.execute("SELECT value FROM meta WHERE key = 'audit'").fetchone()
    put_deed(db, deed())
    db.execute("UPDATE meta SET value = ? WHERE key = 'audit'", (before,))
    assert "does not end at entry 5" in next(audit_findings(db))


@given(st.text(), st.text())
def test_whatever_was_typed_is_read_again(name: str, text: str) -> None:
    """Any text that can be written comes back as it was, and the chain holds."""
    db = opened()
    one = Deed(number=0, time=1, by="a", by_name=name, action="ban", text=text)
    put_deed(db, one)
    (read,) = read_deeds(db, None, 1)
    assert (read.by_name, read.text) == (name, text)
    assert list(audit_findings(db)) == []
    db.close()
