"""The dialog of how a room is used: its topic, and whether it is private, read-only, slow."""

from __future__ import annotations

from dataclasses import dataclass
from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.chat.order_words import seconds_of
from asynchat.errors import ChatError
from asynchat.messages import LOBBY, MAX_SLOW_S
from asynchat.text import check_topic
from asynchat.window.look.native import drawable
from asynchat.window.look.tk_objects import Flag
from asynchat.window.presenters.spans import short_span
from asynchat.window.widgets.buttons import Button
from asynchat.window.widgets.dialog import Dialog

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.messages import Room
    from asynchat.window.look.theme import Look

_WIDTH: Final = 400


@dataclass(frozen=True, slots=True)
class RoomChange:
    """What of a room is to be otherwise; None stays."""

    topic: str | None = None
    private: bool | None = None
    read_only: bool | None = None
    archived: bool | None = None
    slow_s: int | None = None

    @property
    def modes(self) -> bool:
        """Whether anything but the topic is."""
        return (self.private, self.read_only, self.archived, self.slow_s) != (None,) * 4


class RoomSettingsDialog(Dialog[RoomChange]):
    """Shows a room as it is, and answers with what is to be otherwise."""

    def __init__(self, parent: tk.Misc, look: Look, room: Room) -> None:
        super().__init__(parent, look, drawable(f"Settings of #{room.name}"))
        self._room = room
        self._padded: list[tuple[ttk.Widget, int, int]] = []
        # Who is no member may set how it is used, and not what it is about.
        self.topic: ttk.Entry | None = None
        if room.member:
            self._place(ttk.Label(self.body, text="Topic", style="Dim.TLabel"), 10, 4)
            self.topic = self._field(room.topic)
        self.flags: dict[str, Flag] = {}
        for name, words in (
            ("private", "Private: only who is invited comes in, or sees it"),
            ("read_only", "Read-only: only its moderators speak"),
            ("archived", "Archived: nothing is added any more"),
        ):
            # The lobby is where everybody is.
            if room.name != LOBBY or name == "read_only":
                self._check(name, words, on=getattr(room, name))
        self._place(
            ttk.Label(
                self.body,
                text="Slow mode: one message of each member every …  (30s, 5m, 1h; empty: off)",
                style="Dim.TLabel",
            ),
            12,
            4,
        )
        self.slow = self._field(short_span(room.slow_s) if room.slow_s else "")
        self._problem = ttk.Label(self.body, style="Bad.TLabel")
        self._place(self._problem, 6, 2)
        row = ttk.Frame(self.body, style="Main.TFrame")
        self._place(row, 6, 0, sticky="e")
        self._cancel = Button(row, "Cancel", lambda: self.resolve(None))
        self._cancel.grid(row=0, column=0)
        Button(row, "Save", self.save, style="Accent").grid(row=0, column=1)
        look.paints(row, self._paint)

    @property
    def first(self) -> ttk.Entry:
        """What the keys go to first."""
        return self.topic or self.slow

    @property
    def problem(self) -> str:
        """What is wrong with what was typed."""
        return str(self._problem.cget("text"))

    def save(self) -> None:
        """Answer, or say what is wrong."""
        try:
            topic = self._room.topic if self.topic is None else check_topic(self.topic.get())
            slow_s = self._slow_s()
        except ChatError as error:
            self._problem.configure(text=error.text)
            return
        room = self._room
        changed = {
            name: flag.get()
            for name, flag in self.flags.items()
            if flag.get() != getattr(room, name)
        }
        self.resolve(
            RoomChange(
                topic=topic if topic != room.topic else None,
                slow_s=slow_s if slow_s != room.slow_s else None,
                **changed,
            )
        )

    def _slow_s(self) -> int:
        typed = self.slow.get().strip()
        if typed in {"", "0"}:
            return 0
        seconds = int(typed) if typed.isascii() and typed.isdigit() else seconds_of(typed)
        if seconds is None or not 0 < seconds <= MAX_SLOW_S:
            raise ChatError("bad_request", "Slow mode takes a time up to a day, as 30s, 5m or 1h.")
        return seconds

    def _field(self, text: str) -> ttk.Entry:
        entry = ttk.Entry(self.body, style="Field.TEntry", font=self._look.fonts["body"])
        entry.insert(0, drawable(text))
        entry.bind("<Return>", lambda _: self.save())
        self._place(entry, 0, 0, sticky="we")
        return entry

    def _check(self, name: str, words: str, *, on: bool) -> None:
        self.flags[name] = flag = Flag(self, on)
        check = ttk.Checkbutton(self.body, text=words, variable=flag, style="Field.TCheckbutton")
        check.bind("<Return>", lambda _: check.invoke())
        self._place(check, 10 if len(self.flags) == 1 else 3, 0)

    def _place(self, widget: ttk.Widget, above: int, below: int, sticky: str = "w") -> None:
        self._padded.append((widget, above, below))
        widget.grid(row=len(self._padded), column=0, sticky=sticky)

    def _paint(self) -> None:
        px = self._look.px
        for widget, above, below in self._padded:
            widget.grid_configure(pady=(px(above), px(below)))
        self.body.columnconfigure(0, minsize=px(_WIDTH))
        self._cancel.grid_configure(padx=(0, px(8)))
        for entry in (self.topic, self.slow):
            if entry is not None:
                entry.configure(font=self._look.fonts["body"])
