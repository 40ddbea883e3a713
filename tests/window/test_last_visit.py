"""The window before the network answers: yesterday's conversation, and how it goes on."""

from __future__ import annotations

import signal
import tkinter as tk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.link.client import Client
from asynchat.window.app import App
from asynchat.window.look.palettes import DARK
from asynchat.window.preferences import PreferenceFile, Preferences

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from asynchat.tasks import Tasks
    from tests.plugins.waiting import Until
    from tests.serving import Serve, StartProcess

pytest_plugins = ["tests.serving"]
pytestmark = pytest.mark.window

CHOSEN = Preferences(theme="dark")


@pytest.fixture
async def open_window(
    display: str, tmp_path: Path, tasks: Tasks
) -> AsyncIterator[Callable[..., Awaitable[App]]]:
    """Return what opens windows of one person, each after the one before was closed."""
    apps: list[App] = []

    async def close() -> None:
        for app in apps:
            app.ask_to_close()
            await app.end()
        apps.clear()

    async def open_window(address: str, room: str | None = None) -> App:
        await close()
        data = tmp_path / "window"
        app = App(tk.Tk(), DARK, host=None, data=data, file=PreferenceFile(data), chosen=CHOSEN)
        apps.append(app)
        shown = app.run(address=address, name="ada", room=room, hosting=False)
        tasks.spawn(shown, name="window")
        return app

    yield open_window
    await close()


def shown(app: App) -> str:
    """Return what the transcript shows."""
    return "" if app.chat is None else app.chat.screen.transcript.shown


def status(app: App) -> str:
    """Return what the status bar says of the connection."""
    return "" if app.chat is None else app.chat.session.status().text


def port_of(address: str) -> int:
    """Return the port of an address, to serve there again."""
    return int(address.partition("?")[0].rsplit(":", 1)[1])


async def test_the_window_opens_with_yesterday_and_goes_on(
    open_window: Any, start_process: StartProcess, tmp_path: Path, until: Until
) -> None:
    """Offline the rooms and what was said are there, with why there is no connection and when the
    next try is; what is written waits, also over a restart; when the server is back what was
    missed and what was written follow, once each.
    """
    server = await start_process()
    address = await server.listening()
    app = await open_window(address)
    await until(lambda: status(app).startswith("connected"))
    await app.chat.session.create("dev", topic="code")
    app.chat.session.show("lobby")
    async with Client(address, name="ben", data=tmp_path / "ben") as ben:
        for number in range(3):
            await ben.send("lobby", f"said {number}")
        await until(lambda: "said 2" in shown(app))
        app.chat.session.post("mine")
        await until(lambda: not app.chat.session.client.outbox)
        await app.end()
        await ben.send("lobby", "missed")
    await server.stop(signal.SIGKILL)

    app = await open_window(address)
    await until(lambda: "mine" in shown(app))
    assert all(f"said {number}" in shown(app) for number in range(3))
    assert [row.key for row in app.chat.session.rows() if row.kind == "room"] == ["lobby", "dev"]
    await until(lambda: "nobody listens there, next try" in status(app))
    app.chat.screen.composer.insert("written offline")
    app.chat.send()
    await until(lambda: "written offline" in shown(app))
    assert "1 message not sent yet" in status(app)

    app = await open_window(address)
    await until(lambda: "written offline" in shown(app) and "said 0" in shown(app))
    assert [entry.text for entry in app.chat.session.client.outbox] == ["written offline"]
    await (await start_process(port=port_of(address))).listening()
    app.chat.session.client.retry_now()
    await until(lambda: "missed" in shown(app) and not app.chat.session.client.outbox)
    await until(lambda: status(app).startswith("connected"))
    for text in ("said 0", "said 1", "said 2", "mine", "missed", "written offline"):
        assert shown(app).count(text) == 1, text
    assert app.banner.winfo_ismapped() == 0


async def test_another_server_s_window_does_not_show_it(
    open_window: Any, serve: Serve, tmp_path: Path, until: Until
) -> None:
    """Where another server answers, that is said, and what was shown goes."""
    server = await serve(data=tmp_path / "one")
    address = server.address
    app = await open_window(address)
    await until(lambda: status(app).startswith("connected"))
    app.chat.session.post("at one")
    await until(lambda: not app.chat.session.client.outbox)
    await app.end()
    await serve.stop(server)
    await serve(data=tmp_path / "two", port=port_of(address))
    app = await open_window(address)
    await until(lambda: app.chat is not None and app.banner.text)
    assert app.banner.text.startswith("Another server answers at this address now.")
    await until(lambda: "at one" not in shown(app) and status(app).startswith("connected"))


async def test_a_file_that_is_damaged_is_said(
    open_window: Any, serve: Serve, tmp_path: Path, until: Until
) -> None:
    """A damaged file is put aside, and the window opens as on a first visit."""
    server = await serve()
    app = await open_window(server.address)
    await until(lambda: status(app).startswith("connected"))
    app.chat.session.post("one")
    await until(lambda: not app.chat.session.client.outbox)
    await app.end()
    (path,) = (tmp_path / "window" / "outbox").glob("*/outbox.db")
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    app = await open_window(server.address)
    await until(lambda: "one" in shown(app))
    await until(app.banner.winfo_ismapped)
    warning = app.chat.session.client.warning
    assert warning is not None
    assert "put aside as" in warning
    assert list(path.parent.glob("damaged-*.db"))
