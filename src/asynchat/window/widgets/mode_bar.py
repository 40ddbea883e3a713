"""The line above the composer that says what is being written: a reply, or an edit."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING

from asynchat.window.widgets.buttons import IconButton
from asynchat.window.widgets.labels import ShortenedLabel

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.look.theme import Look


class ModeBar(ttk.Frame):
    """Is not there until `show`; ``on_cancel`` is called by its button."""

    def __init__(self, parent: tk.Misc, look: Look, *, on_cancel: Callable[[], object]) -> None:
        super().__init__(parent, style="Main.TFrame")
        self._look = look
        self.columnconfigure(1, weight=1)
        self._what = ttk.Label(self, style="TLabel")
        self._what.grid(row=0, column=0)
        self._about = ShortenedLabel(self, look, style="Dim.TLabel", role="small")
        self._about.grid(row=0, column=1, sticky="we")
        self._cancel = IconButton(self, look, "close", "Cancel (Esc)", on_cancel)
        self._cancel.grid(row=0, column=2)
        look.paints(self, self._paint)

    @property
    def text(self) -> str:
        """What it says."""
        return f"{self._what.cget('text')} {self._about.full}".strip()

    def show(self, what: str, about: str) -> None:
        """Say what is being written, and about which text."""
        self._what.configure(text=what)
        self._about.show(about)
        self.grid()

    def hide(self) -> None:
        """Take it away."""
        self._what.configure(text="")
        self._about.show("")
        self.grid_remove()

    def _paint(self) -> None:
        px = self._look.px
        self._what.configure(font=self._look.fonts["small_bold"])
        self._what.grid_configure(padx=(px(18), px(8)))
        self._cancel.grid_configure(padx=(px(4), px(14)))
