"""What the server says to all who come: over the transcript, until it is closed."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING

from asynchat.window.look.native import drawable
from asynchat.window.widgets.buttons import Button

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look


class Greeting(ttk.Frame):
    """Stands at the upper edge of ``over`` from `show` until its button is pressed."""

    def __init__(self, parent: tk.Misc, look: Look, over: tk.Misc) -> None:
        super().__init__(parent, style="Main.TFrame")
        self._look = look
        self._over = over
        self.columnconfigure(0, weight=1)
        self._label = ttk.Label(self, justify="left")
        self._label.grid(row=0, column=0, sticky="we")
        self._close = Button(self, "Dismiss", self.hide)
        self._close.grid(row=0, column=1, sticky="n")
        self._rule = ttk.Frame(self, style="Rule.TFrame")
        self._rule.grid(row=1, column=0, columnspan=2, sticky="we")
        self.bind("<Configure>", lambda event: self._wrap(event.width))
        look.paints(self, self._paint)

    @property
    def text(self) -> str:
        """What it says; empty while it is not there."""
        return str(self._label.cget("text")) if self.winfo_manager() else ""

    def show(self, text: str) -> None:
        """Say something."""
        self._label.configure(text="\n".join(map(drawable, text.split("\n"))))
        self.place(in_=self._over, relx=0, rely=0, relwidth=1)
        self.lift()

    def hide(self) -> None:
        """Go away."""
        self.place_forget()

    def _wrap(self, width: int) -> None:
        room = width - self._close.winfo_reqwidth() - self._look.px(44)
        self._label.configure(wraplength=max(self._look.px(80), room))

    def _paint(self) -> None:
        px = self._look.px
        self._label.grid_configure(padx=(px(20), px(8)), pady=px(10))
        self._close.grid_configure(padx=(0, px(12)), pady=px(6))
        self._rule.configure(height=max(1, px(1)))
