"""What a transfer works with: the chat connection to ask, connections for bytes, and the disk."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, ParamSpec, Protocol, TypeVar

from asynchat.errors import ChatError
from asynchat.link.local_files import ChangedError
from asynchat.pictures import NoPictureError, stripped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from asynchat.link.transfer_wire import TransferWire
    from asynchat.messages import File, Query

P = ParamSpec("P")
T = TypeVar("T")
C = TypeVar("C", bound="Closing")

logger = logging.getLogger(__name__)

_THREADS: Final = 2
_COPY: Final = "sending-"


class Closing(Protocol):
    """What is to be closed."""

    def close(self) -> None:
        """Let go of it."""


class Means:
    """Made by the client.

    ``ask`` sends a query and waits as long as it takes, ``dial`` opens a connection, ``direct``
    finds the room of a person, ``post`` says a file under an id, ``take_back`` forgets one that
    failed; ``place`` is where the outbox is, if it is on disk.
    """

    def __init__(
        self,
        *,
        ask: Callable[[Query], Awaitable[Any]],
        dial: Callable[[], Awaitable[TransferWire]],
        direct: Callable[[str], Awaitable[str]],
        post: Callable[[str, str, File, str], object],
        take_back: Callable[[str], None],
        place: Callable[[], Path | None],
    ) -> None:
        self.ask = ask
        self.dial = dial
        self.direct = direct
        self.post = post
        self.take_back = take_back
        self.place = place
        self._copies: set[Path] = set()
        self._closed = False
        self._threads: ThreadPoolExecutor | None = None

    def stripped(self, path: Path) -> Path:
        """Return a copy of a picture without what it tells besides; it blocks.

        Raise `OSError`, and `ChatError` ``no_picture``.
        """
        handle, name = tempfile.mkstemp(dir=self.place(), prefix=_COPY)
        os.close(handle)
        copy = Path(name)
        self._copies.add(copy)
        try:
            stripped(path, copy)
        except NoPictureError as error:
            copy.unlink(missing_ok=True)
            raise ChatError("no_picture", str(error)) from None
        return copy

    async def sweep(self, place: Path, kept: Sequence[Path | None]) -> None:
        """Remove copies of earlier times, but those that go on; not where the disk refuses."""

        def work() -> None:
            for copy in place.glob(f"{_COPY}*"):
                if copy not in self._copies and copy not in kept:
                    copy.unlink(missing_ok=True)

        try:
            await self.run(work)
        except ChatError as error:
            logger.warning("a copy of a picture that was sent cannot be removed: %s", error)

    def now(self) -> float:
        """Return what the loop's clock says."""
        return asyncio.get_running_loop().time()

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do some work on the disk, on a thread; it is finished also where we are cancelled.

        Raise `ChatError` where it cannot be done, with a sentence, and ``closed``.
        """
        if self._closed:
            raise ChatError("closed", "The connection is closed.")
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="files")
        done = asyncio.wrap_future(self._threads.submit(work, *args, **kwargs))
        try:
            await asyncio.wait((done,))
        except asyncio.CancelledError:
            while not done.done():
                # Told again to end, as at the end of everything, it waits all the same.
                with suppress(asyncio.CancelledError):
                    await asyncio.wait((done,))
            done.exception()
            raise
        try:
            return done.result()
        except ChangedError:
            raise ChatError(
                "file_changed", "The file was changed while it was sent: send it again."
            ) from None
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise ChatError("disk_full", "There is no room on this computer's disk.") from None
            why = error.strerror or str(error)
            raise ChatError(
                "file_unusable", f"The file on this computer cannot be used: {why}."
            ) from None

    @asynccontextmanager
    async def opened(
        self, kind: Callable[P, C], *args: P.args, **kwargs: P.kwargs
    ) -> AsyncIterator[C]:
        """Open something as `run` does it, and close it at the end of the block.

        It is closed also where we are cancelled while it is opened.
        """
        opened: list[C] = []

        def work() -> None:
            opened.append(kind(*args, **kwargs))

        try:
            await self.run(work)
            yield opened[0]
        finally:
            for one in opened:
                one.close()

    def close(self) -> None:
        """Take no more work."""
        self._closed = True
        if self._threads is not None:
            self._threads.shutdown(wait=False)
