"""The end of the log, as the event loop knows it: its head, its cursors, who watches it.

Used by the loop's own thread only.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from asynchat.store.epochs import Epochs
    from asynchat.store.interface import Stored

MAX_WAITING_BYTES: Final = 8 * 1024 * 1024


class Watch:
    """Batches from after ``head`` on, in order of seq, for one reader.

    What waits is bounded: a reader who is further behind reads again from the log, by
    ``reread(after, upto)``, which returns the first events of that stretch.  At the end of
    the store what still waits is yielded, then it ends.
    """

    def __init__(
        self,
        head: int,
        reread: Callable[[int, int], Awaitable[list[Stored]]],
        *,
        max_waiting_bytes: int = MAX_WAITING_BYTES,
    ) -> None:
        self._position = self._head = head
        self._reread = reread
        self._max_waiting_bytes = max_waiting_bytes
        self._waiting: deque[list[Stored]] = deque()
        self._bytes = 0
        self._news = asyncio.Event()
        self._closed = False

    def __aiter__(self) -> Watch:
        """Return itself."""
        return self

    async def __anext__(self) -> list[Stored]:
        """Return the next batch.  Raise `StoreError` where the log cannot be read."""
        while True:
            while not self._waiting and self._position == self._head and not self._closed:
                self._news.clear()
                await self._news.wait()
            upto = self._head
            if self._waiting:
                batch = self._waiting.popleft()
                self._bytes -= _size(batch)
            elif self._closed:
                raise StopAsyncIteration
            else:
                batch = await self._reread(self._position, upto)
            if batch:
                self._position = batch[-1].event.seq
                return batch
            # Of this stretch everything was removed since.
            self._position = upto

    def put(self, batch: list[Stored]) -> None:
        """Hand over the batch that comes next."""
        lagging = not self._waiting and self._position < self._head
        self._head = batch[-1].event.seq
        if not lagging:
            self._waiting.append(batch)
            self._bytes += _size(batch)
            if self._bytes > self._max_waiting_bytes:
                self._waiting.clear()
                self._bytes = 0
        self._news.set()

    def close(self) -> None:
        """End it."""
        self._closed = True
        self._news.set()


class Tail:
    """What every store tells of the end of its log, and tells it to."""

    def __init__(self, head: int, epochs: Epochs) -> None:
        self.head = head
        self._epochs = epochs
        # A watch that nobody holds any more needs nothing.
        self._watches: WeakSet[Watch] = WeakSet()
        self._closed = False

    def cursor(self, seq: int) -> str:
        """Return the cursor of a seq that is at most `head`."""
        return self._epochs.cursor(seq)

    def position(self, cursor: str) -> int | None:
        """Return the seq that a cursor names, None if it is not of this history."""
        return self._epochs.position(cursor, self.head)

    def watch(self, reread: Callable[[int, int], Awaitable[list[Stored]]]) -> Watch:
        """Return a watch that begins now."""
        watch = Watch(self.head, reread)
        if self._closed:
            watch.close()
        self._watches.add(watch)
        return watch

    def add(self, batch: Sequence[Stored], epoch: str | None) -> None:
        """Make a committed batch, not empty, the end of the log; it may begin an epoch."""
        if epoch is not None:
            self._epochs.add(epoch, batch[0].event.seq)
        self.head = batch[-1].event.seq
        for watch in self._watches:
            watch.put(list(batch))

    def close(self) -> None:
        """End every watch."""
        self._closed = True
        for watch in self._watches:
            watch.close()


def _size(batch: list[Stored]) -> int:
    return sum([len(stored.frame) for stored in batch])
