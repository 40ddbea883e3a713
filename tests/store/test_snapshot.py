"""What the rules need, as the tables have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.chat.state import OPEN, Interval
from asynchat.store.opening import open_database
from asynchat.store.snapshot import load_head, load_snapshot
from asynchat.store.writer import Writer
from tests.contracts.drafts import account, created, joined, left, said

if TYPE_CHECKING:
    from pathlib import Path


def test_the_tables_make_the_state(tmp_path: Path) -> None:
    """Rooms come in the order they were made, stays in their order, accounts as they came."""
    db = open_database(tmp_path)
    writer = Writer(db)
    people = ("a2", "a1")
    writer.append([created("~1", people=people), joined(), left(), joined(), said(), account("b")])
    writer.append([joined(account="a3"), joined(account="a2")])
    snapshot = load_snapshot(db)
    writer.close()
    assert snapshot.head == 7
    rooms = snapshot.state.rooms
    assert list(rooms) == ["lobby", "~1"]
    assert (rooms["lobby"].head, rooms["~1"].head) == (7, 1)
    assert rooms["lobby"].stays["a1"] == [Interval(2, 3), Interval(4, OPEN)]
    assert list(rooms["lobby"].members.items()) == [("a1", 4), ("a3", 6), ("a2", 7)]
    assert rooms["~1"].people == ("a1", "a2")
    assert snapshot.state.direct_of(("a1", "a2")) is rooms["~1"]
    assert snapshot.accounts == [account("b").account]


def test_an_empty_log_ends_at_zero(tmp_path: Path) -> None:
    """The first event will be 1."""
    db = open_database(tmp_path)
    assert load_head(db) == 0
    db.close()
