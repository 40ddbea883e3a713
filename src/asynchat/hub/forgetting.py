"""What becomes of what a deleted account said: its name goes, and what is to be deleted is.

The store takes names out, a few events at a time, and says which messages are to be deleted;
those go through the log like every deletion, so that whoever shows them learns of it.  It goes
on where it was after a restart, and gives way to what is being said.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Final

from asynchat.chat.drafts import Draft
from asynchat.messages import Redacted
from asynchat.store.interface import StoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from asynchat.store.interface import Forgotten, Store

logger = logging.getLogger(__name__)

TRIES_AGAIN_AFTER_S: Final = 10.0
SHARE: Final = 10
"""A step is followed by a pause so many times as long."""
LONGEST_PAUSE_S: Final = 1.0


class Forgetting:
    """Forgets the deleted accounts of one store.

    ``store_all`` has drafts stored, in a batch with others, and returns once they are.
    """

    def __init__(
        self,
        store: Store,
        store_all: Callable[..., Awaitable[None]],
        *,
        now_ms: Callable[[], int],
    ) -> None:
        self._store = store
        self._store_all = store_all
        self._now_ms = now_ms
        self._wanted = asyncio.Event()
        self._wanted.set()  # for what an earlier process left

    def wake(self) -> None:
        """Begin: somebody deleted an account."""
        self._wanted.set()

    async def run(self) -> None:
        """Forget whoever is to be forgotten, for as long as it runs.  Raise `StoreLostError`."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            pause_s = await self.step()
            while pause_s is not None:
                await asyncio.sleep(pause_s)
                pause_s = await self.step()

    async def step(self) -> float | None:
        """Forget a little; return after how many seconds to go on, None where nothing is left.

        Raise `StoreLostError`.
        """
        began = time.perf_counter()
        try:
            forgotten = await self._store.forget()
            if forgotten.said:
                await self._store_all(*self._deletions(forgotten))
        except StoreError as error:
            logger.warning("deleted accounts are not forgotten yet: %s", error)
            return TRIES_AGAIN_AFTER_S
        if not forgotten.more:
            return None
        return min(LONGEST_PAUSE_S, SHARE * (time.perf_counter() - began))

    def _deletions(self, forgotten: Forgotten) -> list[Draft]:
        now_ms = self._now_ms()
        return [
            Draft(
                Redacted(
                    seq=0,
                    time=now_ms,
                    room=room,
                    account=forgotten.account,
                    sender="",
                    id=None,
                    about=seq,
                )
            )
            for room, seq in forgotten.said
        ]
