from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from asynchat.link.client import Client
from asynchat.link.notices import Arrived
from asynchat.messages import Said

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from asynchat.link.notices import Notice
    from tests.plugins.waiting import Until
    from tests.serving import Serve

pytest_plugins = ["tests.serving"]
pytestmark = [
    pytest.mark.window,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("xdotool") is None, reason="there is no xdotool"),
]

DEADLINE_S = 30


async def xdotool(*arguments: str) -> str:
    """Press keys and ask about windows as a person at this screen would."""
    process = await asyncio.create_subprocess_exec(
        "xdotool",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    async with asyncio.timeout(DEADLINE_S):
        output, _ = await process.communicate()
    return output.decode().strip()


async def shown() -> set[str]:
    """Return the windows of asynchat that are on the screen."""
    return set((await xdotool("search", "--onlyvisible", "--name", "asynchat")).split())


class Window:
    """``asynchat-client`` as a process of its own, and the keys pressed in its window."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self.process = process
        self._log = log
        self._id = ""

    @classmethod
    async def open(cls, data: Path) -> Window:
        """Start the client with nothing given on its command line but where its data is."""
        before = await shown()
        log = data.with_suffix(".log")
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "asynchat.client",
                "--data",
                str(data),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=os.environ | {"ASYNCHAT_THEME": "dark"},
            )
        window = cls(process, log)
        async with asyncio.timeout(DEADLINE_S):
            while not (new := await shown() - before):
                assert process.returncode is None, window.log
                await asyncio.sleep(0.05)
        window._id = new.pop()
        return window

    @property
    def log(self) -> str:
        """What it wrote to its standard outputs."""
        return self._log.read_text()

    async def title(self) -> str:
        """Return the window's title."""
        return await xdotool("getwindowname", self._id)

    async def titled(self, part: str) -> None:
        """Wait until something is in the title."""
        async with asyncio.timeout(DEADLINE_S):
            while part not in await self.title():
                await asyncio.sleep(0.05)

    async def front(self) -> None:
        """Bring the window to the front, so that keys go there."""
        await xdotool("windowactivate", "--sync", self._id)

    async def keys(self, *keys: str) -> None:
        """Press keys."""
        await xdotool("key", "--delay", "15", *keys)

    async def type(self, text: str) -> None:
        """Type a text of plain ASCII."""
        await xdotool("type", "--delay", "15", text)

    async def end(self) -> None:
        """Make sure that it is gone."""
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


@pytest.fixture
async def windows(display: str, tmp_path: Path) -> AsyncIterator[tuple[Window, Window]]:
    opened = [await Window.open(tmp_path / name) for name in ("first", "second")]
    yield opened[0], opened[1]
    for window in opened:
        await window.end()


async def test_two_windows_talk(
    windows: tuple[Window, Window], serve: Serve, tmp_path: Path, until: Until
) -> None:
    """Two people start the program, connect by the first screen and write to one another.

    Everything is done by keys; one leaves with Ctrl+Q and one by a signal, both politely.
    """
    server = await serve()
    names = ("ada", "ben")
    async with Client(server.address, name="watcher", data=tmp_path / "watcher") as watcher:
        said: list[tuple[str, str]] = []

        def listen(notice: Notice) -> None:
            if isinstance(notice, Arrived) and isinstance(notice.event, Said):
                said.append((notice.event.sender, notice.event.text))

        watcher.subscribe(listen)
        for window, name in zip(windows, names, strict=True):
            await window.front()
            # The name has the focus: the address is above it.
            await window.keys("shift+Tab", "ctrl+a")
            await window.type(server.address)
            await window.keys("Tab", "ctrl+a")
            await window.type(name)
            await window.keys("Return")
            await window.titled("#lobby")
        await until(lambda: watcher.online("lobby") == 3, DEADLINE_S)

        for window, text in zip(windows, ("hello from ada", "hello from ben"), strict=True):
            await window.front()
            await window.type(text)
            await window.keys("Return")
            await until(lambda: any(text == words for _, words in said), DEADLINE_S)  # noqa: B023
        assert said[-2:] == [("ada", "hello from ada"), ("ben", "hello from ben")]
        # The one behind has not seen what was said last; its title says so.
        await windows[0].titled("(1) asynchat")
        await windows[0].front()
        await windows[0].titled("asynchat — #lobby")

        await windows[0].keys("ctrl+q")
        windows[1].process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(DEADLINE_S):
            assert await windows[0].process.wait() == 0, windows[0].log
            assert await windows[1].process.wait() == 0, windows[1].log
        await until(lambda: watcher.online("lobby") == 1, DEADLINE_S)
    for window in windows:
        assert "Traceback" not in window.log
