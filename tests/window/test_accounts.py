"""The account in the whole window, by its keys and commands, against a real server."""

from __future__ import annotations

import asyncio
import tkinter as tk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.config import left_owner_code
from asynchat.errors import ChatError
from asynchat.link.client import Client
from asynchat.window.app import App
from asynchat.window.look.palettes import DARK
from asynchat.window.preferences import PreferenceFile
from asynchat.window.presenters.commands import Given
from asynchat.window.widgets.account_panel import AccountPanel
from asynchat.window.widgets.copy_dialog import CopyDialog
from asynchat.window.widgets.form import Form
from asynchat.window.widgets.items_panel import ItemsPanel
from asynchat.window.widgets.people_panel import ProfilePanel
from tests.window.test_profiles import opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from asynchat.server import Server
    from asynchat.tasks import Tasks
    from tests.plugins.waiting import Until
    from tests.serving import Serve
    from tests.window.conftest import Press

pytest_plugins = ["tests.serving"]
pytestmark = pytest.mark.window

PASSWORD = "correct horse"


@pytest.fixture
async def server(serve: Serve) -> Server:
    return await serve(failed_login_delay_s=0.2)


@pytest.fixture
async def enter(
    display: str, server: Server, tmp_path: Path, until: Until, tasks: Tasks
) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    """Return what opens the window of somebody who is in."""
    apps: list[App] = []

    async def enter(name: str = "ada", **given: Any) -> Any:
        data = tmp_path / name
        if given:
            async with Client(server.address, name=name, data=data, **given):
                pass
        app = App(tk.Tk(), DARK, host=None, data=data, file=PreferenceFile(data / "window"))
        app.root.geometry("900x600+0+0")
        apps.append(app)
        shown = app.run(address=server.address, name=name, room=None, hosting=False)
        tasks.spawn(shown, name="window")
        await until(lambda: app.chat is not None and app.chat.session.online)
        await until(lambda: app.chat is not None and app.chat.session.people())
        return app

    yield enter
    for app in apps:
        app.ask_to_close()
        await app.end()


@pytest.fixture
async def owner(enter: Any, tmp_path: Path, server: Server) -> Any:
    return await enter("ada", code=left_owner_code(tmp_path / "data"))


def fill(form: Any, **given: str) -> None:
    for name, text in given.items():
        form.entries[name].delete(0, "end")
        form.entries[name].insert(0, text)


async def say(app: Any, line: str, press: Press) -> None:
    """Type a line into the composer, and send it."""
    app.chat.screen.composer.insert(line)
    await press(app.chat.screen.composer.text, "Return")


async def form_of(app: Any, until: Until) -> Any:
    return await opened(app.root, until, Form)


async def test_a_guest_registers_and_signs_in_elsewhere(
    enter: Any, until: Until, press: Press, server: Server, tmp_path: Path
) -> None:
    """By a slash command; what differs is told at its field, and the password is kept nowhere."""
    app = await enter("ada")
    await say(app, "/register", press)
    form = await form_of(app, until)
    fill(form, new=PASSWORD, again="battery staple")
    await press(form.entries["again"], "Return")
    await until(lambda: "two different" in form.problem)
    fill(form, new="short", again="short")
    await press(form.entries["again"], "Return")
    await until(lambda: "8 to 256" in form.problem)
    assert form.entries["new"].instate(["invalid"])
    fill(form, new=PASSWORD, again=PASSWORD)
    await press(form.entries["again"], "Return")
    await until(lambda: not form.winfo_exists())
    await until(lambda: "your name is yours" in app.banner.text)
    async with Client(server.address, name="ada", data=tmp_path / "phone", password=PASSWORD) as it:
        assert it.account == app.chat.session.me
    kept = [path for path in (tmp_path / "ada").rglob("*") if path.is_file()]
    assert not [path for path in kept if PASSWORD.encode() in path.read_bytes()]


async def test_a_password_is_changed_by_who_knows_it(
    enter: Any, until: Until, press: Press, server: Server, tmp_path: Path
) -> None:
    """A wrong one is told at its field; who guesses sees the seconds count down.

    Other devices are signed out with it.
    """
    app = await enter("ada", password=PASSWORD, register=True)
    phone = Client(server.address, name="ada", data=tmp_path / "p", password=PASSWORD)
    await phone.start()
    app.chat.commands.do("password")
    form = await form_of(app, until)
    fill(form, old="battery staple", new="a new password", again="a new password")
    await press(form.entries["again"], "Return")
    await until(lambda: form.problem == "That is not your password.")
    assert form.entries["old"].instate(["invalid"])
    fill(form, old=PASSWORD)
    await press(form.entries["old"], "Return")
    await until(lambda: not form.winfo_exists() or "Again in" in form.problem)
    if form.winfo_exists():
        await until(lambda: "tried again now" in form.problem)
        await press(form.entries["old"], "Return")
    await until(lambda: "another password" in app.banner.text)
    await until(lambda: phone.connection.phase == "closed")
    await phone.close()


