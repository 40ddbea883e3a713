"""When what was said is made ready for search: the clockwork of the index.

How it is done is the store's, a few events at a time.  Appends come first: while something is
being said, the writer spends a small part of its time on this.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Final

from asynchat.store.interface import StoreError

if TYPE_CHECKING:
    from asynchat.store.interface import Store

logger = logging.getLogger(__name__)

LOOKS_EVERY_S: Final = 0.2
"""How long it waits once nothing is left to be done."""
TRIES_AGAIN_AFTER_S: Final = 10.0
SHARE: Final = 50
"""While something is being said, a step is followed by a pause so many times as long."""
LONGEST_PAUSE_S: Final = 1.0


class Indexing:
    """Indexes the log of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._failing = False

    async def run(self) -> None:
        """Follow the log for as long as it runs.  Raise `StoreLostError`."""
        while True:
            pause_s = await self.step()
            await asyncio.sleep(pause_s)

    async def step(self) -> float:
        """Index what comes next; return after how many seconds to go on.

        Where the store cannot, it is logged, once until it can again.  Raise `StoreLostError`.
        """
        head = self._store.head()
        began = time.perf_counter()
        try:
            more = await self._store.index()
        except StoreError as error:
            if not self._failing:
                logger.warning(
                    "the search index could not be brought up to date, and it will be tried again:"
                    " %s",
                    error,
                )
            self._failing = True
            return TRIES_AGAIN_AFTER_S
        self._failing = False
        if not more:
            return LOOKS_EVERY_S
        if self._store.head() == head:
            return 0.0
        return min(LONGEST_PAUSE_S, SHARE * (time.perf_counter() - began))
