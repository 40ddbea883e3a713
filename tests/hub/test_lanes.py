"""What waits for the store: nothing is lost or doubled, and of one account all is in order."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asynchat.hub.lanes import SECOND_LANE_EVENTS, Lanes

MANY = 10**9


@dataclass(frozen=True)
class Waiting:
    """Something that waits."""

    number: int
    account: str = ""
    may_wait: bool = False
    size: int = 1


def numbers(items: list[Waiting]) -> list[int]:
    """Return which these are."""
    return [item.number for item in items]


async def test_who_says_something_goes_first() -> None:
    """However many come and go, what is said is taken before, and so are its author's others."""
    lanes: Lanes[Waiting] = Lanes(MANY)
    for number in range(1_000):
        lanes.put(Waiting(number, f"a{number}", may_wait=True))
    lanes.put(Waiting(1_000, "ada"))
    lanes.put(Waiting(1_001, "ada"))
    assert numbers(lanes.take(3))[:2] == [1_000, 1_001]


async def test_who_asked_to_come_in_says_something_after_that() -> None:
    """A message does not overtake its author's own join."""
    lanes: Lanes[Waiting] = Lanes(MANY)
    lanes.put(Waiting(0, "ben", may_wait=True))
    lanes.put(Waiting(1, "ada", may_wait=True))
    lanes.put(Waiting(2, "ada"))
    lanes.put(Waiting(3, "eva"))
    assert numbers(lanes.take(9)) == [3, 0, 1, 2]
    lanes.put(Waiting(4, "ada", may_wait=True))
    assert numbers(lanes.take(9)) == [4]
    lanes.put(Waiting(5, "ben", may_wait=True))
    lanes.put(Waiting(6, "ada"))
    assert numbers(lanes.take(9)) == [6, 5]


async def test_a_batch_stays_short() -> None:
    """Of those who come and go so many are taken at once, of what is said as many as fit."""
    lanes: Lanes[Waiting] = Lanes(MANY)
    for number in range(2_000):
        lanes.put(Waiting(number, may_wait=True))
    assert len(lanes.take(1_000)) == SECOND_LANE_EVENTS
    for number in range(2_000):
        lanes.put(Waiting(number))
    assert len(lanes.take(1_000)) == 1_000


async def test_nobody_goes_before_what_was_said_when_he_came() -> None:
    """Who comes later than something was said is stored later, however long that takes."""
    lanes: Lanes[Waiting] = Lanes(MANY)
    for number in range(100):
        lanes.put(Waiting(number))
    lanes.put(Waiting(100, may_wait=True))
    for number in range(101, 105):
        lanes.put(Waiting(number))
    out = [number for _ in range(3) for number in numbers(lanes.take(40))]
    assert out.index(100) >= 100
    assert len(out) == 105


@pytest.mark.parametrize("most", [2, 4, 100])
async def test_nobody_waits_for_ever(most: int) -> None:
    """However much is said, those who come and go have their part, but where one fits only."""
    lanes: Lanes[Waiting] = Lanes(MANY)
    lanes.put(Waiting(-1, may_wait=True))
    for number in range(1_000):
        lanes.put(Waiting(number))
    taken = lanes.take(most)
    assert len(taken) == most
    assert -1 in numbers(taken)


async def test_what_is_put_back_is_next() -> None:
    """It goes before all else, in its order, and its bytes count again."""
    lanes: Lanes[Waiting] = Lanes(MANY)
    for number in range(4):
        lanes.put(Waiting(number, "ada", may_wait=number % 2 == 0, size=5))
    taken = lanes.take(3)
    assert lanes.bytes == 5
    lanes.put(Waiting(4, "ada"))
    lanes.put_back(taken[1:])
    assert lanes.bytes == 16
    assert numbers(lanes.take(9)) == [1, 2, 3, 4]
    assert lanes.bytes == 0


async def test_it_takes_so_many_bytes() -> None:
    """Who comes when it is full waits until something was taken, and is not let in by the dozen."""
    lanes: Lanes[Waiting] = Lanes(10)
    lanes.put(Waiting(0, size=11))

    async def come(number: int) -> None:
        await lanes.room()
        lanes.put(Waiting(number, size=11))

    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        for number in range(1, 5):
            tasks.create_task(come(number))
        for number in range(5):
            await asyncio.sleep(0.01)
            assert len(lanes) == 1
            assert numbers(lanes.take(1)) == [number]


@given(
    st.lists(
        st.one_of(
            st.tuples(st.sampled_from(["", "ada", "ben", "eva"]), st.booleans()),
            st.tuples(st.integers(1, 8), st.integers(0, 8)),
        )
    )
)
@example([("", False), ("", True), (1, 0), (1, 0)])
def test_nothing_is_lost_and_each_account_stays_in_order(
    steps: list[tuple[str | int, int]],
) -> None:
    """Whatever is put, taken and put back: all comes out once, each account's in its order."""
    lanes: Lanes[Waiting] = Lanes(MANY)
    put: list[Waiting] = []
    out: list[Waiting] = []
    for step in steps:
        match step:
            case (str() as account, may_wait):
                item = Waiting(len(put), account, bool(may_wait))
                put.append(item)
                lanes.put(item)
            case (int() as most, back):
                taken = lanes.take(most)
                assert 0 < len(taken) <= most or not lanes
                kept = max(0, len(taken) - back)
                out += taken[:kept]
                lanes.put_back(taken[kept:])
        assert len(lanes) == lanes.bytes == len(put) - len(out)
    while lanes:
        out += lanes.take(5)
    assert sorted(numbers(out)) == list(range(len(put)))
    of_account: dict[str, list[int]] = defaultdict(list)
    for item in out:
        of_account[item.account].append(item.number)
    of_account.pop("", None)
    assert all(one == sorted(one) for one in of_account.values())
