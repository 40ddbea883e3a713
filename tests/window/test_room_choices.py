from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.errors import ChatError
from asynchat.link.client import Client
from asynchat.window.live_preferences import LivePreferences
from asynchat.window.preferences import PreferenceFile, Preferences
from asynchat.window.room_choices import RoomChoices
from asynchat.window.session import Session

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.tasks import Tasks
    from asynchat.window.failures import Failures
    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window

ADDRESS = "asynchat://127.0.0.1:1?tls=no"


@pytest.fixture
def live(tmp_path: Path, tasks: Tasks) -> LivePreferences:
    return LivePreferences(PreferenceFile(tmp_path), Preferences(), tasks, lambda _: None)


@pytest.fixture
def choices(  # noqa: PLR0917 - fixtures
    root: tk.Tk, look: Look, live: LivePreferences, tasks: Tasks, failures: Failures, tmp_path: Path
) -> RoomChoices:
    session = Session(Client(ADDRESS, name="ada", data=tmp_path), tasks=tasks, failures=failures)
    return RoomChoices(root, look, session, live, failures)


def entries(menu: tk.Menu) -> list[str]:
    """Return the labels of a menu."""
    last: Any = menu.index("end")
    return [str(menu.entrycget(number, "label")) for number in range(last + 1)]


async def test_a_room_is_chosen_for_in_its_menu(
    root: tk.Tk, choices: RoomChoices, live: LivePreferences, tmp_path: Path
) -> None:
    """All, mentions or nothing: kept for this room of this server, and marked the next time."""
    menu = tk.Menu(root, tearoff=False)
    choices.add_to(menu, "zoo")
    assert entries(menu) == ["Notifications"]
    shown = menu.nametowidget(menu.entrycget(0, "menu"))
    assert entries(shown) == [
        "As in the settings (mentions)",
        "Every message",
        "Mentions and highlighted words",
        "Nothing",
    ]
    shown.invoke(3)
    assert live.now.notifications.rooms == {ADDRESS: {"zoo": "nothing"}}
    assert live.now.notifications.of_room(ADDRESS, "zoo") == "nothing"
    assert live.now.notifications.of_room(ADDRESS, "yard") is None
    again = tk.Menu(root, tearoff=False)
    choices.add_to(again, "zoo")
    shown = again.nametowidget(again.entrycget(0, "menu"))
    variable = shown.entrycget(0, "variable")
    assert root.getvar(str(variable)) == "nothing"
    await live.written()
    assert PreferenceFile(tmp_path).load() == (live.now, None)
    shown.invoke(0)
    assert live.now.notifications.rooms == {}
    await live.written()
    assert PreferenceFile(tmp_path).load() == (live.now, None)


async def test_a_room_is_chosen_for_by_a_command(
    choices: RoomChoices, live: LivePreferences
) -> None:
    """A word says what is wanted; another word is refused with those there are."""
    choices.choose("zoo", "Mentions ")
    choices.choose("yard", "all")
    choices.choose("zoo", "default")
    assert live.now.notifications.rooms == {ADDRESS: {"yard": "all"}}
    with pytest.raises(ChatError, match="all, mentions, nothing, default"):
        choices.choose("zoo", "loud")
    await live.written()


async def test_without_a_word_the_choices_are_offered(
    root: tk.Tk, choices: RoomChoices, live: LivePreferences, until: Until
) -> None:
    """They come as a menu, and its keys choose."""
    await until(root.winfo_viewable)
    choices.choose("zoo", "")
    (menu,) = (child for child in root.winfo_children() if isinstance(child, tk.Menu))
    await until(menu.winfo_viewable)
    menu.focus_force()
    await until(lambda: menu.focus_displayof() is menu)
    for key in ("Down", "Down", "Return"):
        menu.event_generate(f"<{key}>")
        menu.update_idletasks()
    await until(lambda: live.now.notifications.rooms == {ADDRESS: {"zoo": "all"}})
    await until(lambda: not root.winfo_children())
    await live.written()
