from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING

import pytest

from asynchat.window.look.palettes import DARK, LIGHT

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window

GREYS = {"#dcdad5", "#d9d9d9"}
"""What clam and classic Tk paint when nobody tells them otherwise."""


@pytest.mark.parametrize(
    "style",
    ["TFrame", "TLabel", "Field.TEntry", "Field.TFrame", "Accent.TButton", "Field.TCheckbutton"],
)
async def test_no_style_is_default_grey(look: Look, style: str) -> None:
    """Every style in use has a colour of the palette behind it."""
    assert str(look.style.lookup(style, "background")) not in GREYS


async def test_a_theme_is_switched_live(root: tk.Tk, look: Look, until: Until) -> None:
    """Whoever paints itself is told of another palette, and back again."""
    painted: list[str] = []
    label = ttk.Label(root)
    label.pack()
    look.paints(label, lambda: painted.append(look.palette.name))
    look.use(LIGHT)
    await until(lambda: painted[-1] == "light")
    look.use(DARK)
    await until(lambda: painted[-1] == "dark")
    assert root.cget("background") == DARK.canvas


async def test_zoom_reaches_everything(root: tk.Tk, look: Look, until: Until) -> None:
    """A zoom changes fonts and sizes, and tells whoever paints itself."""
    sizes: list[int] = []
    label = ttk.Label(root)
    label.pack()
    look.paints(label, lambda: sizes.append(look.px(100)))
    before = look.fonts.line_height()
    look.zoom(175)
    await until(lambda: len(sizes) > 1)
    assert sizes[-1] == round(sizes[0] * 1.75)
    assert look.fonts.line_height() > before


async def test_a_menu_has_the_palette(root: tk.Tk, look: Look) -> None:
    """Menus are painted in the palette too, and can be opened by a click."""
    menu = look.menu(root)
    menu.add_command(label="Copy")
    assert str(menu.cget("background")) == look.palette.field


async def test_a_box_may_be_small(root: tk.Tk, look: Look) -> None:
    """How large a box's picture is, is no least size of what it is drawn around."""
    empty = ttk.Frame(root, style="Field.TFrame")
    button = ttk.Button(root, text="", style="Icon.TButton")
    for widget in (empty, button):
        widget.pack()
    root.update_idletasks()
    assert max(empty.winfo_reqheight(), button.winfo_reqheight()) <= look.px(48)
    assert max(empty.winfo_reqwidth(), button.winfo_reqwidth()) <= look.px(48)
