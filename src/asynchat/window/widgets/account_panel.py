"""One's own account: who one is on a server, and what can be done about it."""

from __future__ import annotations

from functools import partial
from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.window.look.native import drawable
from asynchat.window.widgets.buttons import Button
from asynchat.window.widgets.panel import Panel

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Sequence

    from asynchat.window.look.theme import Look

_WIDTH: Final = 360
_HEAD: Final = 150
_ROW: Final = 42


class AccountPanel(Panel):
    """Calls ``do`` with the name of a command; ``offers`` are those, with words for each."""

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        *,
        lines: Sequence[str],
        offers: Sequence[tuple[str, str]],
        do: Callable[[str], None],
    ) -> None:
        height = _HEAD + 20 * len(lines) + _ROW * len(offers)
        super().__init__(parent, look, "Your account", size=(_WIDTH, height))
        self._do = do
        self.texts = tuple(lines)
        self._lines = ttk.Frame(self.body, style="Main.TFrame")
        self._lines.grid(row=1, column=0, sticky="we")
        self._labels = [
            ttk.Label(self._lines, text=drawable(line), style="Dim.TLabel", justify="left")
            for line in lines
        ]
        for at, label in enumerate(self._labels):
            label.grid(row=at, column=0, sticky="w")
        self._offers = ttk.Frame(self.body, style="Main.TFrame")
        self._offers.grid(row=2, column=0, sticky="we")
        self._offers.columnconfigure(0, weight=1)
        self.buttons = {
            name: Button(self._offers, words, partial(self._chosen, name)) for name, words in offers
        }
        for at, button in enumerate(self.buttons.values()):
            button.grid(row=at, column=0, sticky="we")
            button.bind("<Down>", lambda _, at=at: self._go(at + 1))  # type: ignore[misc]
            button.bind("<Up>", lambda _, at=at: self._go(at - 1))  # type: ignore[misc]
        self.close_button = Button(self.body, "Close", self.close)
        self.close_button.grid(row=3, column=0, sticky="e")
        look.paints(self._offers, self._paint)

    @property
    def first(self) -> Button:
        """What the keys go to first."""
        return next(iter(self.buttons.values()), self.close_button)

    def _go(self, at: int) -> None:
        buttons = list(self.buttons.values())
        buttons[at % len(buttons)].focus_set()

    def _chosen(self, name: str) -> None:
        self.close()
        self._do(name)

    def _paint(self) -> None:
        px = self._look.px
        self._lines.grid_configure(padx=px(20), pady=(0, px(10)))
        for label in self._labels:
            label.configure(wraplength=px(_WIDTH - 40))
        self._offers.grid_configure(padx=px(20))
        for button in self.buttons.values():
            button.grid_configure(pady=(0, px(6)))
        self.close_button.grid_configure(padx=px(20), pady=px(12))