async def test_a_device_is_signed_out(
    enter: Any, until: Until, press: Press, server: Server, tmp_path: Path
) -> None:
    """The list has it with its name; then it is gone, and told so."""
    app = await enter("ada", password=PASSWORD, register=True)
    phone = Client(
        server.address, name="ada", data=tmp_path / "p", password=PASSWORD, device="phone"
    )
    async with phone:
        await say(app, "/devices", press)
        panel = await opened(app.root, until, ItemsPanel)
        assert [title for title, _ in panel.texts][1:] == ["phone"]
        (button,) = panel.buttons.values()
        await press(button, "Return")
        await until(lambda: len(panel.texts) == 1)
        await until(lambda: phone.connection.phase == "closed")
        assert "signed out" in str(phone.connection.reason)
    panel.close()


async def test_devices_and_invitations_go_by_their_numbers(
    owner: Any, until: Until, press: Press, server: Server, tmp_path: Path
) -> None:
    """Those that were shown: whoever came since has none yet."""
    app = owner
    await app.chat.session.client.set_password(PASSWORD)
    phone, tablet = (
        Client(server.address, name="ada", data=tmp_path / name, password=PASSWORD, device=name)
        for name in ("phone", "tablet")
    )
    async with phone:
        await say(app, "/revoke 2", press)
        await until(lambda: app.banner.text == "/devices shows which numbers there are.")
        await say(app, "/devices", press)
        panel = await opened(app.root, until, ItemsPanel)
        shown = [str(label.cget("text")) for label in panel._labels]
        assert shown[2] == "2. phone"
        panel.close()
        async with tablet:
            await say(app, "/revoke 2", press)
            await until(lambda: app.banner.text == "phone is signed out.")
            await until(lambda: phone.connection.phase == "closed")
            assert tablet.connection.phase == "online"
    await app.chat.session.client.make_invitation()
    await say(app, "/invitations", press)
    panel = await opened(app.root, until, ItemsPanel)
    panel.close()
    await say(app, "/uninvite one", press)
    await until(lambda: app.banner.text == "/invitations shows which numbers there are.")
    await say(app, "/uninvite 1", press)
    await until(lambda: app.banner.text == "The invitation is taken back.")
    assert await app.chat.session.client.invitations() == ()


async def test_an_owner_invites_and_takes_back(
    owner: Any, until: Until, press: Press, server: Server, tmp_path: Path
) -> None:
    """One paste lets a colleague in, as what was chosen and into the room; a click copies it."""
    app = owner
    assert app.chat.session.role == "owner"
    await app.chat.session.create("garden")
    await say(app, "/invitation 2", press)
    form = await form_of(app, until)
    assert (form.entries["uses"].get(), form.entries["room"].get()) == ("2", "garden")
    fill(form, room="nowhere")
    await press(form.entries["uses"], "Return")
    await until(lambda: form.problem)
    assert form.entries["room"].instate(["invalid"])
    fill(form, uses="none", room="garden")
    await press(form.entries["uses"], "Return")
    await until(lambda: "from 1 to" in form.problem)
    fill(form, uses="2")
    await press(form.entries["uses"], "Return")
    shown = await opened(app.root, until, CopyDialog)
    await press(shown.copy_button, "Return")
    address = app.root.clipboard_get()
    assert "code=" in address
    assert "nobody reaches from another one" in str(shown._text.cget("text"))
    shown.resolve(None)
    async with Client(address, name="ben", data=tmp_path / "ben") as ben:
        await until(lambda: "garden" in ben.rooms)
    app.chat.commands.do("invitations")
    panel = await opened(app.root, until, ItemsPanel)
    assert panel.texts[0][0] == "For 1 person, as member, into #garden"
    await press(panel.first, "Return")
    await until(lambda: not panel.texts)
    panel.more[0].invoke()
    form = await form_of(app, until)
    await press(form.entries["uses"], "Escape")
    await until(lambda: not form.winfo_exists())
    with pytest.raises(ChatError, match="used up or taken back"):
        async with Client(server.address, name="eve", data=tmp_path / "eve") as eve:
            await eve.redeem(address)


