"""The suite's strictness, tried on tests that deserve to fail."""

from __future__ import annotations

import importlib.util
import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

CASES = """
import asyncio, logging, socket
import pytest
import hypothesis

log = logging.getLogger("x")
log.propagate = False

def test_bad_error_logged():
    log.error("it broke")

@pytest.mark.allow_log_errors
def test_good_error_allowed():
    log.error("it broke as told")

def test_good_warning_logged():
    log.warning("mind the step")

async def forever():
    await asyncio.Event().wait()

kept = set()

async def test_bad_stray_task():
    kept.add(asyncio.get_running_loop().create_task(forever(), name="the stray"))

@pytest.fixture
async def owned():
    async with asyncio.TaskGroup() as group:
        task = group.create_task(forever())
        yield task
        task.cancel()

async def test_good_task_of_a_fixture(owned):
    assert not owned.done()

async def test_good_task_that_was_cancelled():
    asyncio.get_running_loop().create_task(forever()).cancel()

@hypothesis.given(hypothesis.strategies.just(1))
@hypothesis.settings(max_examples=1)
async def test_bad_stray_task_under_hypothesis(one):
    kept.add(asyncio.get_running_loop().create_task(forever()))

def raise_it():
    raise ValueError("nobody sees me")

async def test_bad_exception_in_a_callback():
    asyncio.get_running_loop().call_soon(raise_it)
    await asyncio.sleep(0)

async def test_bad_exception_in_a_callback_with_a_handler_of_its_own():
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    asyncio.get_running_loop().call_soon(raise_it)
    await asyncio.sleep(0)

def test_bad_exception_in_a_callback_of_uvloop():
    uvloop = pytest.importorskip("uvloop")
    async def main():
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        asyncio.get_running_loop().call_soon(raise_it)
        await asyncio.sleep(0)
    uvloop.run(main())

async def test_bad_exception_of_a_task_nobody_asked():
    task = asyncio.get_running_loop().create_task(asyncio.sleep(0, 1 / 3))
    async def fail():
        raise_it()
    task = asyncio.get_running_loop().create_task(fail())
    await asyncio.sleep(0)
    await asyncio.sleep(0)

def test_bad_coroutine_never_awaited():
    forever()

def test_bad_coroutine_never_awaited_in_a_cycle():
    cycle = [forever()]
    cycle.append(cycle)

def test_bad_socket_never_closed():
    socket.socket()

async def test_bad_condition_that_never_holds(until):
    await until(lambda: False, timeout_s=0.01)

async def test_good_condition_that_holds(until):
    box = []
    asyncio.get_running_loop().call_later(0.01, box.append, 1)
    assert await until(lambda: box) == [1]
"""


def test_what_is_left_behind_fails_the_test_that_left_it(pytester: pytest.Pytester) -> None:
    """A logged error, stray task, lost exception, dropped coroutine or socket is a failure."""
    pytester.makepyfile(test_cases=CASES)
    pytester.makefile(".toml", pyproject=(ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(pytester.path)]))
        result = pytester.runpytest_subprocess(
            *("-p", "tests.plugins.strictness", "-p", "tests.plugins.waiting"),
            *("-p", "no:cacheprovider", "test_cases.py"),
        )
    names = set(re.findall(r"def (test_\w+)", CASES))
    if importlib.util.find_spec("uvloop") is None:
        names.remove("test_bad_exception_in_a_callback_of_uvloop")
    failed = set(re.findall(r"^(?:FAILED|ERROR) \S+::(\w+)", str(result.stdout), re.MULTILINE))
    assert failed == {name for name in names if name.startswith("test_bad")}
    result.stdout.re_match_lines_random(
        ["x logged ERROR: it broke", "tasks left behind: .*the stray"]
    )
