"""What is not kept of files: what is too old, what was never said, and what nothing refers to.

The store says what there is; the disk follows it.  A message that was deleted has no file any
more, so that the bytes go with the next pass, unless another message has the same.
"""

from __future__ import annotations

import asyncio
import logging
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from asynchat.chat.drafts import FileDraft
from asynchat.errors import ChatError
from asynchat.messages import Redacted

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from pathlib import Path

    from asynchat.config import Settings
    from asynchat.hub.transfers import Transfers
    from asynchat.store.interface import Store, Stored

logger = logging.getLogger(__name__)

_DAY_MS: Final = 24 * 60 * 60 * 1000
_AT_ONCE: Final = 250
_PAUSE_S: Final = 2.0
"""Deletions that come one after the other are one pass."""


class Storage:
    """Passes over the files of one hub.  ``store_all`` is `Hub.store_all`."""

    def __init__(
        self,
        store: Store,
        transfers: Transfers,
        settings: Settings,
        *,
        store_all: Callable[..., Coroutine[Any, Any, None]],
        now_ms: Callable[[], int],
    ) -> None:
        self._store = store
        self._transfers = transfers
        self._settings = settings
        self._store_all = store_all
        self._now_ms = now_ms
        self._woken = asyncio.Event()
        self._failing = False

    def change(self, settings: Settings) -> None:
        """Go by other settings with the next pass."""
        self._settings = settings

    def saw(self, batch: Sequence[Stored]) -> None:
        """Note what happened: a deletion may have left a file to nobody."""
        if any(isinstance(stored.event, Redacted) for stored in batch):
            self._woken.set()

    async def run(self) -> None:
        """Pass at once, then at each interval and soon after a deletion."""
        while True:
            self._woken.clear()
            await self.sweep()
            try:
                async with asyncio.timeout(self._settings.retention_interval_s):
                    await self._woken.wait()
                await asyncio.sleep(_PAUSE_S)
            except TimeoutError:
                continue

    async def sweep(self) -> None:
        """Remove what is not to be kept.

        Where store or disk cannot, it is logged, once until they can again.
        """
        try:
            await self._forget_old()
            await self._remove_loose()
        except ChatError as error:
            if not self._failing:
                logger.error(  # noqa: TRY400
                    "files that are not kept could not be removed, and it will be tried again: %s",
                    error,
                )
            self._failing = True
        else:
            self._failing = False

    async def _forget_old(self) -> None:
        settings, now_ms = self._settings, self._now_ms()
        said_ms = now_ms - round(settings.file_days * _DAY_MS) if settings.file_days else None
        unsaid_ms = now_ms - round(settings.unsaid_file_days * _DAY_MS)
        while True:
            busy = self._transfers.under_way
            old = await self._store.files.old(
                said_ms=said_ms, unsaid_ms=unsaid_ms, limit=_AT_ONCE + len(busy)
            )
            gone = [one for one in old if one.id not in busy]
            if not gone:
                return
            await self._store_all(*(FileDraft(one, gone=True) for one in gone))
            if await self._store.files.get(gone[0].id) is not None:
                return  # nothing is stored now: the next pass tries again
            logger.info("%d files were not kept any longer", len(gone))

    async def _remove_loose(self) -> None:
        disk = self._transfers.disk
        failed: list[OSError] = []
        there = iter(await disk.run(lambda: list(disk.blobs.names())))
        while some := list(islice(there, _AT_ONCE)):
            async with disk.moving:
                known = await self._store.files.known({name for name, _ in some})
                known |= self._transfers.under_way
                loose = [path for name, path in some if name not in known]
                if loose:
                    errors = await disk.run(_remove, loose)
                    failed += errors
                    done = len(loose) - len(errors)
                    logger.info("%d files on disk were nobody's and are removed", done)
        if failed:
            raise ChatError("read_only", f"{failed[0]}")


def _remove(paths: Sequence[Path]) -> list[OSError]:
    """Remove what can be; return what went wrong with the others."""
    errors = []
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            errors.append(error)
    return errors
