"""Who moves the next piece of a file: account after account, however many files each has."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Turns:
    """So many pieces ``at_once``; where more wait, each account has a turn before any has two.

    ``bytes_per_s`` is how fast one account may be, 0 for as fast as it goes.
    """

    def __init__(self, *, at_once: int, bytes_per_s: float = 0) -> None:
        self._free = at_once
        self._bytes_per_s = bytes_per_s
        self._now = asyncio.get_running_loop().time
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}
        self._slowed: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, account: str) -> AsyncIterator[None]:
        """Wait for a turn of an account, and have it until the end of the block."""
        await self._take(account)
        try:
            yield
        finally:
            self._pass_on()

    async def pace(self, account: str, size: int) -> None:
        """Wait as long as so many bytes of an account take, where it has a pace."""
        if not self._bytes_per_s:
            return
        now = self._now()
        self._slowed = {one: until for one, until in self._slowed.items() if until > now}
        until = self._slowed[account] = self._slowed.get(account, now) + size / self._bytes_per_s
        await asyncio.sleep(until - now)

    async def _take(self, account: str) -> None:
        if self._free:
            self._free -= 1
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(account, deque()).append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            account = next(iter(self._waiting))
            queue = self._waiting.pop(account)
            first = queue.popleft()
            if queue:
                self._waiting[account] = queue  # at the end: the others come first
            if not first.done():
                first.set_result(None)
                return
        self._free += 1
