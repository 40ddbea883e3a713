"""Events on their way to a program that iterates over them: a bounded queue.

The stream never waits for the program.  When the queue is full, newer events are let go and
read again from the log later, from the cursor of what the program has taken: the same
catch-up as after a cut.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asynchat.messages import AnyEvent


@dataclass(frozen=True, slots=True)
class _Mark:
    """Everything up to this cursor came before."""

    cursor: str


class Inbox:
    """A queue of at most ``max_events``, and how far the program has come.

    ``cursor`` is where to read again from; ``overflowed`` tells that events were let go after
    those in the queue.
    """

    def __init__(self, max_events: int) -> None:
        self.cursor: str | None = None
        self.overflowed = False
        self._max_events = max_events
        self._queue: deque[AnyEvent | _Mark] = deque()
        self._count = 0
        self._last_seq = 0
        self._changed = asyncio.Event()
        self._closed = False

    def start(self, cursor: str) -> None:
        """Begin at a cursor, unless something was taken or queued before."""
        if self.cursor is None:
            self.cursor = cursor

    def restart(self, cursor: str) -> None:
        """Go on in another history: its seqs say nothing about those taken before."""
        self._last_seq = 0
        self.overflowed = False
        self.mark(cursor)

    def put(self, event: AnyEvent) -> None:
        """Queue an event unless it was queued before, or the queue is full."""
        if event.seq <= self._last_seq or self.overflowed:
            return
        if self._count >= self._max_events:
            self.overflowed = True
        else:
            self._last_seq = event.seq
            self._count += 1
            self._queue.append(event)
        self._changed.set()

    def mark(self, cursor: str) -> None:
        """Note that all up to a cursor was put."""
        if self.overflowed:
            return
        if self._queue and isinstance(self._queue[-1], _Mark):
            self._queue.pop()
        if self._queue:
            self._queue.append(_Mark(cursor))
        else:
            self.cursor = cursor

    def read_again(self) -> str | None:
        """Forget that events were let go; return the cursor to read them again from."""
        self.overflowed = False
        return self.cursor

    def close(self) -> None:
        """Let `take` return None once the queue is empty."""
        self._closed = True
        self._changed.set()

    async def take(self) -> AnyEvent | None:
        """Return the next event.

        Return None where there is none and either the queue was closed or it has overflowed:
        then the caller has to see that the log is read again from ``cursor``.
        """
        while True:
            while self._queue:
                item = self._queue.popleft()
                if isinstance(item, _Mark):
                    self.cursor = item.cursor
                else:
                    self._count -= 1
                    return item
            if self._closed or self.overflowed:
                return None
            self._changed.clear()
            await self._changed.wait()
