"""Looking for what is not to be kept: what is old, by a clock that may err."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.chat.state import OPEN
from asynchat.messages import LOBBY
from asynchat.store.interface import StoreError
from asynchat.store.opening import open_database
from asynchat.store.surplus import DAY_MS, LOOKED_AT_ONCE, Looked, Surplus, cutoff
from asynchat.store.writer import Writer
from tests.contracts.drafts import TIME, joined, said

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Give a database of three that were said on three days."""
    with closing(open_database(tmp_path)) as db:
        Writer(db).append([joined(), *(said(time=TIME + day * DAY_MS) for day in range(3))])
        yield db


TIMES = st.lists(st.integers(-5, 400).map(lambda hours: hours * 3_600_000), max_size=40)


@given(TIMES, st.integers(1, 100).map(lambda hours: hours * 3_600_000), st.integers(0, 500))
def test_no_clock_makes_old_what_the_log_does_not(
    times: list[int], age_ms: int, now_hours: int
) -> None:
    """Nothing is older than its age by the clock, nor by more than half of it than by the log."""
    now_ms = now_hours * 3_600_000
    before = cutoff(age_ms, now_ms, len(times), lambda seq: times[seq - 1] if seq else None)
    trusted = [time for time in times if time <= now_ms]
    if before is not None:
        assert before <= now_ms - age_ms
        assert before <= max(trusted) + min(DAY_MS, age_ms // 2) - age_ms


@given(TIMES.map(sorted), *[st.integers(1, 400).map(lambda hours: hours * 3_600_000)] * 2)
def test_in_a_log_in_order_the_newest_that_is_long_enough_ago_tells(
    times: list[int], age_ms: int, now_ms: int
) -> None:
    """The clock counts as far as that event bears it out."""
    times = [time for time in times if time <= now_ms]
    trusted = min(DAY_MS, age_ms // 2)
    past = [time for time in times if time <= now_ms - trusted]
    expected = min(now_ms, past[-1] + trusted) - age_ms if past else None
    found = cutoff(age_ms, now_ms, len(times), lambda seq: times[seq - 1] if seq else None)
    assert found == expected


def test_a_damaged_event_tells_no_time(db: sqlite3.Connection) -> None:
    """The one before it does; where none is whole, nothing is old."""
    surplus = Surplus(db)
    now = TIME + 3 * DAY_MS
    assert surplus.cutoff(2 * DAY_MS, now, 4) == now - 2 * DAY_MS
    db.execute("UPDATE events SET crc = crc + 1 WHERE seq = 4")
    assert surplus.cutoff(2 * DAY_MS, now, 4) == now - 3 * DAY_MS
    db.execute("UPDATE events SET crc = crc + 1 WHERE seq < 4")
    assert surplus.cutoff(2 * DAY_MS, now, 4) is None


def test_a_damaged_event_is_passed_over(db: sqlite3.Connection) -> None:
    """It is neither old nor holds up what is; so is one whose frame is no bytes at all."""
    surplus = Surplus(db)
    now = TIME + 9 * DAY_MS
    db.execute("UPDATE events SET crc = crc + 1 WHERE seq = 2")
    assert surplus.old(LOBBY, 0, TIME + 2 * DAY_MS, now) == Looked(3, None)
    db.execute("UPDATE events SET frame = 'text' WHERE seq = 2")
    assert surplus.old(LOBBY, 0, TIME + 2 * DAY_MS, now) == Looked(3, None)
    assert surplus.large(LOBBY, OPEN, 0) == Looked(4, None)


def test_one_look_is_bounded(db: sqlite3.Connection) -> None:
    """It says where the next one goes on, in either direction."""
    surplus = Surplus(db)
    Writer(db).append([said(time=TIME)] * 600)
    now = TIME + 9 * DAY_MS
    assert surplus.old(LOBBY, 0, now, now) == Looked(LOOKED_AT_ONCE, LOOKED_AT_ONCE)
    assert surplus.old(LOBBY, LOOKED_AT_ONCE, now, now) == Looked(604, None)
    first = surplus.large(LOBBY, OPEN, 10**6)
    assert first.place == 604 - LOOKED_AT_ONCE + 1
    assert surplus.large(LOBBY, first.place, first.left).place is None
    assert surplus.large("nowhere", OPEN, 0) == Looked(0, None)


def test_a_database_that_does_not_answer_is_told(tmp_path: Path) -> None:
    """Its error is the store's, in a sentence."""
    db = open_database(tmp_path)
    db.close()
    with pytest.raises(StoreError, match="refused"):
        Surplus(db).cutoff(1, 1, 1)
