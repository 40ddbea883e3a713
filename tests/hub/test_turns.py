"""Whose turn it is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from asynchat.hub.turns import Turns

if TYPE_CHECKING:
    import pytest


async def test_each_account_has_a_turn_before_any_has_two() -> None:
    """Who moves many files waits as long for each as who moves one."""
    turns = Turns(at_once=1)
    order: list[str] = []

    async def move(account: str) -> None:
        async with turns.turn(account):
            order.append(account)

    async with turns.turn("first"), asyncio.TaskGroup() as group:
        for account in ("ada", "ada", "ada", "ben", "cyd", "cyd"):
            group.create_task(move(account))
        await asyncio.sleep(0)
        group.create_task(_nothing())
        turns._pass_on()
    assert order == ["ada", "ben", "cyd", "ada", "cyd", "ada"]


async def _nothing() -> None:
    """Let the others go."""


async def test_so_many_have_a_turn_at_once() -> None:
    """A third waits until one of two is done."""
    turns = Turns(at_once=2)
    async with turns.turn("ada"):
        async with turns.turn("ben"):
            third = asyncio.Event()

            async def wait() -> None:
                async with turns.turn("cyd"):
                    third.set()

            async with asyncio.TaskGroup() as group:
                group.create_task(wait())
                await asyncio.sleep(0)
                assert not third.is_set()
                turns._pass_on()
        turns._free -= 1


async def test_who_gives_up_waiting_holds_nobody_up() -> None:
    """Before its turn and in the moment it comes."""
    turns = Turns(at_once=1)
    async with asyncio.TaskGroup() as group:
        async with turns.turn("ada"):
            waits = [group.create_task(_take(turns, "ben")) for _ in range(3)]
            await asyncio.sleep(0)
            waits[0].cancel()
            await asyncio.sleep(0)
        # The turn is given to the second, which is cancelled before it can take it.
        waits[1].cancel()
    assert [task.cancelled() for task in waits] == [True, True, False]
    assert turns._free == 1


async def _take(turns: Turns, account: str) -> None:
    async with turns.turn(account):
        pass


async def test_an_account_is_as_fast_as_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """All its files share its pace, others have their own, and no pace is no wait."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(round(seconds, 1))

    monkeypatch.setattr("asynchat.hub.turns.asyncio.sleep", sleep)
    turns = Turns(at_once=1, bytes_per_s=1000)
    for account, size in (("ada", 500), ("ada", 500), ("ben", 200)):
        await turns.pace(account, size)
    assert slept == [0.5, 1.0, 0.2]
    await Turns(at_once=1).pace("ada", 10**9)
    assert len(slept) == 3
