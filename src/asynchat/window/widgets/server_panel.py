"""The server's window as one beside the chat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asynchat.window.widgets.panel import Panel

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from asynchat.window.widgets.server_view import ServerView

_SIZE: Final = (900, 560)


class ServerPanel(Panel):
    """Has a `ServerView`, which is made in its ``body``; `put` it there."""

    def __init__(self, parent: tk.Misc, look: Look, title: str) -> None:
        super().__init__(parent, look, title, size=_SIZE)
        self.body.rowconfigure(1, weight=1)
        self._view: ServerView | None = None

    def put(self, view: ServerView) -> None:
        """Show the view."""
        self._view = view
        view.grid(row=1, column=0, sticky="nswe")
        self._look.paints(view, self._paint)

    def _paint(self) -> None:
        if self._view is not None:
            px = self._look.px
            self._view.grid_configure(padx=px(20), pady=(0, px(14)))
