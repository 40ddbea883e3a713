"""A proxy that cuts, swallows and goes on, for clients whose network is bad."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from asynchat.address import parse_address

if TYPE_CHECKING:
    from asynchat.server import Server

_CHUNK_BYTES = 64 * 1024
_DEADLINE_S = 10.0


@dataclass(frozen=True)
class Trip:
    """What one connection may carry: so many bytes each way, and then it is cut.

    ``deaf`` lets nothing that the server says through.
    """

    up: int | None = None
    down: int | None = None
    deaf: bool = False


class Proxy:
    """Leads to a server; each connection takes the next of ``trips``, then whole ones."""

    def __init__(self) -> None:
        self.trips: deque[Trip] = deque()
        self.connections = 0
        self.carried_up = b""
        self.deaf = False
        self._target = ("127.0.0.1", 1)
        self._query = "tls=no"
        self._writers: set[asyncio.StreamWriter] = set()
        self._idle = asyncio.Event()
        self._open = 0

    async def __aenter__(self) -> Self:
        """Listen."""
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Cut everything and wait until it has ended."""
        self._listener.close()
        self.cut()
        async with asyncio.timeout(_DEADLINE_S):
            while self._open:
                self._idle.clear()
                await self._idle.wait()

    @property
    def address(self) -> str:
        """Where clients find it."""
        return f"asynchat://127.0.0.1:{self.port}?{self._query}"

    def lead_to(self, server: Server | str) -> None:
        """Lead new connections to a server."""
        address = server if isinstance(server, str) else server.address
        where = parse_address(address)
        self._target = where.host, where.port
        self._query = urlsplit(address).query

    def cut(self) -> None:
        """Cut every connection there is."""
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        trip = self.trips.popleft() if self.trips else Trip()
        self.connections += 1
        self._open += 1
        writers = {writer}
        self._writers.add(writer)
        try:
            from_server, to_server = await asyncio.open_connection(*self._target)
            writers.add(to_server)
            self._writers.add(to_server)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._carry(reader, to_server, trip.up, up=True))
                group.create_task(
                    self._carry(from_server, writer, trip.down, up=False, deaf=trip.deaf)
                )
        except* OSError:
            pass  # It was cut, by us or by one of the two.
        finally:
            for each in writers:
                each.transport.abort()
            self._writers -= writers
            self._open -= 1
            self._idle.set()

    async def _carry(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        most: int | None,
        *,
        up: bool,
        deaf: bool = False,
    ) -> None:
        left = most
        while left is None or left > 0:
            data = await reader.read(_CHUNK_BYTES)
            if not data:
                writer.write_eof()
                return
            if left is not None:
                data = data[:left]
                left -= len(data)
            if up:
                self.carried_up += data
            if deaf or (self.deaf and not up):
                continue
            writer.write(data)
            await writer.drain()
        # What was carried arrives before the end does.
        writer.write_eof()
        raise ConnectionAbortedError
