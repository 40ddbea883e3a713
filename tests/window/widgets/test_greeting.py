from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.look.palettes import LIGHT
from asynchat.window.widgets.greeting import Greeting

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window


async def test_a_greeting_stays_until_it_is_closed(
    root: tk.Tk, look: Look, until: Until, fill: Any
) -> None:
    """It stands over the upper edge, wraps in a narrow window, and goes by its button."""
    over = ttk.Frame(root)
    await fill(over)
    greeting = Greeting(root, look, over)
    assert greeting.text == ""
    greeting.show("Be kind. " * 40 + "\nNo dogs.")
    await until(greeting.winfo_viewable)
    await until(lambda: greeting.winfo_width() == over.winfo_width())
    assert greeting.winfo_y() == over.winfo_y()
    assert greeting.text.startswith("Be kind.")
    assert greeting.text.endswith("\nNo dogs.")
    await until(lambda: greeting._label.winfo_reqwidth() < over.winfo_width())
    look.use(LIGHT)
    greeting._close.invoke()
    await until(lambda: not greeting.winfo_viewable())
    assert greeting.text == ""
