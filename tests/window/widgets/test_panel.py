from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.look.palettes import LIGHT
from asynchat.window.widgets.panel import Panel, ScrolledFrame

if TYPE_CHECKING:
    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window


async def test_a_panel_stands_beside_and_gives_the_keys_back(
    root: tk.Tk, look: Look, fill: Any, press: Press, until: Until
) -> None:
    """Both windows can be used; Escape closes the panel, and the keys go where they were."""
    field = ttk.Entry(root)
    await fill(field)
    await press(field, "a")
    panel = Panel(root, look, "Things", size=(300, 200))
    inside = ttk.Entry(panel.body)
    inside.grid()
    panel.open(inside)
    await until(lambda: panel.focus_get() is inside)
    assert panel.title() == "Things — asynchat"
    assert not panel.grab_status()
    panel.open(inside)
    look.use(LIGHT)
    await until(lambda: str(panel.cget("background")) == LIGHT.canvas)
    await press(inside, "Escape")
    assert not panel.winfo_exists()
    await until(lambda: root.focus_get() is field)


async def test_what_does_not_fit_scrolls(
    root: tk.Tk, look: Look, until: Until, press: Press
) -> None:
    """The wheel and the keys scroll, and what gets the focus by Tab comes on view."""
    panel = Panel(root, look, "Things", size=(300, 200))
    panel.body.rowconfigure(1, weight=1)
    scrolled = ScrolledFrame(panel.body, look)
    scrolled.grid(row=1, column=0, sticky="nswe")
    entries = [ttk.Entry(scrolled.inside) for _ in range(30)]
    for entry in entries:
        entry.pack()
    panel.open(entries[0])
    await until(lambda: scrolled.winfo_viewable() and panel.focus_get() is entries[0])
    await until(lambda: scrolled._canvas.yview()[1] < 1)

    def on_view(entry: ttk.Entry) -> bool:
        top, room = entry.winfo_rooty() - scrolled.winfo_rooty(), scrolled.winfo_height()
        return top >= 0 and top + entry.winfo_height() <= room

    assert not on_view(entries[-1])
    entries[-1].focus_force()
    await until(lambda: on_view(entries[-1]))
    entries[0].focus_force()
    await until(lambda: on_view(entries[0]))
    panel.event_generate("<Button-5>")
    panel.event_generate("<Button-5>")
    await until(lambda: not on_view(entries[0]))
    panel.event_generate("<Button-4>")
    panel.event_generate("<MouseWheel>", delta=120)
    await until(lambda: on_view(entries[0]))
    await press(entries[0], "Next")
    await until(lambda: not on_view(entries[0]))
    await press(entries[0], "Prior")
    scrolled.to_top()
    await until(lambda: on_view(entries[0]))
    panel.close()
