"""What the tables keep of people; what every store keeps is in the contract suite."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from asynchat.chat.accounts import Account, Device
from asynchat.chat.drafts import AccountDraft
from asynchat.store.people import load_accounts, load_devices, load_revoked, put_account
from asynchat.store.schema import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST, SECOND = Device("d1", b"1", "laptop", 1), Device("d2", b"2", "phone", 2, 3)
ADA = Account("u1", "ada", 1, (FIRST, SECOND), password="stored")


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    """Give a database without anybody in it."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        migrate(made)
        yield made


def test_nothing_is_written_of_devices_that_are_the_same(db: sqlite3.Connection) -> None:
    """Who comes and goes writes its own row, and not those of all its devices."""
    db.execute("BEGIN")
    assert put_account(db, AccountDraft(ADA))
    before = db.total_changes
    assert put_account(db, AccountDraft(replace(ADA, seen_ms=9)))
    assert db.total_changes == before + 1
    db.execute("ROLLBACK")


def test_a_conflict_leaves_nothing_behind(db: sqlite3.Connection) -> None:
    """Where a token is another's, neither the account nor any of its devices is stored."""
    db.execute("BEGIN")
    assert put_account(db, AccountDraft(ADA))
    third = Device("d3", b"3", "", 4)
    ben = Account("u2", "ben", 1, (third, replace(SECOND, id="d4")))
    assert not put_account(db, AccountDraft(ben))
    assert load_accounts(db) == [ADA]
    assert load_devices(db, "u2") == ()
    assert load_revoked(db) == frozenset()
    db.execute("ROLLBACK")
