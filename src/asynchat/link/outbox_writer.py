"""One outbox file and the thread that has it, from the loop's side.

Nothing here waits for the disk but who asks for that.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from asynchat.link import notices
from asynchat.link.cache import Cache

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from asynchat.link.cache import About, Batch
    from asynchat.link.notices import Entry
    from asynchat.link.outbox_file import Found, Kept, OutboxFile
    from asynchat.link.wire import LinkSettings
    from asynchat.messages import AnyEvent

logger = logging.getLogger(__name__)

_T = TypeVar("_T")


class Writer:
    """One file and the thread that has it, from the loop's side.

    At most one change for each text waits to be written, so that a slow disk makes nothing
    pile up; one that failed is tried again with the next.  ``warn`` is called with a
    sentence, or with None once what is written is kept again.

    History (``cache``) goes along with every change, and by itself a few times a second at
    most.  ``held`` tells that another process had the file when it was to be opened.
    """

    def __init__(
        self,
        directory: Path,
        warn: Callable[[str | None], None],
        settings: LinkSettings,
        describe: Callable[[], About],
    ) -> None:
        self.stored: set[str] = set()
        self.cache = Cache(settings.cache_events, describe)
        self.held = False
        self.directory = directory
        self._warn = warn
        self._settings = settings
        self._file: OutboxFile | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="outbox")
        self._changes: dict[str, Kept | None] = {}
        self._writing: dict[str, Kept | None] = {}
        self._written: asyncio.Future[bool] | None = None
        self._failing = False
        self._with_history = False
        self._next_at = float("-inf")
        self._timer: asyncio.TimerHandle | None = None

    async def open(self) -> Found:
        """Return what the file has.  Raise `OSError`, whose text is a sentence."""
        found = await self._do(self._open_file)
        self.stored = {_entry(kept).id for kept in found.kept}
        if found.sentence is not None:
            self._warn(found.sentence)
        return found

    def change(self, entry_id: str, kept: Kept | None) -> None:
        """Keep a text as it is now, or no more."""
        if kept is None and entry_id not in self.stored and entry_id not in self._writing:
            self._changes.pop(entry_id, None)
        else:
            self._changes[entry_id] = kept
        self._write()

    def write_soon(self) -> None:
        """Have what is in the cache written when it is time again."""
        if self._timer is None and self._written is None and self.cache:
            loop = asyncio.get_running_loop()
            # At once comes after all of what was read together.
            self._timer = loop.call_at(max(loop.time(), self._next_at), self._write)

    async def recent(self, room: str) -> tuple[AnyEvent, ...]:
        """Return the history of a room that is kept, what was put just now included."""
        written, events = await self._do(self._read_file, self.cache.take(), room)
        if not written or events is None:
            self._history_lost()
        return events or ()

    async def flush(self) -> None:
        """Wait until everything is written, or the disk has refused it."""
        # The second time takes what came while the first was under way.
        for _ in range(2):
            self._write()
            while self._written is not None:
                await asyncio.wait([self._written])

    async def close(self, *, remove: bool = False) -> None:
        """Write what is left and close the file, also where nobody waits for it any more.

        With ``remove`` nothing of it is kept.  Raise `OSError`, whose text is a sentence.
        """
        try:
            await self.flush()
        finally:
            if self._timer is not None:
                self._timer.cancel()
            left, self._changes = self._changes, {}
            if remove:
                closed = self._do(self._remove_file)
            else:
                closed = self._do(self._close_file, left, self.cache.take())
            self._thread.shutdown(wait=False)
        # Waiting for it itself would take it back where that is cancelled.
        await asyncio.wait([closed])
        closed.result()

    def _write(self) -> None:
        if self._written is not None:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        batch = self.cache.take()
        if not self._changes and batch is None:
            return
        if batch is not None:
            self._next_at = asyncio.get_running_loop().time() + self._settings.cache_every_s
        self._with_history = batch is not None
        self._writing, self._changes = self._changes, {}
        self._written = self._do(self._write_file, self._writing, batch)
        self._written.add_done_callback(self._took)

    def _took(self, written: asyncio.Future[bool]) -> None:
        wrote, self._writing, self._written = self._writing, {}, None
        error = written.exception()
        if self._with_history and (error is not None or not written.result()):
            self._history_lost()
        if error is None:
            for entry_id, kept in wrote.items():
                (self.stored.discard if kept is None else self.stored.add)(entry_id)
            if self._failing and wrote:
                self._failing = False
                self._warn(None)
            if self._changes:
                self._write()
            else:
                self.write_soon()
            return
        sentence = str(error)
        if not isinstance(error, OSError):
            logger.error("the outbox cannot be written", exc_info=error)
            sentence = "What you write is not kept on this computer; the log says why."
        # Newer changes of the same texts go first; what was never kept need not be forgotten.
        newer = self._changes
        self._changes = {
            entry_id: kept
            for entry_id, kept in {**wrote, **newer}.items()
            if kept is not None or entry_id in self.stored
        }
        if not self._failing:
            self._failing = True
            self._warn(sentence)
        if newer:
            self._write()

    def _history_lost(self) -> None:
        """Begin anew: what comes now does not join on to what is on disk."""
        self.cache.restart()

    def _do(self, work: Callable[..., _T], *args: Any) -> asyncio.Future[_T]:
        return asyncio.get_running_loop().run_in_executor(self._thread, work, *args)

    # On the thread

    def _open_file(self) -> Found:
        from asynchat.link.outbox_file import (  # noqa: PLC0415 - loads SQLite
            HeldError,
            OutboxFile,
        )

        self._file = OutboxFile(self.directory, self._settings)
        try:
            found = self._file.open()
        except OSError as error:
            self.held = isinstance(error, HeldError)
            raise
        self.held = False
        return found

    def _write_file(self, changes: dict[str, Kept | None], batch: Batch | None) -> bool:
        return self._file is None or self._file.write(changes, batch)

    def _read_file(
        self, batch: Batch | None, room: str
    ) -> tuple[bool, tuple[AnyEvent, ...] | None]:
        if self._file is None:
            return True, ()
        return self._file.write({}, batch), self._file.recent(room)

    def _remove_file(self) -> None:
        if self._file is not None:
            self._file.remove()

    def _close_file(self, left: dict[str, Kept | None], batch: Batch | None) -> None:
        try:
            if left or batch is not None:
                self._write_file(left, batch)
        finally:
            if self._file is not None:
                self._file.close()


def _entry(kept: Kept) -> Entry:
    return kept.entry if isinstance(kept, notices.Failed) else kept
