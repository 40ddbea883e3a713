"""Tasks that outlive the call that started them."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import pytest

from asynchat.tasks import Tasks

if TYPE_CHECKING:
    from tests.plugins.waiting import Until


async def fail() -> None:
    """Fail after a turn of the loop."""
    await asyncio.sleep(0)
    raise RuntimeError("no luck")


async def test_a_task_runs_under_its_name_and_is_let_go(until: Until) -> None:
    """A task is held while it runs and forgotten when it has ended."""
    tasks = Tasks()
    names: list[str] = []

    async def note() -> None:
        task = asyncio.current_task()
        assert task is not None
        names.append(task.get_name())

    tasks.spawn(note(), name="taking notes")
    assert len(tasks) == 1
    await until(lambda: not len(tasks))
    assert names == ["taking notes"]


@pytest.mark.allow_log_errors
async def test_a_failure_is_logged_with_the_tasks_name(
    caplog: pytest.LogCaptureFixture, until: Until
) -> None:
    """No exception of a task vanishes."""
    tasks = Tasks()
    tasks.spawn(fail(), name="trying")
    await until(lambda: not len(tasks))
    (record,) = caplog.records
    assert (record.levelno, record.getMessage()) == (logging.ERROR, "task trying failed")
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], RuntimeError)


async def test_an_owner_hears_of_failures(until: Until) -> None:
    """With ``on_error`` the owner decides what a failure means, and nothing is logged."""
    errors: list[BaseException] = []
    tasks = Tasks(on_error=errors.append)
    tasks.spawn(fail(), name="trying")
    await until(lambda: errors)
    assert [str(error) for error in errors] == ["no luck"]
    assert len(tasks) == 0


async def test_cancel_waits_until_every_task_has_cleaned_up() -> None:
    """When `cancel` returns nothing runs, also what a task spawned while it was cancelled."""
    tasks = Tasks()
    ended: list[str] = []

    async def wait(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(name)
            if name == "first":
                tasks.spawn(wait("late"), name="late")

    tasks.spawn(wait("first"), name="first")
    tasks.spawn(wait("second"), name="second")
    await asyncio.sleep(0)
    await tasks.cancel()
    assert len(tasks) == 0
    # The late one may have been cancelled before its first step.
    assert {"first", "second"} <= set(ended) <= {"first", "second", "late"}


async def test_cancelling_nothing_returns_at_once() -> None:
    """An owner without tasks may cancel as well."""
    tasks = Tasks()
    await tasks.cancel()
    assert len(tasks) == 0


async def test_a_task_that_cancels_its_owner_ends_by_itself(until: Until) -> None:
    """Who calls `cancel` from one of the tasks is not cancelled by it."""
    tasks = Tasks()
    done: list[bool] = []

    async def end_all() -> None:
        await tasks.cancel()
        done.append(True)

    tasks.spawn(asyncio.Event().wait(), name="waiting")
    tasks.spawn(end_all(), name="ending")
    await until(lambda: done)
    await until(lambda: not len(tasks))
    assert done == [True]
