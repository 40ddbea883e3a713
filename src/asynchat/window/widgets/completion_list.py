"""The list of what may be meant, above where a message is written."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING

from asynchat.window.look.emoji import picture
from asynchat.window.look.native import drawable
from asynchat.window.presenters.completion import MOST

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.completion import Choice


class CompletionList(ttk.Frame):
    """Shows choices, one of which is marked; ``on_choose`` is called by a click on one."""

    def __init__(self, parent: tk.Misc, look: Look, on_choose: Callable[[Choice], None]) -> None:
        super().__init__(parent, style="Popup.TFrame", takefocus=False)
        self._look = look
        self._on_choose = on_choose
        self._choices: tuple[Choice, ...] = ()
        self._marked = 0
        self._rows: list[tk.Label] = []
        self._images: list[tk.PhotoImage | None] = []
        look.paints(self, self._paint)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What is offered."""
        return self._choices

    @property
    def marked(self) -> Choice | None:
        """The choice that Tab or Return would take."""
        return self._choices[self._marked] if self._choices else None

    def show(self, choices: Sequence[Choice]) -> None:
        """Offer these, the first of them marked; with none it is gone."""
        self._choices = tuple(choices)
        self._marked = 0
        if not choices:
            self.place_forget()
            return
        self._paint()
        self.lift()

    def move(self, steps: int) -> None:
        """Mark another choice; after the last comes the first."""
        if self._choices:
            self._marked = (self._marked + steps) % len(self._choices)
            self._paint()

    def _paint(self) -> None:
        px, palette, fonts = self._look.px, self._look.palette, self._look.fonts
        self.configure(padding=px(5))
        for at, choice in enumerate(self._choices):
            if at == len(self._rows):
                self._rows.append(self._row(at))
            marked = at == self._marked
            image = self._image(choice.emoji) if choice.emoji else None
            label = self._rows[at]
            label.configure(
                text=("  " if image is not None else "") + drawable(choice.label),
                image=image or "",
                font=fonts["bold" if marked else "body"],
                foreground=palette.text,
                background=palette.selected if marked else palette.field,
                padx=px(10),
                pady=px(4),
            )
            label.grid(row=at, column=0, sticky="we")
        for label in self._rows[len(self._choices) :]:
            label.grid_forget()
        self.columnconfigure(0, weight=1, minsize=px(220))

    def _row(self, at: int) -> tk.Label:
        label = tk.Label(self, anchor="w", compound="left", borderwidth=0, cursor="hand2")
        label.bind("<Button-1>", lambda _: self._on_choose(self._choices[at]))
        return label

    def _image(self, emoji: str) -> tk.PhotoImage | None:
        size = round(self._look.fonts.line_height() * 1.15)
        image = self._look.images.get_if_any(("emoji", emoji, size), lambda: picture(emoji, size))
        # Tk forgets a picture that nobody holds.
        self._images = [*self._images[-2 * MOST :], image]
        return image
