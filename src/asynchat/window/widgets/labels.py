"""A label whose text gets an ellipsis where it does not fit."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look


class ShortenedLabel(ttk.Label):
    """One line that asks for no more room than it is given."""

    def __init__(self, parent: tk.Misc, look: Look, *, style: str, role: str) -> None:
        super().__init__(parent, style=style, width=1)
        self._look = look
        self._role = role
        self._full = ""
        self.bind("<Configure>", lambda _: self._fit())
        look.paints(self, self._fit)

    def show(self, text: str) -> None:
        """Show another text."""
        self._full = text
        self._fit()

    @property
    def full(self) -> str:
        """The whole text."""
        return self._full

    def _fit(self) -> None:
        width = self.winfo_width()
        if width > 1:
            self.configure(text=self._look.fonts.shortened(self._full, width, self._role))
