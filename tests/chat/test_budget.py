"""How fast somebody may go."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from asynchat.chat.budget import Budget


def test_a_burst_is_free_and_then_the_rate_holds() -> None:
    """The first few go at once, the others one after another, none is refused."""
    budget = Budget(burst=3, per_second=2)
    assert [budget.take(100.0) for _ in range(6)] == [0, 0, 0, 0.5, 1.0, 1.5]


def test_a_pause_gives_back_no_more_than_a_burst() -> None:
    """However long somebody was silent, only a burst is free."""
    budget = Budget(burst=2, per_second=1)
    assert [budget.take(0) for _ in range(3)] == [0, 0, 1]
    assert [budget.take(1000) for _ in range(3)] == [0, 0, 1]


def test_what_is_given_back_can_be_taken_again() -> None:
    """A repeat costs nothing; giving back makes nobody richer than a burst."""
    budget = Budget(burst=1, per_second=1)
    budget.give_back()
    assert budget.take(0) == 0
    budget.give_back()
    assert [budget.take(0) for _ in range(2)] == [0, 1]


def test_a_budget_that_has_recovered_may_be_forgotten() -> None:
    """A budget is full at first and once all that was taken has come back."""
    budget = Budget(burst=2, per_second=0.5)
    assert budget.is_full(0)
    budget.take(0)
    assert not budget.is_full(1.5)
    assert not budget.is_full(1.5)  # the same moment gives nothing more
    assert budget.is_full(2)


def test_a_clock_that_stands_gives_nothing() -> None:
    """No time passes where the clock does not go on, or says less than before."""
    budget = Budget(burst=1, per_second=1)
    assert [budget.take(now) for now in (5, 5, 4)] == [0, 1, 2]


@given(
    st.integers(1, 5),
    st.sampled_from([0.25, 0.5, 1, 2, 4]),
    st.lists(st.integers(0, 4), max_size=30),
)
def test_as_early_as_the_rate_allows_and_no_earlier(
    burst: int, per_second: float, pauses: list[int]
) -> None:
    """In any stretch of time at most a burst and the rate go, and nobody waits for nothing.

    Powers of two keep the arithmetic exact.
    """
    budget = Budget(burst=burst, per_second=per_second)
    went: list[float] = []
    now = 0
    for pause in pauses:
        now += pause
        earliest = [
            before + (len(went) - index + 1 - burst) / per_second
            for index, before in enumerate(went)
        ]
        went.append(now + budget.take(now))
        assert went[-1] == max([now, *earliest])
