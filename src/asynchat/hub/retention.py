"""When what was said is removed, and of which rooms: the clockwork of retention.

What is removed, and how, is the store's.  Nothing is removed that a connection still has to be
shown as the answer to its own request.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Final

from asynchat.store.interface import Keep, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from asynchat.config import Settings
    from asynchat.store.interface import Store

logger = logging.getLogger(__name__)

_DAY_MS: Final = 24 * 60 * 60 * 1000


class Retention:
    """Passes over all rooms of one store.

    ``rooms`` gives their names, ``shown`` the seq up to which nothing is waited for any more.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        rooms: Callable[[], Iterable[str]],
        shown: Callable[[], int],
        now_ms: Callable[[], int],
    ) -> None:
        self._store = store
        self._settings = settings
        self._rooms = rooms
        self._shown = shown
        self._now_ms = now_ms
        self._failing = False
        self._changed = asyncio.Event()

    def change(self, settings: Settings) -> None:
        """Go by other settings, at once."""
        before, self._settings = self._settings, settings
        if _kept_by(before) != _kept_by(settings):
            self._changed.set()

    async def run(self) -> None:
        """Pass over the rooms at once and then at each interval, if anything is to be removed.

        Raise `StoreLostError`.
        """
        missing = sorted(self._settings.retention.keys() - set(self._rooms()))
        if missing:
            logger.warning("retention is set for rooms that are not there: %s", ", ".join(missing))
        while True:
            self._changed.clear()
            settings = self._settings
            removes = settings.retention_days or settings.retention_bytes or settings.retention
            if removes:
                await self.sweep()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(settings.retention_interval_s if removes else None):
                    await self._changed.wait()

    async def sweep(self) -> None:
        """Remove of each room what is not to be kept.

        Where the store cannot, it is logged, once until it can again.  Raise `StoreLostError`.
        """
        try:
            for room in list(self._rooms()):
                await self._clean(room)
        except StoreError as error:
            if not self._failing:
                logger.error(  # noqa: TRY400
                    "what is not to be kept could not be removed, and it will be tried again: %s",
                    error,
                )
            self._failing = True
        else:
            self._failing = False

    async def _clean(self, room: str) -> None:
        keep = self.keep(room)
        if keep == Keep():
            return
        removed = await self._store.remove(room, keep, now_ms=self._now_ms(), upto=self._shown())
        if removed.events:
            logger.info(
                "removed %d events (%d bytes) of room %s, up to seq %d",
                removed.events,
                removed.size,
                room,
                removed.last,
            )

    def keep(self, room: str) -> Keep:
        """Return how much of a room is kept."""
        settings = self._settings
        own = settings.retention.get(room)
        days = settings.retention_days if own is None or own.days is None else own.days
        size = settings.retention_bytes if own is None or own.bytes is None else own.bytes
        return Keep(
            age_ms=max(1, round(days * _DAY_MS)) if days else None,
            size=size or None,
        )


def _kept_by(settings: Settings) -> tuple[float, int, float]:
    return settings.retention_days, settings.retention_bytes, settings.retention_interval_s
