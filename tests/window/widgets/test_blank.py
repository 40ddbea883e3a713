from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.widgets.blank import Blank

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window


async def test_it_is_there_while_it_has_something_to_say(
    root: tk.Tk, look: Look, fill: Any, until: Until
) -> None:
    """In the middle of what it stands over, and not in the way afterwards."""
    under = ttk.Frame(root)
    await fill(under)
    blank = Blank(root, look, under)
    assert (blank.said, blank.winfo_manager()) == ("", "")
    for _ in range(2):
        blank.say("Nothing is kept here.")
    await until(blank.winfo_viewable)
    middle = blank.winfo_x() + blank.winfo_width() / 2
    assert abs(middle - under.winfo_width() / 2) < 2
    blank.say("")
    assert (blank.said, blank.winfo_manager()) == ("", "")
