"""The dialog before somebody is muted, banned, removed or reported: how long, where, and why."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.messages import MAX_REASON_CHARS
from asynchat.window.look.native import drawable
from asynchat.window.look.tk_objects import Words
from asynchat.window.presenters.deeds import Deed
from asynchat.window.presenters.spans import CHOICES
from asynchat.window.widgets.buttons import Button
from asynchat.window.widgets.dialog import Dialog

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Sequence

    from asynchat.window.look.theme import Look

HERE: Final = "here"
EVERYWHERE: Final = "everywhere"
_WIDTH: Final = 400
_FIRST: Final = 1
"""Which of the spans is offered first: an hour."""


class DeedDialog(Dialog[Deed]):
    """Says what will be in ``text``, and asks the rest.

    ``places`` are the keys `HERE` and `EVERYWHERE` with words, as many as there are to choose
    from; ``timed`` tells whether it can have an end; ``do`` are the words of the button.  In the
    ``question`` over its field a reason is asked for.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        *,
        title: str,
        text: str,
        do: str,
        timed: bool = False,
        places: Sequence[tuple[str, str]] = (),
        question: str = "Why? They read it",
        most: int = MAX_REASON_CHARS,
    ) -> None:
        super().__init__(parent, look, title)
        self._most = most
        self._padded: list[tuple[ttk.Widget, int, int]] = []
        self._text = ttk.Label(self.body, text=drawable(text), justify="left")
        self._place(self._text, 10, 6)
        self.span = Words(self, str(_FIRST if timed else len(CHOICES) - 1))
        self.place_of = Words(self, places[0][0] if places else HERE)
        if timed:
            self._choose(self.span, [(str(at), words) for at, (_, words) in enumerate(CHOICES)])
        if len(places) > 1:
            self._choose(self.place_of, places)
        self._place(ttk.Label(self.body, text=question, style="Dim.TLabel"), 10, 4)
        self.reason = ttk.Entry(self.body, style="Field.TEntry", font=look.fonts["body"])
        self._place(self.reason, 0, 0, sticky="we")
        self._problem = ttk.Label(self.body, style="Bad.TLabel")
        self._place(self._problem, 6, 2)
        row = ttk.Frame(self.body, style="Main.TFrame")
        self._place(row, 6, 0, sticky="e")
        self._cancel = Button(row, "Cancel", lambda: self.resolve(None))
        self._cancel.grid(row=0, column=0)
        self.done = Button(row, do, self._done, style="Accent")
        self.done.grid(row=0, column=1)
        self.reason.bind("<Return>", lambda _: self._done())
        look.paints(row, self._paint)

    @property
    def problem(self) -> str:
        """What is wrong with what was typed."""
        return str(self._problem.cget("text"))

    def _choose(self, variable: Words, choices: Sequence[tuple[str, str]]) -> None:
        row = ttk.Frame(self.body, style="Main.TFrame")
        self._place(row, 4, 2)
        for at, (value, words) in enumerate(choices):
            button = ttk.Radiobutton(
                row,
                text=drawable(words),
                value=value,
                variable=variable,
                style="Field.TRadiobutton",
            )
            button.grid(
                row=at // 3, column=at % 3, sticky="w", padx=(0, self._look.px(14)), pady=(0, 4)
            )
            button.bind("<Return>", lambda _, button=button: button.invoke())  # type: ignore[misc]

    def _done(self) -> None:
        reason = " ".join(self.reason.get().split())
        if len(reason) > self._most:
            self._problem.configure(text=f"At most {self._most:,} characters.")
            return
        seconds, _ = CHOICES[int(self.span.get())]
        self.resolve(Deed(seconds, reason, everywhere=self.place_of.get() == EVERYWHERE))

    def _place(self, widget: ttk.Widget, above: int, below: int, sticky: str = "w") -> None:
        self._padded.append((widget, above, below))
        widget.grid(row=len(self._padded), column=0, sticky=sticky)

    def _paint(self) -> None:
        px = self._look.px
        for widget, above, below in self._padded:
            widget.grid_configure(pady=(px(above), px(below)))
        self.body.columnconfigure(0, minsize=px(_WIDTH))
        self._text.configure(wraplength=px(_WIDTH))
        self._cancel.grid_configure(padx=(0, px(8)))
        self.reason.configure(font=self._look.fonts["body"])
