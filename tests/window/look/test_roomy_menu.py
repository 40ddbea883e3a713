from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from asynchat.window.look.images import photo

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look

pytestmark = pytest.mark.window


async def test_every_entry_has_room(root: tk.Tk, look: Look) -> None:
    """One with a picture of its own keeps it, and a line between needs none."""
    menu = look.menu(root)
    menu.add_command(label="Copy")
    menu.add_cascade(label="React", menu=look.menu(menu))
    menu.add_radiobutton(label="Nothing")
    menu.add_separator()
    own = photo(root, Image.new("RGBA", (9, 9)))
    menu.add_command(label="party", image=own, accelerator="Ctrl+P")
    pictures = [str(menu.entrycget(at, "image")) for at in (0, 1, 2, 4)]
    assert len(set(pictures[:3])) == 1
    assert pictures[3] == str(own)
    assert menu.yposition(1) - menu.yposition(0) >= look.fonts.line_height() + look.px(8)
    assert menu.entrycget(4, "accelerator") == "Ctrl+P"
