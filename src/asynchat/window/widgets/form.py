"""A dialog that asks for a few lines, and stays until what was given is taken."""

from __future__ import annotations

import time
import tkinter as tk
from dataclasses import dataclass
from tkinter import ttk
from typing import TYPE_CHECKING, Final, TypeAlias

from asynchat.window.look.native import drawable
from asynchat.window.look.tk_objects import Flag, Words
from asynchat.window.presenters.accounts import waiting
from asynchat.window.widgets.buttons import Button
from asynchat.window.widgets.dialog import Dialog

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.accounts import Refusal

WIDTH: Final = 380
_TICK_MS: Final = 200
YES: Final = "yes"
"""What a box says that is ticked; one that is not says nothing."""


@dataclass(frozen=True, slots=True)
class Line:
    """A field with words above it; where ``secret``, what is typed is not shown."""

    name: str
    label: str
    value: str = ""
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several, each with its key and words; the first key is chosen at the beginning."""

    name: str
    label: str
    choices: Sequence[tuple[str, str]]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A box to tick; ``on`` is how it is at the beginning."""

    name: str
    label: str
    on: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """Something to read with words above it, letter by letter."""

    label: str
    text: str


Part: TypeAlias = Line | Choice | Box | Shown


class Form(Dialog[bool]):
    """Calls ``on_given`` with what was given, by name; then `say` what is wrong, or `resolve`.

    What is secret is forgotten with the dialog.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        title: str,
        *,
        text: str = "",
        parts: Sequence[Part],
        submit: str,
        on_given: Callable[[Mapping[str, str]], None],
    ) -> None:
        super().__init__(parent, look, title)
        self._on_given = on_given
        self._timer: str | None = None
        self._busy = False
        self._row = 1
        self._padded: list[tuple[ttk.Widget, tuple[int, int]]] = []
        self._given: dict[str, Callable[[], str]] = {}
        self.entries: dict[str, ttk.Entry] = {}
        self.buttons: dict[str, list[ttk.Widget]] = {}
        self._text = ttk.Label(self.body, text=drawable(text), justify="left")
        if text:
            self._place(self._text, (10, 4))
        for part in parts:
            self._add(part)
        self._problem = ttk.Label(self.body, style="Bad.TLabel", justify="left")
        self._place(self._problem, (8, 0))
        self._foot = ttk.Frame(self.body, style="Main.TFrame")
        self._foot.grid(row=self._row, column=0, sticky="e")
        self.cancel = Button(self._foot, "Cancel", lambda: self.resolve(None))
        self.cancel.grid(row=0, column=0)
        self.submit = Button(self._foot, submit, self._submit, style="Accent")
        self.submit.grid(row=0, column=1)
        look.paints(self._foot, self._paint)

    async def ask(self) -> bool:
        """Show it until what was given is taken; tell whether it was."""
        first = next(iter(self.entries.values()), None)
        choices = next(iter(self.buttons.values()), [self.submit])
        return bool(await self.answer(first or choices[0]))

    @property
    def problem(self) -> str:
        """What it says is wrong."""
        return str(self._problem.cget("text"))

    def busy(self) -> None:
        """Take nothing until `say`: what was given is being looked at."""
        self._forget_timer()
        self._busy = True
        self._problem.configure(text="")
        self.submit.state(["disabled"])

    def free(self) -> None:
        """Take what is given again."""
        self._busy = False
        self.submit.state(["!disabled"])

    def say(self, refusal: Refusal) -> None:
        """Say what is wrong, and where; where it has to wait, count down until then."""
        if not self.winfo_exists():
            return
        self.free()
        entry = self.entries.get(refusal.field)
        if entry is not None:
            entry.state(["invalid"])
            entry.focus_set()
            entry.selection_range(0, "end")
        if refusal.wait_s:
            self._count(refusal.text, time.monotonic() + refusal.wait_s)
        else:
            self._problem.configure(text=drawable(refusal.text))

    def destroy(self) -> None:
        """Count no more."""
        self._forget_timer()
        super().destroy()

    def _count(self, text: str, until: float) -> None:
        left = until - time.monotonic()
        self._problem.configure(text=waiting(text, left))
        self._busy = left > 0
        self.submit.state(["disabled" if self._busy else "!disabled"])
        self._timer = self.after(_TICK_MS, self._count, text, until) if self._busy else None

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self.after_cancel(self._timer)
            self._timer = None

    def _submit(self) -> None:
        if not self._busy:
            self._on_given({name: given() for name, given in self._given.items()})

    def _add(self, part: Part) -> None:
        match part:
            case Line():
                self._label(part.label)
                entry = ttk.Entry(self.body, style="Field.TEntry", font=self._look.fonts["body"])
                if part.secret:
                    entry.configure(show="\N{BULLET}")
                entry.insert(0, part.value)
                entry.bind("<Return>", lambda _: self._submit())
                entry.bind("<KP_Enter>", lambda _: self._submit())
                entry.bind("<Key>", self._edited, add=True)
                self.entries[part.name] = entry
                self._given[part.name] = entry.get
                self._place(entry, (0, 0), sticky="we")
            case Choice():
                self._label(part.label)
                chosen = Words(self, part.chosen or part.choices[0][0])
                self._given[part.name] = chosen.get
                row = ttk.Frame(self.body, style="Main.TFrame")
                self.buttons[part.name] = [
                    self._radio(row, key, words, chosen) for key, words in part.choices
                ]
                for at, button in enumerate(self.buttons[part.name]):
                    button.grid(row=at // 2, column=at % 2, sticky="w")
                self._place(row, (0, 0))
            case Shown():
                self._label(part.label)
                read = ttk.Label(self.body, text=part.text, justify="left")
                read.configure(font=self._look.fonts["mono"])
                self._place(read, (0, 2))
            case Box():
                ticked = Flag(self, value=part.on)
                self._given[part.name] = lambda: YES if ticked.get() else ""
                box = ttk.Checkbutton(
                    self.body, text=part.label, variable=ticked, style="Field.TCheckbutton"
                )
                box.bind("<Return>", lambda _: box.invoke())
                self.buttons[part.name] = [box]
                self._place(box, (12, 0))

    def _radio(self, row: ttk.Frame, key: str, words: str, chosen: Words) -> ttk.Radiobutton:
        button = ttk.Radiobutton(
            row, text=words, value=key, variable=chosen, style="Field.TRadiobutton"
        )
        button.bind("<Return>", lambda _: button.invoke())
        return button

    def _label(self, text: str) -> None:
        self._place(ttk.Label(self.body, text=text, style="Dim.TLabel"), (10, 4))

    def _place(self, widget: ttk.Widget, pady: tuple[int, int], sticky: str = "w") -> None:
        widget.grid(row=self._row, column=0, sticky=sticky)
        self._padded.append((widget, pady))
        self._row += 1

    def _edited(self, event: tk.Event[tk.Misc]) -> None:
        if event.char and event.char not in "\r\n" and self._timer is None:
            self._problem.configure(text="")
            for entry in self.entries.values():
                entry.state(["!invalid"])

    def _paint(self) -> None:
        px = self._look.px
        for widget, (above, below) in self._padded:
            widget.grid_configure(pady=(px(above), px(below)))
        for label in (self._text, self._problem):
            label.configure(wraplength=px(WIDTH))
        for entry in self.entries.values():
            entry.configure(font=self._look.fonts["body"])
        for buttons in self.buttons.values():
            for button in buttons:
                if isinstance(button, ttk.Radiobutton):
                    button.grid_configure(padx=(0, px(20)), pady=px(2))
        self.body.columnconfigure(0, minsize=px(WIDTH))
        self._foot.grid_configure(pady=(px(14), 0))
        self.submit.grid_configure(padx=(px(8), 0))
