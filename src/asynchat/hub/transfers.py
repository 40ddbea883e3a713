"""Files on their way: who may send or fetch one, and the bytes between door and disk.

The disk is touched on two threads only, a piece at a time, whose turn is `Turns`'.  What is
whole is told to the store and offered by a message; `storage` removes what nothing refers to.
"""

from __future__ import annotations

import asyncio
import errno
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar
from weakref import WeakValueDictionary

from msgspec.structs import replace

from asynchat.chat.asking import Asker, Known
from asynchat.chat.drafts import FileDraft
from asynchat.chat.entry import SIGNED_OUT
from asynchat.chat.file_types import PICTURES, type_of
from asynchat.chat.files import Held, Space, check_own
from asynchat.chat.saying import judge_upload
from asynchat.errors import ChatError
from asynchat.hub.ids import fresh_id
from asynchat.hub.tickets import TICKET_S, Grant, Tickets
from asynchat.hub.turns import Turns
from asynchat.messages import Discard, Done, Download, Ticket
from asynchat.pictures import look
from asynchat.store.interface import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from concurrent.futures import Future
    from pathlib import Path
    from typing import BinaryIO

    from asynchat.chat.accounts import Directory
    from asynchat.chat.state import State
    from asynchat.config import Settings
    from asynchat.hub.order import Order
    from asynchat.hub.registry import Registry
    from asynchat.messages import File, FileQuery, Upload
    from asynchat.store.blobs import Blobs, Part
    from asynchat.store.interface import Store

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

PIECE_BYTES: Final = 128 * 1024
_THREADS: Final = 2


class Disk:
    """The threads that touch files, and whose turn it is."""

    def __init__(self, blobs: Blobs, *, floor: int, bytes_per_s: float) -> None:
        self.blobs = blobs
        self.turns = Turns(at_once=_THREADS, bytes_per_s=bytes_per_s)
        self.moving = asyncio.Lock()
        """Held while a file gets its place, and while one loses it."""
        self._floor = floor
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="asynchat-files")
        self._slow = ThreadPoolExecutor(1, thread_name_prefix="asynchat-pictures")

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do some work on a thread.  Raise ``storage_full`` or ``read_only`` where it cannot be.

        It is also finished where its caller is cancelled meanwhile.
        """
        return await self._done(self._threads.submit(work, *args, **kwargs))

    async def run_slow(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do some work as `run` does, one such thing at a time, beside what moves."""
        return await self._done(self._slow.submit(work, *args, **kwargs))

    @staticmethod
    async def _done(future: Future[T]) -> T:
        done = asyncio.wrap_future(future)
        try:
            await asyncio.wait((done,))
        except asyncio.CancelledError:
            # What it works on is closed next.
            await asyncio.wait((done,))
            done.exception()
            raise
        try:
            return done.result()
        except FileNotFoundError:
            raise ChatError("no_such_file") from None
        except OSError as error:
            raise _refusal(error) from error

    def write(self, part: Part, data: bytes | bytearray) -> None:
        """Add to a part, on a thread, unless the disk is nearly full."""
        if self.blobs.free() - len(data) < self._floor:
            raise OSError(errno.ENOSPC, "The rest of the disk is not for files")
        part.write(data)

    def close(self) -> None:
        """Let the threads end once they have done what they were given."""
        self._threads.shutdown(wait=False)
        self._slow.shutdown(wait=False)


