"""The box of Ctrl+K: a field, and below it what there is to jump to."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.window.look.tk_objects import Words
from asynchat.window.presenters.jump import ranked
from asynchat.window.widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.jump import Offer
    from asynchat.window.presenters.sidebar import Row

_WIDTH: Final = 520
_ROWS: Final = 9
_PAGE: Final = 8


class JumpBox(ttk.Frame):
    """Lies over ``parent`` until something is chosen, by Escape, or by a click elsewhere.

    ``on_choose`` is called with the row chosen, ``on_close`` when the box has gone.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        *,
        on_choose: Callable[[Row], None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__(parent, style="Card.TFrame")
        self._look = look
        self._on_choose = on_choose
        self._on_close = on_close
        self._offers: Sequence[Offer] = ()
        self._chosen = 0
        self._make()
        look.paints(self, self._paint)
        # By a tag of its own: to unbind takes every binding of a widget away before 3.12.
        self._tag = f"Jump{self}"
        self.bind_class(self._tag, "<Configure>", lambda _: self._put())
        parent.bindtags((*parent.bindtags(), self._tag))
        self._put()
        self.lift()
        self.entry.focus_set()

    @property
    def rows(self) -> Sequence[Row]:
        """What is offered now."""
        return self.list.rows

    def offer(self, offers: Sequence[Offer]) -> None:
        """Take what there is to jump to; what is typed stays."""
        self._offers = offers
        self._rank()

    def close(self) -> None:
        """Go away."""
        if self.winfo_exists():
            tags = [tag for tag in self.master.bindtags() if tag != self._tag]
            self.master.bindtags(tuple(tags))
            self.unbind_class(self._tag, "<Configure>")
            self.destroy()
            self._on_close()

    def _make(self) -> None:
        self.columnconfigure(0, weight=1)
        self.rowconfigure(1, weight=1)
        self._typed = Words(self)
        self.entry = ttk.Entry(
            self, style="Field.TEntry", font=self._look.fonts["body"], textvariable=self._typed
        )
        self.entry.grid(row=0, column=0, sticky="we")
        self._typed.trace_add("write", lambda *_: self._rank())
        self.list = RowList(
            self,
            self._look,
            on_choose=self._choose,
            on_menu=lambda *_: None,
            on_add=lambda _: None,
        )
        self.list.canvas.configure(takefocus=False)
        self.list.grid(row=1, column=0, sticky="nswe")
        self._hint = ttk.Label(
            self,
            style="Dim.Card.TLabel",
            text="↑ ↓ and Enter  ·  # rooms   @ people   > commands  ·  Esc",
        )
        self._hint.grid(row=2, column=0, sticky="w")
        for keys, step in (("Up", -1), ("Down", 1), ("Prior", -_PAGE), ("Next", _PAGE)):
            self.entry.bind(f"<{keys}>", lambda _, step=step: self._step(step))  # type: ignore[misc]
        for keys in ("Return", "KP_Enter"):
            self.entry.bind(f"<{keys}>", lambda _: self._enter())
        self.entry.bind("<Tab>", lambda _: self._step(1))
        self.entry.bind("<Escape>", self._escaped)
        self.entry.bind("<FocusOut>", self._left)

    def _paint(self) -> None:
        px = self._look.px
        self.configure(padding=px(8))
        self.list.grid_configure(pady=(px(8), px(4)))
        self._hint.grid_configure(padx=px(10), pady=(0, px(2)))
        self.entry.configure(font=self._look.fonts["body"])
        self._put()

    def _put(self) -> None:
        px, parent = self._look.px, self.master
        wide, high = parent.winfo_width(), parent.winfo_height()
        rows = self.list.row_height * _ROWS
        height = rows + self.entry.winfo_reqheight() + self._hint.winfo_reqheight() + px(34)
        top = px(56) if high > height + px(112) else px(8)
        self.place(
            relx=0.5,
            y=top,
            anchor="n",
            width=min(px(_WIDTH), wide - px(24)),
            height=min(height, high - 2 * top),
        )

    def _rank(self) -> None:
        self._chosen = 0
        self.list.show(ranked(self._offers, self._typed.get()))
        self.list.to_top()

    def _step(self, step: int) -> str:
        count = len(self.list.rows)
        # Single steps go round, pages do not.
        if abs(step) == 1:
            self._chosen = (self._chosen + step) % count
        else:
            self._chosen = min(max(self._chosen + step, 0), count - 1)
        self.list.select(self._chosen)
        return "break"

    def _enter(self) -> str:
        self._choose(self.list.rows[self._chosen])
        return "break"

    def _choose(self, row: Row) -> None:
        if row.active:
            self.close()
            self._on_choose(row)

    def _escaped(self, _: tk.Event[tk.Misc]) -> str:
        self.close()
        return "break"

    def _left(self, _: tk.Event[tk.Misc]) -> None:
        # Not where another window has the keys: this one's box is there when one comes back.
        focus = self.focus_get() if self.winfo_exists() else None
        if focus is not None and not str(focus).startswith(str(self)):
            self.close()
