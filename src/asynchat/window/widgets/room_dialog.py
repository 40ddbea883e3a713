"""The dialog to join one of the server's rooms, or to create one."""

from __future__ import annotations

import tkinter as tk
from dataclasses import dataclass
from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.errors import ChatError
from asynchat.text import check_topic, room_name
from asynchat.window.look.native import drawable
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
        px = look.px
        self._private = tk.BooleanVar(self, value=False)
        ttk.Label(self.body, text="Join a room of this server", style="Dim.TLabel").grid(
            row=1, column=0, sticky="w", pady=(px(10), px(4))
        )
        frame = ttk.Frame(
            self.body, style="Card.TFrame", padding=px(6), height=px(_LIST_HEIGHT), width=px(_WIDTH)
        )
        frame.grid(row=2, column=0, sticky="nswe")
        frame.grid_propagate(False)
        frame.columnconfigure(0, weight=1)
        frame.rowconfigure(0, weight=1)
        self.listed = RowList(
            frame,
            look,
            on_choose=lambda row: self.resolve(RoomChoice(row.key, create=False)),
            on_menu=lambda *_: None,
            on_add=lambda _: None,
        )
        self.listed.grid(row=0, column=0, sticky="nswe")
        self.listed.show(_rows(rooms))

        ttk.Label(self.body, text="Or create one", style="Dim.TLabel").grid(
            row=3, column=0, sticky="w", pady=(px(16), px(4))
        )
        self.name = ttk.Entry(self.body, style="Field.TEntry", font=look.fonts["body"])
        self.name.grid(row=4, column=0, sticky="we")
        ttk.Label(self.body, text="Topic, if you like", style="Dim.TLabel").grid(
            row=5, column=0, sticky="w", pady=(px(8), px(4))
        )
        self.topic = ttk.Entry(self.body, style="Field.TEntry", font=look.fonts["body"])
        self.topic.grid(row=6, column=0, sticky="we")
        self._check = ttk.Checkbutton(
            self.body,
            text="Private: only who is invited sees it",
            variable=self._private,
            style="Field.TCheckbutton",
        )
        self._check.grid(row=7, column=0, sticky="w", pady=(px(10), 0))
        self._problem = ttk.Label(self.body, style="Bad.TLabel", wraplength=px(_WIDTH))
        self._problem.grid(row=8, column=0, sticky="w", pady=(px(8), px(4)))
        row = ttk.Frame(self.body, style="Main.TFrame")
        row.grid(row=9, column=0, sticky="e", pady=(px(6), 0))
        Button(row, "Cancel", lambda: self.resolve(None)).grid(row=0, column=0, padx=(0, px(8)))
        Button(row, "Create room", self._create, style="Accent").grid(row=0, column=1)
        for entry in (self.name, self.topic):
            entry.bind("<Return>", lambda _: self._create())

    @property
    def problem(self) -> str:
        """What is wrong with what was typed."""
        return str(self._problem.cget("text"))

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
