from __future__ import annotations

import asyncio
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from asynchat.link.client import Client
from tests.e2e.windows import DEADLINE_S, Window

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.desktop import Service
    from tests.plugins.waiting import Until
    from tests.serving import Serve

pytest_plugins = ["tests.serving", "tests.desktop"]
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


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a player of sounds first on the path; return the file that it writes to."""
    folder = tmp_path / "bin"
    folder.mkdir()
    file = tmp_path / "played"
    player = folder / "pw-play"
    player.write_text(f'#!/bin/sh\necho "$@" >>"{file}"\n')
    player.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return file


async def test_the_desktop_tells_of_a_mention_and_a_click_leads_there(  # noqa: PLR0917 - fixtures
    display: str, ben: Client, service: Service, played: Path, tmp_path: Path, until: Until
) -> None:
    """A mention behind another window is seen and heard once, and a click brings it to view."""
    await ben.create("zoo")
    window = await Window.open(tmp_path / "ada", ben.address, "--name", "ada")
    try:
        await window.titled("#lobby")
        await ben.invite("zoo", "ada")
        await until(lambda: ben.rooms["zoo"].members == 2, DEADLINE_S)
        await window.front()
        await window.keys("ctrl+1")
        await window.minimise()
        await ben.send("zoo", "not for anybody")
        await ben.send("zoo", "@ada <b>look</b> & see")
        await until(lambda: service.sent, DEADLINE_S)
        assert service.titles == ["ben in #zoo"]
        assert service.sent[0]["body"] == "@ada &lt;b&gt;look&lt;/b&gt; &amp; see"
        await until(lambda: played.exists() and played.read_text(), DEADLINE_S)
        assert played.read_text().count("message.wav") == 1
        await service.click("ben in #zoo")
        await window.titled("asynchat — #zoo")
        await window.in_front()
        await window.keys("ctrl+q")
        async with asyncio.timeout(DEADLINE_S):
            assert await window.process.wait() == 0, window.log
        assert "Traceback" not in window.log
    finally:
        await window.end()


async def test_a_window_without_a_desktop_goes_on(
    display: str, ben: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no bus and no player, mentions are in the title, and nothing is printed."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    await ben.create("zoo")
    window = await Window.open(tmp_path / "ada", ben.address, "--name", "ada")
    try:
        await window.titled("#lobby")
        await ben.invite("zoo", "ada")
        for number in range(3):
            await ben.send("zoo", f"@ada {number}")
        await window.titled("(3) asynchat")
        await window.front()
        await window.keys("ctrl+2")
        await window.titled("asynchat — #zoo")
        assert "WARNING" not in window.log
        assert "ERROR" not in window.log
        assert "Traceback" not in window.log
    finally:
        await window.end()
