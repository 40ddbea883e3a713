"""``asynchat-client`` in a window of a process of its own, and a person at its keys."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

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
    async def open(cls, data: Path, *arguments: str) -> Window:
        """Start the client with nothing given on its command line but where its data is.

        ``arguments`` are others, where some are to be given.
        """
        before = await shown()
        log = data.with_suffix(".log")
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "asynchat.client",
                "--data",
                str(data),
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=os.environ | ({} if arguments else {"ASYNCHAT_THEME": "dark"}),
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
        # It is active before the server sends keys there.
        await xdotool("windowfocus", "--sync", self._id)

    async def minimise(self) -> None:
        """Take the window away, into the taskbar."""
        await xdotool("windowminimize", "--sync", self._id)

    async def dialog(self, title: str) -> None:
        """Wait until keys would go to a window with something in its title."""
        async with asyncio.timeout(DEADLINE_S):
            # The window manager says that one is active before the server sends keys there.
            while title not in await xdotool("getwindowfocus", "getwindowname"):
                await asyncio.sleep(0.05)

    async def in_front(self) -> None:
        """Wait until keys would go to the window."""
        async with asyncio.timeout(DEADLINE_S):
            while await xdotool("getwindowfocus") != self._id:
                await asyncio.sleep(0.05)

    async def keys(self, *keys: str) -> None:
        """Press keys."""
        await xdotool("key", "--delay", "15", *keys)

    async def type(self, text: str) -> None:
        """Type a text of plain ASCII."""
        await xdotool("type", "--delay", "15", text)

    async def place(self) -> str:
        """Return where the window is and how large."""
        return await xdotool("getwindowgeometry", self._id)

    async def put(self, x: int, y: int, width: int, height: int) -> None:
        """Move the window as a person does."""
        await xdotool("windowsize", "--sync", self._id, str(width), str(height))
        await xdotool("windowmove", self._id, str(x), str(y))

    async def end(self) -> None:
        """Make sure that it is gone."""
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
