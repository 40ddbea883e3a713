"""One thread of its own for work that blocks, done in the order it was given."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from asynchat.store.interface import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

P = ParamSpec("P")
T = TypeVar("T")


class Worker:
    """A thread that does what it is given, one thing after the other, until it is stopped.

    ``resources`` has what its work opened, and is closed on the same thread at the end.
    """

    def __init__(self, name: str) -> None:
        self.resources = ExitStack()
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._stopped = False

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue some work.  Raise `StoreError` once stopped."""
        if self._stopped:
            raise StoreError("The store is closed.")
        return self._executor.submit(work, *args, **kwargs)

    def stop(self, *after: Future[None]) -> Future[None]:
        """Close ``resources`` once all that is queued, and all of ``after``, is done.

        Nothing needs to be awaited for the thread to end.  Call it once.
        """
        done = self.submit(self._finish, after)
        self._stopped = True
        self._executor.shutdown(wait=False)
        return done

    def _finish(self, after: tuple[Future[None], ...]) -> None:
        wait(after)
        self.resources.close()
