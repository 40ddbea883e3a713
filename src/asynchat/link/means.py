"""What a transfer works with: the chat connection to ask, connections for bytes, and the disk."""

from __future__ import annotations

import asyncio
import errno
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from asynchat.errors import ChatError
from asynchat.link.ids import new_id
from asynchat.link.local_files import ChangedError
from asynchat.pictures import NoPictureError, stripped

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from asynchat.link.notices import Entry
    from asynchat.link.transfer_wire import TransferWire
    from asynchat.messages import File, Query

P = ParamSpec("P")
T = TypeVar("T")

_THREADS: Final = 2


class Means:
    """Made by the client.

    ``ask`` sends a query and waits as long as it takes, ``dial`` opens a connection, ``direct``
    finds the room of a person, ``post`` says a file; ``place`` is where the outbox is, if it is on
    disk.  ``scratch`` is a folder for copies that are sent.
    """

    def __init__(
        self,
        *,
        ask: Callable[[Query], Awaitable[Any]],
        dial: Callable[[], Awaitable[TransferWire]],
        direct: Callable[[str], Awaitable[str]],
        post: Callable[[str, str, File], Entry],
        place: Callable[[], Path | None],
        scratch: Path,
    ) -> None:
        self.ask = ask
        self.dial = dial
        self.direct = direct
        self.post = post
        self.place = place
        self._scratch = scratch
        self._threads: ThreadPoolExecutor | None = None

    def stripped(self, path: Path) -> Path:
        """Return a copy of a picture without what it tells besides; it blocks.

        Raise `OSError`, and `ChatError` ``no_picture``.
        """
        self._scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
        copy = self._scratch / new_id()
        try:
            stripped(path, copy)
        except NoPictureError as error:
            copy.unlink(missing_ok=True)
            raise ChatError("no_picture", str(error)) from None
        return copy

    def now(self) -> float:
        """Return what the loop's clock says."""
        return asyncio.get_running_loop().time()

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do some work on the disk, on a thread; it is finished also where we are cancelled.

        Raise `ChatError` where it cannot be done, with a sentence.
        """
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="files")
        done = asyncio.wrap_future(self._threads.submit(work, *args, **kwargs))
        try:
            await asyncio.wait((done,))
        except asyncio.CancelledError:
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

    def close(self) -> None:
        """Take no more work."""
        if self._threads is not None:
            self._threads.shutdown(wait=False)
