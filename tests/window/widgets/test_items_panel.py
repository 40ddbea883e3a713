from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.presenters.accounts import Item
from asynchat.window.widgets.items_panel import ItemsPanel

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window

ITEMS = (
    Item("a", "desk", "this one"),
    Item("b", "phone", "yesterday", "Sign out"),
    Item("c", "pad", "a word " * 40, "Sign out"),
)


async def test_each_item_has_its_button(
    root: tk.Tk, look: Look, until: Until, press: Press
) -> None:
    """Those for which there is something to do; the keys stay when one has gone."""
    acted: list[str] = []
    more: list[str] = []
    panel = ItemsPanel(
        root,
        look,
        "Devices",
        nothing="None.",
        on_act=acted.append,
        more=(("More …", lambda: more.append("more")),),
    )
    panel.show(ITEMS)
    panel.open(panel.first)
    await until(lambda: panel.winfo_viewable() and panel.focus_displayof() is panel.buttons["b"])
    assert list(panel.buttons) == ["b", "c"]
    assert panel.texts[0] == ("desk", "this one")
    await press(panel.buttons["b"], "Return")
    assert acted == ["b"]
    panel.show((ITEMS[0], ITEMS[2]))
    await until(lambda: panel.focus_displayof() is panel.buttons["c"])
    await press(panel.buttons["c"], "Return")
    panel.show(())
    await until(lambda: panel.focus_displayof() is panel.close_button)
    assert acted == ["b", "c"]
    panel.show(ITEMS[2:])
    assert panel.focus_displayof() is panel.close_button
    panel.more[0].invoke()
    assert more == ["more"]
    panel.close()


async def test_what_is_long_is_wrapped_beside_the_buttons(
    root: tk.Tk, look: Look, until: Until
) -> None:
    """Nothing is cut off at the panel's edge."""
    panel = ItemsPanel(root, look, "Devices", nothing="None.", on_act=lambda _: None)
    panel.show(ITEMS)
    panel.open(panel.first)
    button = panel.buttons["c"]
    await until(button.winfo_viewable)
    right = button.winfo_rootx() + button.winfo_width()
    await until(lambda: right <= panel.winfo_rootx() + panel.winfo_width())
    panel.close()
