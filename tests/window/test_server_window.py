from __future__ import annotations

import asyncio
import tkinter as tk
from typing import TYPE_CHECKING

import pytest

from asynchat.link.client import Client
from asynchat.link.operator import Operator
from asynchat.window.look.palettes import DARK
from asynchat.window.preferences import Preferences
from asynchat.window.server_window import ServerWindow
from asynchat.window.widgets.dialog import Question
from tests.link.test_operator import dial_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from asynchat.server import Server
    from tests.plugins.waiting import Until
    from tests.serving import Serve, StartProcess

pytest_plugins = ["tests.serving"]
pytestmark = pytest.mark.window


@pytest.fixture
async def server(serve: Serve) -> Server:
    return await serve()


@pytest.fixture
def stop() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
async def window(display: str, server: Server, stop: asyncio.Event) -> AsyncIterator[ServerWindow]:
    operator = Operator(dial_of(server), address=server.public_address)
    await operator.start()
    made = ServerWindow(
        tk.Tk(),
        DARK,
        Preferences(),
        operator,
        others=lambda: server.others_connected(None),
        stop=stop,
    )
    yield made
    await made.end()
    await operator.close()


async def question(window: ServerWindow, until: Until) -> Question:
    """Wait for the question, and return it."""

    def there() -> list[Question]:
        found = [one for one in window.root.winfo_children() if isinstance(one, Question)]
        return [one for one in found if one.winfo_viewable()]

    await until(there)
    return there()[0]


async def test_it_shows_who_is_connected(
    server: Server, window: ServerWindow, until: Until, tmp_path: Path
) -> None:
    """The operator sees others come, and is none of them; zoom and palette change it, live."""
    async with Client(server.address, name="ben", data=tmp_path):
        table = window.overseeing.view.table
        await until(lambda: [row.cells[0] for row in table.rows] == ["ben"])
        window._zoom(1)
        window._toggle()
        assert not window.look.palette.is_dark
        assert window.look.scale.percent > 100


async def test_closing_asks_and_the_server_goes_on_meanwhile(
    server: Server, window: ServerWindow, stop: asyncio.Event, until: Until, tmp_path: Path
) -> None:
    """Escape goes on; the question stops nothing: somebody comes in while it is open."""
    window.ask_to_close()
    window.ask_to_close()
    asked = await question(window, until)
    async with Client(server.address, name="ben", data=tmp_path):
        asked.resolve(None)
        await until(lambda: not window._asking)
    assert not stop.is_set()
    window.ask_to_close()
    (await question(window, until)).resolve("stop")
    await asyncio.wait_for(stop.wait(), 10)


async def test_the_server_is_kept_without_the_window(
    window: ServerWindow, stop: asyncio.Event, until: Until
) -> None:
    """The window goes, asks nothing more, and what ends the server is a signal."""
    window.ask_to_close()
    (await question(window, until)).resolve("keep")
    await until(lambda: window.root.state() == "withdrawn")
    await until(lambda: not window.overseeing.asking)
    assert not stop.is_set()


async def test_the_command_opens_it_and_ends_with_a_signal(
    display: str, start_process: StartProcess, until: Until
) -> None:
    """The window comes in by the control socket; SIGTERM ends both, politely."""
    process = await start_process("--window")
    await process.listening()
    await until(lambda: "the server came from the control socket" in process.log())
    assert await process.stop() == 0
    assert process.log().rstrip().endswith("stopped")


async def test_without_a_display_the_command_says_so(
    monkeypatch: pytest.MonkeyPatch, start_process: StartProcess
) -> None:
    """One sentence and status 1: who asked for a window is not left with none."""
    monkeypatch.delenv("DISPLAY", raising=False)
    process = await start_process("--window")
    assert await process.ended() == 1
    assert "There is no display for the window" in process.log()
