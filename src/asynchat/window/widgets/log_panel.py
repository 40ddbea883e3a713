"""The log, for support: the last records, to read and to copy."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Any, Final, cast

from asynchat.window.look.native import drawable
from asynchat.window.widgets.buttons import Button
from asynchat.window.widgets.panel import Panel
from asynchat.window.widgets.scrolling import SlimScrollbar

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.window.look.theme import Look

_EVERY_MS: Final = 1_000


class LogPanel(Panel):
    """Shows ``read()``, afresh each second while it is open and ``count()`` has changed."""

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        *,
        read: Callable[[], str],
        count: Callable[[], int],
    ) -> None:
        super().__init__(parent, look, "Log", size=(760, 460))
        self._read = read
        self._count = count
        self._shown = -1
        self._timer: str | None = None
        self.body.rowconfigure(2, weight=1)
        self._about = ttk.Label(
            self.body,
            text="The last 1,000 records, without tokens. Look through them before you send them.",
            style="Dim.TLabel",
        )
        self._about.grid(row=1, column=0, sticky="w")
        self._card = ttk.Frame(self.body, style="Card.TFrame")
        self._card.grid(row=2, column=0, sticky="nswe")
        self._card.columnconfigure(0, weight=1)
        self._card.rowconfigure(0, weight=1)
        self.text = tk.Text(
            self._card, wrap="none", borderwidth=0, highlightthickness=0, width=1, height=1
        )
        self.text.configure(state="disabled")
        self.text.grid(row=0, column=0, sticky="nswe")
        bar = SlimScrollbar(self._card, self.text.yview, style="Side")
        bar.grid(row=0, column=1, sticky="ns")
        self.text.configure(yscrollcommand=bar.set)
        self._foot = ttk.Frame(self.body, style="Main.TFrame")
        self._foot.grid(row=3, column=0, sticky="e")
        self.copy_button = Button(self._foot, "Copy", self.copy, style="Accent")
        self.copy_button.grid(row=0, column=0)
        Button(self._foot, "Close", self.close).grid(row=0, column=1, padx=(look.px(8), 0))
        look.paints(self._card, self._paint)
        self._refresh()

    def copy(self) -> None:
        """Put all of it on the clipboard."""
        self.clipboard_clear()
        self.clipboard_append(self._read())
        self.copy_button.configure(text="Copied")

    def destroy(self) -> None:
        """Follow the log no more."""
        if self._timer is not None:
            self.after_cancel(self._timer)
            self._timer = None
        super().destroy()

    def _refresh(self) -> None:
        self._timer = self.after(_EVERY_MS, self._refresh)
        if self._count() == self._shown:
            return
        self._shown = self._count()
        at_end = self.text.yview()[1] >= 1
        self.text.configure(state="normal")
        self.text.delete("1.0", "end")
        self.text.insert("1.0", "\n".join(map(drawable, self._read().split("\n"))))
        self.text.configure(state="disabled")
        if at_end:
            self.text.see("end")

    def _paint(self) -> None:
        look, px = self._look, self._look.px
        self.text.configure(
            **cast("dict[str, Any]", look.text_colours(look.palette.sidebar)),
            font=("TkFixedFont", -px(12)),
            padx=px(8),
            pady=px(6),
        )
        self._about.grid_configure(padx=px(20), pady=(0, px(8)))
        self._card.configure(padding=px(4))
        self._card.grid_configure(padx=px(20))
        self._foot.grid_configure(padx=px(20), pady=px(14))
