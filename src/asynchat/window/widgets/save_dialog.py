"""Where to save a conversation, and how far that is."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.window.look.tk_objects import Words
from asynchat.window.presenters.saving import FORMS, with_form
from asynchat.window.widgets.buttons import Button
from asynchat.window.widgets.dialog import Dialog
from asynchat.window.widgets.panel import Panel

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.look.theme import Look

_WIDTH: Final = 420


class SaveDialog(Dialog[str]):
    """Answers with the name of a file for which ``check`` has no complaint.

    ``on_complete`` is called with what is typed, by Tab; it sets `typed` once it knows better.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        title: str,
        *,
        typed: str,
        check: Callable[[str], str | None],
        on_complete: Callable[[str], None],
    ) -> None:
        super().__init__(parent, look, title)
        self._check = check
        self._on_complete = on_complete
        self._form = Words(self, FORMS[0][0])
        body = self.body
        self._words = ttk.Label(body, text="To which file  (Tab completes)", style="Dim.TLabel")
        self._words.grid(row=1, column=0, sticky="w")
        self.name = ttk.Entry(body, style="Field.TEntry", font=look.fonts["body"])
        self.name.grid(row=2, column=0, sticky="we")
        self.typed = typed
        self._row = ttk.Frame(body, style="Main.TFrame")
        self._row.grid(row=3, column=0, sticky="w")
        self._forms = [
            ttk.Radiobutton(
                self._row,
                text=words,
                value=suffix,
                variable=self._form,
                style="Field.TRadiobutton",
                command=self._formed,
            )
            for suffix, words in FORMS
        ]
        for at, each in enumerate(self._forms):
            each.grid(row=0, column=at)
        self._problem = ttk.Label(body, style="Bad.TLabel")
        self._problem.grid(row=4, column=0, sticky="w")
        foot = ttk.Frame(body, style="Main.TFrame")
        foot.grid(row=5, column=0, sticky="e")
        self._cancel = Button(foot, "Cancel", lambda: self.resolve(None))
        self._cancel.grid(row=0, column=0)
        Button(foot, "Save", self._save, style="Accent").grid(row=0, column=1)
        self.name.bind("<Return>", lambda _: self._save())
        self.name.bind("<Tab>", lambda _: self._complete())
        look.paints(foot, self._paint)

    @property
    def typed(self) -> str:
        """The name of the file."""
        return self.name.get().strip()

    @typed.setter
    def typed(self, text: str) -> None:
        self.name.delete(0, "end")
        self.name.insert(0, text)
        self.name.icursor("end")

    @property
    def problem(self) -> str:
        """What is wrong with it."""
        return str(self._problem.cget("text"))

    def choose(self, suffix: str) -> None:
        """Choose a form by the end of its names."""
        self._form.set(suffix)
        self._formed()

    def _formed(self) -> None:
        self.typed = with_form(self.typed, self._form.get())

    def _complete(self) -> str | None:
        before = self.name.index("insert") == self.name.index("end") and bool(self.typed)
        if before:
            self._on_complete(self.typed)
        return "break" if before else None

    def _save(self) -> None:
        problem = self._check(self.typed)
        if problem is None:
            self.resolve(self.typed)
        else:
            self._problem.configure(text=problem)

    def _paint(self) -> None:
        px = self._look.px
        self.body.columnconfigure(0, minsize=px(_WIDTH))
        self._words.grid_configure(pady=(px(10), px(4)))
        self._row.grid_configure(pady=px(10))
        for at, each in enumerate(self._forms):
            each.grid_configure(padx=(0 if at == 0 else px(16), 0))
        self._problem.configure(wraplength=px(_WIDTH))
        self._problem.grid_configure(pady=(0, px(8)))
        self._cancel.grid_configure(padx=(0, px(8)))
        self.name.configure(font=self._look.fonts["body"])


class SaveProgress(Panel):
    """Says how far it is, with a button to stop; ``on_cancel`` is called however it is closed."""

    def __init__(
        self, parent: tk.Misc, look: Look, title: str, on_cancel: Callable[[], object]
    ) -> None:
        super().__init__(parent, look, title, size=(360, 150))
        self._on_cancel = on_cancel
        self._state = ttk.Label(self.body, text="Saving …")
        self._state.grid(row=1, column=0, sticky="w", padx=look.px(20))
        self.cancel = Button(self.body, "Cancel", self.close)
        self.cancel.grid(row=2, column=0, sticky="e", padx=look.px(20), pady=look.px(14))

    @property
    def said(self) -> str:
        """How far it is."""
        return str(self._state.cget("text"))

    def show(self, count: int, share: float) -> None:
        """Say how many events there are, and which share of all that is.

        What is done at once needs no window.
        """
        if share < 1 and self.state() == "withdrawn":
            self.open(self.cancel)
        self._state.configure(text=f"{count:,} lines, {share:.0%}")

    def close(self) -> None:
        """Go, and stop."""
        super().close()
        self._on_cancel()
