"""The habits of `tests/window/test_habits.py` by a person's own keys, which go through the X server
and the window manager.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from asynchat.link.client import Client
from asynchat.link.notices import Arrived
from asynchat.link.timeline import Timeline
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
async def ben(serve: Serve, tmp_path: Path) -> AsyncIterator[Client]:
    server = await serve()
    async with Client(server.address, name="ben", data=tmp_path / "ben") as client:
        yield client


class Heard:
    """What is said in the lobby, as another one sees it."""

    def __init__(self, client: Client) -> None:
        self._timeline = Timeline("", "")
        client.subscribe(self._notice)

    @property
    def last(self) -> str:
        """The newest message, as it is now."""
        said = [line.text for line in self._timeline.lines if line.kind == "said"]
        return said[-1] if said else ""

    def _notice(self, notice: Notice) -> None:
        if isinstance(notice, Arrived) and notice.event.room == "lobby":
            self._timeline.take(notice.event)


async def test_hands_know_what_to_do(
    display: str, ben: Client, tmp_path: Path, until: Until
) -> None:
    """Lines, names, edits, rooms, searching, what is unread, and a window that was away."""
    heard = Heard(ben)
    await ben.create("zoo")
    window = await Window.open(tmp_path / "ada", ben.address, "--name", "ada")
    try:
        await window.titled("#lobby")
        await ben.invite("zoo", "ada")
        await until(lambda: ben.rooms["zoo"].members == 2, DEADLINE_S)
        await window.front()
        await window.in_front()
        await window.type("first")
        await window.keys("shift+Return")
        await window.type("second")
        await window.keys("Return")
        await until(lambda: heard.last == "first\nsecond", DEADLINE_S)
        await window.type("be")
        await window.keys("Tab")
        await window.type("hello :tad")
        await window.keys("Tab", "Return")
        await until(lambda: heard.last == "ben: hello 🎉", DEADLINE_S)
        await window.keys("Up", "ctrl+a")
        await window.type("goodbye")
        await window.keys("Return")
        await until(lambda: heard.last == "goodbye", DEADLINE_S)
        await window.keys("alt+Down")
        await window.titled("#zoo")
        await window.keys("ctrl+1")
        await window.titled("#lobby")
        await window.keys("ctrl+f")
        await window.type("in:lo")
        await window.keys("Tab")
        await window.type("second")
        await window.keys("Escape", "ctrl+plus", "ctrl+0", "Prior", "alt+End")
        # Away, it is unread; back, it is read.
        await window.minimise()
        await ben.send("lobby", "are you there?")
        await window.titled("(1) asynchat — #lobby")
        await window.front()
        await window.in_front()
        await window.titled("asynchat — #lobby")
        await window.keys("ctrl+Up", "alt+u")
        await window.titled("(1) asynchat — #lobby")
        await window.keys("Escape", "Escape")
        await window.titled("asynchat — #lobby")
        await window.type("yes")
        await window.keys("Return")
        await until(lambda: heard.last == "yes", DEADLINE_S)
    finally:
        await window.end()
    assert "Traceback" not in window.log
