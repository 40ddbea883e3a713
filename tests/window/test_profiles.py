from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pytest
from PIL import Image

from asynchat.link.client import Client
from asynchat.window.live_preferences import LivePreferences
from asynchat.window.picking import Picking
from asynchat.window.preferences import PreferenceFile, Preferences
from asynchat.window.profiles import Profiles
from asynchat.window.session import Session
from asynchat.window.widgets.dialog import Dialog
from asynchat.window.widgets.file_picker import FilePicker
from asynchat.window.widgets.people_panel import ProfilePanel
from asynchat.window.widgets.profile_dialog import ProfileDialog

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import AsyncIterator
    from pathlib import Path

    from asynchat.messages import Presence
    from asynchat.server import Server
    from asynchat.tasks import Tasks
    from asynchat.window.failures import Failures
    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.serving import Serve
    from tests.window.conftest import Press

pytest_plugins = ["tests.serving"]
pytestmark = pytest.mark.window

T = TypeVar("T")


@pytest.fixture
async def server(serve: Serve) -> Server:
    return await serve()


@pytest.fixture
async def ada(server: Server, tmp_path: Path) -> AsyncIterator[Client]:
    async with Client(server.address, name="ada", data=tmp_path / "ada") as client:
        yield client


@pytest.fixture
def said(failures: Failures) -> list[str]:
    found: list[str] = []
    failures.shown_by(lambda sentence, **_: found.append(sentence))
    return found


@pytest.fixture
def profiles(
    *,
    root: tk.Tk,
    look: Look,
    ada: Client,
    tasks: Tasks,
    failures: Failures,
    said: list[str],
    tmp_path: Path,
) -> Profiles:
    live = LivePreferences(PreferenceFile(tmp_path), Preferences(), tasks, said.append)
    session = Session(ada, tasks=tasks, failures=failures)
    picking = Picking(root, look, session.spawn)
    return Profiles(root, look, session, live, picking=picking, on_message=said.append)


async def opened(root: tk.Misc, until: Until, kind: type[T]) -> T:
    """Wait for a window of a kind, until it has the keys where it takes them; return it."""
    found = await until(
        lambda: [
            child
            for child in root.winfo_children()
            if isinstance(child, kind)
            and child.winfo_viewable()
            and (not isinstance(child, Dialog) or child.grab_status() == "local")
        ]
    )
    return found[0]


async def edited(root: tk.Misc, until: Until) -> ProfileDialog:
    """Wait for the dialog, until it has the keys."""
    dialog = await opened(root, until, ProfileDialog)
    await until(lambda: dialog.focus_displayof() is dialog.entries["status"])
    return dialog


def known(client: Client, account: str | None) -> Presence:
    """Return how somebody is known to be."""
    return next(one for one in client.members("lobby") if one.account == account)


async def test_ones_own_profile_is_changed_and_seen(
    *,
    root: tk.Tk,
    profiles: Profiles,
    ada: Client,
    server: Server,
    until: Until,
    press: Press,
    tmp_path: Path,
    said: list[str],
) -> None:
    """What is typed comes to the others, with the picture of the file; the card shows it."""
    path = tmp_path / "me.png"
    Image.new("RGB", (300, 200), "#c4445a").save(path)
    async with Client(server.address, name="ben", data=tmp_path / "ben") as ben:
        profiles.edit()
        dialog = await edited(root, until)
        dialog.entries["name"].insert("end", "2")
        dialog.entries["display"].insert(0, "Ada L.")
        dialog.entries["status"].insert(0, "in the garden")
        dialog.entries["zone"].insert(0, "Europe/Berlin")
        dialog.pick.invoke()
        picker = await opened(dialog, until, FilePicker)
        picker.name.insert(0, str(path))
        await press(picker.name, "Return")
        await until(lambda: dialog.entries["picture"].get() == str(path))
        await press(dialog.entries["picture"], "Return")
        await until(lambda: known(ben, ada.account).picture)
        assert (known(ben, ada.account).name, ada.name) == ("ada2", "ada2")
        profiles.show(ada.account or "")
        panel = await opened(root, until, ProfilePanel)
        title, state, name, status, there = panel.texts[:5]
        assert (title, state, name, status) == (
            "Ada L.",
            "online (you)",
            "@ada2",
            "in the garden",
        )
        assert there.endswith(" there (Europe/Berlin)")
        assert panel._given is not None
        panel.first.invoke()
        again = await edited(root, until)
        again.without.invoke()
        await press(again.entries["status"], "Return")
        await until(lambda: not known(ben, ada.account).picture)
        profiles.show(ben.account or "")
        panel = await opened(root, until, ProfilePanel)
        panel.first.invoke()
        assert said == [ben.account]


async def test_a_picture_that_is_none_is_told(
    root: tk.Tk, profiles: Profiles, until: Until, press: Press, said: list[str]
) -> None:
    """Nothing is changed, and a sentence says why; Escape changes nothing either."""
    profiles.edit()
    dialog = await edited(root, until)
    dialog.entries["picture"].insert(0, "/nowhere/me.png")
    await press(dialog.entries["picture"], "Return")
    await until(lambda: said == ["The picture cannot be read: No such file or directory."])
    profiles.edit()
    dialog = await edited(root, until)
    await press(dialog.entries["status"], "Escape")
    await until(lambda: not dialog.winfo_exists())
    profiles.show("nobody")
    await until(lambda: said[1:])


async def test_a_picture_that_cannot_be_shown_leaves_initials(
    root: tk.Tk, profiles: Profiles, server: Server, until: Until, tmp_path: Path
) -> None:
    """Whatever somebody else sent, their card opens."""
    async with Client(server.address, name="ben", data=tmp_path / "ben") as ben:
        await ben.set_profile(picture=b"GIF89a and no picture")
        profiles.show(ben.account or "")
        panel = await opened(root, until, ProfilePanel)
        assert panel._given is None
        panel.close()
