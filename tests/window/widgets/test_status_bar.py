from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.presenters.status import Status
from asynchat.window.widgets.status_bar import StatusBar

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look


@pytest.mark.window
async def test_the_bar_says_what_it_is_told(root: tk.Tk, look: Look) -> None:
    """State at the left in its colour, a few words at the right."""
    bar = StatusBar(root, look)
    bar.pack(fill="x")
    for tone in ("good", "busy", "bad"):
        bar.show(Status(f"it is {tone}", tone))
        bar.aside("ada is typing …")
        assert bar.texts == (f"it is {tone}", "ada is typing …")
        assert str(bar._state.cget("style")) == f"{tone}.Status.TLabel"
    bar.aside("3 characters too many", bad=True)
    assert str(bar._aside.cget("style")) == "Bad.TLabel"
