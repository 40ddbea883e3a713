"""Files that come and go: one `Transfer` each, which survives cuts and restarts of either side.

A transfer asks over the chat connection for a ticket, moves bytes on a connection of its own, and
begins again where it was whenever that breaks.  What is under way is on disk where the outbox is.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from asynchat.errors import ChatError
from asynchat.link import notices
from asynchat.link.downloading import download
from asynchat.link.ids import new_id
from asynchat.link.kept_transfers import KeptTransfer, load, save
from asynchat.link.transfer import Transfer
from asynchat.link.uploading import upload
from asynchat.messages import Discard
from asynchat.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from asynchat.link.means import Means
    from asynchat.link.notices import Announcer, Entry, Notice
    from asynchat.link.wire import LinkSettings

logger = logging.getLogger(__name__)

_AGAIN: Final = frozenset({"bad_ticket", "not_whole", "server_full", "too_fast", "hello_timeout"})
"""Refusals after which it is tried again, a few times in a row."""

_TRIES: Final = 5

_ANOTHER: Final = frozenset({"file_changed", "file_unusable"})
"""After these it is looked at anew what is to be sent."""


class Transfers:
    """All transfers of one client, oldest first."""

    def __init__(self, means: Means, announcer: Announcer, settings: LinkSettings) -> None:
        self._means = means
        self._tell = announcer.tell
        self._settings = settings
        self._list: list[Transfer] = []
        self._tasks = Tasks()
        self._running: dict[Transfer, asyncio.Task[None]] = {}
        self._turns = asyncio.Semaphore(settings.transfers_at_once)
        self._told_at: dict[Transfer, float] = {}
        self._place: Path | None = None
        self._asked: Path | None = None
        self._saving = asyncio.Lock()
        self._unsaved = False
        self._end = announcer.subscribe(self._heard)

    def __iter__(self) -> Iterator[Transfer]:
        return iter(tuple(self._list))

    def __len__(self) -> int:
        return len(self._list)

    def go_on(self) -> None:
        """Go on with what the last time left, once the outbox is open; and keep it there."""
        place = self._means.place()
        if place is not None and place != self._asked:
            self._asked = place
            self._tasks.spawn(self._restore(place), name="transfers of the last time")

    def begin(self, kept: KeptTransfer) -> Transfer:
        """Begin a transfer; one that comes to the same place already is that one."""
        for there in self._list:
            if not there.settled and kept.direction == "down" and there.kept.same_goal(kept):
                return there
        transfer = self._add(kept)
        self._keep()
        return transfer

    def pause(self, transfer: Transfer) -> None:
        """Move nothing of it until it is resumed."""
        if transfer.settled or transfer.state in {"paused", "saying"}:
            return
        transfer.kept.paused = True
        self._stop(transfer)
        transfer.be("paused")
        self._keep()

    def resume(self, transfer: Transfer) -> None:
        """Go on with it where it was; one that failed is tried again."""
        if transfer.state not in {"paused", "failed"} or transfer not in self._list:
            return
        transfer.kept.paused = False
        if transfer.error is not None:
            self._try_again(transfer.kept, transfer.error)
        transfer.be("waiting")
        self._start(transfer)
        self._keep()

    def cancel(self, transfer: Transfer) -> None:
        """Give it up."""
        if transfer.settled or transfer.state == "saying":
            return
        self._stop(transfer)
        transfer.be("cancelled")
        self._leave(transfer)
        self._keep()

    def dismiss(self, transfer: Transfer) -> None:
        """Take it out of the list once it is settled."""
        if transfer.settled and transfer in self._list:
            self._list.remove(transfer)
            self.tell(transfer)
            self._told_at.pop(transfer, None)
            if transfer.state == "failed":
                self._leave(transfer)

    def tell(self, transfer: Transfer) -> None:
        """Tell that it is not as it was."""
        self._told_at[transfer] = self._means.now()
        self._tell(notices.TransferChanged(transfer))

    def tell_soon(self, transfer: Transfer) -> None:
        """Tell that it got further, unless that was told a moment ago."""
        if self._means.now() - self._told_at.get(transfer, 0.0) >= self._settings.progress_every_s:
            self.tell(transfer)

    async def close(self) -> None:
        """Leave everything as it is: the next start goes on with what is kept."""
        self._end()
        for transfer in list(self._running):
            self._stop(transfer)
        await self._tasks.cancel()
        try:
            if self._asked is not None and self._place != self._asked:
                # What the last time left was not read yet, and is not to be lost.
                await self._restore(self._asked)
                await self._tasks.cancel()
            await self._save()
            for transfer in self._list:
                kept = transfer.kept
                unkept = self._place is None and kept.copy is not None
                if transfer.state == "failed" or (unkept and not transfer.settled):
                    await self._drop(kept, closing=True)
        finally:
            self._place = self._asked = None
            self._means.close()
            for transfer in self._list:
                transfer.leave()

    # What happens

    def _heard(self, notice: Notice) -> None:
        match notice:
            case notices.Connection(phase="online"):
                self.go_on()
            case notices.Posted():
                self._posted(notice.entry)
            case notices.Acknowledged():
                self._said(notice.entry, None)
            case notices.Failed():
                self._said(notice.entry, notice.error)

    def _posted(self, entry: Entry) -> None:
        """Follow a message that failed, and was posted again by itself."""
        for transfer in self._list:
            kept = transfer.kept
            if transfer.state == "failed" and kept.message is not None and kept.file == entry.file:
                kept.message = entry.id
                transfer.be("saying")
                self._keep()

    def _said(self, entry: Entry, error: ChatError | None) -> None:
        for transfer in self._list:
            if transfer.kept.message == entry.id and not transfer.settled:
                self._stop(transfer)
                transfer.be("done" if error is None else "failed", error)
                if error is None:
                    self._leave(transfer)
                self._keep()

    def _add(self, kept: KeptTransfer) -> Transfer:
        transfer = Transfer(kept, self, self._means.now)
        settled = [one for one in self._list if one.settled]
        if len(self._list) >= self._settings.transfers_listed and settled:
            self.dismiss(settled[0])
        self._list.append(transfer)
        self.tell(transfer)
        if not kept.paused:
            self._start(transfer)
        return transfer

    def _start(self, transfer: Transfer) -> None:
        self._tasks.spawn(self._run(transfer), name=f"transfer of {transfer.name}")

    def _stop(self, transfer: Transfer) -> None:
        task = self._running.get(transfer)
        if task is not None:
            task.cancel()

    async def _run(self, transfer: Transfer) -> None:
        await self._ended(transfer)
        task = asyncio.current_task()
        if transfer.state != "waiting" or task is None:
            return  # Meanwhile it was paused again.
        self._running[transfer] = task
        try:
            async with self._turns:
                await self._until_there(transfer)
        except ChatError as error:
            # Where only the client ended, the next start goes on.
            if error.code != "closed":
                transfer.be("failed", error)
        except Exception:
            # A fault of ours is told, and nobody waits for ever for what it broke.
            logger.exception("the transfer of %s broke by a fault of the client", transfer.name)
            transfer.be("failed", ChatError("own_error", "The client met an error of its own."))
        finally:
            del self._running[transfer]
            self._keep()

    async def _ended(self, transfer: Transfer) -> None:
        """Wait until what worked on it, and was told to stop, touches it no more."""
        while (task := self._running.get(transfer)) is not None:
            await asyncio.wait((task,))

    async def _until_there(self, transfer: Transfer) -> None:
        settings = self._settings
        wait_s, tries, furthest = settings.first_retry_s, 0, -1
        while True:
            try:
                if transfer.direction == "up":
                    await upload(transfer, self._means, self._save)
                else:
                    await download(transfer, self._means)
                return
            except OSError as error:
                logger.info("the transfer of %s broke: %r", transfer.name, error)
            except ChatError as error:
                tries += 1
                if error.code not in _AGAIN or tries >= _TRIES:
                    raise
                logger.info("the transfer of %s begins again: %s", transfer.name, error)
                wait_s = max(wait_s, error.retry_after or 0)
            if transfer.done > furthest:
                furthest, tries, wait_s = transfer.done, 0, settings.first_retry_s
            transfer.be("waiting")
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, settings.longest_retry_s)

    def _try_again(self, kept: KeptTransfer, error: ChatError) -> None:
        """Forget what stands in the way of one that failed."""
        if kept.message is not None:
            self._means.take_back(kept.message)
            kept.message = None
        elif kept.direction == "up" and error.code in _ANOTHER:
            self._tasks.spawn(self._drop(replace(kept)), name=f"begin {kept.name} anew")
            kept.begun = kept.copy = kept.size = None

    def _leave(self, transfer: Transfer) -> None:
        self._tasks.spawn(self._clean_up(transfer), name=f"clean up after {transfer.name}")

    async def _clean_up(self, transfer: Transfer, *, closing: bool = False) -> None:
        """Let nothing be left of one that does not go on."""
        await self._ended(transfer)
        await self._drop(transfer.kept, closing=closing)

    async def _drop(self, kept: KeptTransfer, *, closing: bool = False) -> None:
        try:
            if kept.direction == "down":
                await self._means.run(kept.drop_part)
                return
            await self._means.run(kept.drop_copy)
            # The file of a message goes with it.
            if kept.begun is not None and kept.message is None and not closing:
                await self._means.ask(Discard(id=new_id(), file=kept.begun))
        except ChatError as error:
            # What was given up goes by itself in a day.
            logger.info("%s could not be given up at once: %s", kept.name, error)

    # What is kept for the next start

    async def _restore(self, place: Path) -> None:
        async with self._saving:  # What is there is read before it is written.
            restored = await self._means.run(load, place)
            await self._means.sweep(place, [kept.copy for kept in restored])
            for kept in restored:
                self._add(kept)
            self._place = place
        await self._save()

    def _keep(self) -> None:
        """Have it on disk before long."""
        if self._place is not None and not self._unsaved:
            self._unsaved = True
            self._tasks.spawn(self._save(), name="keep transfers")

    async def _save(self) -> None:
        """Have on disk what is under way now, if it is kept at all."""
        async with self._saving:
            self._unsaved = False
            if self._place is None:
                return
            # As it is now, whatever becomes of it while it is written.
            kept = [replace(one.kept) for one in self._list if not one.settled]
            try:
                await self._means.run(save, self._place, kept)
            except ChatError as error:
                logger.warning("what is on its way is not kept for the next start: %s", error)