async def test_an_invitation_is_used_from_within(
    enter: Any, owner: Any, until: Until, press: Press
) -> None:
    """A whole invitation or its code, in the dialog or after the command; a wrong one is told."""
    address = await owner.chat.session.client.make_invitation(role="admin")
    app = await enter("ben")
    await say(app, "/redeem", press)
    form = await form_of(app, until)
    await press(form.entries["code"], "Return")
    await until(lambda: "Paste the invitation" in form.problem)
    fill(form, code="x" * 22)
    await press(form.entries["code"], "Return")
    await until(lambda: "no such invitation" in form.problem)
    fill(form, code=address)
    await press(form.entries["code"], "Return")
    await until(lambda: "invitation is used" in app.banner.text)
    await until(lambda: app.chat.session.role == "admin")
    code = (await owner.chat.session.client.make_invitation()).split("code=")[1]
    app.banner.hide()
    await say(app, f"/redeem {code}", press)
    await until(lambda: "invitation is used" in app.banner.text)


async def test_an_account_is_deleted_by_who_types_its_name(
    enter: Any, until: Until, press: Press, server: Server, tmp_path: Path
) -> None:
    """Its server leaves the window; what was said is deleted, too, if that is wished."""
    app = await enter("ada", password=PASSWORD, register=True)
    async with Client(server.address, name="ben", data=tmp_path / "ben") as ben:
        await app.chat.session.client.send("lobby", "regrettable")
        app.chat.commands.do("unregister")
        form = await form_of(app, until)
        fill(form, name="Ada", old=PASSWORD)
        await press(form.entries["name"], "Return")
        await until(lambda: "Type ada" in form.problem)
        fill(form, name="ada", old="battery staple")
        await press(form.entries["name"], "Return")
        await until(lambda: form.problem == "That is not your password.")
        await asyncio.sleep(0.25)  # as long as one has to wait after a wrong password
        fill(form, old=PASSWORD)
        await press(form.buttons["blank"][0], " ")
        app.chat.screen.composer.insert("a draft")
        await press(form.entries["name"], "Return")
        await until(lambda: app.connect_screen is not None)
        await until(lambda: "is deleted" in app.banner.text)
        assert app.preferences.now.servers == ()

        assert not any((tmp_path / "ada" / "identities").iterdir())
        left = [path for path in (tmp_path / "ada" / "outbox").rglob("*") if path.is_file()]
        assert [path.name for path in left] == ["lock"]
        drafts = tmp_path / "ada" / "drafts.json"
        assert not drafts.exists() or "a draft" not in drafts.read_text()

        async def said() -> list[str]:
            page = await ben.history("lobby")
            return [event.text for event in page.events if hasattr(event, "text")]

        async with asyncio.timeout(10):
            while "regrettable" in await said():
                await asyncio.sleep(0.02)


async def test_what_is_kept_of_a_deleted_account_may_stay(
    enter: Any, until: Until, press: Press, tmp_path: Path
) -> None:
    """Where the box for it is not ticked any more."""
    app = await enter("ada", password=PASSWORD, register=True)
    await app.chat.session.client.send("lobby", "worth keeping")
    app.chat.commands.do("unregister")
    form = await form_of(app, until)
    fill(form, name="ada", old=PASSWORD)
    await press(form.buttons["forget"][0], " ")
    await press(form.entries["name"], "Return")
    await until(lambda: app.connect_screen is not None)
    assert list((tmp_path / "ada" / "outbox").glob("*/outbox.db"))


async def test_the_account_is_where_one_looks_for_it(
    enter: Any, owner: Any, until: Until, press: Press
) -> None:
    """On one's own card and with Ctrl+K; only admins are offered to invite."""
    app = await enter("ben")
    commands = app.chat.commands
    commands.do("account")
    panel = await opened(app.root, until, AccountPanel)
    assert panel.texts[1].startswith("You are a guest")
    assert list(panel.buttons) == ["register", "devices", "redeem", "unregister"]
    panel.close()
    with pytest.raises(ChatError):
        commands.do("invitation")
    offered = {offer.row.key for offer in commands.offers()}
    assert {"account", "register", "redeem"} <= offered
    assert not {"invitation", "invitations", "password"} & offered
    offered = {offer.row.key for offer in owner.chat.commands.offers()}
    assert {"invitation", "invitations", "password"} <= offered
    owner.chat.commands.do("profile", Given(account=owner.chat.session.me))
    card = await opened(owner.root, until, ProfilePanel)
    await press(card.account, "Return")
    panel = await opened(owner.root, until, AccountPanel)
    assert panel.texts[1] == "You are the owner."
    await press(panel.buttons["devices"], "Return")
    listed = await opened(owner.root, until, ItemsPanel)
    assert len(listed.texts) == 1
    listed.close()
