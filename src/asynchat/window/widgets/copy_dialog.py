"""A dialog that shows something to be copied: an invitation, or a fingerprint."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING

from asynchat.window.widgets.buttons import Button
from asynchat.window.widgets.dialog import Dialog
from asynchat.window.widgets.form import WIDTH

if TYPE_CHECKING:
    from asynchat.window.look.theme import Look


class CopyDialog(Dialog[bool]):
    """The button, and Return, put it on the clipboard."""

    def __init__(self, parent: tk.Misc, look: Look, title: str, *, text: str, value: str) -> None:
        super().__init__(parent, look, title)
        self._value = value
        self._text = ttk.Label(self.body, text=text, justify="left")
        self._text.grid(row=1, column=0, sticky="w")
        self.entry = ttk.Entry(self.body, style="Field.TEntry", font=look.fonts["body"])
        self.entry.insert(0, value)
        self.entry.state(["readonly"])
        self.entry.grid(row=2, column=0, sticky="we")
        self._foot = ttk.Frame(self.body, style="Main.TFrame")
        self._foot.grid(row=3, column=0, sticky="e")
        self.close = Button(self._foot, "Close", lambda: self.resolve(True))
        self.close.grid(row=0, column=0)
        self.copy_button = Button(self._foot, "Copy", self.copy, style="Accent")
        self.copy_button.grid(row=0, column=1)
        self.entry.bind("<Return>", lambda _: self.copy())
        look.paints(self._foot, self._paint)

    async def ask(self) -> None:
        """Show it until it is closed."""
        await self.answer(self.copy_button)

    def copy(self) -> None:
        """Put it on the clipboard."""
        self.clipboard_clear()
        self.clipboard_append(self._value)
        self.copy_button.configure(text="Copied")
        self.close.focus_set()

    def _paint(self) -> None:
        px = self._look.px
        self._text.configure(wraplength=px(WIDTH))
        self._text.grid_configure(pady=(px(10), px(10)))
        self.entry.configure(font=self._look.fonts["body"])
        self.body.columnconfigure(0, minsize=px(WIDTH))
        self._foot.grid_configure(pady=(px(14), 0))
        self.copy_button.grid_configure(padx=(px(8), 0))
