"""Files that come and go: one `Transfer` each, which survives cuts and restarts of either side.

A transfer asks over the chat connection for a ticket, moves bytes on a connection of its own, and
begins again where it was whenever that breaks.  What is under way is on disk where the outbox is.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from asynchat.errors import ChatError
from asynchat.link import notices
from asynchat.link.downloading import download
from asynchat.link.ids import new_id
from asynchat.link.kept_transfers import KeptTransfer, load, save
from asynchat.link.uploading import upload
from asynchat.messages import Discard
from asynchat.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from asynchat.link.means import Means
    from asynchat.link.notices import Announcer, Notice
    from asynchat.link.wire import LinkSettings
    from asynchat.messages import File

logger = logging.getLogger(__name__)

Direction: TypeAlias = Literal["up", "down"]
State: TypeAlias = Literal["waiting", "moving", "saying", "paused", "done", "failed", "cancelled"]

SETTLED: Final[frozenset[State]] = frozenset({"done", "failed", "cancelled"})

_RATE_S: Final = 3.0
"""Over how long the rate is taken."""

_AGAIN: Final = frozenset({"bad_ticket", "not_whole", "server_full", "too_fast", "hello_timeout"})
"""Refusals after which it is tried again, a few times in a row."""

_TRIES: Final = 5


class Transfer:
    """One file that is sent or fetched.

    ``state`` is *waiting* for its turn or the network, *moving*, *saying* (the file is there, its
    message not yet), *paused*, or settled: *done*, *failed* with an ``error``, *cancelled*.
    ``path`` is where the file is on this computer, of a fetched one the folder or path that was
    asked for until it is whole.  ``file`` is the server's word of it, as soon as that is known;
    ``size`` is None until then.  `notices.TransferChanged` tells of each change.
    """

    def __init__(self, kept: KeptTransfer, owner: Transfers, now: Callable[[], float]) -> None:
        self.id = new_id()
        self.kept = kept
        self.state: State = "paused" if kept.paused else "waiting"
        self.error: ChatError | None = None
        self.done = 0
        self.entry: notices.Entry | None = None
        self._owner = owner
        self._now = now
        self._settled = asyncio.Event()
        self._marks: deque[tuple[float, int]] = deque()

    @property
    def direction(self) -> Direction:
        """Whether it goes ``up`` to the server or comes ``down``."""
        return self.kept.direction

    @property
    def name(self) -> str:
        """What the file is called, clean."""
        return self.kept.name

    @property
    def room(self) -> str | None:
        """Where it is to be said; None of a fetched one, and until a person's room is known."""
        return self.kept.room

    @property
    def caption(self) -> str:
        """What is said with it."""
        return self.kept.caption

    @property
    def path(self) -> Path:
        """Where it is on this computer."""
        return self.kept.path

    @property
    def size(self) -> int | None:
        """How many bytes it has, once that is known."""
        return self.kept.size

    @property
    def file(self) -> File | None:
        """What the server says of it."""
        return self.kept.file

    @property
    def rate(self) -> float:
        """How many bytes a second moved lately."""
        if len(self._marks) < 2 or self.state != "moving":  # noqa: PLR2004 # a stretch has ends
            return 0.0
        (since, first), (until, last) = self._marks[0], self._marks[-1]
        return max(0.0, (last - first) / (until - since)) if until > since else 0.0

    @property
    def left_s(self) -> float | None:
        """In how many seconds it is there at this rate, None where nobody can tell."""
        rate = self.rate
        return (self.size - self.done) / rate if rate and self.size is not None else None

    @property
    def settled(self) -> bool:
        """Whether nothing becomes of it any more."""
        return self.state in SETTLED

    def pause(self) -> None:
        """Move nothing until `resume`, also after the next start."""
        self._owner.pause(self)

    def resume(self) -> None:
        """Go on where it was; one that failed is tried again."""
        self._owner.resume(self)

    def cancel(self) -> None:
        """Give it up: what is there of it goes, on the server or on this computer."""
        self._owner.cancel(self)

    def dismiss(self) -> None:
        """Take it out of the list once it is settled."""
        self._owner.dismiss(self)

    async def whole(self) -> File:
        """Wait until it is there, of a sent one also its message.

        Raise `ChatError`: what it failed with, or ``cancelled``.
        """
        await self._settled.wait()
        if self.error is not None:
            raise self.error
        if self.file is None or self.state == "cancelled":
            raise ChatError("cancelled", "It was given up.")
        return self.file

    # What works on it tells it

    def be(self, state: State, error: ChatError | None = None) -> None:
        """Be in another state, and tell so."""
        self.state, self.error = state, error
        self._marks.clear()
        if self.settled:
            self._settled.set()
        else:
            self._settled.clear()
        self._owner.tell(self)

    def leave(self) -> None:
        """Let nobody wait for it any more: it goes on after the next start, if it is kept."""
        if not self.settled:
            self.error = ChatError("closed", "The connection is closed.")
            self._settled.set()

    def at(self, done: int) -> None:
        """Be so far, and tell so now and then."""
        now = self._now()
        self.done = done
        self._marks.append((now, done))
        while len(self._marks) > 2 and now - self._marks[1][0] > _RATE_S:  # noqa: PLR2004
            self._marks.popleft()
        self._owner.tell_soon(self)


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
        self._saving = asyncio.Lock()
        self._end = announcer.subscribe(self._heard)

    def __iter__(self) -> Iterator[Transfer]:
        return iter(tuple(self._list))

    def __len__(self) -> int:
        return len(self._list)

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
        """Go on with it where it was."""
        if transfer.state not in {"paused", "failed"} or transfer.entry is not None:
            return
        transfer.kept.paused = False
        transfer.be("waiting")
        self._start(transfer)
        self._keep()

    def cancel(self, transfer: Transfer) -> None:
        """Give it up."""
        if transfer.settled or transfer.state == "saying":
            return
        self._stop(transfer)
        transfer.be("cancelled")
        self._tasks.spawn(self._clean_up(transfer), name=f"give up {transfer.name}")
        self._keep()

    def dismiss(self, transfer: Transfer) -> None:
        """Take it out of the list once it is settled."""
        if transfer.settled and transfer in self._list:
            self._list.remove(transfer)
            self._told_at.pop(transfer, None)
            self.tell(transfer)

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
        place, self._place = self._place, None
        if place is not None:
            await self._save(place)
        self._means.close()
        for transfer in self._list:
            transfer.leave()

    # What happens

    def _heard(self, notice: Notice) -> None:
        match notice:
            case notices.Connection(phase="online"):
                if self._means.place() not in {None, self._place}:
                    self._place = self._means.place()
                    self._tasks.spawn(self._restore(), name="transfers of the last time")
            case notices.Acknowledged():
                self._said(notice.entry, None)
            case notices.Failed():
                self._said(notice.entry, notice.error)

    def _said(self, entry: notices.Entry, error: ChatError | None) -> None:
        for transfer in self._list:
            if transfer.entry is not None and transfer.entry.id == entry.id:
                transfer.be("done" if error is None else "failed", error)

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
                    await upload(transfer, self._means, self._keep)
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

    async def _clean_up(self, transfer: Transfer) -> None:
        kept = transfer.kept
        await self._ended(transfer)
        try:
            if kept.direction == "down":
                await self._means.run(kept.drop_part)
                return
            await self._means.run(kept.drop_copy)
            if kept.begun is not None:
                await self._means.ask(Discard(id=new_id(), file=kept.begun))
        except ChatError as error:
            # What was given up goes by itself in a day.
            logger.info("%s could not be given up at once: %s", transfer.name, error)

    # What is kept for the next start

    async def _restore(self) -> None:
        place = self._place
        if place is None:
            return
        for kept in await self._means.run(load, place):
            self._add(kept)

    def _keep(self) -> None:
        if self._place is not None:
            self._tasks.spawn(self._save(self._place), name="keep transfers")

    async def _save(self, place: Path) -> None:
        async with self._saving:
            kept = [one.kept for one in self._list if not one.settled and one.state != "saying"]
            try:
                await self._means.run(save, place, kept)
            except ChatError as error:
                logger.warning("what is on its way is not kept for the next start: %s", error)
