"""Our texts that are not settled: what failed, and on disk all that is not acknowledged.

What is on its way is in `requests`; here is what a restart must not lose, and beside it, on
disk, the recent history that it is to show at once.  The file is written behind
(`outbox_writer`): nothing here blocks the loop, and where the disk does not take what it
should, the person is told.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asynchat.link import notices
from asynchat.link.outbox_writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from asynchat.link.cache import About, Cache, Visit
    from asynchat.link.notices import Announcer, Entry, Failed
    from asynchat.link.outbox_file import Kept
    from asynchat.link.wire import LinkSettings
    from asynchat.messages import AnyEvent

logger = logging.getLogger(__name__)

_HASH_CHARS: Final = 32


@dataclass(frozen=True, slots=True)
class Opened:
    """What a file had when it was opened.

    ``held`` tells that another process has it: `Outbox.take_over` may have it later.
    """

    kept: tuple[Kept, ...] = ()
    visit: Visit | None = None
    held: bool = False


class Outbox:
    """What failed, and what of all our texts is on disk.

    ``folder`` is where the files are, one for each account on each server; None keeps nothing.
    With ``keeps_history`` they have recent history, too.
    ``warning`` is the sentence to show while something is amiss with that.  ``describe`` is
    asked for what the next start is to show beside history; set it before `open`.
    """

    def __init__(
        self,
        folder: Path | None,
        announcer: Announcer,
        settings: LinkSettings,
        *,
        keeps_history: bool = False,
    ) -> None:
        self.describe: Callable[[], About]
        self.failed: dict[str, Failed] = {}
        self.warning: str | None = None
        self._folder = folder
        self._keeps_history = keeps_history
        self._tell = announcer.tell
        self._settings = settings
        self._whose: tuple[str, str] | None = None
        self._writer: Writer | None = None
        self._wanted: Writer | None = None
        self._opening = asyncio.Lock()
        self._writers: list[Writer] = []
        self._discarded = False

    @property
    def keeps(self) -> bool:
        """Whether anything is to be kept on disk."""
        return self._folder is not None

    @property
    def place(self) -> Path | None:
        """The directory of the account's file, which this process holds; None without one."""
        return None if self._writer is None else self._writer.directory

    def is_kept(self, entry_id: str) -> bool:
        """Tell whether a text is on disk."""
        return self._writer is not None and entry_id in self._writer.stored

    @property
    def cache(self) -> Cache | None:
        """What of history is kept for the next start; None where nothing is kept."""
        return None if self._writer is None or not self._keeps_history else self._writer.cache

    def keep_history(self) -> None:
        """Have what was put into the cache on disk before long."""
        if self.cache is not None and self._writer is not None:
            self._writer.write_soon()

    async def recent(self, room: str) -> tuple[AnyEvent, ...]:
        """Return the history of a room that is kept, oldest first; nothing if the disk is slow."""
        if self._writer is None or not self._keeps_history:
            return ()
        try:
            async with asyncio.timeout(self._settings.outbox_timeout_s):
                return await self._writer.recent(room)
        except TimeoutError:
            logger.warning("the disk does not answer: recent history is not shown")
            return ()

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

    def show_failed(self, failed: Failed) -> None:
        """Take a text for failed until the end; the next start sends it."""
        self.failed[failed.entry.id] = failed

    def leave_failed(self) -> list[Entry]:
        """Show those no more that failed and are on disk: they are not for this server."""
        left = [each.entry for each in self.failed.values() if self.is_kept(each.entry.id)]
        for entry in left:
            del self.failed[entry.id]
        return left

    def forget(self, entry_id: str) -> Failed | None:
        """Keep a text no more; return it if it had failed."""
        if self._writer is not None:
            self._writer.change(entry_id, None)
        return self.failed.pop(entry_id, None)

    async def open(
        self, server: str, account: str, under_way: Callable[[], Iterable[Entry]]
    ) -> Opened | None:
        """Go on with the file of an account; return what it has, None if it is open already.

        ``under_way`` gives the texts that are on their way then, which are kept there from now
        on.  Where the file cannot be had, the person is told, and nothing is kept on disk.
        """
        async with self._opening:
            whose, before = (server, account), self._whose
            if self._folder is None or whose == before:
                return None
            self._whose = whose
            old, self._writer = self._writer, None
            if self._wanted is not None:
                wanted, self._wanted = self._wanted, None
                await self._end(wanted)
            path = self._folder / _name(server, account)
            writer = Writer(path, self._warn, self._settings, self.describe)
            opened = await self._open(writer, under_way)
            if old is not None:
                if before is not None and before[0] == server:
                    await self._move(old)
                await self._end(old)
            return opened

    async def take_over(self, under_way: Callable[[], Iterable[Entry]]) -> Opened:
        """Go on with the file that another process had, if it is free now; see `open`."""
        async with self._opening:
            if self._wanted is None:
                return Opened()
            opened = await self._open(self._wanted, under_way)
            if opened.held:
                return opened
            self._wanted = None
            if self._writer is not None:
                self._warn(None)
                if self._keeps_history:
                    # It ends where the other left; in between nothing was kept.
                    self._writer.cache.restart()
            return opened

    async def _open(self, writer: Writer, under_way: Callable[[], Iterable[Entry]]) -> Opened:
        if writer not in self._writers:
            self._writers.append(writer)
        opened = Opened()
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
            if writer.held:
                self._wanted = writer
                opened = Opened(held=True)
        else:
            self._writer = writer
            opened = Opened(found.kept, found.visit)
        for kept in opened.kept:
            if isinstance(kept, notices.Failed):
                self.failed.setdefault(kept.entry.id, kept)
        if self._writer is writer:
            for entry in under_way():
                self.put(entry)
        return opened

    def discard(self) -> None:
        """Keep nothing of the account beyond `close`: its file is removed then."""
        self._discarded = True

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
        current, self._writer, self._wanted = self._writer, None, None
        for writer in list(self._writers):
            await self._end(writer, remove=self._discarded and writer is current)

    async def _end(self, writer: Writer, *, remove: bool = False) -> None:
        self._writers.remove(writer)
        try:
            async with asyncio.timeout(self._settings.outbox_timeout_s):
                await writer.close(remove=remove)
        except TimeoutError:
            logger.warning("the disk does not answer: what was not sent may be lost")
        except OSError as error:
            self._warn(str(error))

    async def _move(self, old: Writer) -> None:
        """Take everything along: the same server has us as another account now."""
        for failed in [self.failed[each] for each in old.stored if each in self.failed]:
            self.fail(failed)
        await self.flush()
        for entry_id in list(old.stored):
            old.change(entry_id, None)
        if self._keeps_history:
            old.cache.restart()

    def _warn(self, sentence: str | None) -> None:
        if sentence is not None and sentence != self.warning:
            logger.info("%s", sentence)
            self._tell(notices.Warned(sentence))
        self.warning = sentence


def _name(server: str, account: str) -> str:
    # They come from the network: none of it becomes a path.
    whose = json.dumps([server, account]).encode()
    return hashlib.sha256(whose).hexdigest()[:_HASH_CHARS]
