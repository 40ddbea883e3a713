"""The dialog to join one of the server's rooms, or to create one."""

from __future__ import annotations

import tkinter as tk
from dataclasses import dataclass
from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.errors import ChatError
from asynchat.text import check_topic, room_name
from asynchat.window.look.native import drawable
from asynchat.window.look.tk_objects import Flag
from asynchat.window.presenters.sidebar import Row
from asynchat.window.widgets.buttons import Button
from asynchat.window.widgets.dialog import Dialog
from asynchat.window.widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asynchat.messages import Room
    from asynchat.window.look.theme import Look

_LIST_HEIGHT: Final = 200
_WIDTH: Final = 400


@dataclass(frozen=True, slots=True)
class RoomChoice:
    """A room to go to: one there is, or a new one."""

    name: str
    create: bool
    topic: str = ""
    private: bool = False


class RoomDialog(Dialog[RoomChoice]):
    """Lists ``rooms``; a click joins, and the fields below create."""

    def __init__(self, parent: tk.Misc, look: Look, rooms: Sequence[Room]) -> None:
        super().__init__(parent, look, "Rooms")
        self._private = Flag(self)
        self._padded: list[tuple[ttk.Widget, int, int]] = []
        body = self.body
        self._place(ttk.Label(body, text="Join a room of this server", style="Dim.TLabel"), 10, 4)
        self._card = ttk.Frame(body, style="Card.TFrame")
        self._place(self._card, 0, 0, sticky="nswe")
        self._card.grid_propagate(False)
        self._card.columnconfigure(0, weight=1)
        self._card.rowconfigure(0, weight=1)
        self.listed = RowList(
            self._card,
            look,
            on_choose=lambda row: self.resolve(RoomChoice(row.key, create=False)),
            on_menu=lambda *_: None,
            on_add=lambda _: None,
        )
        self.listed.grid(row=0, column=0, sticky="nswe")
        self.listed.show(_rows(rooms))

        self._place(ttk.Label(body, text="Or create one", style="Dim.TLabel"), 16, 4)
        self.name = ttk.Entry(body, style="Field.TEntry", font=look.fonts["body"])
        self._place(self.name, 0, 0, sticky="we")
        self._place(ttk.Label(body, text="Topic, if you like", style="Dim.TLabel"), 8, 4)
        self.topic = ttk.Entry(body, style="Field.TEntry", font=look.fonts["body"])
        self._place(self.topic, 0, 0, sticky="we")
        self._check = ttk.Checkbutton(
            body,
            text="Private: only who is invited sees it",
            variable=self._private,
            style="Field.TCheckbutton",
        )
        self._place(self._check, 10, 0)
        self._problem = ttk.Label(body, style="Bad.TLabel")
        self._place(self._problem, 8, 4)
        row = ttk.Frame(body, style="Main.TFrame")
        self._place(row, 6, 0, sticky="e")
        self._cancel = Button(row, "Cancel", lambda: self.resolve(None))
        self._cancel.grid(row=0, column=0)
        Button(row, "Create room", self._create, style="Accent").grid(row=0, column=1)
        for entry in (self.name, self.topic):
            entry.bind("<Return>", lambda _: self._create())
        look.paints(row, self._paint)

    @property
    def problem(self) -> str:
        """What is wrong with what was typed."""
        return str(self._problem.cget("text"))

    def _place(self, widget: ttk.Widget, above: int, below: int, sticky: str = "w") -> None:
        self._padded.append((widget, above, below))
        widget.grid(row=len(self._padded), column=0, sticky=sticky)

    def _paint(self) -> None:
        px = self._look.px
        for widget, above, below in self._padded:
            widget.grid_configure(pady=(px(above), px(below)))
        self._card.configure(padding=px(6), height=px(_LIST_HEIGHT), width=px(_WIDTH))
        self._problem.configure(wraplength=px(_WIDTH))
        self._cancel.grid_configure(padx=(0, px(8)))
        for entry in (self.name, self.topic):
            entry.configure(font=self._look.fonts["body"])

    def _create(self) -> None:
        try:
            name = room_name(self.name.get())
            topic = check_topic(self.topic.get())
        except ChatError as error:
            self._problem.configure(text=error.text)
            return
        self.resolve(RoomChoice(name, create=True, topic=topic, private=self._private.get()))


def _rows(rooms: Sequence[Room]) -> tuple[Row, ...]:
    found = [
        Row(
            "room",
            room.name,
            _label(room),
            dim=room.member,
            private=room.private,
        )
        for room in sorted(rooms, key=lambda room: (room.member, room.name))
        if not room.direct
    ]
    return tuple(found)


def _label(room: Room) -> str:
    joined = " (joined)" if room.member else ""
    topic = f" — {drawable(room.topic)}" if room.topic else ""
    return f"# {room.name}{joined}{topic}"
