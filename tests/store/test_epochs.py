"""Cursors name a place in one history only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.store.epochs import Epochs, new_epoch

HISTORY = [("a", 0), ("b", 1), ("c", 5)]


def test_a_cursor_names_the_epoch_its_seq_lies_in() -> None:
    """An epoch reaches from its first seq to the one before the next epoch's first."""
    epochs = Epochs(HISTORY)
    assert [epochs.cursor(seq) for seq in (0, 1, 4, 5, 9)] == ["a.0", "b.1", "b.4", "c.5", "c.9"]


@pytest.mark.parametrize("cursor", ["a.1", "b.0", "b.5", "c.4", "c.10", "d.7", "B.1", "c.5.5"])
def test_a_cursor_of_another_history_is_none(cursor: str) -> None:
    """A seq outside of its epoch, past the head, or of an unknown epoch is not known."""
    assert Epochs(HISTORY).position(cursor, head=9) is None


def test_a_copied_back_log_does_not_know_what_it_lost() -> None:
    """Neither before nor after the lost seqs are given again."""
    lost = Epochs(HISTORY).cursor(7)
    copy = Epochs(HISTORY)
    assert copy.position(lost, head=6) is None
    copy.add("d", 7)
    assert copy.position(lost, head=9) is None
    older = Epochs(HISTORY[:2])
    assert older.position(lost, head=4) is None
    older.add("d", 5)
    assert older.position(lost, head=9) is None


@given(st.lists(st.integers(1, 50), unique=True).map(sorted), st.integers(0, 60))
def test_every_seq_is_found_again(firsts: list[int], seq: int) -> None:
    """Whatever the epochs, a cursor leads back to its seq as long as the log reaches it."""
    epochs = Epochs([(new_epoch(), first) for first in (0, *firsts)])
    assert epochs.position(epochs.cursor(seq), head=60) == seq
    assert epochs.position(epochs.cursor(seq), head=seq - 1) is None


@given(st.text())
def test_any_text_is_a_cursor_or_none(text: str) -> None:
    """Nothing that a client sends raises."""
    assert Epochs(HISTORY).position(text, head=9) is None
    assert Epochs(HISTORY).position(f"b.{text}", head=9) in {None, 1, 2, 3, 4}
