from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.presenters.commands import sheet
from asynchat.window.widgets.shortcut_sheet import ShortcutSheet

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window


async def test_the_sheet_shows_the_table(
    root: tk.Tk, look: Look, until: Until, press: Press
) -> None:
    """Every key and slash command stands there in full, and the arrows scroll."""
    made = ShortcutSheet(root, look)
    made.open()
    await until(made._scrolled.winfo_viewable)
    rows = [(title, slash, keys) for _, lines in sheet() for title, keys, slash in lines]
    assert made.lines == rows
    for cells in made._cells:
        for cell in cells:
            assert cell.winfo_width() >= cell.winfo_reqwidth()
    before = made._scrolled._canvas.yview()[0]
    await press(made, "Down", "Down", "Down")
    assert made._scrolled._canvas.yview()[0] > before
    await press(made, "Up")
    await press(made, "Escape")
    assert not made.winfo_exists()
