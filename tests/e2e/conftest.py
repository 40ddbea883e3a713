"""Programs as people start them: real processes, pipes and terminals."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import socket
import struct
import subprocess
import sys
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from tests.plugins.waiting import Until

_END_TIMEOUT_S = 15
_ESCAPES = re.compile(rb"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[@-Z\\-_=>])")
_WHERE_IS_THE_CURSOR = b"\x1b[6n"
_IT_IS_HERE = b"\x1b[20;1R"


def free_port() -> int:
    """Return a port for a host of this test: somebody may be chatting at the usual one."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Program:
    """A running program, what it printed so far, and its input."""

    def __init__(self, process: subprocess.Popen[bytes], path: Path) -> None:
        self.process = process
        self._path = path

    @property
    def out(self) -> str:
        """Standard output so far."""
        return (self._path / "out").read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        """Standard error so far."""
        return (self._path / "err").read_text(encoding="utf-8")

    def write(self, text: str) -> None:
        """Write to its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def end_input(self) -> None:
        """Close its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    async def status(self) -> int:
        """Wait until it ends; return its exit status."""
        return await asyncio.to_thread(self.process.wait, _END_TIMEOUT_S)

    def end(self) -> None:
        """Kill it if it still runs."""
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Start(Protocol):
    """The type of the fixture `start`."""

    def __call__(
        self, *arguments: str, stdin: int | str = subprocess.DEVNULL, module: str = "client"
    ) -> Program:
        """Start a program of asynchat; a text is its whole standard input."""


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start clients and servers that see no display, and end them with the test."""
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("ASYNCHAT_PORT", str(free_port()))
    programs: list[Program] = []

    def start(
        *arguments: str, stdin: int | str = subprocess.DEVNULL, module: str = "client"
    ) -> Program:
        path = tmp_path / f"program-{len(programs)}"
        path.mkdir()
        with (path / "out").open("wb") as out, (path / "err").open("wb") as err:
            process = subprocess.Popen(
                [sys.executable, "-m", f"asynchat.{module}", *arguments],
                stdin=stdin if isinstance(stdin, int) else subprocess.PIPE,
                stdout=out,
                stderr=err,
            )
        programs.append(Program(process, path))
        if isinstance(stdin, str):
            programs[-1].write(stdin)
            programs[-1].end_input()
        return programs[-1]

    yield start
    for program in programs:
        program.end()


class Server:
    """``asynchat-server`` on a free port, which can be killed and started again there."""

    def __init__(self, start: Start, data: Path, until: Until) -> None:
        self.address = ""
        self._start = start
        self._data = data
        self._until = until
        self._port = "0"
        self.program: Program

    async def start(self) -> None:
        """Start it and wait until it listens."""
        program = self._start("--port", self._port, "--data", str(self._data), module="server")
        self.program = program
        line = await self._until(lambda: program.out if program.out.endswith("\n") else "")
        self.address = line.partition("\n")[0].removeprefix("listening on ")
        self._port = self.address.split(":")[-1].split("?")[0]


@pytest.fixture
async def server(start: Start, tmp_path: Path, until: Until) -> AsyncIterator[Server]:
    server = Server(start, tmp_path / "server", until)
    await server.start()
    yield server
    server.program.process.terminate()
    assert await server.program.status() == 0


class Terminal:
    """The client in a terminal of its own, 80 columns by 24 lines."""

    def __init__(self, *arguments: str, **environ: str) -> None:
        import fcntl
        import pty
        import termios

        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._raw = b""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "asynchat.client", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm-256color", **environ},
        )
        os.close(theirs)
        os.set_blocking(self._ours, False)

    @property
    def raw(self) -> bytes:
        """Everything written to the terminal so far."""
        with contextlib.suppress(BlockingIOError, OSError):
            while data := os.read(self._ours, 65536):
                self._raw += data
                # A terminal tells where its cursor is when it is asked.
                os.write(self._ours, _IT_IS_HERE * data.count(_WHERE_IS_THE_CURSOR))
        return self._raw

    @property
    def text(self) -> str:
        """The same without escape sequences."""
        return _ESCAPES.sub(b"", self.raw).decode(errors="replace").replace("\r", "")

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._ours, keys.encode())

    def end(self) -> None:
        """Kill the client if it still runs, and close the terminal."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._ours)


class OpenTerminal(Protocol):
    """The type of the fixture `terminal`."""

    def __call__(self, *arguments: str, **environ: str) -> Terminal:
        """Start a client in a terminal."""


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenTerminal]:
    """Start clients in terminals, and end them with the test."""
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("ASYNCHAT_PORT", str(free_port()))
    monkeypatch.delenv("NO_COLOR", raising=False)
    terminals: list[Terminal] = []

    def open_terminal(*arguments: str, **environ: str) -> Terminal:
        terminals.append(Terminal(*arguments, **environ))
        return terminals[-1]

    yield open_terminal
    for terminal in terminals:
        terminal.end()