class Receiving:
    """A file that is being sent: `write` its bytes from `offset` to `size`, then `finish`."""

    def __init__(
        self,
        disk: Disk,
        held: Held,
        part: Part,
        *,
        check: Callable[[], None],
        keep: Callable[[Held, Part], Coroutine[Any, Any, Held]],
        on_left: Callable[[Receiving], None],
    ) -> None:
        self.id = held.id
        self.account = held.account
        self.size = held.size
        self.offset = part.size
        self._disk = disk
        self._held = held
        self._part = part
        self._check_sender = check
        self._keep = keep
        self._on_left = on_left
        self._at_work = asyncio.Lock()
        self._over = False

    async def write(self, data: bytes | bytearray) -> None:
        """Add bytes.  Raise ``storage_full``, ``read_only``; ``bad_ticket`` once it is over."""
        async with self._at_work, self._disk.turns.turn(self._held.account):
            self._check()
            try:
                await self._disk.run(self._disk.write, self._part, data)
            except ChatError:
                await self._drop()
                raise
            self.offset = self._part.size
        await self._disk.turns.pace(self._held.account, len(data))

    async def finish(self, sha256: str) -> File:
        """Keep it where it is what was sent.  Raise ``not_whole`` and what `write` does."""
        async with self._at_work:
            self._check()
            try:
                found = await self._disk.run(self._part.settle)
                if self._part.size != self.size or found != sha256:
                    raise ChatError("not_whole")
                head = await self._disk.run(self._part.head)
            except ChatError:
                await self._drop()
                raise
            self._over = True
            self._part.close()
            kind, warning = type_of(head, self._held.name)
            held = replace(self._held, sha256=found, type=kind, warning=warning)
            return (await self._keep(held, self._part)).file

    async def close(self) -> None:
        """Leave it as it is: it can be gone on with."""
        async with self._at_work:
            if not self._over:
                self._over = True
                self._part.close()
        self._on_left(self)

    def _check(self) -> None:
        """Raise ``bad_ticket`` where another connection went on with it, or it was given up.

        Raise also where who sends it may not any more.
        """
        if self._over:
            raise ChatError("bad_ticket", "This file is sent on another connection now.")
        self._check_sender()

    async def _drop(self) -> None:
        """Take it away: nothing of it can be used, or it takes room that there is not."""
        self._over = True
        self._part.close()
        await self._disk.run(self._part.path.unlink, missing_ok=True)


class Whole:
    """A file that arrived before, which whoever sends it was not told: it only is to `finish`."""

    def __init__(self, held: Held) -> None:
        self.size = self.offset = held.size
        self._held = held

    async def write(self, _data: bytes | bytearray) -> None:
        """Raise ``bad_request``."""
        raise ChatError("bad_request", "This file is stored already.")

    async def finish(self, sha256: str) -> File:
        """Tell of it again.  Raise ``not_whole``."""
        if sha256 != self._held.sha256:
            raise ChatError("not_whole", "Another file is stored under this id.")
        return self._held.file

    async def close(self) -> None:
        """Do nothing."""


class Sending:
    """A file that is being fetched: `read` it to its end."""

    def __init__(
        self,
        disk: Disk,
        account: str,
        stream: BinaryIO,
        *,
        offset: int,
        size: int,
        sha256: str,
        check: Callable[[], None],
    ) -> None:
        self.offset = offset
        self.size = size
        self.sha256 = sha256
        self._disk = disk
        self._account = account
        self._stream = stream
        self._check = check

    async def read(self) -> bytes:
        """Return the next piece, nothing at the end.  Raise where one may not any more."""
        self._check()
        async with self._disk.turns.turn(self._account):
            data = await self._disk.run(self._stream.read, PIECE_BYTES)
        await self._disk.turns.pace(self._account, len(data))
        return data

    async def close(self) -> None:
        """Let go of it."""
        self._stream.close()


