from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.widgets.mode_bar import ModeBar

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window


async def test_it_says_what_is_written(root: tk.Tk, look: Look, until: Until) -> None:
    """It is there while a reply is written, and its button ends that."""
    cancelled: list[int] = []
    bar = ModeBar(root, look, on_cancel=lambda: cancelled.append(1))
    bar.grid(row=0, column=0, sticky="we")
    root.columnconfigure(0, weight=1)
    bar.hide()
    assert bar.text == ""
    bar.show("Replying to ben", "how is it?")
    await until(bar.winfo_ismapped)
    assert bar.text == "Replying to ben how is it?"
    bar._cancel.invoke()
    assert cancelled == [1]
    bar.hide()
    await until(lambda: not bar.winfo_ismapped())
