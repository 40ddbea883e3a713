"""Clients with small deadlines, a proxy before real servers, and servers that talk nonsense."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from asynchat.link.client import Client
from asynchat.link.wire import LinkSettings
from tests.link.moving import CONTENT
from tests.link.proxy import Proxy
from tests.link.seeing import DEADLINE_S
from tests.serving import Serve, connect, join, operate, serve, start_process

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from asynchat.server import Server

__all__ = ["connect", "join", "operate", "serve", "start_process"]

QUICK: dict[str, Any] = {
    "first_retry_s": 0.01,
    "longest_retry_s": 0.05,
    "members_again_s": 0.02,
    "close_timeout_s": 2,
    "people_timeout_s": 0.02,
}
"""Nobody waits for what is done late on purpose."""


class Enter(Protocol):
    """The type of the fixture `enter`."""

    async def __call__(
        self,
        server: Server | Proxy | str,
        name: str | None = "ada",
        *,
        data: Path | None = None,
        start: bool = True,
        take_suggestion: bool = False,
        **settings: Any,
    ) -> Client:
        """Return a client that is welcome, or is not started; it is closed after the test."""


@pytest.fixture
async def enter(serve: Serve, proxy: Proxy, tmp_path: Path) -> AsyncIterator[Enter]:
    """Make clients, and close them before the servers stop."""
    clients: list[Client] = []

    async def enter(
        server: Server | Proxy | str,
        name: str | None = "ada",
        *,
        data: Path | None = None,
        start: bool = True,
        take_suggestion: bool = False,
        keep_history: bool = False,
        **settings: Any,
    ) -> Client:
        client = Client(
            server if isinstance(server, str) else server.address,
            name=name,
            data=data or tmp_path / f"client-{len(clients)}",
            take_suggestion=take_suggestion,
            keep_history=keep_history,
            settings=LinkSettings(**{**QUICK, **settings}),
        )
        clients.append(client)
        if start:
            await client.start(timeout_s=10)
        return client

    yield enter
    await asyncio.gather(*(client.close() for client in clients))


@pytest.fixture
async def proxy(serve: Serve) -> AsyncIterator[Proxy]:
    """Stand before a server; `Proxy.lead_to` says which."""
    async with Proxy() as proxy:
        yield proxy


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Give a file to send."""
    path = tmp_path / "report.pdf"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder for what is fetched."""
    path = tmp_path / "got"
    path.mkdir()
    return path


class Raw(Protocol):
    """The type of the fixture `raw`."""

    async def __call__(
        self, handler: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
    ) -> str:
        """Serve every connection by a function; return the address."""


@pytest.fixture
async def raw() -> AsyncIterator[Raw]:
    """Serve by functions over bytes alone: what no server of ours would say."""
    tasks: set[asyncio.Task[None]] = set()
    async with contextlib.AsyncExitStack() as stack:

        async def raw(
            handler: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
        ) -> str:
            async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                task = asyncio.current_task()
                assert task is not None
                tasks.add(task)
                try:
                    await handler(reader, writer)
                except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                    # The client went first, or the test is over; Python 3.11 would print the last.
                    pass
                finally:
                    writer.transport.abort()
                    tasks.discard(task)

            listener = await asyncio.start_server(serve, "127.0.0.1", 0)
            stack.callback(listener.close)
            port = listener.sockets[0].getsockname()[1]
            return f"asynchat://127.0.0.1:{port}?tls=no"

        yield raw
        for task in list(tasks):
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=5)


TYPIST = """
import asyncio, sys
from pathlib import Path
from asynchat.link.client import Client
from asynchat.link.wire import LinkSettings

async def type_and_hang(address, data, *texts):
    client = Client(address, name="ada", data=Path(data), settings=LinkSettings(longest_retry_s=1))
    await client.start(timeout_s=10)
    print("in", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    for text in texts:
        client.post("lobby", text)
    await asyncio.Event().wait()

asyncio.run(type_and_hang(*sys.argv[1:]))
"""
"""A program that comes in, waits for a line, posts its arguments, and goes on until killed."""


class StartTypist(Protocol):
    """The type of the fixture `typist`."""

    async def __call__(self, proxy: Proxy, data: Path, *texts: str) -> asyncio.subprocess.Process:
        """Start a process that is in and posts the texts after a line of input."""


@pytest.fixture
async def typist() -> AsyncIterator[StartTypist]:
    """Start processes that are in and wait for the word to post; kill them after the test."""
    started: list[asyncio.subprocess.Process] = []

    async def typist(proxy: Proxy, data: Path, *texts: str) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", TYPIST, proxy.address, str(data), *texts),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        started.append(process)
        assert process.stdout is not None
        async with asyncio.timeout(DEADLINE_S):
            assert await process.stdout.readline() == b"in\n"
        return process

    yield typist
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.wait()
