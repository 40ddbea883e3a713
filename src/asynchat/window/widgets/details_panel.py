"""How a server is known: its address, whether the way there is encrypted, and its key."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.window.look.native import drawable
from asynchat.window.presenters.trusting import in_lines
from asynchat.window.widgets.buttons import Button
from asynchat.window.widgets.panel import Panel

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.trusting import Details

_WIDTH: Final = 430
_HEAD: Final = 150
_LINE: Final = 34
_KEY: Final = 80


class DetailsPanel(Panel):
    """Shows it, and copies address or fingerprint."""

    def __init__(self, parent: tk.Misc, look: Look, shown: Details) -> None:
        height = _HEAD + _LINE * len(shown.lines) + (_KEY if shown.fingerprint else 0)
        super().__init__(parent, look, "This server", size=(_WIDTH, height))
        self.shown = shown
        self._labels = [
            ttk.Label(self.body, text=drawable(line), style=style, justify="left")
            for line, style in (
                (shown.address, "TLabel"),
                *((line, "Dim.TLabel") for line in shown.lines),
            )
        ]
        for at, label in enumerate(self._labels, 1):
            label.grid(row=at, column=0, sticky="w")
        row = len(self._labels) + 1
        self._about = ttk.Label(self.body, text="The fingerprint of its key", style="Dim.TLabel")
        self._key = ttk.Label(self.body, text=in_lines(shown.fingerprint), justify="left")
        if shown.fingerprint:
            self._about.grid(row=row, column=0, sticky="w")
            self._key.grid(row=row + 1, column=0, sticky="w")
        self.body.rowconfigure(row + 2, weight=1)
        self._foot = ttk.Frame(self.body, style="Main.TFrame")
        self._foot.grid(row=row + 3, column=0, sticky="e")
        self.copy_button = Button(self._foot, "Copy the fingerprint", self.copy, style="Accent")
        self.close_button = Button(self._foot, "Close", self.close)
        if shown.fingerprint:
            self.copy_button.grid(row=0, column=0)
        self.close_button.grid(row=0, column=1)
        look.paints(self._foot, self._paint)

    @property
    def first(self) -> Button:
        """What the keys go to first."""
        return self.copy_button if self.shown.fingerprint else self.close_button

    def copy(self) -> None:
        """Put the fingerprint on the clipboard."""
        self.clipboard_clear()
        self.clipboard_append(self.shown.fingerprint)
        self.copy_button.configure(text="Copied")

    def _paint(self) -> None:
        px = self._look.px
        for at, label in enumerate(self._labels):
            label.configure(wraplength=px(_WIDTH - 40))
            label.grid_configure(padx=px(20), pady=(0, px(8 if at == 0 else 3)))
        self._about.configure(wraplength=px(_WIDTH - 40))
        if self.shown.fingerprint:
            self._about.grid_configure(padx=px(20), pady=(px(10), px(3)))
            self._key.grid_configure(padx=px(20))
        self._key.configure(font=self._look.fonts["mono"])
        self._foot.grid_configure(padx=px(20), pady=px(14))
        self.close_button.grid_configure(padx=(px(8), 0))
