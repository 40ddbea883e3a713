"""The banner: one sentence about what went wrong or was done, above everything, until closed."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.window.look.native import drawable
from asynchat.window.widgets.buttons import Button

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.look.theme import Look

_NARROW: Final = 320
"""So many pixels at 96 dpi have to be left beside its buttons, or they stand below."""


class Banner(ttk.Frame):
    """Place it with `grid`; it takes no room while there is nothing to say.

    A ``quiet`` one says only what is good to know, where nothing went wrong.  Where it is narrow,
    its buttons stand below what it says.
    """

    def __init__(self, parent: tk.Misc, look: Look, *, quiet: bool = False) -> None:
        super().__init__(parent)
        self._look = look
        self._always_quiet = quiet
        self.columnconfigure(0, weight=1)
        self._label = ttk.Label(self, justify="left")
        self._label.grid(row=0, column=0, sticky="we")
        self.lead = Button(self, "", self._lead)
        self.lead.grid(row=0, column=1)
        self.lead.grid_remove()
        self._leads_on: Callable[[], object] | None = None
        self._close = Button(self, "Dismiss", self.hide)
        self._close.grid(row=0, column=2)
        self._narrow = False
        self._rule = ttk.Frame(self, style="Rule.TFrame")
        self._rule.grid(row=2, column=0, columnspan=3, sticky="we")
        self._dress(quiet=quiet)
        self.bind("<Configure>", lambda event: self._wrap(event.width))
        look.paints(self, self._paint)

    @property
    def text(self) -> str:
        """What it says; empty while it is not there."""
        return str(self._label.cget("text")) if self.winfo_manager() else ""

    def show(
        self,
        sentence: str,
        leads_on: tuple[str, Callable[[], object]] | None = None,
        *,
        quiet: bool = False,
    ) -> None:
        """Say something, instead of what was said before; a button may lead on from it.

        What is good to know is said in a ``quiet`` way.
        """
        self._dress(quiet=quiet or self._always_quiet)
        self._label.configure(text=drawable(sentence))
        self._leads_on = None
        if leads_on is None:
            self.lead.grid_remove()
        else:
            words, self._leads_on = leads_on
            self.lead.configure(text=words)
            self.lead.grid(row=int(self._narrow), sticky="e" if self._narrow else "")
        self.grid()
        self._wrap(self.winfo_width())

    def hide(self) -> None:
        """Go away."""
        self.grid_remove()

    def _dress(self, *, quiet: bool) -> None:
        self.configure(style="Main.TFrame" if quiet else "Banner.TFrame")
        self._label.configure(style="TLabel" if quiet else "Banner.TLabel")
        for button in (self.lead, self._close):
            button.configure(style="Quiet.TButton" if quiet else "Banner.TButton")
        if quiet:
            self._rule.grid()
        else:
            self._rule.grid_remove()

    def _lead(self) -> None:
        leads_on = self._leads_on
        self.hide()
        if leads_on is not None:
            leads_on()

    def _wrap(self, width: int) -> None:
        beside = self._close.winfo_reqwidth()
        if self._leads_on is not None:
            beside += self.lead.winfo_reqwidth() + self._look.px(8)
        px = self._look.px
        narrow = width - beside < px(_NARROW)
        if narrow != self._narrow:
            self._narrow = narrow
            self._label.grid_configure(columnspan=3 if narrow else 1)
            for button in (self.lead, self._close):
                # One that is not there has no place to be changed.
                if button.winfo_manager():
                    button.grid_configure(row=int(narrow), sticky="e" if narrow else "")
            self._paint()
        room = width - px(24 if narrow else 44) - (0 if narrow else beside)
        self._label.configure(wraplength=max(px(80), room))

    def _paint(self) -> None:
        px = self._look.px
        self._label.grid_configure(padx=(px(16), px(8)), pady=(px(8), 0 if self._narrow else px(8)))
        self._close.grid_configure(padx=(0, px(12)), pady=px(6))
        self._rule.configure(height=max(1, px(1)))
        shown = self.lead.winfo_manager()
        self.lead.grid_configure(padx=(0, px(8)), pady=px(6))
        if not shown:
            self.lead.grid_remove()
