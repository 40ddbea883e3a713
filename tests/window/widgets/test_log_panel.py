from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.look.palettes import LIGHT
from asynchat.window.widgets.log_panel import LogPanel

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window


async def test_the_log_is_read_followed_and_copied(root: tk.Tk, look: Look, until: Until) -> None:
    """New records come while it is open, and a button copies all of them."""
    lines = ["one"]
    panel = LogPanel(root, look, read=lambda: "\n".join(lines), count=lambda: len(lines))
    panel.open(panel.copy_button)
    await until(panel.winfo_viewable)
    assert panel.text.get("1.0", "end-1c") == "one"
    lines.append("two")
    await until(lambda: panel.text.get("1.0", "end-1c") == "one\ntwo")
    look.use(LIGHT)
    await until(lambda: str(panel.text.cget("background")) == LIGHT.sidebar)
    panel.copy_button.invoke()
    assert root.clipboard_get() == "one\ntwo"
    assert str(panel.copy_button.cget("text")) == "Copied"
    panel.close()
