"""The native door: frames over a byte stream, with a deadline on everything a peer decides.

`Door.serve` owns one connection from its first byte to its last.  Who may connect how often,
and how many at once, is counted here too; what is said in the frames is `session`'s.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asynchat.chat.budget import Budget
from asynchat.doors.handshake import SpeaksPlainError, hold, shake_hands, spare_memory
from asynchat.doors.session import Session, SessionLimits
from asynchat.doors.transfer import Transfer
from asynchat.errors import ChatError
from asynchat.framing import FrameDecoder
from asynchat.messages import (
    MAX_HELLO_BYTES,
    MAX_REQUEST_BYTES,
    FetchFile,
    Goodbye,
    Ping,
    StoreFile,
    decode_request,
    encode,
    refusal,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from asynchat.config import Settings
    from asynchat.doors.handshake import Context
    from asynchat.doors.hub import Hub
    from asynchat.messages import NextKey
    from asynchat.tasks import Tasks

logger = logging.getLogger(__name__)

_CHUNK_BYTES: Final = 64 * 1024
_FRAMES_IN_A_ROW: Final = 64
"""After so many frames of one connection, the others have their turn."""

_FLUSH_TIMEOUT_S: Final = 2.0
"""How long a connection that we close may take to send what is left."""

_REFUSED_AT_ONCE: Final = 64
"""So many may be told over TLS, at the same time, why they are refused: it takes a handshake."""


class StreamWire:
    """The connection under a session: an asyncio stream whose writes never wait."""

    def __init__(
        self, writer: asyncio.StreamWriter, *, lagging_bytes: int, timeout_s: float
    ) -> None:
        self.writer = writer
        self.sent_bytes = 0
        self.received_bytes = 0
        self._transport = writer.transport
        self._closing = False
        self._scope: asyncio.Timeout | None = None
        self._timeout_s = timeout_s
        self._lagging_bytes = lagging_bytes
        self._below: asyncio.WriteTransport | None = None
        self._set_limits()
        peer = writer.get_extra_info("peername")
        self.address = str(peer[0]) if peer else ""
        self._peer = f"{peer[0]}:{peer[1]}" if peer else "the control socket"

    @property
    def peer(self) -> str:
        """Where the other side is, for the log."""
        return self._peer

    async def secure(
        self, reader: asyncio.StreamReader, context: Context, timeout_s: float
    ) -> None:
        """Speak TLS from here on.  Raise what `shake_hands` does."""
        below = self.writer.transport
        await shake_hands(reader, self.writer, context, timeout_s)
        self._below = below
        self._set_limits()

    def _set_limits(self) -> None:
        # TLS puts another transport on top of the first.
        self._transport = self.writer.transport
        high, low = self._lagging_bytes // 2, self._lagging_bytes // 4
        self._transport.set_write_buffer_limits(high=high, low=low)

    def write(self, data: bytes) -> None:
        """Send bytes some time; never wait."""
        if not self.writer.transport.is_closing():
            self.sent_bytes += len(data)
            self.writer.write(data)

    def offer(self, data: bytes, most: int) -> bool:
        """Send bytes some time, unless more than ``most`` would be unsent; tell whether.

        What is written to a connection that is closing or lost counts as sent.
        """
        transport = self._transport
        if transport.is_closing():
            return True
        size = len(data)
        if transport.get_write_buffer_size() + size > most:
            return False
        self.sent_bytes += size
        transport.write(data)
        return True

    def unsent(self) -> int:
        """Return how many bytes have not left yet; of a lost connection none will."""
        # uvloop raises where a transport that has closed is asked for anything.
        transport = self._transport
        if transport.is_closing():
            return 0
        unsent = transport.get_write_buffer_size()
        if self._below is not None and not self._below.is_closing():
            # What is encrypted already waits on the transport below, and counts as well.
            unsent += self._below.get_write_buffer_size()
        return unsent

    async def drained(self) -> None:
        """Wait until little is unsent.

        Raise `TimeoutError` once nothing at all was taken for the timeout, and
        `ConnectionError` where the connection is lost.
        """
        while True:
            before = self.unsent()
            try:
                async with asyncio.timeout(self._timeout_s):
                    await self.writer.drain()
                return
            except TimeoutError:
                if self.unsent() >= before:
                    raise

    def close(self) -> None:
        """Close once everything is sent, within bounds: end what runs in `until_closed`."""
        self._closing = True
        if self._scope is not None and not self._scope.expired():
            self._scope.reschedule(asyncio.get_running_loop().time())

    @asynccontextmanager
    async def until_closed(self) -> AsyncIterator[None]:
        """Raise `TimeoutError` in what runs within once `close` is called."""
        async with asyncio.timeout(0 if self._closing else None) as scope:
            self._scope = scope
            try:
                yield
            finally:
                self._scope = None


@dataclass(slots=True, eq=False)
class _Connection:
    """One connection: its session, and when the other side was last heard."""

    session: Session
    wire: StreamWire
    opened_at: float
    heard_at: float
    reading: bool = True
    pinged: bool = False
    pings: int = 0


@dataclass(slots=True)
class _Address:
    """What one address has done lately."""

    arrivals: Budget
    unauthenticated: int = 0


class _Waiting:
    """One connection of an address that is not welcome yet: it counts until `over`."""

    def __init__(self, address: _Address) -> None:
        self._address: _Address | None = address
        address.unauthenticated += 1

    def over(self) -> None:
        if self._address is not None:
            self._address.unauthenticated -= 1
            self._address = None


class Door:
    """Accept native connections for one hub.

    Call `accept` for every connection, `watch_peers` every second or so, and `close` at the
    end.  ``capacity`` is how many may be open at all, besides those that are being refused.
    With a ``context`` they speak TLS; another one is for those who come from then on.  Whoever
    comes to the door of the ``operator`` may do everything.
    """

    def __init__(
        self,
        hub: Hub,
        settings: Settings,
        tasks: Tasks,
        *,
        capacity: int,
        context: Context | None = None,
        operator: bool = False,
    ) -> None:
        self.context = context
        self._operator = operator
        if context is not None:
            spare_memory()
        self._hub = hub
        self._settings = settings
        self._tasks = tasks
        self._capacity = capacity
        self._now: Callable[[], float] = asyncio.get_running_loop().time
        self._connections: set[_Connection] = set()
        self._arriving: set[StreamWire] = set()
        self._open = 0
        self._served = 0
        self._refused = 0
        self._refusing = 0
        self._all_closed = asyncio.Event()
        self._goodbye: Goodbye | None = None
        self._addresses: dict[str, _Address] = {}
        self._limits = _limits_of(settings)

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take a connection on; for `asyncio.start_server`."""
        if self.context is not None:
            hold(writer)
        self._tasks.spawn(self._serve(reader, writer), name="connection")

    def change(self, settings: Settings) -> None:
        """Go by other settings from now on."""
        self._settings = settings
        self._limits = _limits_of(settings)
        self._addresses = {
            name: address for name, address in self._addresses.items() if address.unauthenticated
        }

    def announce(self, message: NextKey) -> None:
        """Tell everybody something that is no event."""
        for connection in self._connections:
            if connection.session.welcome:
                connection.session.send(message)

    async def close(self, reason: str, *, retry_after: float | None) -> None:
        """Say goodbye to everyone and wait until every connection is closed."""
        self._goodbye = Goodbye(reason=reason, retry_after=retry_after)
        for connection in list(self._connections):
            connection.session.end(reason, retry_after=retry_after)
        for wire in self._arriving:
            wire.close()
        if self._open:
            await self._all_closed.wait()

    def watch_peers(self) -> None:
        """Ping the silent, and end those that are dead or never said hello."""
        now = self._now()
        for connection in list(self._connections):
            self._watch(connection, now)
        self._addresses = {
            name: address
            for name, address in self._addresses.items()
            if address.unauthenticated or not address.arrivals.is_full(now)
        }

    def _watch(self, connection: _Connection, now: float) -> None:
        session, settings = connection.session, self._settings
        if not connection.reading:
            return
        if not session.welcome:
            if now - connection.opened_at > settings.hello_timeout_s:
                session.refuse(ChatError("hello_timeout"))
            return
        silent_s = now - connection.heard_at
        if silent_s > settings.dead_after_s:
            logger.info("%s (%s) is silent and counts as lost", session.name, connection.wire.peer)
            session.forget()
            connection.wire.writer.transport.abort()
        elif silent_s > settings.ping_after_s and not connection.pinged:
            connection.pinged = True
            connection.pings += 1
            session.send(Ping(id=f"p{connection.pings}", cursor=self._hub.cursor(session.position)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        settings = self._settings
        wire = StreamWire(
            writer,
            lagging_bytes=settings.lagging_bytes,
            timeout_s=settings.lagging_timeout_s,
        )
        self._open += 1
        self._all_closed.clear()
        most = self._capacity if self._operator else settings.max_connections
        full = self._open - self._refused > self._capacity or self._served >= most
        self._refused += full
        try:
            if full:
                await self._refuse(reader, wire, ChatError("server_full", retry_after=10))
            else:
                await self._admit(reader, wire)
            await _close(reader, writer)
        except OSError as error:
            logger.debug("%s did not take its last frames: %r", wire.peer, error)
        finally:
            writer.transport.abort()
            self._open -= 1
            self._refused -= full
            if not self._open:
                self._all_closed.set()

    async def _admit(self, reader: asyncio.StreamReader, wire: StreamWire) -> None:
        address = self._address(wire.address)
        self._served += 1
        try:
            self._arriving.add(wire)
            await self._turn(wire, address)
            most = self._settings.unauthenticated_per_address
            if self._goodbye is None and address.unauthenticated >= most:
                text = "Too many of your address wait already."
                await self._refuse(reader, wire, ChatError("server_full", text, retry_after=10))
                return
            waiting = _Waiting(address)
            try:
                if not await self._secured(reader, wire):
                    return
                self._arriving.discard(wire)
                if self._goodbye is None:
                    self._hub.check_address(wire.address)
                    await self._converse(reader, wire, waiting)
                else:
                    wire.write(encode(self._goodbye))
            except ChatError as error:
                wire.write(encode(refusal(error)))
            finally:
                waiting.over()
        finally:
            self._arriving.discard(wire)
            self._served -= 1

    async def _turn(self, wire: StreamWire, address: _Address) -> None:
        """Wait until the address may have another connection, or the door closes."""
        try:
            async with wire.until_closed():
                await asyncio.sleep(address.arrivals.take(self._now()))
        except TimeoutError:
            logger.debug("%s came too late", wire.peer)

    async def _secured(self, reader: asyncio.StreamReader, wire: StreamWire) -> bool:
        """Shake hands where this door speaks TLS; tell whether frames may be sent."""
        if self.context is None:
            return True
        try:
            async with wire.until_closed():
                await wire.secure(reader, self.context, self._settings.tls_handshake_timeout_s)
        except SpeaksPlainError:
            wire.write(encode(refusal(ChatError("tls_required"))))
        except OSError as error:
            logger.debug("no TLS with %s: %r", wire.peer, error)
            wire.writer.transport.abort()
        else:
            return True
        return False

    async def _refuse(
        self, reader: asyncio.StreamReader, wire: StreamWire, error: ChatError
    ) -> None:
        """Say why not; but where that takes a handshake, only so many times at once."""
        if self.context is not None and self._refusing >= _REFUSED_AT_ONCE:
            wire.writer.transport.abort()
            return
        self._refusing += 1
        try:
            if await self._secured(reader, wire):
                wire.write(encode(refusal(error)))
        finally:
            self._refusing -= 1

    def _address(self, name: str) -> _Address:
        address = self._addresses.get(name)
        if address is None:
            settings = self._settings
            arrivals = Budget(
                burst=settings.connection_burst, per_second=settings.connections_per_s
            )
            address = self._addresses[name] = _Address(arrivals)
        return address

    async def _converse(
        self, reader: asyncio.StreamReader, wire: StreamWire, waiting: _Waiting
    ) -> None:
        hellos = Budget(burst=self._settings.hello_burst, per_second=self._settings.hellos_per_s)
        session = Session(
            self._hub, wire, self._tasks, self._limits, hellos, operator=self._operator
        )
        now = self._now()
        connection = _Connection(session, wire, now, now)
        self._connections.add(connection)
        decoder = FrameDecoder(MAX_HELLO_BYTES)
        try:
            async with wire.until_closed():
                while not session.ended:
                    data = await reader.read(_CHUNK_BYTES)
                    if not data:
                        return
                    wire.received_bytes += len(data)
                    connection.pinged = False
                    connection.reading = False
                    begun = await self._handle(session, decoder, data)
                    if begun is not None:
                        self._connections.discard(connection)
                        await self._transfer(begun, decoder.rest(), reader, wire, waiting)
                        return
                    connection.reading = True
                    connection.heard_at = self._now()
                    if session.welcome:
                        waiting.over()
        except OSError as error:
            logger.debug("the conversation with %s ended: %r", wire.peer, error)
        finally:
            self._connections.discard(connection)
            session.forget()

    async def _transfer(
        self,
        begun: StoreFile | FetchFile,
        rest: bytes,
        reader: asyncio.StreamReader,
        wire: StreamWire,
        waiting: _Waiting,
    ) -> None:
        """Move files on a connection that began with that; it ends when the door closes."""
        self._arriving.add(wire)
        transfer = Transfer(
            self._hub.transfers,
            reader,
            wire,
            already=rest,
            timeout_s=self._settings.transfer_timeout_s,
            on_begun=waiting.over,
        )
        await transfer.serve(begun)

    async def _handle(
        self, session: Session, decoder: FrameDecoder, data: bytes
    ) -> StoreFile | FetchFile | None:
        """Handle the frames in what was read; return the one that begins a transfer, if any."""
        decoder.feed(data)
        count = 0
        try:
            for frame in decoder.frames():
                try:
                    request = decode_request(frame)
                except ChatError as error:
                    await session.refuse_frame(error)
                else:
                    if isinstance(request, StoreFile | FetchFile) and self._is_first(session):
                        return request
                    was_welcome = session.welcome
                    await session.handle(request, len(frame))
                    if session.welcome and not was_welcome:
                        decoder.max_frame_bytes = MAX_REQUEST_BYTES
                        logger.info("%s came from %s", session.name, session.wire.peer)
                if session.ended:
                    return None
                count += 1
                if count % _FRAMES_IN_A_ROW == 0:
                    await asyncio.sleep(0)
        except ChatError as error:
            await session.refuse_frame(error)
        return None

    def _is_first(self, session: Session) -> bool:
        """Tell whether a connection may still become one for files."""
        return not session.welcome and not self._operator


async def _close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Let what is unsent leave, and read on until the peer has seen our end.

    A socket that is closed with bytes unread sends a reset, which can take our last frame,
    the one that says why, from under the peer (RFC 9293, section 3.10.7).  Raise
    `TimeoutError` or `ConnectionError` where the peer does not follow.
    """
    if writer.transport.is_closing():
        return
    async with asyncio.timeout(_FLUSH_TIMEOUT_S):
        # Not 0: of TLS that much is always unsent, for asyncio and for uvloop.
        writer.transport.set_write_buffer_limits(high=1, low=0)
        await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
            while await reader.read(_CHUNK_BYTES):
                pass
        writer.close()
        await writer.wait_closed()


def _limits_of(settings: Settings) -> SessionLimits:
    return SessionLimits(settings.under_way, settings.under_way_bytes, settings.lagging_bytes)
