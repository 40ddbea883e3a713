"""What stands in the middle of the transcript while there is no room to show."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.window.look.native import drawable

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look

_WIDTH: Final = 380


class Blank(ttk.Label):
    """Stands over the middle of ``over`` while it has something to say."""

    def __init__(self, parent: tk.Misc, look: Look, over: tk.Misc) -> None:
        super().__init__(parent, style="Dim.TLabel", justify="center", anchor="center")
        self._look = look
        self._over = over
        self._said = ""
        look.paints(self, self._paint)

    @property
    def said(self) -> str:
        """What it says; empty while it is not there."""
        return self._said

    def say(self, text: str) -> None:
        """Say something, or with an empty text go away."""
        if text == self._said:
            return
        self._said = text
        self.configure(text=drawable(text))
        if text:
            self.place(in_=self._over, relx=0.5, rely=0.45, anchor="center")
            self.lift()
        else:
            self.place_forget()

    def _paint(self) -> None:
        self.configure(wraplength=self._look.px(_WIDTH), font=self._look.fonts["body"])
