"""What is pinned in a room: each message with a way to it, and one to unpin it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from tkinter import ttk
from typing import TYPE_CHECKING, Final, Literal

from asynchat.window.widgets.buttons import Button
from asynchat.window.widgets.panel import Panel, ScrolledFrame

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Sequence

    from asynchat.window.look.theme import Look

_WIDTH: Final = 460


@dataclass(frozen=True, slots=True)
class Pinned:
    """One message as it is listed: all of it may be drawn."""

    seq: int
    sender: str
    time: str
    text: str


@dataclass(frozen=True, slots=True)
class _Card:
    """The widgets of one message."""

    name: ttk.Label
    time: ttk.Label
    jump: Button
    unpin: Button
    text: ttk.Label
    rule: ttk.Frame


class PinnedPanel(Panel):
    """``on_jump`` and ``on_unpin`` are called with the seq of a message."""

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        title: str,
        *,
        on_jump: Callable[[int], None],
        on_unpin: Callable[[int], None],
    ) -> None:
        super().__init__(parent, look, title, size=(_WIDTH, 460))
        self._on_jump = on_jump
        self._on_unpin = on_unpin
        self._listed: tuple[Pinned, ...] | None = None
        self.body.rowconfigure(1, weight=1)
        self._scrolled = ScrolledFrame(self.body, look)
        self._scrolled.grid(row=1, column=0, sticky="nswe")
        self._scrolled.inside.columnconfigure(0, weight=1)
        self.close_button = Button(self.body, "Close", self.close)
        self.close_button.grid(row=2, column=0, sticky="e")
        self._cards: list[_Card] = []
        look.paints(self._scrolled.inside, self._paint)

    @property
    def first(self) -> Button:
        """What has the keys at first."""
        return self._cards[0].jump if self._cards else self.close_button

    @property
    def texts(self) -> tuple[str, ...]:
        """What is listed."""
        return tuple(str(card.text.cget("text")) for card in self._cards)

    def press(self, at: int, button: Literal["jump", "unpin"]) -> None:
        """Press a button of one of the messages."""
        card = self._cards[at]
        (card.jump if button == "jump" else card.unpin).invoke()

    def show(self, listed: Sequence[Pinned]) -> None:
        """List messages."""
        if tuple(listed) == self._listed:
            return
        self._listed = tuple(listed)
        had = self.focus_displayof()
        inside = self._scrolled.inside
        for child in inside.winfo_children():
            child.destroy()
        self._cards = []
        if not listed:
            ttk.Label(
                inside,
                text="Nothing is pinned here. The menu of a message has Pin.",
                style="Dim.TLabel",
            ).grid(row=0, column=0, sticky="w")
        for at, one in enumerate(listed):
            self._add(at, one)
        self._paint()
        if had is not None and not had.winfo_exists():
            self.close_button.focus_set()

    def _add(self, at: int, one: Pinned) -> None:
        card = ttk.Frame(self._scrolled.inside, style="Main.TFrame")
        card.grid(row=at, column=0, sticky="we")
        card.columnconfigure(1, weight=1)
        made = _Card(
            name=ttk.Label(card, text=one.sender),
            time=ttk.Label(card, text=one.time, style="Dim.TLabel"),
            jump=Button(card, "Go there", partial(self._jump, one.seq)),
            unpin=Button(card, "Unpin", partial(self._on_unpin, one.seq)),
            text=ttk.Label(card, text=one.text, justify="left"),
            rule=ttk.Frame(card, style="Rule.TFrame", height=1),
        )
        made.name.grid(row=0, column=0, sticky="w")
        made.time.grid(row=0, column=1, sticky="w")
        made.jump.grid(row=0, column=2)
        made.unpin.grid(row=0, column=3)
        made.text.grid(row=1, column=0, columnspan=4, sticky="w")
        made.rule.grid(row=2, column=0, columnspan=4, sticky="we")
        self._cards.append(made)

    def _jump(self, seq: int) -> None:
        self.close()
        self._on_jump(seq)

    def _paint(self) -> None:
        px, fonts = self._look.px, self._look.fonts
        self._scrolled.grid_configure(padx=(px(20), px(8)))
        self.close_button.grid_configure(padx=px(20), pady=px(14))
        for card in self._cards:
            card.name.configure(font=fonts["bold"])
            card.time.configure(font=fonts["small"])
            card.time.grid_configure(padx=px(8))
            card.jump.grid_configure(padx=px(6))
            card.unpin.grid_configure(padx=(0, px(8)))
            card.text.configure(wraplength=px(_WIDTH - 70))
            card.text.grid_configure(pady=px(6))
            card.rule.grid_configure(pady=(px(4), px(10)))
