from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING

import pytest

from asynchat.link.client import Client
from asynchat.window.preferences import PreferenceFile, Preferences
from tests.e2e.windows import DEADLINE_S, Window

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.plugins.waiting import Until
    from tests.serving import Serve

pytest_plugins = ["tests.serving"]
pytestmark = [
    pytest.mark.window,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("xdotool") is None, reason="there is no xdotool"),
]


@pytest.fixture
async def ben(serve: Serve, tmp_path: Path) -> AsyncIterator[Client]:
    server = await serve()
    async with Client(server.address, name="ben", data=tmp_path / "ben") as client:
        yield client


async def test_rooms_are_a_key_away(
    display: str, ben: Client, tmp_path: Path, until: Until
) -> None:
    """Ctrl+K leads to a room, at first to the unread one, and the topic is typed in place.

    The keys are a person's: they go through the X server and the window manager.
    """
    await ben.create("zoo", topic="Animals")
    window = await Window.open(tmp_path / "ada", ben.address, "--name", "ada")
    try:
        await window.titled("#lobby")
        await ben.invite("zoo", "ada")
        await until(lambda: ben.rooms["zoo"].members == 2, DEADLINE_S)
        await window.front()
        await window.keys("ctrl+k")
        await window.type("zo")
        await window.keys("Return")
        await window.titled("#zoo")
        await ben.send("lobby", "hello")
        await window.titled("(1) asynchat")
        # openbox has Alt+Shift+Down for itself; what is unread is offered first, too.
        await window.keys("ctrl+k", "Return")
        await window.titled("asynchat — #lobby")
        await window.keys("ctrl+2")
        await window.titled("#zoo")
        await window.keys("ctrl+shift+t", "ctrl+a")
        await window.type("Beasts")
        await window.keys("Return")
        await until(lambda: ben.rooms["zoo"].topic == "Beasts", DEADLINE_S)
        await window.keys("ctrl+k")
        await window.type(">quit")
        await window.keys("Return")
        async with asyncio.timeout(DEADLINE_S):
            assert await window.process.wait() == 0, window.log
        assert "Traceback" not in window.log
    finally:
        await window.end()


async def test_a_window_comes_back_as_it_was_left(
    display: str, ben: Client, tmp_path: Path, until: Until
) -> None:
    """Theme, zoom, size and place are those of the last time."""
    data = tmp_path / "ada"

    def kept() -> Preferences:
        return PreferenceFile(data).load()[0]

    window = await Window.open(data, ben.address, "--name", "ada")
    try:
        await window.titled("#lobby")
        await window.front()
        await window.keys("ctrl+shift+l")
        await until(lambda: kept().theme in {"light", "dark"}, DEADLINE_S)
        await window.keys("ctrl+plus")
        await until(lambda: kept().zoom == 110, DEADLINE_S)
        await window.put(120, 90, 800, 600)
        await until(lambda: (place := kept().place) and place.width == 800, DEADLINE_S)
        before = await window.place()
        await window.keys("ctrl+q")
        async with asyncio.timeout(DEADLINE_S):
            assert await window.process.wait() == 0, window.log
    finally:
        await window.end()
    again = await Window.open(data, ben.address, "--name", "ada")
    try:
        await again.titled("#lobby")
        # Its number may be another.
        assert (await again.place()).split()[2:] == before.split()[2:]
    finally:
        await again.end()
