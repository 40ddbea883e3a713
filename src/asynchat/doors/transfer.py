"""A transfer connection: frames that begin and end a transfer, raw bytes between them.

Each wait for the other side has a deadline, and no transfer holds more than a few pieces.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from asynchat.errors import ChatError
from asynchat.framing import FrameDecoder
from asynchat.messages import (
    MAX_HELLO_BYTES,
    FetchFile,
    Ready,
    SentFile,
    StoredFile,
    StoreFile,
    decode_request,
    encode,
    refusal,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.doors.hub import Transfers
    from asynchat.doors.native import StreamWire
    from asynchat.messages import Message, Request

logger = logging.getLogger(__name__)

_PIECE_BYTES: Final = 128 * 1024
_READ_BYTES: Final = 64 * 1024


class Transfer:
    """One transfer connection, from its first frame on.

    ``already`` is what was read behind that frame.  A side that is silent for ``timeout_s`` is
    cut off.  ``on_begun`` is called once a ticket was good.
    """

    def __init__(
        self,
        transfers: Transfers,
        reader: asyncio.StreamReader,
        wire: StreamWire,
        *,
        already: bytes,
        timeout_s: float,
        on_begun: Callable[[], None],
    ) -> None:
        self._transfers = transfers
        self._reader = reader
        self._wire = wire
        self._read = already
        self._timeout_s = timeout_s
        self._on_begun = on_begun

    async def serve(self, first: Request) -> None:
        """Do one transfer after the other, until the other side goes or is refused.

        Raise `OSError` where it is silent or lost.
        """
        request: Request | None = first
        try:
            while request is not None:
                match request:
                    case StoreFile():
                        await self._store(request)
                    case FetchFile():
                        await self._fetch(request)
                    case _:
                        raise ChatError("bad_request", "This is a connection for files.")
                request = await self._frame()
        except ChatError as error:
            self._say(refusal(error))

    async def _store(self, request: StoreFile) -> None:
        receiving = await self._transfers.storing(request.ticket)
        self._on_begun()
        try:
            self._say(Ready(offset=receiving.offset, size=receiving.size))
            left = receiving.size - receiving.offset
            while left:
                piece = await self._piece(left)
                left -= len(piece)
                # The next piece comes in meanwhile, as far as the stream holds it.
                await receiving.write(piece)
            sent = await self._frame()
            if not isinstance(sent, SentFile):
                raise ChatError("bad_request", "After its last byte a file is said to be sent.")
            file = await receiving.finish(sent.sha256)
        finally:
            await receiving.close()
        self._say(StoredFile(file=file))

    async def _fetch(self, request: FetchFile) -> None:
        sending = await self._transfers.fetching(request.ticket, request.offset)
        self._on_begun()
        try:
            self._say(Ready(offset=sending.offset, size=sending.size, sha256=sending.sha256))
            while data := await sending.read():
                self._wire.write(data)
                await self._wire.drained()
        finally:
            await sending.close()

    async def _piece(self, most: int) -> bytearray:
        """Return the next bytes, at most so many.  Raise `ConnectionError` at their end."""
        piece = bytearray(self._read[:most])
        self._read = self._read[most:]
        most = min(most, max(_PIECE_BYTES, len(piece)))
        while len(piece) < most:
            piece += await self._more(min(_READ_BYTES, most - len(piece)))
        return piece

    async def _frame(self) -> Request | None:
        """Return the next frame, None where the other side goes instead.  Raise `ChatError`."""
        decoder = FrameDecoder(MAX_HELLO_BYTES)
        data = self._read
        while True:
            decoder.feed(data)
            for frame in decoder.frames():
                self._read = decoder.rest()
                return decode_request(frame)
            try:
                data = await self._more(_READ_BYTES)
            except ConnectionResetError:
                return None

    async def _more(self, most: int) -> bytes:
        async with asyncio.timeout(self._timeout_s):
            data = await self._reader.read(most)
        if not data:
            raise ConnectionResetError("it was closed")
        self._wire.received_bytes += len(data)
        return data

    def _say(self, message: Message) -> None:
        self._wire.write(encode(message))
