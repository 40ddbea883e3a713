"""Waiting for a condition, never for a duration."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Protocol, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_POLL_S = 0.005


class Until(Protocol):
    """The type of the fixture `until`."""

    async def __call__(
        self, condition: Callable[[], T], timeout_s: float = 10, *, what: str | None = None
    ) -> T:
        """Wait until the condition holds, and return what it gave."""


@pytest.fixture
def until() -> Until:
    """Give a test what waits for a condition, never for a duration.

    ``await until(lambda: box.full)`` polls beside the running loop and returns the first true
    value; after ``timeout_s`` seconds it fails the test with ``what``, or else with the source
    of the condition.
    """

    async def until(
        condition: Callable[[], T], timeout_s: float = 10, *, what: str | None = None
    ) -> T:
        __tracebackhide__ = True
        deadline = asyncio.get_running_loop().time() + timeout_s
        while not (value := condition()):
            if asyncio.get_running_loop().time() >= deadline:
                waited_for = _source(condition) if what is None else what
                pytest.fail(f"waited {timeout_s} s in vain for: {waited_for}")
            await asyncio.sleep(_POLL_S)
        return value

    return until


def _source(condition: Callable[[], object]) -> str:
    try:
        return " ".join(inspect.getsource(condition).split())
    except (OSError, TypeError):  # made by exec, or in C
        return repr(condition)
