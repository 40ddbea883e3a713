"""A list of a few things, each with a number and a button: devices, invitations."""

from __future__ import annotations

from functools import partial
from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.window.look.native import drawable
from asynchat.window.widgets.buttons import Button
from asynchat.window.widgets.panel import Panel, ScrolledFrame

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Sequence

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.accounts import Item

_SIZE: Final = (520, 400)
_BESIDE: Final = 160
"""What stands beside the words: a button, and the margins."""


class ItemsPanel(Panel):
    """Calls ``on_act`` with the key of an item; `show` then takes what has become of them.

    ``more`` are further buttons at its foot, each with words and what it does.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        title: str,
        *,
        nothing: str,
        on_act: Callable[[str], None],
        more: Sequence[tuple[str, Callable[[], None]]] = (),
    ) -> None:
        super().__init__(parent, look, title, size=_SIZE)
        self._nothing = nothing
        self._on_act = on_act
        self._items: Sequence[Item] = ()
        self._labels: list[ttk.Label] = []
        self.buttons: dict[str, Button] = {}
        self.body.rowconfigure(1, weight=1)
        self._scrolled = ScrolledFrame(self.body, look)
        self._scrolled.grid(row=1, column=0, sticky="nswe")
        self._scrolled.inside.columnconfigure(0, weight=1)
        self._foot = ttk.Frame(self.body, style="Main.TFrame")
        self._foot.grid(row=2, column=0, sticky="e")
        self.more = [Button(self._foot, words, call, style="Accent") for words, call in more]
        self.close_button = Button(self._foot, "Close", self.close)
        for at, button in enumerate([*self.more, self.close_button]):
            button.grid(row=0, column=at)
        self._scrolled.bind("<Configure>", lambda _: self._wrap(), add=True)
        look.paints(self._foot, self._paint)

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """What it says of each."""
        return tuple((item.title, item.detail) for item in self._items)

    def show(self, items: Sequence[Item]) -> None:
        """List them anew; the keys stay where they were, as far as that is there."""
        held = next((key for key, one in self.buttons.items() if one is self.focus_get()), None)
        before = [item.key for item in self._items]
        self._items = items
        self._draw()
        if held is not None:
            at = before.index(held)
            left = [key for key in before[at:] if key in self.buttons] or list(self.buttons)[-1:]
            (self.buttons[left[0]] if left else self.close_button).focus_set()

    @property
    def first(self) -> Button:
        """What the keys go to first."""
        return next(iter([*self.buttons.values(), *self.more]), self.close_button)

    def _draw(self) -> None:
        inside = self._scrolled.inside
        for child in inside.winfo_children():
            child.destroy()
        self.buttons.clear()
        self._labels.clear()
        if not self._items:
            self._label(0, self._nothing, "Dim.TLabel", pady=(4, 4))
        for at, item in enumerate(self._items):
            self._label(2 * at, f"{at + 1}. {item.title}", "TLabel", pady=(8, 0))
            self._label(2 * at + 1, item.detail, "Dim.TLabel", pady=(1, 6))
            if item.action:
                button = Button(inside, item.action, partial(self._on_act, item.key))
                button.grid(row=2 * at, column=1, rowspan=2, sticky="e")
                self.buttons[item.key] = button
        self._paint()
        self._wrap()

    def _label(self, row: int, text: str, style: str, pady: tuple[int, int]) -> None:
        label = ttk.Label(self._scrolled.inside, text=drawable(text), style=style, justify="left")
        label.grid(row=row, column=0, sticky="we")
        self._labels.append(label)
        px = self._look.px
        label.grid_configure(padx=px(20), pady=(px(pady[0]), px(pady[1])))

    def _wrap(self) -> None:
        room = self._scrolled.winfo_width() - self._look.px(_BESIDE)
        for label in self._labels:
            label.configure(wraplength=max(self._look.px(120), room))

    def _paint(self) -> None:
        px = self._look.px
        for button in self.buttons.values():
            button.grid_configure(padx=(px(8), px(12)))
        for button in (*self.more, self.close_button):
            button.grid_configure(padx=(px(8), 0))
        self._foot.grid_configure(padx=px(20), pady=px(14))
