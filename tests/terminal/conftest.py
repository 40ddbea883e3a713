"""A real server for the clients without a window, and clients of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Self

import msgspec
import pytest

from asynchat.address import parse_address
from asynchat.config import Settings
from asynchat.link.client import Client
from asynchat.link.wire import LinkSettings
from asynchat.messages import encode
from asynchat.server import Server
from asynchat.tasks import Tasks
from asynchat.terminal.stdio import Output

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from asynchat.messages import Message

SETTINGS = LinkSettings(first_retry_s=0.02, longest_retry_s=0.1, close_timeout_s=0.2)


class Stage:
    """A server that can be stopped and started again at its address."""

    def __init__(self, data: Path) -> None:
        self._settings = Settings(
            data=data,
            port=0,
            tls=False,  # the relay reads along, and speaks for it
            presence_interval_s=0.01,
            come_back_after_s=0.01,
            message_burst=1_000,
            messages_per_s=1_000,
        )
        self._server: Server | None = None
        self.address = ""

    async def start(self) -> None:
        """Serve, at the same address as before."""
        self._server = Server(self._settings)
        await self._server.__aenter__()
        self.address = self._server.address
        port = int(self.address.split(":")[-1].split("?")[0])
        self._settings = msgspec.structs.replace(self._settings, port=port)

    async def stop(self) -> None:
        """Stop serving."""
        server, self._server = self._server, None
        if server is not None:
            await server.__aexit__(None, None, None)


class Relay:
    """Stands between a client and the server; once ``silent``, nothing more comes back."""

    def __init__(self, address: str) -> None:
        self.address = ""
        self.silent = False
        self._server = parse_address(address)
        self._tasks = Tasks()
        self._listener: asyncio.Server
        self._client: asyncio.StreamWriter

    async def __aenter__(self) -> Self:
        self._listener = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port = self._listener.sockets[0].getsockname()[1]
        self.address = str(replace(self._server, port=port))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listener.close()
        await self._tasks.cancel()

    def tell(self, frame: Message) -> None:
        """Say something to the client in the server's name."""
        self._client.write(encode(frame))

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._client = writer
        from_server, to_server = await asyncio.open_connection(self._server.host, self._server.port)
        self._tasks.spawn(self._forward(reader, to_server), name="relay: there")
        self._tasks.spawn(self._forward(from_server, writer), name="relay: back")

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                if not (self.silent and writer is self._client):
                    writer.write(line)
        except ConnectionError:
            return
        finally:
            writer.close()


@pytest.fixture
async def relay(stage: Stage) -> AsyncIterator[Relay]:
    async with Relay(stage.address) as relay:
        yield relay


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path / "server")
    await stage.start()
    yield stage
    await stage.stop()


@pytest.fixture
async def client(stage: Stage, tmp_path: Path) -> AsyncIterator[Callable[..., Client]]:
    """Make clients, not yet started, each with a data directory of its own."""
    clients: list[Client] = []

    def make(
        name: str, *, address: str = "", take_suggestion: bool = False, data: Path | None = None
    ) -> Client:
        clients.append(
            Client(
                address or stage.address,
                name=name,
                data=data or tmp_path / f"client-{len(clients)}",
                take_suggestion=take_suggestion,
                settings=SETTINGS,
            )
        )
        return clients[-1]

    yield make
    for client in clients:
        await client.close()


class Printed:
    """What was written to an `Output`."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        self._data = b""
        self.output = Output(self._writer)

    def text(self) -> str:
        """Return all of it so far."""
        with contextlib.suppress(BlockingIOError):
            while data := os.read(self._reader, 65536):
                self._data += data
        return self._data.decode()

    def lines(self) -> list[str]:
        """Return the lines so far."""
        return self.text().splitlines()

    def stop_reading(self) -> None:
        """Be the reader who has seen enough."""
        os.close(self._reader)
        self._reader = -1

    def close(self) -> None:
        self.output.close()
        os.close(self._writer)
        if self._reader >= 0:
            os.close(self._reader)


@pytest.fixture
def printed() -> Iterator[Printed]:
    printed = Printed()
    yield printed
    printed.close()
