from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from asynchat.window.look.icon_image import drawn_icon, window_icon
from asynchat.window.notifications import ICON

if TYPE_CHECKING:
    import tkinter as tk


@pytest.mark.window
async def test_the_icon_comes_in_sizes(root: tk.Tk) -> None:
    """Window managers find a large and a small icon."""
    icons = window_icon(root)
    root.iconphoto(True, *icons)
    assert [image.width() for image in icons] == [64, 32, 16]


def test_the_icon_of_notifications_is_the_same() -> None:
    """The file that desktops are given shows what the window shows."""
    with Image.open(ICON) as kept:
        assert kept.convert("RGBA").tobytes() == drawn_icon(kept.width).tobytes()
