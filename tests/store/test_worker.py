"""Work on a thread of its own, in order."""

from __future__ import annotations

import threading
from concurrent.futures import wait
from typing import TYPE_CHECKING

import pytest

from asynchat.store.interface import StoreError
from asynchat.store.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable


def test_work_is_done_in_order_on_one_thread() -> None:
    """What is queued runs one after the other, on the same thread, named after the worker."""
    worker, done = Worker("a-name"), list[int]()
    futures = [worker.submit(done.append, n) for n in range(20)]
    names = {worker.submit(lambda: threading.current_thread().name).result() for _ in range(3)}
    wait(futures)
    assert done == list(range(20))
    assert len(names) == 1
    assert names.pop().startswith("a-name")
    worker.stop().result(10)


def test_stopping_finishes_what_is_queued_and_closes_on_the_thread() -> None:
    """The resources are closed last, newest first; then nothing is taken any more."""
    worker, done = Worker("w"), list[tuple[str, str]]()

    def note(what: str) -> Callable[[], None]:
        return lambda: done.append((what, threading.current_thread().name))

    worker.resources.callback(note("first"))
    worker.resources.callback(note("second"))
    begun = threading.Event()
    worker.submit(begun.wait, 10)
    worker.submit(note("work"))
    stopped = worker.stop()
    begun.set()
    stopped.result(10)
    assert [what for what, _ in done] == ["work", "second", "first"]
    assert len({name for _, name in done}) == 1
    with pytest.raises(StoreError, match="closed"):
        worker.submit(note("late"))


def test_one_worker_stops_after_another() -> None:
    """Resources are closed only once the other's are."""
    first, second, done = Worker("1"), Worker("2"), list[str]()
    begun = threading.Event()
    first.submit(begun.wait, 10)
    first.resources.callback(done.append, "first")
    second.resources.callback(done.append, "second")
    stopped = second.stop(first.stop())
    begun.set()
    stopped.result(10)
    assert done == ["first", "second"]
