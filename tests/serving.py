"""Servers for tests: in this process with small deadlines, or as a process of their own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from asynchat.config import Settings
from asynchat.server import Server
from asynchat.store.memory import MemoryStore
from tests.raw_client import DEADLINE_S, Wire

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from asynchat.store.interface import Store

FAST: dict[str, Any] = {
    "port": 0,
    "tls": False,
    "message_burst": 10_000,
    "messages_per_s": 10_000,
    "address_message_burst": 1_000_000,
    "address_messages_per_s": 1_000_000,
    "server_message_burst": 1_000_000,
    "server_messages_per_s": 1_000_000,
    "report_burst": 1_000,
    "create_burst": 1_000,
    "creates_per_s": 1_000,
    "profile_burst": 1_000,
    "search_burst": 1_000,
    "hello_burst": 100,
    "connection_burst": 10_000,
    "lost_shown_after_s": 0.05,
    "presence_interval_s": 0.02,
    "stop_timeout_s": 4,
}
"""No budget is in the way, and nobody waits for what is told late on purpose.

Most tests speak plain, as they are not about TLS; the fixture `tls` makes both of one.
"""


class Serve:
    """The type of the fixture `serve`: servers in this process."""

    def __init__(self, data: Path, *, tls: bool) -> None:
        self._data = data
        self._tls = tls
        self._running: list[Server] = []

    async def __call__(self, *, store: Store | None = None, **settings: object) -> Server:
        """Start a server, in memory unless a store is given; it stops after the test."""
        own: dict[str, Any] = {"data": self._data, "tls": self._tls, **settings}
        chosen = Settings(**{**FAST, **own})
        server = await Server(chosen, store=store or MemoryStore()).__aenter__()
        self._running.append(server)
        return server

    async def stop(self, server: Server) -> None:
        """Stop one of them now."""
        self._running.remove(server)
        await server.__aexit__(None, None, None)

    async def stop_all(self) -> None:
        """Stop those that still run."""
        for server in reversed(self._running[:]):
            await self.stop(server)


class Connect(Protocol):
    """The type of the fixture `connect`."""

    async def __call__(self, server: Server | str, *, deaf: bool = False) -> Wire:
        """Open a connection; it is cut after the test."""


class Join(Protocol):
    """The type of the fixture `join`."""

    async def __call__(self, server: Server | str, name: str | None, **hello: object) -> Wire:
        """Open a connection and be welcome."""


@pytest.fixture
def tls() -> bool:
    """Whether servers speak TLS; a module whose tests are to run both ways has its own."""
    return False


@pytest.fixture
async def serve(tmp_path: Path, tls: bool) -> AsyncIterator[Serve]:
    """Start servers in this process, and stop them after the test."""
    servers = Serve(tmp_path / "data", tls=tls)
    yield servers
    await servers.stop_all()


@pytest.fixture
async def connect(serve: Serve) -> AsyncIterator[Connect]:
    """Open connections, and cut them before the servers stop."""
    wires: list[Wire] = []

    async def connect(server: Server | str, *, deaf: bool = False) -> Wire:
        address = server if isinstance(server, str) else server.address
        wire = await Wire.open(address, deaf=deaf)
        wires.append(wire)
        return wire

    yield connect
    for wire in wires:
        wire.cut()


@pytest.fixture
async def join(connect: Connect) -> Join:
    """Open connections that are welcome and have seen what the stream begins with."""

    async def join(server: Server | str, name: str | None, **hello: object) -> Wire:
        wire = await connect(server)
        answer = await wire.hello(name, **hello)
        assert answer["type"] == "welcome", answer
        if "cursor" not in hello:
            await wire.expect("upto")
        return wire

    return join


class Operate(Protocol):
    """The type of the fixture `operate`."""

    async def __call__(self, server: Server) -> Wire:
        """Come in by the control socket; the connection is cut after the test."""


@pytest.fixture
async def operate(serve: Serve) -> AsyncIterator[Operate]:
    """Come in as who has a shell on the server's computer, and may do everything."""
    wires: list[Wire] = []

    async def operate(server: Server) -> Wire:
        wire = await Wire.open_control(server._settings.data)
        wires.append(wire)
        assert (await wire.hello(None))["type"] == "welcome"
        await wire.expect("upto")
        return wire

    yield operate
    for wire in wires:
        wire.cut()


class Process:
    """``python -m asynchat.server`` as a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log
        self.address = ""

    @classmethod
    async def start(
        cls,
        data: Path,
        *arguments: str,
        port: int = 0,
        into: Sequence[str] = (),
        **settings: object,
    ) -> Process:
        """Start it and return at once; `listening` waits until it accepts connections.

        ``into`` is a command that runs it, in the same process.
        """
        environment = dict(os.environ)
        for name, value in {**FAST, **settings, "port": port}.items():
            environment[f"ASYNCHAT_{name.upper()}"] = str(value)
        log = data.parent / f"{data.name}.log"
        with log.open("ab") as errors:
            process = await asyncio.create_subprocess_exec(
                *into,
                sys.executable,
                "-m",
                "asynchat.server",
                "--data",
                str(data),
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                env=environment,
            )
        return cls(process, log)

    async def listening(self) -> str:
        """Wait until it says where it listens; return its address."""
        assert self._process.stdout is not None
        async with asyncio.timeout(DEADLINE_S):
            said = (await self._process.stdout.readline()).decode()
        match = re.fullmatch(r"listening on (\S+)\n", said)
        assert match, (said, self.log())
        self.address = match[1]
        return self.address

    def log(self) -> str:
        """Return what it wrote to standard error."""
        return self._log.read_text("utf-8")

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    async def ended(self) -> int:
        """Wait until it ends; return its exit status."""
        async with asyncio.timeout(DEADLINE_S):
            status = await self._process.wait()
        # It is the transport's own turn to close the pipe.
        await asyncio.sleep(0)
        return status

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal and wait until it ends; return its exit status."""
        self.send_signal(number)
        return await self.ended()

    async def put_down(self) -> None:
        """Kill it, if it still runs."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self.ended()


class StartProcess(Protocol):
    """The type of the fixture `start_process`."""

    async def __call__(
        self, *arguments: str, data: Path | None = None, port: int = 0, **settings: object
    ) -> Process:
        """Start a server's process; it is killed after the test if it still runs."""


@pytest.fixture
async def start_process(tmp_path: Path, tls: bool) -> AsyncIterator[StartProcess]:
    """Start processes that serve, and put them down after the test."""
    started: list[Process] = []

    async def start_process(
        *arguments: str, data: Path | None = None, port: int = 0, **settings: object
    ) -> Process:
        process = await Process.start(
            data or tmp_path / "data",
            *arguments,
            port=port,
            into=(),
            **{"tls": tls, **settings},
        )
        started.append(process)
        return process

    yield start_process
    for process in started:
        await process.put_down()