class Transfers:
    """The files of one hub.  ``store_all`` is `Hub.store_all`."""

    def __init__(
        self,
        store: Store,
        blobs: Blobs,
        settings: Settings,
        *,
        state: Callable[[], State],
        directory: Directory,
        registry: Registry,
        order: Order,
        store_all: Callable[..., Coroutine[Any, Any, None]],
        now_ms: Callable[[], int],
    ) -> None:
        self._store = store
        self._settings = settings
        self._state = state
        self._directory = directory
        self._registry = registry
        self._order = order
        self._store_all = store_all
        self._now_ms = now_ms
        self._tickets = Tickets(asyncio.get_running_loop().time)
        self._receiving: dict[str, Receiving] = {}
        self._of_file: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._judging = asyncio.Lock()
        self.disk = Disk(
            blobs,
            floor=settings.free_disk_bytes,
            bytes_per_s=settings.file_rate_bytes_per_s,
        )

    def change(self, settings: Settings) -> None:
        """Let other limits hold for what is sent from now on."""
        self._settings = settings

    @property
    def under_way(self) -> frozenset[str]:
        """The ids of files that are being sent now."""
        return frozenset(self._receiving)

    def tidy(self) -> None:
        """Drop tickets that are too old."""
        self._tickets.tidy()

    def close(self) -> None:
        """Take no more work."""
        self.disk.close()

    # What is asked over the chat connection

    async def answer(self, account: str, device: str, query: FileQuery) -> Ticket | Done:
        """Give a ticket to a device of an account, or give a file up.  Raise `ChatError`."""
        match query:
            case Download():
                held = await self._readable(query.file, account)
                if query.preview and not held.preview:
                    raise ChatError("no_such_file")
                grant = Grant(account, device, held.id, preview=query.preview)
                return self._ticket(query.id, grant, held, size=0 if query.preview else held.size)
            case Discard():
                async with self._file(query.file):
                    await self._stop(query.file, account)
                    held = check_own(await self._store.files.get(query.file), account)
                    await self._give_up(held)
                return Done(re=query.id)
            case _:
                return await self._upload(account, device, query)

    async def _upload(self, account: str, device: str, query: Upload) -> Ticket:
        if query.file is not None:
            held = check_own(await self._store.files.get(query.file), account)
            if held.size != query.size or held.room != query.room:
                raise ChatError("no_such_file")
        else:
            async with self._judging:  # what is given now is counted for the next
                held = self._judge(account, query, await self._space(account))
                await self._put(FileDraft(held))
                if await self._store.files.get(held.id) is None:
                    raise StoreError
        begun = held.size if held.sha256 else await self.disk.run(self.disk.blobs.begun, held.id)
        grant = Grant(account, device, held.id, stores=True)
        return self._ticket(query.id, grant, held, size=held.size, offset=min(begun, held.size))

    def _judge(self, account: str, query: Upload, space: Space) -> Held:
        known = Known(
            self._state(),
            self._directory,
            self._registry.keeps_name,
            restraints=self._order.restraints,
        )
        asker = Asker(self._directory[account], self._now_ms(), b"", fresh_id())
        return judge_upload(query, asker, known, space)

    async def _space(self, account: str) -> Space:
        settings = self._settings
        taken = await self._store.files.taken(account)
        return Space(
            settings.file_bytes,
            account=settings.account_files_bytes,
            total=settings.all_files_bytes,
            floor=settings.free_disk_bytes,
            of_account=taken.of_account,
            of_all=taken.of_all,
            free=await self.disk.run(self.disk.blobs.free),
            unsaid=taken.unsaid,
        )

    def _ticket(self, re: str, grant: Grant, held: Held, *, size: int, offset: int = 0) -> Ticket:
        return Ticket(
            re=re,
            ticket=self._tickets.issue(grant),
            file=held.id,
            name=held.name,
            size=size,
            offset=offset,
            seconds=TICKET_S,
        )

    async def _readable(self, id: str, account: str) -> Held:
        """Return a file of a message that an account may read.  Raise ``no_such_file``."""
        held = await self._store.files.get(id)
        room = None if held is None else self._state().rooms.get(held.room)
        if (
            held is None
            or held.seq is None
            or room is None
            or account not in room.members
            or not any(held.seq in stay for stay in room.readable(account))
        ):
            raise ChatError("no_such_file")
        return held

    async def _put(self, draft: FileDraft) -> None:
        await self._store_all(draft)

    def _file(self, id: str) -> asyncio.Lock:
        """Return what is held while a file gets another sender, or is given up."""
        return self._of_file.setdefault(id, asyncio.Lock())

    async def _stop(self, id: str, account: str) -> None:
        """End what an account is sending under an id; who sends it is told."""
        receiving = self._receiving.get(id)
        if receiving is not None and receiving.account == account:
            await receiving.close()

    async def _give_up(self, held: Held) -> None:
        """Forget a file that was not said, and its bytes.  Raise ``no_such_file``."""
        async with self.disk.moving:
            await self._put(FileDraft(held, gone=True))
            there = await self._store.files.get(held.id)
            if there is not None:
                # It was said meanwhile, or nothing is stored now.
                raise StoreError if there.seq is None else ChatError("no_such_file")
            known = await self._store.files.known({held.sha256})
            with suppress(ChatError):  # which is logged; `storage` tries again
                await self.disk.run(self._remove, held, whole=held.sha256 not in known)

    def _remove(self, held: Held, *, whole: bool) -> None:
        blobs = self.disk.blobs
        blobs.give_up(held.id)
        if held.sha256 and whole:
            blobs.remove(held.sha256)

    def _check_holder(self, grant: Grant) -> None:
        """Raise ``banned`` or ``bad_credentials`` for who may not move files any more."""
        self._order.restraints.check_server(grant.account, self._now_ms())
        if self._directory[grant.account].device(grant.device) is None:
            raise ChatError("bad_credentials", SIGNED_OUT)

    # What comes over a transfer connection

    async def storing(self, ticket: str) -> Receiving | Whole:
        """Go on with a file; see `asynchat.doors.hub.Transfers`."""
        grant = self._tickets.redeem(ticket, stores=True)
        self._check_holder(grant)
        # Of two that come at once the second waits until the first can be stopped.
        async with self._file(grant.file):
            # Who comes again after a cut may be here before we know of the cut.
            await self._stop(grant.file, grant.account)
            held = check_own(await self._store.files.get(grant.file), grant.account)
            if held.sha256:
                return Whole(held)
            async with self.disk.turns.turn(held.account):
                part = await self.disk.run(self._part, held)
            receiving = Receiving(
                self.disk,
                held,
                part,
                check=lambda: self._check_holder(grant),
                keep=self._keep,
                on_left=self._left,
            )
            self._receiving[held.id] = receiving
            return receiving

    def _part(self, held: Held) -> Part:
        """Open what there is of a file, on a thread: all of that is read."""
        blobs = self.disk.blobs
        if blobs.begun(held.id) > held.size:
            blobs.give_up(held.id)
        return blobs.part(held.id)

    def _left(self, receiving: Receiving) -> None:
        if self._receiving.get(receiving.id) is receiving:
            del self._receiving[receiving.id]

    async def _keep(self, held: Held, part: Part) -> Held:
        """Put a whole file in its place, and note it.  Raise ``no_such_file``, ``read_only``."""
        held = replace(held, at_ms=self._now_ms())
        looked = None
        if held.type in PICTURES:
            looked = await self.disk.run_slow(look, part.path)
        if looked is not None:
            held = replace(
                held,
                width=looked.width,
                height=looked.height,
                preview=looked.preview is not None,
            )
        async with self.disk.moving:
            if looked is not None and looked.preview is not None:
                await self.disk.run(self.disk.blobs.keep_preview, held.sha256, looked.preview)
            await self.disk.run(self.disk.blobs.keep, part, held.sha256)
            await self._put(FileDraft(held))
            there = await self._store.files.get(held.id)
        if there is None:
            raise ChatError("no_such_file", "This file was given up meanwhile.")
        if there != held:
            raise StoreError
        return held

    async def fetching(self, ticket: str, offset: int) -> Sending:
        """Open a file; see `asynchat.doors.hub.Transfers`."""
        grant = self._tickets.redeem(ticket, stores=False)
        self._check_holder(grant)
        held = await self._readable(grant.file, grant.account)
        path = self._path(held, preview=grant.preview)
        if grant.preview:
            await self._make_preview(held)
        stream, size = await self.disk.run(_opened, path, offset)
        sha256 = "" if grant.preview else held.sha256
        if offset > size:
            stream.close()
            raise ChatError("bad_request", "The file is not that long.")
        return Sending(
            self.disk,
            grant.account,
            stream,
            offset=offset,
            size=size,
            sha256=sha256,
            check=lambda: self._check_holder(grant),
        )

    async def _make_preview(self, held: Held) -> None:
        """Make the preview of a picture anew where it is gone, as it is after a restore."""
        blobs = self.disk.blobs
        if await self.disk.run(blobs.preview(held.sha256).exists):
            return
        looked = await self.disk.run_slow(look, blobs.blob(held.sha256))
        if looked is not None and looked.preview is not None:
            async with self.disk.moving:
                await self.disk.run(blobs.keep_preview, held.sha256, looked.preview)

    def _path(self, held: Held, *, preview: bool) -> Path:
        blobs = self.disk.blobs
        return blobs.preview(held.sha256) if preview else blobs.blob(held.sha256)


def _opened(path: Path, offset: int) -> tuple[BinaryIO, int]:
    stream = path.open("rb", buffering=0)
    stream.seek(offset)
    return stream, path.stat().st_size


def _refusal(error: OSError) -> ChatError:
    """Return what a failure of the disk is told as; the log says more."""
    logger.warning("a file could not be moved: %s", error)
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return ChatError("storage_full", "The server's disk is full: try again later.")
    return ChatError("read_only", "The server's disk does not take or give files at the moment.")
