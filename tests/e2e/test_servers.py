"""Several servers in one window, at its keys."""

from __future__ import annotations

import asyncio
import shutil
import signal
from typing import TYPE_CHECKING

import msgspec
import pytest

from asynchat.link.client import Client
from tests.e2e.windows import DEADLINE_S, Window, xdotool

if TYPE_CHECKING:
    from pathlib import Path

    from tests.plugins.waiting import Until
    from tests.serving import StartProcess

pytest_plugins = ["tests.serving"]
pytestmark = [
    pytest.mark.window,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("xdotool") is None, reason="there is no xdotool"),
]


async def enter(window: Window, text: str) -> None:
    """Type a text, and press Enter."""
    await window.type(text)
    await window.keys("Return")


async def go_to_cats(window: Window) -> None:
    """Go to the second server's second room: it comes a moment after the first is on the screen."""
    async with asyncio.timeout(DEADLINE_S):
        while await window.title() != "asynchat — #cats":
            await window.keys("alt+2", "ctrl+2")
            await asyncio.sleep(0.05)


async def test_two_servers_in_one_window_by_keys_alone(
    display: str, start_process: StartProcess, tmp_path: Path, until: Until
) -> None:
    """One is added, one is killed while on the other is chatted, and both come back."""
    one = await start_process(data=tmp_path / "one")
    two = await start_process(data=tmp_path / "two")
    await one.listening()
    await two.listening()
    data = tmp_path / "ada"
    async with (
        Client(one.address, name="ben", data=tmp_path / "ben") as first,
        Client(two.address, name="cat", data=tmp_path / "cat") as second,
    ):
        await second.create("cats")
        window = await Window.open(data, one.address, "--name", "ada")
        try:
            await window.titled("#lobby")
            await window.front()
            await enter(window, "/server")
            async with asyncio.timeout(DEADLINE_S):
                while "Add a server" not in await xdotool("getwindowfocus", "getwindowname"):
                    await asyncio.sleep(0.05)
            await enter(window, two.address)
            await until(lambda: second.online("lobby") == 2, DEADLINE_S)
            await window.in_front()
            await enter(window, "/join cats")
            await window.titled("#cats")
            await first.send("lobby", "while you are there")
            await window.titled("(1) asynchat — #cats")
            await window.keys("alt+1")
            await window.titled("asynchat — #lobby")
            await two.stop(signal.SIGKILL)
            await enter(window, "still here")
            await until(lambda: first.unread["lobby"].unread, DEADLINE_S)
            await window.keys("ctrl+q")
            async with asyncio.timeout(DEADLINE_S):
                assert await window.process.wait() == 0
        finally:
            await window.end()
        kept = msgspec.json.decode((data / "window.json").read_bytes())["servers"]
        assert [each["address"] for each in kept] == [one.address, two.address]
        window = await Window.open(data, one.address)
        try:
            await window.titled("#lobby")
            await window.front()
            await go_to_cats(window)
            await window.keys("alt+1")
            await window.titled("asynchat — #lobby")
            await enter(window, "back again")
            await until(lambda: first.unread["lobby"].unread > 1, DEADLINE_S)
        finally:
            await window.end()
