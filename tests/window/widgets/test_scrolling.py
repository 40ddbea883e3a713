from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.widgets.scrolling import SlimScrollbar

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look


@pytest.mark.window
async def test_the_thumb_goes_where_all_is_on_view(root: tk.Tk, look: Look) -> None:
    """The bar is disabled while there is nothing to scroll."""
    bar = SlimScrollbar(root, lambda *_: None)
    bar.set(0, 1)
    assert bar.instate(["disabled"])
    bar.set("0.5", "1.0")
    assert bar.instate(["!disabled"])
    assert bar.get() == (0.5, 1.0)
