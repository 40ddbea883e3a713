from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.presenters.sidebar import Row
from asynchat.window.widgets.sidebar import Sidebar

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.look.theme import Look

pytestmark = pytest.mark.window


async def test_the_sidebar_has_the_ways_in_and_out(
    root: tk.Tk, look: Look, fill: Any, click: Callable[..., None]
) -> None:
    """Rooms can be chosen and added, the theme changed, and there is a visible way out."""
    calls: list[str] = []
    sidebar = Sidebar(
        root,
        look,
        on_choose=lambda row: calls.append(row.key),
        on_menu=lambda *_: None,
        on_rooms=lambda: calls.append("rooms"),
        on_jump=lambda: calls.append("jump"),
        on_settings=lambda: calls.append("settings"),
        on_theme=lambda: calls.append("theme"),
        on_exit=lambda: calls.append("exit"),
    )
    await fill(sidebar)
    sidebar.rows.show([Row("room", "lobby", "# lobby")])
    click(sidebar.rows.canvas, *sidebar.rows.row_box("lobby"))
    for button in (sidebar._add, sidebar._theme, sidebar._settings, sidebar._exit):
        button.invoke()
    click(sidebar.jump)
    sidebar.jump.focus_force()
    sidebar.jump.event_generate("<Return>")
    assert calls == ["lobby", "rooms", "theme", "settings", "exit", "jump", "jump"]


async def test_the_sidebar_shows_who_one_is(root: tk.Tk, look: Look, fill: Any) -> None:
    """One's own name and picture stand at the foot; the theme button says where it leads."""
    nothing: Any = lambda *_: None  # noqa: E731
    sidebar = Sidebar(
        root,
        look,
        on_choose=nothing,
        on_menu=nothing,
        on_rooms=nothing,
        on_jump=nothing,
        on_settings=nothing,
        on_theme=nothing,
        on_exit=nothing,
    )
    await fill(sidebar)
    sidebar.show_me("ada")
    assert sidebar._name.full == "ada"
    assert sidebar._picture.cget("image")
    sidebar.show_theme(dark=False)
    assert sidebar._theme.tip.text == "Dark theme"
