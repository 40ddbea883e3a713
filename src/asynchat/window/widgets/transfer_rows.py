"""Files on their way, one under the other: how far each is, and buttons for what can be done."""

from __future__ import annotations

import tkinter as tk
from functools import partial
from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.window.look.native import drawable
from asynchat.window.look.shapes import icon
from asynchat.window.presenters.files import ICONS, TITLES
from asynchat.window.widgets.buttons import Button, IconButton
from asynchat.window.widgets.labels import ShortenedLabel
from asynchat.window.widgets.panel import Panel, ScrolledFrame

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.files import Deed, Progress

MAX_ROWS: Final = 3
"""How many stand over the composer; the panel has all."""

_BAR: Final = 4


class TransferRow(ttk.Frame):
    """One file on its way; where it is ``high``, what it says has a line of its own."""

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        on_deed: Callable[[Deed, str], None],
        *,
        high: bool = False,
    ) -> None:
        super().__init__(parent, style="Main.TFrame")
        self._look = look
        self._on_deed = on_deed
        self._shown: Progress | None = None
        self.buttons: dict[Deed, IconButton] = {}
        self.columnconfigure(1, weight=1)
        self._sign = ttk.Label(self, style="TLabel")
        self._sign.grid(row=0, column=0, rowspan=2)
        words = ttk.Frame(self, style="Main.TFrame")
        words.grid(row=0, column=1, sticky="we")
        words.columnconfigure(0, weight=2, uniform="" if high else "words")
        words.columnconfigure(1, weight=0 if high else 3, uniform="" if high else "words")
        self._name = ShortenedLabel(words, look, style="TLabel", role="body")
        self._name.grid(row=0, column=0, sticky="we")
        self._words = ShortenedLabel(words, look, style="Dim.TLabel", role="small")
        self._high = high
        self._words.grid(row=int(high), column=int(not high), sticky="we")
        self._bar = tk.Canvas(self, highlightthickness=0, borderwidth=0, width=1, height=1)
        self._bar.grid(row=1, column=1, sticky="we")
        self._bar.bind("<Configure>", lambda _: self._draw())
        self._acts = ttk.Frame(self, style="Main.TFrame")
        self._acts.grid(row=0, column=2, rowspan=2)
        look.paints(self, self._paint)

    @property
    def words(self) -> str:
        """What it says."""
        return f"{self._name.full}  {self._words.full}"

    def show(self, progress: Progress) -> None:
        """Show how far it is now."""
        before, self._shown = self._shown, progress
        self._name.show(drawable(progress.name))
        self._words.show(drawable(progress.words))
        self._words.configure(style="Bad.TLabel" if progress.bad else "Dim.TLabel")
        if before is None or before.deeds != progress.deeds or before.key != progress.key:
            self._offer(progress)
        if before is None or before.sign != progress.sign:
            self._draw_sign()
        self._draw()

    def _offer(self, progress: Progress) -> None:
        had = self.focus_get() in self.buttons.values()
        for button in self.buttons.values():
            button.destroy()
        self.buttons = {
            deed: IconButton(
                self._acts,
                self._look,
                ICONS[deed],
                TITLES[deed],
                partial(self._on_deed, deed, progress.key),
            )
            for deed in progress.deeds
        }
        for at, button in enumerate(self.buttons.values()):
            button.grid(row=0, column=at)
        if had and self.buttons:
            next(iter(self.buttons.values())).focus_set()

    def _draw(self) -> None:
        palette, bar = self._look.palette, self._bar
        width, high = bar.winfo_width(), self._look.px(_BAR)
        bar.delete("all")
        if self._shown is not None and 0 < self._shown.share < 1:
            bar.create_rectangle(0, 0, width, high, fill=palette.selected, width=0)
            bar.create_rectangle(
                0, 0, round(width * self._shown.share), high, fill=palette.accent, width=0
            )

    def _draw_sign(self) -> None:
        look = self._look
        if self._shown is not None:
            name, size, colour = self._shown.sign, look.px(16), look.palette.dim
            self._image = look.images.get((name, size, colour), lambda: icon(name, size, colour))
            self._sign.configure(image=self._image)

    def _paint(self) -> None:
        px = self._look.px
        self._bar.configure(background=self._look.palette.canvas, height=px(_BAR))
        self._bar.grid_configure(pady=(px(2), px(4)))
        self._sign.grid_configure(padx=(0, px(8)))
        self._words.grid_configure(padx=(0 if self._high else px(10), 0))
        self._acts.grid_configure(padx=(px(8), 0))
        self._draw_sign()
        self._draw()


class TransferRows(ttk.Frame):
    """Shows no more than ``most`` of them, those that came last.

    ``on_deed`` is called with what is to be done and the key of which.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        *,
        most: int,
        high: bool = False,
    ) -> None:
        super().__init__(parent, style="Main.TFrame")
        self._look = look
        self.on_deed: Callable[[Deed, str], None] = lambda *_: None
        self.on_more: Callable[[], None] = lambda: None
        self._most = most
        self._high = high
        self.columnconfigure(0, weight=1)
        self.rows: dict[str, TransferRow] = {}
        self.more = Button(self, "", self._asked_more)

    def show(self, all_of_them: Sequence[Progress]) -> None:
        """Show how far all are now."""
        shown = all_of_them[-self._most :]
        keys = [one.key for one in shown]
        for key in [key for key in self.rows if key not in keys]:
            self.rows.pop(key).destroy()
        for at, one in enumerate(shown):
            row = self.rows.get(one.key)
            if row is None:
                row = self.rows[one.key] = TransferRow(self, self._look, self._do, high=self._high)
            row.grid(row=at, column=0, sticky="we")
            row.show(one)
        if not shown:
            # An empty frame keeps the height of what was in it.
            self.configure(height=1)
        left = len(all_of_them) - len(shown)
        if left > 0:
            self.more.configure(text=f"{left} more")
            self.more.grid(row=len(shown), column=0, sticky="e")
        else:
            self.more.grid_remove()

    def _do(self, deed: Deed, key: str) -> None:
        self.on_deed(deed, key)

    def _asked_more(self) -> None:
        self.on_more()


class TransferPanel(Panel):
    """All files that come and go, the newest first."""

    def __init__(self, parent: tk.Misc, look: Look, on_deed: Callable[[Deed, str], None]) -> None:
        super().__init__(parent, look, "Files on their way", size=(520, 400))
        self.body.rowconfigure(1, weight=1)
        self._frame = ScrolledFrame(self.body, look)
        self._frame.grid(row=1, column=0, sticky="nswe", padx=look.px(20), pady=(0, look.px(14)))
        self._frame.inside.columnconfigure(0, weight=1)
        self._nothing = ttk.Label(
            self._frame.inside, text="No file came or went yet.", style="Dim.TLabel"
        )
        self.rows = TransferRows(self._frame.inside, look, most=200, high=True)
        self.rows.on_deed = on_deed
        self.rows.grid(row=0, column=0, sticky="we")

    @property
    def said(self) -> str:
        """What it says instead of rows."""
        return str(self._nothing.cget("text")) if self._nothing.winfo_manager() else ""

    def show(self, all_of_them: Sequence[Progress]) -> None:
        """Show how far all are now."""
        self.rows.show(list(reversed(all_of_them)))
        if all_of_them:
            self._nothing.grid_remove()
        else:
            self._nothing.grid(row=1, column=0, sticky="w")
