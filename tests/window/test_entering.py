from __future__ import annotations

import asyncio
import tkinter as tk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.link.client import Client
from asynchat.window.app import App
from asynchat.window.look.palettes import DARK
from asynchat.window.preferences import PreferenceFile, Preferences
from asynchat.window.widgets.server_dialog import ServerDialog
from tests.window.test_servers import dialogs, ready, start

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.server import Server
    from tests.plugins.waiting import Until
    from tests.serving import Serve
    from tests.window.conftest import Press

pytest_plugins = ["tests.serving"]
pytestmark = pytest.mark.window
__all__ = ["start"]

PASSWORD = "correct horse"


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


def put(entry: Any, text: str) -> None:
    entry.delete(0, "end")
    entry.insert(0, text)


async def first_screen(start: Any, until: Until, address: str) -> Any:
    app = await start(address, None)
    await until(lambda: app.connect_screen is not None and app.connect_screen.winfo_viewable())
    put(app.connect_screen.name, "ada")
    return app


async def test_a_server_for_people_with_an_account_leads_to_one(
    *, start: Any, serve: Serve, until: Until, press: Press, tmp_path: Path
) -> None:
    """What is refused opens the next field; a password that is too short is told there."""
    server = await serve(access="registered")
    app = await first_screen(start, until, server.address)
    form = app.connect_screen
    await press(form.name, "Return")
    await until(lambda: "register, or sign in" in form.texts[0])
    await until(lambda: app.root.focus_displayof() is form.password)
    put(form.password, "short")
    put(form.again, "short")
    await press(form.again, "Return")
    await until(lambda: "8 to 256" in form.texts[0])
    put(form.password, PASSWORD)
    put(form.again, PASSWORD)
    await press(form.again, "Return")
    await until(lambda: ready(app))
    kept = [path for path in (tmp_path / "window").rglob("*") if path.is_file()]
    assert not [path for path in kept if PASSWORD.encode() in path.read_bytes()]


async def test_who_has_an_account_signs_in(
    *, start: Any, serve: Serve, until: Until, press: Press, tmp_path: Path
) -> None:
    """A wrong password leads back to its field; the next one waits for its turn by itself."""
    server = await serve(failed_login_delay_s=0.5)
    data = tmp_path / "elsewhere"
    async with Client(
        server.address, name="ada", data=data, password=PASSWORD, register=True
    ) as ada:
        app = await first_screen(start, until, server.address)
        form = app.connect_screen
        await press(form.name, "Return")
        await until(lambda: "If it is yours, sign in" in form.texts[0])
        assert form._suggest.winfo_manager()
        await press(form._account, "Return")
        await until(lambda: app.root.focus_displayof() is form.password)
        put(form.password, "battery staple")
        await press(form.password, "Return")
        await until(lambda: form.texts[0] == "The name or the password is wrong.")
        put(form.password, PASSWORD)
        await press(form.password, "Return")
        await until(lambda: ready(app))
        assert app.chat.session.me == ada.account


async def test_one_pasted_invitation_lets_a_colleague_in(
    *, start: Any, serve: Serve, until: Until, press: Press, tmp_path: Path
) -> None:
    """Without one it is said what is missing; the code is kept nowhere."""
    server = await serve(access="invited")
    code = (tmp_path / "data" / "owner-code").read_text().strip()
    async with Client(server.address, name="own", data=tmp_path / "own", code=code) as owner:
        address = await owner.make_invitation()
        app = await first_screen(start, until, server.address)
        form = app.connect_screen
        await press(form.name, "Return")
        await until(lambda: "Paste an invitation here" in form.texts[0])
        assert form.address.instate(["invalid"])
        put(form.address, address)
        await press(form.address, "Return")
        await until(lambda: ready(app))
        await until(lambda: app.preferences.now.servers)
        assert [known.address for known in app.preferences.now.servers] == [server.address]


async def test_who_was_signed_out_signs_in_where_the_chat_was(
    *, start: Any, serve: Serve, until: Until, press: Press, tmp_path: Path
) -> None:
    """The banner leads on, and so does F5; Escape leaves all as it was."""
    server = await serve(failed_login_delay_s=0.2)
    app = await first_screen(start, until, server.address)
    form = app.connect_screen
    form.come("register")
    put(form.password, PASSWORD)
    put(form.again, PASSWORD)
    await press(form.again, "Return")
    await until(lambda: ready(app))
    await app.chat.session.client.create("garden")
    await until(lambda: "garden" in app.chat.session.client.rooms)
    app.chat.commands.show("garden")
    async with Client(server.address, name="ada", data=tmp_path / "p", password=PASSWORD) as phone:
        for device in await phone.devices():
            if not device.mine:
                await phone.revoke(device.id)
    await until(lambda: "signed out" in app.banner.text)
    app.banner.lead.invoke()
    dialog = (await until(lambda: dialogs(app, ServerDialog)))[0]
    await until(lambda: dialog.grab_status() == "local")
    assert "signed out" in dialog.form.texts[0]
    dialog.resolve(None)
    await until(lambda: not dialog.winfo_exists())
    await press(app.chat.screen.composer.text, "F5")
    dialog = (await until(lambda: dialogs(app, ServerDialog)))[0]
    await until(lambda: app.root.focus_displayof() is dialog.form.password)
    # What is kept of the last visit lets nobody in.
    put(dialog.form.password, "battery staple")
    await press(dialog.form.password, "Return")
    await until(lambda: dialog.form.texts[0] == "The name or the password is wrong.")
    put(dialog.form.password, PASSWORD)
    await press(dialog.form.password, "Return")
    await until(lambda: not dialog.winfo_exists())
    await until(lambda: len(app.servers.all) == 1 and app.chat.session.online)
    assert app.chat.session.on_view == "garden"
    # The outbox is its own: the one before holds it no more.
    assert app.chat.session.client.warning is None
    app.chat.commands.do("sign-in")
    dialog = (await until(lambda: dialogs(app, ServerDialog)))[0]
    assert dialog.form.texts[0] == ""
    dialog.resolve(None)
    await until(lambda: not dialog.winfo_exists())
