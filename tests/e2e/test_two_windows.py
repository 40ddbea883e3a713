from __future__ import annotations

import asyncio
import shutil
import signal
from typing import TYPE_CHECKING

import pytest

from asynchat.link.client import Client
from asynchat.link.notices import Arrived
from asynchat.messages import Said
from tests.e2e.windows import DEADLINE_S, Window

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
