from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.look.palettes import LIGHT
from asynchat.window.presenters.overview import TABS
from asynchat.window.presenters.tables import TableRow
from asynchat.window.widgets.server_view import ServerView

if TYPE_CHECKING:
    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window


class Heard:
    """What a view called back."""

    def __init__(self) -> None:
        self.tabs = 0
        self.acts: list[tuple[str, str | None]] = []

    def tab(self) -> None:
        self.tabs += 1

    def act(self, name: str, row: TableRow | None) -> None:
        self.acts.append((name, None if row is None else row.key))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def view(root: tk.Tk, look: Look, fill: Any, heard: Heard) -> ServerView:
    made = ServerView(root, look, on_tab=heard.tab, on_act=heard.act)
    await fill(made)
    return made


def rows(view: ServerView, *keys: str) -> list[TableRow]:
    return [TableRow(key, (key,) * len(view.tab.columns), (), f"all of {key}") for key in keys]


async def test_keys_go_from_tab_to_tab(view: ServerView, heard: Heard, press: Press) -> None:
    """Ctrl+Tab and back from the table, arrows on the tabs themselves, round and round."""
    tree = view.table.tree
    await press(tree, "Control-Tab")
    assert view.tab.name == "rooms"
    await press(view.table.tree, "Control-Prior")
    await press(view.table.tree, "Control-Prior")
    assert view.tab.name == TABS[-1].name
    await press(view.tabs["settings"], "Left")
    assert view.tab.name == TABS[-2].name
    await press(view.tabs["audit"], "Right", "Down")
    assert view.focus_get() is view.table.tree
    assert heard.tabs == 5
    view.tabs["bans"].invoke()
    assert view.tab.name == "bans"
    await press(view.table.tree, "F5")
    assert heard.tabs == 7


async def test_what_can_be_done_depends_on_what_is_chosen(
    view: ServerView, heard: Heard, press: Press, until: Until
) -> None:
    """Without a row only what is about none; with one its buttons, its key and its menu."""
    view.open("bans")
    assert view.acts == ("ban-new-address",)
    view.show(rows(view, "ben"))
    view.table.choose("ben")
    await until(lambda: view.acts == ("lift", "ban-new-address"))
    assert view._detail.cget("text") == "all of ben"
    await press(view.table.tree, "Delete")
    view.act("nothing")
    assert heard.acts == [("lift", "ben")]
    before = set(view.winfo_children())
    await press(view.table.tree, "Menu")
    (menu,) = set(view.winfo_children()) - before
    assert isinstance(menu, tk.Menu)
    assert [menu.entrycget(at, "label") for at in range(3)] == [
        "Lift it",
        "Ban an address …",
        "Sort by",
    ]
    menu.unpost()
    view.show([])
    await until(lambda: view.acts == ("ban-new-address",))
    assert view._nothing.winfo_manager() == "place"


async def test_a_search_is_told_once_it_is_typed(
    view: ServerView, heard: Heard, press: Press, until: Until
) -> None:
    """Not with every key; and only where there is something to search in."""
    assert view.searched == ""
    view.open("accounts")
    before = heard.tabs
    await press(view.search, *"ben")
    await until(lambda: heard.tabs == before + 1)
    assert view.searched == "ben"
    await press(view.search, "Down")
    assert view.focus_get() is view.table.tree
    view.search.insert("end", "x")
    view.open("rooms")
    assert view.searched == ""


async def test_tabs_and_buttons_take_as_many_rows_as_they_need(
    root: tk.Tk, look: Look, view: ServerView, until: Until
) -> None:
    """In a narrow window nothing is cut off, in any palette."""
    root.geometry("300x500")
    await until(lambda: view.winfo_width() <= 300)
    look.use(LIGHT)
    root.update_idletasks()
    await until(lambda: all(one.winfo_ismapped() for one in view.tabs.values()))
    for widget in (*view.tabs.values(), *view._acts.winfo_children()):
        assert widget.winfo_x() + widget.winfo_width() <= 300
    assert view._strip.winfo_height() > 2 * view.tabs["rooms"].winfo_height()


async def test_a_line_says_how_the_server_is(view: ServerView) -> None:
    """Emoji that Tk cannot draw, and line ends, do not get there."""
    view.say("1 connection\nforged")
    assert "\n" not in view.status
