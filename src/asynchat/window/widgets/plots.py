"""Plots of the last minutes: a line for each quantity, on a Canvas, in the palette's colours."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.window.presenters.samples import PLOTTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.samples import Plot

_HEIGHT: Final = 110
_NARROW: Final = 520
"""Below so many pixels at 96 dpi they stand in one column."""


class Plots(ttk.Frame):
    """Shows `Plot`s side by side; `show` takes what they are now."""

    def __init__(self, parent: tk.Misc, look: Look) -> None:
        super().__init__(parent, style="Main.TFrame")
        self._look = look
        self._plots: Sequence[Plot] = ()
        self._cards = [ttk.Frame(self, style="Card.TFrame") for _ in PLOTTED]
        self.canvases = [
            tk.Canvas(card, highlightthickness=0, borderwidth=0, height=1, width=1)
            for card in self._cards
        ]
        for canvas in self.canvases:
            canvas.bind("<Configure>", lambda _: self._draw())
        self.bind("<Configure>", lambda _: self._arrange())
        self._columns = 0
        look.paints(self, self._paint)

    def show(self, plots: Sequence[Plot]) -> None:
        """Draw them as they are now."""
        self._plots = plots
        self._draw()

    def _arrange(self) -> None:
        columns = 1 if self.winfo_width() < self._look.px(_NARROW) else 2
        if columns == self._columns:
            return
        self._columns = columns
        for at in range(2):
            self.columnconfigure(at, weight=int(at < columns), uniform="plots")
        self._place()

    def _place(self) -> None:
        px = self._look.px
        for at, card in enumerate(self._cards):
            row, column = divmod(at, self._columns or 2)
            gap = (px(12), 0) if column else (0, 0)
            card.grid(row=row, column=column, sticky="we", padx=gap, pady=(0, px(12)))
            card.configure(padding=px(5))
            self.canvases[at].pack(fill="both", expand=True)

    def _paint(self) -> None:
        for canvas in self.canvases:
            canvas.configure(background=self._look.palette.sidebar, height=self._look.px(_HEIGHT))
        self._place()
        self._draw()

    def _draw(self) -> None:
        for canvas, plot in zip(self.canvases, self._plots, strict=False):
            self._draw_one(canvas, plot)

    def _draw_one(self, canvas: tk.Canvas, plot: Plot) -> None:
        look = self._look
        px, palette, font = look.px, look.palette, look.fonts["small"]
        width, height = canvas.winfo_width(), canvas.winfo_height()
        top, foot = px(8) + look.fonts.line_height("small"), height - px(5)
        left, right = px(6), width - px(6)
        canvas.delete("all")
        canvas.create_text(left, px(2), text=plot.title, anchor="nw", font=font, fill=palette.dim)
        canvas.create_text(right, px(2), text=plot.now, anchor="ne", font=font, fill=palette.text)
        if plot.head:
            canvas.create_line(left, top, right, top, fill=palette.outline, dash=(px(2), px(4)))
            canvas.create_text(
                left, top + px(2), text=plot.head, anchor="nw", font=font, fill=palette.dim
            )
        canvas.create_line(left, foot, right, foot, fill=palette.outline)
        for line in plot.lines:
            points = [
                at for x, y in line for at in (left + x * (right - left), foot - y * (foot - top))
            ]
            if len(line) == 1:
                # One point is no line: a dot stands for it.
                x, y = points
                dot = px(2)
                canvas.create_oval(
                    x - dot, y - dot, x + dot, y + dot, fill=palette.focus, outline=palette.focus
                )
            else:
                canvas.create_line(*points, fill=palette.focus, width=px(2), joinstyle="round")
