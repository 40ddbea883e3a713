"""TLS on a connection that `asyncio.start_server` accepted, when its turn has come.

Its first bytes are read like any others: only then is it known whether they are TLS, so that
who speaks plain gets an answer that it can read, and who says nothing costs no TLS at all.
"""

from __future__ import annotations

import asyncio
import ssl
from asyncio import sslproto
from typing import Any, Final, cast

_HANDSHAKE: Final = b"\x16"
"""The first byte of TLS: a record of the handshake (RFC 8446, section 5.1)."""

_HEADER_BYTES: Final = 5
_MOST_RECORD_BYTES: Final = _HEADER_BYTES + 16 * 1024
"""What is longer is no TLS, which will say so."""

_FIRST_BYTES: Final = 256 * 1024
"""As much as can have been read of a connection by then."""

_BUFFER_BYTES: Final = 32 * 1024


class Context(ssl.SSLContext):
    """A TLS context whose connections begin with what was read of them already."""

    _read_already = b""

    def begin_with(self, data: bytes) -> None:
        """Have the next connection begin with bytes that were read of it."""
        self._read_already = data

    def wrap_bio(self, incoming: ssl.MemoryBIO, *args: Any, **kwargs: Any) -> ssl.SSLObject:
        """Put what was read before what will be."""
        data, self._read_already = self._read_already, b""
        incoming.write(data)
        return super().wrap_bio(incoming, *args, **kwargs)


class SpeaksPlainError(Exception):
    """The peer began with something that is no TLS."""


def spare_memory() -> None:
    """Let the standard loop hold 32 KiB for a TLS connection instead of 256; uvloop has its own."""
    sslproto.SSLProtocol.max_size = _BUFFER_BYTES


def hold(writer: asyncio.StreamWriter) -> None:
    """Read no more of a new connection until `shake_hands`: call it while it is being accepted."""
    _pause(writer)
    # uvloop begins to read whatever was said before.
    asyncio.get_running_loop().call_soon(_pause, writer)


def _pause(writer: asyncio.StreamWriter) -> None:
    transport = cast("asyncio.Transport", writer.transport)
    if not transport.is_closing():
        transport.pause_reading()


def _record_bytes(first: bytes) -> int:
    """Return how long the first record is, as far as that can be told of its beginning."""
    length = int.from_bytes(first[3:_HEADER_BYTES])
    whole = _HEADER_BYTES + length if len(first) >= _HEADER_BYTES else _HEADER_BYTES
    return min(whole, _MOST_RECORD_BYTES)


async def shake_hands(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    context: Context,
    timeout_s: float,
) -> None:
    """Make a connection that was on hold secure.

    Raise `SpeaksPlainError`, then the connection can be answered in plain; `TimeoutError` or
    another `OSError`, then it is to be dropped.
    """
    cast("asyncio.Transport", writer.transport).resume_reading()
    async with asyncio.timeout(timeout_s):
        first = await reader.read(_FIRST_BYTES)
        if not first:
            raise ConnectionResetError("it was closed before it began")
        if not first.startswith(_HANDSHAKE):
            raise SpeaksPlainError
        # Half a record costs its bytes; TLS takes memory from its beginning on.
        while len(first) < _record_bytes(first):
            more = await reader.read(_FIRST_BYTES)
            if not more:
                raise ConnectionResetError("it was closed before it began")
            first += more
        # Nothing is awaited between the last reading and the loop's taking over.  asyncio calls
        # `wrap_bio` at once, uvloop in a callback: those run in the order they were asked for.
        context.begin_with(first)
        asyncio.get_running_loop().call_soon(context.begin_with, first)
        await writer.start_tls(context, ssl_handshake_timeout=timeout_s)
