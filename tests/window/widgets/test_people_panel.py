from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.look.palettes import LIGHT
from asynchat.window.presenters.people import Profile
from asynchat.window.presenters.sidebar import Row
from asynchat.window.widgets.people_panel import PeoplePanel, ProfilePanel

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window

ROWS = (Row("person", "a", "ada (you)", state="online"), Row("person", "b", "ben", state="away"))


async def test_people_are_found_by_typing(
    root: tk.Tk, look: Look, until: Until, press: Press
) -> None:
    """What is typed narrows the list, Enter takes the first, and the arrow leads into it."""
    chosen: list[str] = []
    panel = PeoplePanel(
        root,
        look,
        "People of #zoo",
        on_choose=lambda row: chosen.append(row.key),
        on_menu=lambda *_: None,
        on_invite=lambda: chosen.append("invite"),
    )
    panel.show(ROWS)
    panel.open(panel.entry)
    await until(lambda: panel.focus_get() is panel.entry)
    await press(panel.entry, "b", "e")
    assert [row.key for row in panel.list.rows] == ["b"]
    await press(panel.entry, "Return")
    assert chosen == ["b"]
    await press(panel.entry, "x", "Return")
    assert chosen == ["b"]
    panel.show(ROWS)
    await press(panel.entry, "BackSpace", "Down")
    await until(lambda: panel.focus_get() is panel.list.canvas)
    look.use(LIGHT)
    panel.close()


@pytest.mark.parametrize("presence", ["online", "away", "offline"])
async def test_a_card_leads_to_a_message(
    root: tk.Tk, look: Look, until: Until, presence: str
) -> None:
    """The card says who it is, and its button closes it and writes."""
    called: list[str] = []
    shown = Profile("b", "ben", presence, presence, ("since 09:05",), is_me=False)
    panel = ProfilePanel(root, look, shown, on_message=lambda: called.append("message"))
    panel.open(panel.first)
    await until(panel.winfo_viewable)
    assert panel.texts == ("ben", presence, "since 09:05")
    panel.first.invoke()
    assert called == ["message"]
    assert not panel.winfo_exists()


async def test_ones_own_card_has_nobody_to_write_to(root: tk.Tk, look: Look, until: Until) -> None:
    """On one's own card there is only the way out."""
    shown = Profile("a", "ada", "online", "online (you)", (), is_me=True)
    panel = ProfilePanel(root, look, shown, on_message=lambda: None)
    panel.open(panel.first)
    await until(panel.winfo_viewable)
    assert str(panel.first.cget("text")) == "Close"
    panel.first.invoke()
    assert not panel.winfo_exists()
