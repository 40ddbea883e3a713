from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.widgets.server_panel import ServerPanel
from asynchat.window.widgets.server_view import ServerView

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window


async def test_a_panel_holds_a_view_and_goes_with_escape(
    root: tk.Tk, look: Look, until: Until
) -> None:
    """The view fills it; at another zoom, too."""
    panel = ServerPanel(root, look, "Server")
    view = ServerView(panel.body, look, on_tab=lambda: None, on_act=lambda *_: None)
    panel._paint()
    panel.put(view)
    panel.open()
    await until(view.winfo_viewable)
    look.zoom(150)
    panel.event_generate("<Escape>")
    await until(lambda: not panel.winfo_exists())
