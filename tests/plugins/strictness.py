"""What fails a test besides its assertions.

A logged error, an exception given to a loop's exception handler, a task left behind, and,
with ``filterwarnings = error``, a warning: a coroutine never awaited, a socket never closed.
A test that provokes an error log carries the mark ``allow_log_errors``.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
import logging
from typing import TYPE_CHECKING, Any

import pytest

try:
    import uvloop
except ImportError:  # not on Windows
    _LOOPS: tuple[type, ...] = (asyncio.BaseEventLoop,)
else:
    _LOOPS = (asyncio.BaseEventLoop, uvloop.Loop)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

_LOOP_CYCLES = 20
"""How often the loop may turn for what was cancelled or closed to end by itself."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ask for `no_stray_task` before anything else of an asynchronous test."""
    for item in items:
        if isinstance(item, pytest.Function) and _is_async(item):
            item.fixturenames.insert(0, "no_stray_task")


def _is_async(item: pytest.Function) -> bool:
    hypothesis = getattr(item.obj, "hypothesis", None)
    return inspect.iscoroutinefunction(getattr(hypothesis, "inner_test", item.obj))


@pytest.fixture(scope="session")
def troubles() -> Iterator[list[str]]:
    """Collect every error logged and every exception a loop was given, in the order they came.

    The record factory sees what any logger makes, whether or not it propagates.
    """
    troubles: list[str] = []
    make_record = logging.getLogRecordFactory()

    def make_and_note(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make_record(*args, **kwargs)
        if record.levelno >= logging.ERROR:
            text = f"{record.name} logged {record.levelname}: {record.getMessage()}"
            if record.exc_info:
                text += "\n" + logging.Formatter().formatException(record.exc_info)
            troubles.append(text)
        return record

    with pytest.MonkeyPatch.context() as patch:
        for loop_type in _LOOPS:
            _note_exceptions(loop_type, troubles, patch)
        logging.setLogRecordFactory(make_and_note)
        yield troubles
        logging.setLogRecordFactory(make_record)


def _note_exceptions(loop_type: type, troubles: list[str], patch: pytest.MonkeyPatch) -> None:
    handle = loop_type.call_exception_handler  # type: ignore[attr-defined]

    def note_and_handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        troubles.append(f"the loop's exception handler got {context!r}")
        handle(loop, context)

    patch.setattr(loop_type, "call_exception_handler", note_and_handle)


@pytest.fixture(autouse=True)
def no_trouble(request: pytest.FixtureRequest, troubles: list[str]) -> Iterator[None]:
    """Fail the test where an error was logged or an exception reached a loop's handler."""
    troubles.clear()
    yield
    # What was dropped in this test complains in this test.  The young generations only: a full
    # collection costs more than most tests.
    gc.collect(1)
    if troubles and request.node.get_closest_marker("allow_log_errors") is None:
        pytest.fail("\n".join(troubles), pytrace=False)


@pytest.fixture
async def no_stray_task() -> AsyncIterator[None]:
    """Fail an asynchronous test that leaves a task behind after all its fixtures are gone."""
    before = asyncio.all_tasks()
    yield
    for _ in range(_LOOP_CYCLES):
        if not _strays(before):
            return
        await asyncio.sleep(0)
    strays = _strays(before)
    for task in strays:
        task.cancel()
    await asyncio.wait(strays, timeout=1)
    pytest.fail("tasks left behind: " + ", ".join(map(repr, strays)), pytrace=False)


def _strays(before: set[asyncio.Task[Any]]) -> set[asyncio.Task[Any]]:
    return {task for task in asyncio.all_tasks() - before if task is not asyncio.current_task()}
