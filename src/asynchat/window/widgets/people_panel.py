"""Who is in a room, and the card of one of them."""

from __future__ import annotations

import tkinter as tk
from dataclasses import replace
from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.window.look.avatars import avatar, framed
from asynchat.window.look.native import drawable
from asynchat.window.look.presence import presence_dot
from asynchat.window.look.tk_objects import Words
from asynchat.window.presenters.sidebar import Row
from asynchat.window.widgets.buttons import Button
from asynchat.window.widgets.panel import Panel
from asynchat.window.widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL import Image

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.people import Profile

_PICTURE: Final = 72
_LINE: Final = 20


class PeoplePanel(Panel):
    """Lists people; what is typed leaves those that have it in their names.

    ``on_choose`` is called with the row of one, ``on_menu`` as by `RowList`, ``on_invite`` by
    the button, which is there where it is given, and ``on_write`` with the accounts of those that
    were picked, of whom ``me`` is none, unless not ``several`` can be.  With nobody to list it
    says what is ``empty``.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        title: str,
        *,
        on_choose: Callable[[Row], None],
        on_menu: Callable[[Row, int, int], None],
        on_invite: Callable[[], None] | None,
        on_write: Callable[[Sequence[str]], None],
        me: str,
        several: bool = True,
        empty: str = "",
    ) -> None:
        super().__init__(parent, look, title, size=(360, 480))
        self._several = several
        self._empty = empty
        self._all: Sequence[Row] = ()
        self._on_write = on_write
        self._me = me
        self._picked: dict[str, None] = {}
        self.body.rowconfigure(2, weight=1)
        self._typed = Words(self)
        self.entry = ttk.Entry(
            self.body, style="Field.TEntry", font=look.fonts["body"], textvariable=self._typed
        )
        self.entry.grid(row=1, column=0, sticky="we")
        self._card = ttk.Frame(self.body, style="Card.TFrame")
        self._card.grid(row=2, column=0, sticky="nswe")
        self._card.columnconfigure(0, weight=1)
        self._card.rowconfigure(0, weight=1)
        self.list = RowList(
            self._card,
            look,
            on_choose=on_choose,
            on_menu=on_menu,
            on_add=lambda _: None,
            on_pick=self._pick,
        )
        self.list.grid(row=0, column=0, sticky="nswe")
        self._foot = ttk.Frame(self.body, style="Main.TFrame")
        self._foot.grid(row=3, column=0, sticky="e")
        if on_invite is not None:
            Button(self._foot, "Invite …", on_invite).grid(row=0, column=0)
        Button(self._foot, "Close", self.close).grid(row=0, column=1, padx=(look.px(8), 0))
        self.write = Button(self._foot, "", self._write, style="Accent")
        self.write.grid(row=0, column=2, padx=(look.px(8), 0))
        self.write.grid_remove()
        self._typed.trace_add("write", lambda *_: self._narrow())
        self.entry.bind("<Down>", lambda _: self.list.canvas.focus_set())
        self.entry.bind("<Return>", lambda _: self._first())
        look.paints(self._card, self._paint)

    def show(self, rows: Sequence[Row]) -> None:
        """List people."""
        self._all = rows
        here = {row.key for row in rows}
        self._picked = {account: None for account in self._picked if account in here}
        self._narrow()

    def _narrow(self) -> None:
        typed = self._typed.get().strip().casefold()
        self.list.show(
            tuple(
                replace(row, picked=row.key in self._picked if self._can_pick(row) else None)
                for row in self._all
                if typed in row.text.casefold() or typed in row.name.casefold()
            )
            or ((Row("hint", "", self._empty, dim=True),) if self._empty else ())
        )
        count = len(self._picked)
        if count:
            self.write.configure(text="Message" if count == 1 else f"Message {count} people")
            self.write.grid()
        else:
            self.write.grid_remove()

    def _can_pick(self, row: Row) -> bool:
        return self._several and row.key != self._me

    def _pick(self, row: Row) -> None:
        if row.key in self._picked:
            del self._picked[row.key]
        else:
            self._picked[row.key] = None
        self._narrow()

    def _write(self) -> None:
        accounts = tuple(self._picked)
        self.close()
        self._on_write(accounts)

    def _first(self) -> None:
        rows = self.list.rows
        if rows:
            self.list.invoke(rows[0])

    def _paint(self) -> None:
        px = self._look.px
        self.entry.grid_configure(padx=px(20), pady=(0, px(8)))
        self.entry.configure(font=self._look.fonts["body"])
        self._card.configure(padding=px(6))
        self._card.grid_configure(padx=px(20))
        self._foot.grid_configure(padx=px(20), pady=px(14))


class ProfilePanel(Panel):
    """The card of one person.

    ``on_message`` is called by its button, and on one's own card ``on_edit`` and ``on_account``;
    ``picture`` is shown instead of initials.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        shown: Profile,
        *,
        on_message: Callable[[], None],
        on_edit: Callable[[], None] | None = None,
        on_account: Callable[[], None] | None = None,
        picture: Image.Image | None = None,
    ) -> None:
        more = _LINE * max(0, len(shown.lines) - 2)
        super().__init__(parent, look, "Profile", size=(360, 290 + more))
        self._shown = shown
        self._given = picture
        self._on_edit = on_edit
        self._on_account = on_account
        self._on_message = on_message
        self._title.grid_remove()
        self.body.rowconfigure(3, weight=1)
        self._picture = ttk.Label(self.body)
        self._picture.grid(row=1, column=0)
        self._name = ttk.Label(self.body, text=drawable(shown.name), style="Title.TLabel")
        self._name.grid(row=2, column=0)
        self._lines = ttk.Frame(self.body, style="Main.TFrame")
        self._lines.grid(row=3, column=0, sticky="n")
        self._state = ttk.Label(self._lines, text=f" {shown.state}", compound="left")
        self._state.grid(row=0, column=0)
        for at, line in enumerate(shown.lines, 1):
            ttk.Label(self._lines, text=drawable(line), style="Dim.TLabel").grid(row=at, column=0)
        self._foot = ttk.Frame(self.body, style="Main.TFrame")
        self._foot.grid(row=4, column=0)
        self.first = Button(self._foot, "Close", self.close)
        if not shown.is_me:
            self.first = Button(self._foot, "Message", self._message, style="Accent")
            self.first.grid(row=0, column=0, padx=(0, look.px(8)))
            Button(self._foot, "Close", self.close).grid(row=0, column=1)
        else:
            self.first.grid(row=0, column=2)
            if on_account is not None:
                self.account = Button(self._foot, "Account …", self._to_account)
                self.account.grid(row=0, column=1, padx=(0, look.px(8)))
            if on_edit is not None:
                self.first = Button(self._foot, "Edit …", self._edit, style="Accent")
                self.first.grid(row=0, column=0, padx=(0, look.px(8)))
        look.paints(self._lines, self._paint)

    @property
    def texts(self) -> tuple[str, ...]:
        """What it says."""
        return (self._shown.name, self._shown.state, *self._shown.lines)

    def _edit(self) -> None:
        self.close()
        if self._on_edit is not None:
            self._on_edit()

    def _to_account(self) -> None:
        self.close()
        if self._on_account is not None:
            self._on_account()

    def _message(self) -> None:
        self.close()
        self._on_message()

    def _paint(self) -> None:
        look, px, shown = self._look, self._look.px, self._shown
        size = px(_PICTURE)
        picture = self._given
        if picture is None:
            self._image = look.images.get(
                ("avatar", shown.name, size), lambda: avatar(shown.name, size)
            )
        else:
            self._image = look.images.get(
                ("picture", shown.picture, size), lambda: framed(picture, size)
            )
        self._picture.configure(image=self._image)
        self._picture.grid_configure(pady=(px(22), px(10)))
        self._dot = presence_dot(look, shown.presence)
        self._state.configure(image=self._dot)
        self._lines.grid_configure(pady=px(6))
        self._foot.grid_configure(pady=(px(6), px(18)))
