from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.widgets.buttons import Button, IconButton

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window


async def test_a_button_is_pressed_by_key_and_mouse(
    root: tk.Tk, look: Look, fill: Any, press: Press, click: Callable[..., None]
) -> None:
    """Return, space and a click press it."""
    pressed: list[int] = []
    button = Button(root, "Go", lambda: pressed.append(1))
    await fill(button)
    await press(button, "Return", " ")
    click(button)
    assert len(pressed) == 3


async def test_an_icon_says_what_it_does(root: tk.Tk, look: Look, fill: Any, until: Until) -> None:
    """Where the pointer rests the words come up, and go with it; Tab reaches it, too."""
    button = IconButton(root, look, "exit", "Exit", lambda: None)
    await fill(button)

    def tips() -> list[tk.Misc]:
        return [child for child in button.winfo_children() if isinstance(child, tk.Toplevel)]

    button.event_generate("<Enter>")
    await until(lambda: tips() and tips()[0].winfo_ismapped())
    (label,) = tips()[0].winfo_children()
    assert label.cget("text") == "Exit"
    button.event_generate("<Leave>")
    await until(lambda: not tips())
    button.become("sun", "Light")
    assert button.tip.text == "Light"


async def test_a_tip_does_not_outlive_its_button(
    root: tk.Tk, look: Look, fill: Any, until: Until
) -> None:
    """A button that goes takes with it what was to come up."""
    button = IconButton(root, look, "exit", "Exit", lambda: None)
    await fill(button)
    button.event_generate("<Enter>")
    assert button.tip._timer is not None or button.tip._box is not None
    button.destroy()
    assert button.tip._timer is None
    assert button.tip._box is None
