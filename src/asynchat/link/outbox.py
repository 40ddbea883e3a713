"""Our texts that are not settled: what failed, and on disk all that is not acknowledged.

What is on its way is in `requests`; here is what a restart must not lose.  The file is
written behind, on one thread of its own: nothing here blocks the loop, and where the disk
does not take what it should, the person is told.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, TypeVar

from asynchat.link import notices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from asynchat.link.notices import Announcer, Entry, Failed
    from asynchat.link.outbox_file import Kept, OutboxFile
    from asynchat.link.wire import LinkSettings

logger = logging.getLogger(__name__)

_HASH_CHARS: Final = 32

_T = TypeVar("_T")


class Outbox:
    """What failed, and what of all our texts is on disk.

    ``folder`` is where the files are, one for each account on each server; None keeps nothing.
    ``warning`` is the sentence to show while something is amiss with that.
    """

    def __init__(self, folder: Path | None, announcer: Announcer, settings: LinkSettings) -> None:
        self.failed: dict[str, Failed] = {}
        self.warning: str | None = None
        self._folder = folder
        self._tell = announcer.tell
        self._settings = settings
        self._whose: tuple[str, str] | None = None
        self._writer: _Writer | None = None
        self._writers: list[_Writer] = []

    @property
    def keeps(self) -> bool:
        """Whether anything is to be kept on disk."""
        return self._folder is not None

    def is_kept(self, entry_id: str) -> bool:
        """Tell whether a text is on disk."""
        return self._writer is not None and entry_id in self._writer.stored

    def put(self, entry: Entry) -> None:
        """Keep a text that is on its way."""
        if self._writer is not None:
            self._writer.change(entry.id, entry)

    def fail(self, failed: Failed) -> None:
        """Keep a text as one that failed."""
        if len(self.failed) >= self._settings.failed_entries:
            oldest = next(iter(self.failed))
            logger.warning("too much has failed: the text %s is forgotten", oldest)
            self.forget(oldest)
        self.failed[failed.entry.id] = failed
        if self._writer is not None:
            self._writer.change(failed.entry.id, failed)

    def forget(self, entry_id: str) -> Failed | None:
        """Keep a text no more; return it if it had failed."""
        if self._writer is not None:
            self._writer.change(entry_id, None)
        return self.failed.pop(entry_id, None)

    async def open(
        self, server: str, account: str, under_way: Callable[[], Iterable[Entry]]
    ) -> tuple[Kept, ...]:
        """Go on with the file of an account; return what it has, nothing if it is open already.

        ``under_way`` gives the texts that are on their way then, which are kept there from now
        on.  Where the file cannot be had, the person is told, and nothing is kept on disk.
        """
        whose, before = (server, account), self._whose
        if self._folder is None or whose == before:
            return ()
        self._whose = whose
        old, self._writer = self._writer, None
        writer = _Writer(self._folder / _name(server, account), self._warn)
        self._writers.append(writer)
        found: tuple[Kept, ...] = ()
        try:
            async with asyncio.timeout(self._settings.outbox_timeout_s):
                found = await writer.open()
        except TimeoutError:
            self._warn(
                "What you write is not kept on this computer until it is sent: the disk does not"
                " answer."
            )
        except OSError as error:
            self._warn(str(error))
        else:
            self._writer = writer
        for kept in found:
            if isinstance(kept, notices.Failed):
                self.failed.setdefault(kept.entry.id, kept)
        for entry in under_way():
            self.put(entry)
        if old is not None:
            if before is not None and before[0] == server:
                await self._move(old)
            await self._end(old)
        return found

    async def flush(self) -> None:
        """Wait, within bounds, until what is to be kept is on disk, if the disk takes it."""
        if self._writer is not None:
            try:
                async with asyncio.timeout(self._settings.outbox_timeout_s):
                    await self._writer.flush()
            except TimeoutError:
                logger.warning("the disk does not answer: what was not sent may be lost")

    async def close(self) -> None:
        """Write what is left and let other processes have the files."""
        self._writer = None
        for writer in list(self._writers):
            await self._end(writer)

    async def _end(self, writer: _Writer) -> None:
        self._writers.remove(writer)
        try:
            async with asyncio.timeout(self._settings.outbox_timeout_s):
                await writer.close()
        except TimeoutError:
            logger.warning("the disk does not answer: what was not sent may be lost")
        except OSError as error:
            self._warn(str(error))

    async def _move(self, old: _Writer) -> None:
        """Take everything along: the same server has us as another account now."""
        for failed in [self.failed[each] for each in old.stored if each in self.failed]:
            self.fail(failed)
        await self.flush()
        for entry_id in list(old.stored):
            old.change(entry_id, None)

    def _warn(self, sentence: str | None) -> None:
        if sentence is not None and sentence != self.warning:
            logger.info("%s", sentence)
            self._tell(notices.Warned(sentence))
        self.warning = sentence


class _Writer:
    """One file and the thread that has it, from the loop's side.

    At most one change for each text waits to be written, so that a slow disk makes nothing
    pile up; one that failed is tried again with the next.  ``warn`` is called with a
    sentence, or with None once what is written is kept again.
    """

    def __init__(self, directory: Path, warn: Callable[[str | None], None]) -> None:
        self.stored: set[str] = set()
        self._directory = directory
        self._warn = warn
        self._file: OutboxFile | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="outbox")
        self._changes: dict[str, Kept | None] = {}
        self._writing: dict[str, Kept | None] = {}
        self._written: asyncio.Future[None] | None = None
        self._failing = False

    async def open(self) -> tuple[Kept, ...]:
        """Return what the file has.  Raise `OSError`, whose text is a sentence."""
        found, sentence = await self._do(self._open_file)
        self.stored = {_entry(kept).id for kept in found}
        if sentence is not None:
            self._warn(sentence)
        return found

    def change(self, entry_id: str, kept: Kept | None) -> None:
        """Keep a text as it is now, or no more."""
        if kept is None and entry_id not in self.stored and entry_id not in self._writing:
            self._changes.pop(entry_id, None)
        else:
            self._changes[entry_id] = kept
        self._write()

    async def flush(self) -> None:
        """Wait until everything is written, or the disk has refused it."""
        self._write()
        while self._written is not None:
            await asyncio.wait([self._written])

    async def close(self) -> None:
        """Write what is left and close the file, also where nobody waits for it any more.

        Raise `OSError`, whose text is a sentence.
        """
        try:
            await self.flush()
        finally:
            left, self._changes = self._changes, {}
            closed = self._do(self._close_file, left)
            self._thread.shutdown(wait=False)
        # Waiting for it itself would take it back where that is cancelled.
        await asyncio.wait([closed])
        closed.result()

    def _write(self) -> None:
        if self._written is None and self._changes:
            self._writing, self._changes = self._changes, {}
            self._written = self._do(self._write_file, self._writing)
            self._written.add_done_callback(self._took)

    def _took(self, written: asyncio.Future[None]) -> None:
        wrote, self._writing, self._written = self._writing, {}, None
        error = written.exception()
        if error is None:
            for entry_id, kept in wrote.items():
                (self.stored.discard if kept is None else self.stored.add)(entry_id)
            if self._failing:
                self._failing = False
                self._warn(None)
            self._write()
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

    def _do(self, work: Callable[..., _T], *args: Any) -> asyncio.Future[_T]:
        return asyncio.get_running_loop().run_in_executor(self._thread, work, *args)

    # On the thread

    def _open_file(self) -> tuple[tuple[Kept, ...], str | None]:
        from asynchat.link.outbox_file import OutboxFile  # noqa: PLC0415 - loads SQLite

        self._file = OutboxFile(self._directory)
        return self._file.open()

    def _write_file(self, changes: dict[str, Kept | None]) -> None:
        if self._file is not None and changes:
            self._file.write(changes)

    def _close_file(self, left: dict[str, Kept | None]) -> None:
        try:
            self._write_file(left)
        finally:
            if self._file is not None:
                self._file.close()


def _name(server: str, account: str) -> str:
    # They come from the network: none of it becomes a path.
    whose = json.dumps([server, account]).encode()
    return hashlib.sha256(whose).hexdigest()[:_HASH_CHARS]


def _entry(kept: Kept) -> Entry:
    return kept.entry if isinstance(kept, notices.Failed) else kept
