"""What waits for the store, in two lanes: who says something need not wait for who comes and goes.

Thousands who come, join a room or have read something at once are many requests in a moment, and
what a few say meanwhile goes before them.  Of one account everything stays in its order.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

SECOND_LANE_EVENTS: Final = 256
"""So many of those who come and go are stored in one batch at most, so that it stays short."""


class Waiting(Protocol):
    """What can wait: its size in bytes, and whose it is, where it is somebody's."""

    @property
    def size(self) -> int:
        """How many bytes it takes of the bound."""

    @property
    def account(self) -> str:
        """Whose it is; empty where it is nobody's yet."""

    @property
    def may_wait(self) -> bool:
        """Whether others go before it."""


T = TypeVar("T", bound=Waiting)


class Lanes(Generic[T]):
    """A queue that takes so many bytes; `put` only after `room` has returned."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._back: deque[T] = deque()
        self._first: deque[T] = deque()
        self._second: deque[tuple[int, T]] = deque()
        """Each with how much had been put into the first lane when it came."""
        self._put = self._passed = 0
        """How much was put into the first lane, and taken of it, ever."""
        self._of_account: Counter[str] = Counter()
        """How much of each account is in the second lane."""
        self._bytes = 0
        self._has_room = asyncio.Event()
        self._has_room.set()

    def __len__(self) -> int:
        """Return how much waits."""
        return len(self._back) + len(self._first) + len(self._second)

    @property
    def bytes(self) -> int:
        """How many bytes wait."""
        return self._bytes

    async def room(self) -> None:
        """Wait until it may take more."""
        # Of many who wait, each looks again: the one before may have filled it.
        while self._bytes > self._max_bytes:
            await self._has_room.wait()

    def put(self, item: T) -> None:
        """Have something wait."""
        if item.may_wait or item.account in self._of_account:
            self._second.append((self._put, item))
            if item.account:
                self._of_account[item.account] += 1
        else:
            self._first.append(item)
            self._put += 1
        self._resize(item.size)

    def put_back(self, items: Sequence[T]) -> None:
        """Have some of what was taken last wait again, before all else."""
        self._back.extendleft(reversed(items))
        self._resize(sum(item.size for item in items))

    def take(self, most: int) -> list[T]:
        """Return what is next, no more than so many.

        Nothing of the second lane goes before what was in the first when it came.  Where it does
        not have to wait for that, there is some of it, however long the first has become.
        """
        taken = [self._back.popleft() for _ in range(min(most, len(self._back)))]
        room = most - len(taken)
        second = min(len(self._second), SECOND_LANE_EVENTS, room)
        # Whatever waits in the first lane, one of it goes: the second may have to wait for that.
        first = min(len(self._first), room, max(room - second, room * 3 // 4, 1))
        self._passed += first
        taken += [self._first.popleft() for _ in range(first)]
        for _ in range(min(second, room - first)):
            after, item = self._second[0]
            if after > self._passed:
                break
            self._second.popleft()
            taken.append(item)
            if item.account:
                self._of_account[item.account] -= 1
                if not self._of_account[item.account]:
                    del self._of_account[item.account]
        self._resize(-sum(item.size for item in taken))
        return taken

    def _resize(self, by: int) -> None:
        self._bytes += by
        if self._bytes > self._max_bytes:
            self._has_room.clear()
        else:
            self._has_room.set()
