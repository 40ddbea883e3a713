"""The one place where a task begins that outlives the call that started it.

A task that nobody holds may be collected in mid-flight and its exception vanishes; that is
why plain ``asyncio.create_task`` is banned by lint.  `Tasks` names, holds, logs and ends
them; it imports nothing of asynchat.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

logger = logging.getLogger(__name__)


class Tasks:
    """The tasks of one owner, who awaits `cancel` before it ends.

    ``on_error`` is called with the exception of a task that failed; without it the failure
    is logged.
    """

    def __init__(self, on_error: Callable[[BaseException], None] | None = None) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._on_error = on_error

    def spawn(self, coroutine: Coroutine[Any, Any, Any], *, name: str) -> None:
        """Start a task under a name, for logs and debuggers."""
        # This is the one place: the set holds it and `_ended` looks at its exception.
        task = asyncio.create_task(coroutine, name=name)  # noqa: TID251
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def __len__(self) -> int:
        return len(self._tasks)

    async def cancel(self) -> None:
        """Cancel every task but the current one and wait until they have ended."""
        current = asyncio.current_task()
        while tasks := self._tasks - {current}:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            # Their done callbacks run one turn of the loop later.
            await asyncio.sleep(0)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            return
        if self._on_error is not None:
            self._on_error(error)
        else:
            logger.error("task %s failed", task.get_name(), exc_info=error)
