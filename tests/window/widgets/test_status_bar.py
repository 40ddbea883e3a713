from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.presenters.status import Status
from asynchat.window.widgets.status_bar import StatusBar

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until


@pytest.mark.window
async def test_the_bar_says_what_it_is_told(root: tk.Tk, look: Look) -> None:
    """State at the left in its colour, a few words at the right."""
    bar = StatusBar(root, look, on_try=lambda: None)
    bar.pack(fill="x")
    for tone in ("good", "busy", "bad"):
        bar.show(Status(f"it is {tone}", tone))
        bar.aside("ada is typing …")
        assert bar.texts == (f"it is {tone}", "ada is typing …")
        assert str(bar._state.cget("style")) == f"{tone}.Status.TLabel"
    bar.aside("3 characters too many", bad=True)
    assert str(bar._aside.cget("style")) == "Bad.TLabel"


@pytest.mark.window
async def test_without_a_connection_it_can_be_tried_now(
    root: tk.Tk, look: Look, until: Until
) -> None:
    """A click tries at once, and is offered only while there is no connection."""
    tried: list[int] = []
    bar = StatusBar(root, look, on_try=lambda: tried.append(1))
    bar.pack(fill="x")
    bar.show(Status("waiting: nobody listens there, next try in 9 s", "busy"))
    await until(bar.again.winfo_ismapped)
    bar.again.event_generate("<Button-1>")
    assert tried
    bar.show(Status("connected", "good"))
    await until(lambda: not bar.again.winfo_ismapped())
