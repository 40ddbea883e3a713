"""F1: every key and slash command, as the table of commands has them."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING

from asynchat.window.presenters.commands import sheet
from asynchat.window.widgets.panel import Panel, ScrolledFrame

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look


class ShortcutSheet(Panel):
    """Shows the table."""

    def __init__(self, parent: tk.Misc, look: Look) -> None:
        super().__init__(parent, look, "Keys and commands", size=(600, 620))
        self.body.rowconfigure(1, weight=1)
        self._scrolled = ScrolledFrame(self.body, look)
        self._scrolled.grid(row=1, column=0, sticky="nswe")
        self._headings: list[ttk.Label] = []
        self._cells: list[tuple[ttk.Label, ttk.Label, ttk.Label]] = []
        inside = self._scrolled.inside
        inside.columnconfigure(0, weight=1)
        row = 0
        for group, lines in sheet():
            heading = ttk.Label(inside, text=group.upper(), style="Heading.TLabel")
            heading.grid(row=row, column=0, columnspan=3, sticky="w")
            self._headings.append(heading)
            for title, keys, slash in lines:
                row += 1
                cells = (
                    ttk.Label(inside, text=title, justify="left"),
                    ttk.Label(inside, text=slash, style="Dim.TLabel"),
                    ttk.Label(inside, text=keys, style="Key.TLabel" if keys else "TLabel"),
                )
                for column, cell in enumerate(cells):
                    cell.grid(row=row, column=column, sticky="w" if column == 0 else "e")
                self._cells.append(cells)
            row += 1
        for keys, step in (("Up", -1), ("Down", 1)):
            self.bind(f"<{keys}>", lambda _, step=step: self._scrolled.scroll(step))  # type: ignore[misc]
        look.paints(self._scrolled.inside, self._paint)

    @property
    def lines(self) -> list[tuple[str, ...]]:
        """What it says: title, slash command and keys of each line."""
        return [tuple(str(cell.cget("text")) for cell in cells) for cells in self._cells]

    def _paint(self) -> None:
        px = self._look.px
        for at, heading in enumerate(self._headings):
            heading.grid_configure(padx=px(20), pady=(px(14) if at else 0, px(6)))
        for title, slash, keys in self._cells:
            self._scrolled.inside.columnconfigure(0, minsize=px(270))
            title.grid_configure(padx=(px(20), px(8)), pady=px(3))
            title.configure(wraplength=px(250))
            slash.grid_configure(padx=px(8))
            keys.grid_configure(padx=(px(8), px(16)))
