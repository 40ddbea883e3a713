"""The dialog to say something of oneself: name, display name, status, time zone, picture."""

from __future__ import annotations

from dataclasses import dataclass
from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.errors import ChatError
from asynchat.messages import MAX_STATUS_CHARS
from asynchat.text import check_display, check_line, check_name
from asynchat.window.look.tk_objects import Flag
from asynchat.window.widgets.buttons import Button
from asynchat.window.widgets.dialog import Dialog

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.messages import Presence
    from asynchat.window.look.theme import Look

_WIDTH: Final = 380
_FIELDS: Final = (
    ("name", "Name, by which others mention you"),
    ("display", "Display name, if it is another"),
    ("status", "Status"),
    ("zone", "Time zone, such as Europe/Berlin"),
    ("picture", "Picture: a PNG, JPEG, WebP or GIF file"),
)


@dataclass(frozen=True, slots=True)
class ProfileChoice:
    """What is to be changed; None stays.  ``picture`` is a path, ``no_picture`` takes it away."""

    name: str | None = None
    display: str | None = None
    status: str | None = None
    zone: str | None = None
    picture: str | None = None
    no_picture: bool = False


class ProfileDialog(Dialog[ProfileChoice]):
    """Shows what one says of oneself, to be changed; the answer is what is another now.

    ``on_pick`` is called where a picture is to be picked; its path is put into the entry.
    """

    def __init__(
        self, parent: tk.Misc, look: Look, me: Presence, *, on_pick: Callable[[], None]
    ) -> None:
        super().__init__(parent, look, "Your profile")
        self._told = {"name": me.name or "", "display": me.display, "status": me.status}
        self._told |= {"zone": me.zone, "picture": ""}
        self._no_picture = Flag(self)
        self._labels: list[ttk.Label] = []
        self.entries: dict[str, ttk.Entry] = {}
        for at, (field, words) in enumerate(_FIELDS):
            label = ttk.Label(self.body, text=words, style="Dim.TLabel")
            label.grid(row=2 * at + 1, column=0, sticky="w")
            self._labels.append(label)
            entry = ttk.Entry(self.body, style="Field.TEntry", font=look.fonts["body"])
            entry.insert(0, self._told[field])
            entry.grid(
                row=2 * at + 2, column=0, columnspan=1 if field == "picture" else 2, sticky="we"
            )
            entry.bind("<Return>", lambda _: self._save())
            self.entries[field] = entry
        self.pick = Button(self.body, "Choose …", on_pick)
        self.pick.grid(row=2 * len(_FIELDS), column=1)
        self.pick.lift(self.entries["picture"])
        row = 2 * len(_FIELDS) + 1
        self.without = ttk.Checkbutton(
            self.body,
            text="Take my picture away",
            variable=self._no_picture,
            style="Field.TCheckbutton",
        )
        if me.picture:
            self.without.grid(row=row, column=0, sticky="w")
        self._problem = ttk.Label(self.body, style="Bad.TLabel")
        self._problem.grid(row=row + 1, column=0, columnspan=2, sticky="w")
        self._foot = ttk.Frame(self.body, style="Main.TFrame")
        self._foot.grid(row=row + 2, column=0, columnspan=2, sticky="e")
        Button(self._foot, "Cancel", lambda: self.resolve(None)).grid(row=0, column=0)
        Button(self._foot, "Save", self._save, style="Accent").grid(
            row=0, column=1, padx=(look.px(8), 0)
        )
        look.paints(self._foot, self._paint)

    @property
    def problem(self) -> str:
        """What is wrong with what was typed."""
        return str(self._problem.cget("text"))

    def _save(self) -> None:
        typed = {field: entry.get().strip() for field, entry in self.entries.items()}
        try:
            check_name(typed["name"])
            check_display(typed["display"])
            check_line(typed["status"], MAX_STATUS_CHARS, "A status")
        except ChatError as error:
            self._problem.configure(text=error.text, wraplength=self._look.px(_WIDTH))
            return
        changed = {field: text for field, text in typed.items() if text != self._told[field]}
        self.resolve(ProfileChoice(**changed, no_picture=self._no_picture.get()))

    def _paint(self) -> None:
        px = self._look.px
        for label in self._labels:
            label.grid_configure(pady=(px(8), px(3)))
        for entry in self.entries.values():
            entry.configure(font=self._look.fonts["body"])
        self.pick.grid_configure(padx=(px(8), 0))
        self.body.columnconfigure(0, minsize=px(_WIDTH))
        self._problem.grid_configure(pady=(px(6), px(2)))
        self._foot.grid_configure(pady=(px(8), 0))
