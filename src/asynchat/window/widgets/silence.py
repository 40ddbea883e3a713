"""What stands in the composer's place where nothing can be said: the reason."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING

from asynchat.window.look.native import drawable
from asynchat.window.look.shapes import icon
from asynchat.window.widgets.buttons import Button

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.look.theme import Look


class Silence(ttk.Frame):
    """Says why; ``on_again`` is called by a button with the words ``again``, if there are any."""

    def __init__(
        self, parent: tk.Misc, look: Look, why: str, again: str, on_again: Callable[[], None]
    ) -> None:
        super().__init__(parent, style="Card.TFrame", takefocus=True)
        self._look = look
        self.text = why
        self.columnconfigure(1, weight=1)
        self._sign = ttk.Label(self, style="Card.TLabel")
        self._sign.grid(row=0, column=0)
        self._words = ttk.Label(self, style="Dim.Card.TLabel", text=drawable(why), justify="left")
        self._words.grid(row=0, column=1, sticky="we")
        self.again: Button | None = None
        if again:
            self.again = Button(self, again, on_again)
            self.again.grid(row=0, column=2)
        self.bind("<Configure>", lambda _: self._fit())
        look.paints(self, self._paint)

    def _fit(self) -> None:
        beside = 0 if self.again is None else self.again.winfo_reqwidth()
        room = self.winfo_width() - beside - self._look.px(64)
        self._words.configure(wraplength=max(room, self._look.px(80)))

    def _paint(self) -> None:
        px, look = self._look.px, self._look
        size, colour = px(16), look.palette.dim
        self._image = look.images.get(("mute", size, colour), lambda: icon("mute", size, colour))
        self._sign.configure(image=self._image)
        self._sign.grid_configure(padx=(px(14), px(10)))
        self._words.configure(font=look.fonts["body"])
        self._words.grid_configure(pady=px(12))
        if self.again is not None:
            self.again.grid_configure(padx=px(8), pady=px(4))
        self._fit()
