"""The dialog that asks whom to invite: a name, or one of those who are known."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.errors import ChatError
from asynchat.text import check_name
from asynchat.window.look.tk_objects import Words
from asynchat.window.widgets.buttons import Button
from asynchat.window.widgets.dialog import Dialog
from asynchat.window.widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.sidebar import Row

_WIDTH: Final = 360
_HEIGHT: Final = 180


class InviteDialog(Dialog[str]):
    """The answer is a name; ``people`` are those who could be meant."""

    def __init__(self, parent: tk.Misc, look: Look, label: str, people: Sequence[Row]) -> None:
        super().__init__(parent, look, f"Invite to {label}")
        self._people = people
        self._typed = Words(self)
        self._about = ttk.Label(self.body, text="Name", style="Dim.TLabel")
        self._about.grid(row=1, column=0, sticky="w")
        self.name = ttk.Entry(
            self.body, style="Field.TEntry", font=look.fonts["body"], textvariable=self._typed
        )
        self.name.grid(row=2, column=0, sticky="we")
        self._card = ttk.Frame(self.body, style="Card.TFrame")
        self._card.grid_propagate(False)
        self._card.grid(row=3, column=0, sticky="we")
        self._card.columnconfigure(0, weight=1)
        self._card.rowconfigure(0, weight=1)
        self.list = RowList(
            self._card,
            look,
            on_choose=lambda row: self.resolve(row.text),
            on_menu=lambda *_: None,
            on_add=lambda _: None,
        )
        self.list.grid(row=0, column=0, sticky="nswe")
        if not people:
            self._card.grid_remove()
        self._problem = ttk.Label(self.body, style="Bad.TLabel")
        self._problem.grid(row=4, column=0, sticky="w")
        self._foot = ttk.Frame(self.body, style="Main.TFrame")
        self._foot.grid(row=5, column=0, sticky="e")
        Button(self._foot, "Cancel", lambda: self.resolve(None)).grid(row=0, column=0)
        Button(self._foot, "Invite", self._invite, style="Accent").grid(
            row=0, column=1, padx=(look.px(8), 0)
        )
        self.name.bind("<Return>", lambda _: self._invite())
        self.name.bind("<Down>", lambda _: self.list.canvas.focus_set())
        self._typed.trace_add("write", lambda *_: self._narrow())
        self._narrow()
        look.paints(self._foot, self._paint)

    @property
    def problem(self) -> str:
        """What is wrong with what was typed."""
        return str(self._problem.cget("text"))

    def _narrow(self) -> None:
        typed = self._typed.get().strip().casefold()
        self.list.show(tuple(row for row in self._people if typed in row.text.casefold()))
        self._problem.configure(text="")

    def _invite(self) -> None:
        try:
            name = check_name(self._typed.get().strip())
        except ChatError as error:
            self._problem.configure(text=error.text, wraplength=self._look.px(_WIDTH))
            return
        self.resolve(name)

    def _paint(self) -> None:
        px = self._look.px
        self._about.grid_configure(pady=(px(10), px(4)))
        self._card.configure(width=px(_WIDTH), height=px(_HEIGHT), padding=px(6))
        shown = self._card.winfo_manager()
        self._card.grid_configure(pady=(px(8), 0))
        if not shown:
            self._card.grid_remove()
        self.body.columnconfigure(0, minsize=px(_WIDTH))
        self._problem.grid_configure(pady=(px(6), px(2)))
        self._foot.grid_configure(pady=(px(8), 0))
