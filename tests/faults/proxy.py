"""A chaos proxy between clients and a server: it delays, stalls, cuts, dribbles, corrupts, drops.

It needs no rights and no other program.  What it does to bytes is a `Fault` for each
direction; one that passes so many bytes before it acts makes a cut at any place possible.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from tests.raw_client import host_and_port

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_CHUNK_BYTES = 64 * 1024


@dataclass
class Fault:
    """What happens to the bytes of one direction.

    ``cut_after`` bytes the connection is dropped; ``stall_after`` bytes nothing more goes
    through; ``dribble`` is how many bytes go at a time; ``delay_s`` is how long each chunk
    waits; ``corrupt_at`` names the byte that is turned around; ``drop_after`` bytes all that
    comes is read and not passed on, so that acknowledgements are lost and nobody notices.
    """

    cut_after: int | None = None
    stall_after: int | None = None
    dribble: int | None = None
    delay_s: float = 0
    corrupt_at: int | None = None
    drop_after: int | None = None


@dataclass
class Proxy:
    """Forward connections to a server's address; use it as an async context manager.

    ``passed`` counts the bytes that went ``up`` to the server and ``down`` to clients.
    ``choose`` gives each connection its own faults, up and down.
    """

    target: str
    up: Fault = field(default_factory=Fault)
    down: Fault = field(default_factory=Fault)
    passed: dict[str, int] = field(default_factory=lambda: {"up": 0, "down": 0})
    choose: Callable[[], tuple[Fault, Fault]] | None = None
    connections: int = 0
    address: str = ""

    async def __aenter__(self) -> Self:
        """Listen on a free port."""
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._listener.sockets[0].getsockname()[1]
        self.address = f"asynchat://127.0.0.1:{port}?{urlsplit(self.target).query}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Listen no more and drop every connection."""
        self._listener.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def cut(self) -> None:
        """Drop every connection."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.connections += 1
        up, down = self.choose() if self.choose else (self.up, self.down)
        host, port = host_and_port(self.target)
        self._writers.add(writer)
        with contextlib.suppress(OSError, asyncio.CancelledError):
            server_reader, server_writer = await asyncio.open_connection(host, port)
            self._writers.add(server_writer)
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._pass("up", up, reader, server_writer))
                    group.create_task(self._pass("down", down, server_reader, writer))
            except* (OSError, RuntimeError):
                pass  # one side is gone, and so is the other; uvloop has its own word for it
            finally:
                server_writer.transport.abort()
        writer.transport.abort()

    async def _pass(
        self,
        way: str,
        fault: Fault,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        passed = 0
        while data := await reader.read(fault.dribble or _CHUNK_BYTES):
            if fault.delay_s:
                await asyncio.sleep(fault.delay_s)
            if fault.corrupt_at is not None and 0 <= fault.corrupt_at - passed < len(data):
                place = fault.corrupt_at - passed
                data = data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
            if fault.stall_after is not None and passed + len(data) > fault.stall_after:
                await asyncio.Event().wait()
            if fault.drop_after is not None and passed + len(data) > fault.drop_after:
                passed = max(passed, fault.drop_after)  # from here on nothing more
                continue
            last = fault.cut_after is not None and passed + len(data) >= fault.cut_after
            if last:
                data = data[: (fault.cut_after or 0) - passed]
            writer.write(data)
            await writer.drain()
            passed += len(data)
            self.passed[way] += len(data)
            if last:
                writer.write_eof()  # what was passed arrives before the end does
                raise ConnectionAbortedError
        if not writer.transport.is_closing():
            writer.write_eof()
