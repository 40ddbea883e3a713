"""A connection for files: a frame asks, raw bytes follow, and everything has a deadline."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self, TypeVar

from asynchat.errors import ChatError
from asynchat.framing import FrameDecoder
from asynchat.link.told import fit
from asynchat.link.wire import connected
from asynchat.messages import MAX_SERVER_FRAME_BYTES, Refused, decode_server_frame, encode

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from asynchat.address import Address
    from asynchat.link.trust import Trust
    from asynchat.link.wire import LinkSettings
    from asynchat.messages import Message

T = TypeVar("T")

PIECE_BYTES: Final = 256 * 1024
_READ_BYTES: Final = 128 * 1024
_UNSENT_BYTES: Final = 128 * 1024


class _Nothing:
    """What no answer is."""


class TransferWire:
    """An open connection for files.  Use `dial` to make one and `close` to end it."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, settings: LinkSettings
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._timeout_s = settings.transfer_timeout_s
        self._read = b""
        writer.transport.set_write_buffer_limits(high=_UNSENT_BYTES)
        _hold_little(writer)

    @classmethod
    async def dial(cls, address: Address, settings: LinkSettings, trust: Trust) -> Self:
        """Connect to the server, and to nobody else; raise as `wire.connected` does."""
        reader, writer = await connected(address, settings, trust)
        return cls(reader, writer, settings)

    async def ask(self, message: Message | None, kind: type[T]) -> T:
        """Send a frame, if there is one, and return its answer.

        Raise `ChatError` for a refusal, `OSError` where the connection is lost or silent.
        """
        if message is not None:
            self._writer.write(encode(message))
        decoder = FrameDecoder(MAX_SERVER_FRAME_BYTES)
        data, self._read = self._read, b""
        while True:
            decoder.feed(data)
            for frame in decoder.frames():
                answer = decode_server_frame(frame)
                self._read = decoder.rest()
                if answer is not None:
                    answer = fit(answer)
                if isinstance(answer, kind):
                    return answer
                if isinstance(answer, Refused):
                    raise ChatError(answer.code, answer.text, retry_after=answer.retry_after)
                raise ChatError("bad_frame", "The server answered with something else.")
            data = await self._more()

    async def send(self, data: bytes) -> None:
        """Send raw bytes; wait until little is unsent.

        Raise `OSError`, also once nothing at all was taken for the timeout; where the server says
        that it takes no more, a `ChatError`.
        """
        try:
            # Only what is there already: it does not wait.
            async with asyncio.timeout(0):
                self._read = self._read or await self._more()
        except TimeoutError:
            pass
        if self._read:
            await self.ask(None, _Nothing)
        self._writer.write(data)
        await self._unless_stuck(self._writer.drain)

    async def read(self, most: int) -> bytes:
        """Return the next raw bytes, at most so many and at least one.  Raise `OSError`."""
        piece = bytearray(self._read[:most])
        self._read = self._read[most:]
        most = min(most, PIECE_BYTES)
        while len(piece) < most:
            piece += await self._more(min(_READ_BYTES, most - len(piece)))
        return bytes(piece)

    async def close(self) -> None:
        """Drop the connection."""
        self._writer.transport.abort()

    async def _more(self, most: int = _READ_BYTES) -> bytes:
        data = await self._unless_stuck(lambda: self._reader.read(most))
        if not data:
            raise ConnectionResetError("The server closed the connection.")
        return data

    async def _unless_stuck(self, wait: Callable[[], Awaitable[T]]) -> T:
        """Wait as long as the other side takes what was sent, and then for the timeout.

        A server gives each account a pace: what it is slow to take it may be slow to answer.
        Raise `TimeoutError`.
        """
        unsent = self._writer.transport.get_write_buffer_size
        while True:
            before = unsent()
            try:
                async with asyncio.timeout(self._timeout_s):
                    return await wait()
            except TimeoutError:
                if unsent() >= before:
                    raise


def _hold_little(writer: asyncio.StreamWriter) -> None:
    """Let the system hold little that it has not sent, as it does not tell how that goes on."""
    least = getattr(socket, "TCP_NOTSENT_LOWAT", None)
    if least is not None:
        with suppress(OSError):  # It is then only known later how far one is.
            below = writer.get_extra_info("socket")
            below.setsockopt(socket.IPPROTO_TCP, least, _UNSENT_BYTES)
