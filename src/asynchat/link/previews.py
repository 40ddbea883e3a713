"""Small pictures of what was sent, kept on disk within bounds: many come over one connection."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from asynchat.errors import ChatError
from asynchat.files import placed
from asynchat.link.ids import new_id
from asynchat.link.requests import expect
from asynchat.messages import Download, FetchFile, Ready, Ticket

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.link.means import Means
    from asynchat.link.transfer_wire import TransferWire
    from asynchat.messages import File

logger = logging.getLogger(__name__)

MAX_PREVIEW_BYTES: Final = 512 * 1024
"""A larger one is none of ours."""


class Previews:
    """What one client has of previews.  ``folder`` is where they are kept."""

    def __init__(self, means: Means, folder: Path, *, max_bytes: int) -> None:
        self._means = means
        self._folder = folder
        self._max_bytes = max_bytes
        self._wire: TransferWire | None = None
        self._one = asyncio.Lock()
        self._closed = False

    async def get(self, file: File) -> bytes:
        """Return the preview of a picture, from the disk if it is there.  Raise `ChatError`."""
        place = self._folder / hashlib.sha256(file.sha256.encode()).hexdigest()
        with suppress(ChatError):
            return await self._means.run(place.read_bytes)
        async with self._one:
            try:
                try:
                    data = await self._fetch(file)
                except OSError:
                    # One that was idle for long may have been closed: once more on a new one.
                    data = await self._fetch(file)
            except OSError as error:
                raise ChatError("cut", "The connection was lost.") from error
        try:
            await self._means.run(self._keep, place, data)
        except ChatError as error:
            logger.info("a preview is not kept: %s", error)
        return data

    async def close(self) -> None:
        """Fetch no more, and close the connection, if there is one."""
        self._closed = True
        await self._drop()

    async def _drop(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.close()

    async def _fetch(self, file: File) -> bytes:
        request = Download(id=new_id(), file=file.id, preview=True)
        ticket = expect(await self._means.ask(request), Ticket)
        wire = self._wire or await self._means.dial()
        if self._closed:
            await wire.close()
            raise ChatError("closed", "The connection is closed.")
        self._wire = wire
        try:
            ready = await wire.ask(FetchFile(ticket=ticket.ticket), Ready)
            if not 0 <= ready.size <= MAX_PREVIEW_BYTES:
                raise ChatError("bad_frame", "The server's preview is no small picture.")
            data = b""
            while len(data) < ready.size:
                data += await wire.read(ready.size - len(data))
        except BaseException:
            # The rest is still to come on it: the next one would take that for its own.
            await self._drop()
            raise
        return data

    def _keep(self, place: Path, data: bytes) -> None:
        """Keep a preview, and let the oldest go where there are too many.  Raise `OSError`."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with placed(place, replace=True) as new:
            new.write_bytes(data)
        there = [(path.stat(), path) for path in self._folder.iterdir()]
        size = sum(found.st_size for found, _ in there)
        for found, path in sorted(there, key=lambda one: one[0].st_mtime_ns):
            if size <= self._max_bytes:
                break
            path.unlink(missing_ok=True)
            size -= found.st_size
