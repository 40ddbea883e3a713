from __future__ import annotations

import asyncio
import tkinter as tk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.app import App
from asynchat.window.look.palettes import DARK
from asynchat.window.preferences import PreferenceFile, Preferences
from asynchat.window.widgets.server_dialog import ServerDialog

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.server import Server
    from tests.plugins.waiting import Until
    from tests.serving import Serve

pytest_plugins = ["tests.serving"]
pytestmark = pytest.mark.window


@pytest.fixture
async def server(serve: Serve) -> Server:
    return await serve()


async def test_a_dialog_that_is_closed_ends_what_was_tried(
    display: str, tmp_path: Path, until: Until, server: Server, unused_tcp_port: int
) -> None:
    """A server that does not answer is tried until the dialog goes; the other stays as it is."""
    data = tmp_path / "window"
    chosen = Preferences(theme="dark")
    app: Any = App(tk.Tk(), DARK, host=None, data=data, file=PreferenceFile(data), chosen=chosen)
    async with asyncio.TaskGroup() as group:
        group.create_task(app.run(address=server.address, name="ada", room=None, hosting=False))
        await until(lambda: app.chat is not None)
        app.chat.commands.do("add-server")

        def found() -> list[Any]:
            return [one for one in app.root.winfo_children() if isinstance(one, ServerDialog)]

        dialog = (await until(found))[0]
        dialog.form.address.insert(0, f"asynchat://127.0.0.1:{unused_tcp_port}?tls=no")
        dialog.form.ask()
        await until(lambda: "nobody listens there" in dialog.form.texts[1])
        dialog.resolve(None)
        await until(lambda: not dialog.winfo_exists())
        await until(lambda: not app.adding.asking)
        assert len(app.servers.all) == 1
        assert app.chat.session.client.connection.phase == "online"
        app.ask_to_close()
    await app.end()
