from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.look.icon_image import window_icon

if TYPE_CHECKING:
    import tkinter as tk


@pytest.mark.window
async def test_the_icon_comes_in_sizes(root: tk.Tk) -> None:
    """Window managers find a large and a small icon."""
    icons = window_icon(root)
    root.iconphoto(True, *icons)
    assert [image.width() for image in icons] == [64, 32, 16]
