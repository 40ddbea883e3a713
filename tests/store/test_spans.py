"""Which part of the log is asked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from asynchat.chat.state import Interval
from asynchat.store.interface import Slice
from asynchat.store.spans import by_room, cut, end_of, united

INTERVALS = st.lists(st.builds(Interval, st.integers(0, 20), st.integers(-1, 20)))


def seqs(intervals: list[Interval]) -> list[int]:
    """Return every seq of some intervals, as often as it is in them."""
    return [seq for one in intervals for seq in range(one.first, one.last + 1)]


@given(INTERVALS)
def test_uniting_keeps_each_seq_once_in_order(intervals: list[Interval]) -> None:
    """The same seqs come, none twice, and no interval is empty."""
    result = united(intervals)
    assert seqs(result) == sorted(set(seqs(intervals)))
    assert all(one.first <= one.last for one in result)


@given(INTERVALS)
def test_uniting_changes_nothing_given(intervals: list[Interval]) -> None:
    """The intervals are the rooms' own: they must stay as they are."""
    before = [(one.first, one.last) for one in intervals]
    for one in united(intervals):
        one.last = 99
    assert [(one.first, one.last) for one in intervals] == before


def test_stretches_are_grouped_by_room() -> None:
    """Rooms of which nothing is asked for are left out."""
    spans = [("a", Interval(3, 4)), ("b", Interval(2, 1)), ("a", Interval(1, 2))]
    assert by_room(spans) == {"a": [Interval(1, 2), Interval(3, 4)]}
    assert end_of(spans) == 4
    assert end_of([]) == 0


def test_a_cut_ends_at_the_last_event_taken() -> None:
    """Only an answer that was not cut reaches the end asked for."""
    frames = [(2, b"aa"), (5, b"bb"), (6, b"cc")]
    assert cut(frames, end=9, max_events=2, max_bytes=99) == Slice([b"aa", b"bb"], 5)
    assert cut(frames, end=9, max_events=9, max_bytes=3) == Slice([b"aa", b"bb"], 5)
    assert cut(frames, end=9, max_events=9, max_bytes=6) == Slice([b"aa", b"bb", b"cc"], 9)
