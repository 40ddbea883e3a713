"""Mutes, bans, blocks, reports and settings in their tables."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from asynchat.chat.drafts import BlockDraft, SettingDraft
from asynchat.store import steering
from asynchat.store.schema import migrate
from tests.contracts.drafts import TIME, held, report

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    """Give an empty database."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    migrate(db)
    yield db
    db.close()


def test_restraints_that_are_over_do_not_pile_up(db: sqlite3.Connection) -> None:
    """They go when the next one comes, and not a millisecond before they are over."""
    steering.put_restraint(db, held("a1", until_ms=TIME + 1))
    steering.put_restraint(db, held("a2", since_ms=TIME))
    assert [one.subject for one in steering.read_restraints(db)] == ["a1", "a2"]
    steering.put_restraint(db, held("a2", on=False, since_ms=TIME + 1))
    assert steering.read_restraints(db) == []


def test_a_block_is_kept_once(db: sqlite3.Connection) -> None:
    """Blocking again changes nothing, and what is lifted is gone."""
    for on in (True, True):
        steering.put_block(db, BlockDraft("a1", "a2", on))
    assert steering.read_blocks(db) == [("a1", "a2")]
    steering.put_block(db, BlockDraft("a1", "a2", on=False))
    assert steering.read_blocks(db) == []


def test_reports_are_found_by_number_and_room(db: sqlite3.Connection) -> None:
    """Newest first; resolved ones are only there when asked for."""
    for room in ("den", "lobby", "den"):
        steering.put_report(db, report(room=room).report)
    steering.put_report(db, report(1, room="den", resolved=TIME).report)

    def numbers(rooms: list[str] | None, *, resolved: bool = False) -> list[int]:
        found = steering.read_reports(db, None, 9, rooms, resolved=resolved)
        return [one.number for one in found]

    assert numbers(None) == [3, 2]
    assert numbers(None, resolved=True) == [3, 2, 1]
    assert numbers(["den"], resolved=True) == [3, 1]
    assert numbers([]) == []
    assert steering.read_report(db, 1) == report(1, room="den", resolved=TIME).report
    assert steering.read_report(db, 4) is None


def test_a_setting_is_what_was_set_last(db: sqlite3.Connection) -> None:
    """None forgets it."""
    for value in ("1", "2"):
        steering.put_setting(db, SettingDraft("message_burst", value))
    assert steering.read_settings(db) == {"message_burst": "2"}
    steering.put_setting(db, SettingDraft("message_burst", None))
    assert steering.read_settings(db) == {}
