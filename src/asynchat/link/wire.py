"""One connection to a server: frames out, messages in, and a deadline on all it waits for."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from asynchat.errors import ChatError
from asynchat.framing import FrameDecoder
from asynchat.link.told import fit
from asynchat.messages import (
    MAX_SERVER_FRAME_BYTES,
    decode_server_frame,
    encode,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from asynchat.address import Address
    from asynchat.link.trust import Trust
    from asynchat.messages import Message, ServerFrame

logger = logging.getLogger(__name__)

_CHUNK_BYTES: Final = 64 * 1024
_AT_ONCE: Final = 20
"""How many frames are taken before everything else on the loop has its turn."""

_MAX_UNSENT_BYTES: Final = 16 * 1024 * 1024
"""More than a window of requests; a server that takes so little is not reading at all."""


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """How a client behaves; seconds and counts."""

    connect_timeout_s: float = 10
    welcome_timeout_s: float = 30
    ping_after_s: float = 15
    dead_after_s: float = 45
    close_timeout_s: float = 3
    first_retry_s: float = 0.25
    longest_retry_s: float = 15
    inbox_events: int = 1_000
    outbox_entries: int = 10_000
    failed_entries: int = 1_000
    outbox_timeout_s: float = 5
    outbox_again_s: float = 3
    cache_events: int = 500
    cache_room_bytes: int = 1024 * 1024
    cache_bytes: int = 16 * 1024 * 1024
    cache_every_s: float = 0.1
    mark_every_s: float = 1
    members_again_s: float = 5
    people_timeout_s: float = 1
    transfer_timeout_s: float = 45
    transfers_at_once: int = 3
    transfers_listed: int = 100
    progress_every_s: float = 0.1
    preview_cache_bytes: int = 64 * 1024 * 1024


async def connected(
    address: Address, settings: LinkSettings, trust: Trust
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to the server, and to nobody else.

    Raise `OSError`, `TimeoutError`, or `ChatError` as `Trust.connect` does.
    """
    async with asyncio.timeout(settings.connect_timeout_s):
        if address.tls:
            return await trust.connect()
        return await asyncio.open_connection(address.host, address.port)


class Wire:
    """An open connection.  Use `dial` to make one and `close` to end it."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, settings: LinkSettings
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._settings = settings
        self._dropped = False

    @classmethod
    async def dial(cls, address: Address, settings: LinkSettings, trust: Trust) -> Self:
        """Connect to the server, and to nobody else.

        Raise `OSError`, `TimeoutError`, or `ChatError` as `Trust.connect` does.
        """
        reader, writer = await connected(address, settings, trust)
        return cls(reader, writer, settings)

    def send(self, message: Message) -> None:
        """Send a frame some time; never wait.  Drop the connection of who takes nothing."""
        if self._writer.transport.is_closing():
            return  # TLS that was closed takes nothing, and says so by an exception.
        self._writer.write(encode(message))
        if self._writer.transport.get_write_buffer_size() > _MAX_UNSENT_BYTES:
            self.abort()

    async def frames(self) -> AsyncIterator[ServerFrame]:
        """Yield what the server says; frames of unknown type are left out.

        End with the stream, or with `abort`.  Raise `OSError`, `TimeoutError` once the server is
        silent for too long, and `ChatError` for what is no frame of ours.
        """
        decoder = FrameDecoder(MAX_SERVER_FRAME_BYTES)
        while True:
            async with asyncio.timeout(self._settings.dead_after_s):
                data = await self._reader.read(_CHUNK_BYTES)
            if not data:
                return
            decoder.feed(data)
            try:
                for number, frame in enumerate(decoder.frames(), 1):
                    if number % _AT_ONCE == 0:
                        await asyncio.sleep(0)
                    message = decode_server_frame(frame)
                    # What was read before `abort` and is left does not count either.
                    if self._dropped:
                        return
                    if message is not None:
                        yield fit(message)
            except ChatError as error:
                text = f"What answers there does not speak asynchat's protocol: {error.text}"
                raise ChatError(error.code, text) from None

    async def close(self) -> None:
        """Close without a word."""
        if not self._writer.transport.is_closing():
            # Closed twice, a TLS transport could not be aborted any more.
            self._writer.close()
        try:
            async with asyncio.timeout(self._settings.close_timeout_s):
                await self._writer.wait_closed()
        except (OSError, TimeoutError) as error:
            # What was unsent is in the outbox and goes again over the next connection.
            logger.debug("the connection did not close by itself: %r", error)
        finally:
            self.abort()

    def abort(self) -> None:
        """Drop the connection at once."""
        self._dropped = True
        self._writer.transport.abort()
