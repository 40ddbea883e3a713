"""A table to look at and to choose from: sorted by any column, by mouse or keyboard."""

from __future__ import annotations

import tkinter as tk
from functools import partial
from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.window.look.native import drawable
from asynchat.window.presenters.tables import arranged, fitting
from asynchat.window.widgets.scrolling import SlimScrollbar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.tables import Column, TableRow

_DIM: Final = "dim"
_ELLIPSIS: Final = "…"
_BESIDE: Final = 10
"""What Tk leaves beside the text of a cell."""


class Table(ttk.Frame):
    """Lists rows; the one that is chosen stays so, wherever it then is.

    ``on_chosen`` is called when another one is chosen, ``on_menu`` with where on the screen
    the menu of that one belongs.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        columns: Sequence[Column],
        *,
        on_chosen: Callable[[], None],
        on_menu: Callable[[int, int], None],
    ) -> None:
        super().__init__(parent, style="Card.TFrame")
        self._look = look
        self._columns = columns
        self._on_chosen = on_chosen
        self._on_menu = on_menu
        self._rows: Sequence[TableRow] = ()
        self._shown: dict[str, TableRow] = {}
        self._ids: dict[str, str] = {}
        self._made = 0
        self._widths: dict[str, int] = {}
        self._widest = 1
        self._sorted: int | None = None
        self._down = False
        self._was: TableRow | None = None
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self.tree = tree = ttk.Treeview(
            self,
            style="Table.Treeview",
            columns=[column.key for column in columns],
            show="headings",
            selectmode="browse",
            height=3,
        )
        tree.grid(row=0, column=0, sticky="nswe")
        self._bar = SlimScrollbar(self, tree.yview, style="Side")
        self._bar.grid(row=0, column=1, sticky="ns")
        tree.configure(yscrollcommand=self._bar.set)
        for at, column in enumerate(columns):
            tree.heading(column.key, command=partial(self.sort, at))
        tree.bind("<<TreeviewSelect>>", lambda _: self._selected())
        tree.bind("<Button-3>", self._asked_menu)
        tree.bind("<Menu>", lambda _: self._menu_by_key())
        tree.bind("<Shift-F10>", lambda _: self._menu_by_key())
        tree.bind("<FocusIn>", lambda _: self._focused())
        tree.bind("<Configure>", lambda _: self._fit())
        # Columns are dragged by their heads; Tk changes them with its own binding first.
        tree.bind("<ButtonRelease-1>", lambda _: self.after_idle(self._resized))
        look.paints(self, self._paint)

    @property
    def rows(self) -> Sequence[TableRow]:
        """What is listed, in the order in which it is shown."""
        return arranged(self._rows, self._sorted, down=self._down)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that there is room for."""
        return tuple(str(key) for key in self.tree.cget("displaycolumns"))

    @property
    def chosen(self) -> TableRow | None:
        """The row that is chosen."""
        keys = [key for key, item in self._ids.items() if item in self.tree.selection()]
        return self._shown.get(keys[0]) if keys else None

    def choose(self, key: str) -> None:
        """Choose a row, scrolled into view."""
        item = self._ids[key]
        self.tree.selection_set(item)
        self.tree.focus(item)
        self.tree.see(item)

    def show(self, rows: Sequence[TableRow]) -> None:
        """List other rows; what is chosen and where one has scrolled to stay."""
        self._rows = rows
        keys = {row.key for row in rows}
        gone = [item for key, item in self._ids.items() if key not in keys]
        next_to = self._beside(gone)
        if gone:
            self.tree.delete(*gone)
        for key in [key for key in self._ids if key not in keys]:
            del self._ids[key], self._shown[key]
        for row in rows:
            self._put(row)
        self._arrange()
        if next_to is not None:
            self.choose(next_to)
        if self.chosen != self._was:
            self._selected()

    def sort(self, at: int) -> None:
        """Order by a column; a second time the other way round, a third time not at all."""
        if at != self._sorted:
            # What is largest is what one looks for among numbers.
            self._sorted, self._down = at, self._columns[at].right
        elif self._down == self._columns[at].right:
            self._down = not self._down
        else:
            self._sorted = None
        self._head()
        self._arrange()

    def add_sorting(self, menu: tk.Menu) -> None:
        """Add the columns to a menu, to sort by them."""
        inner = self._look.menu(menu)
        for at, column in enumerate(self._columns):
            sign = "" if at != self._sorted else "  ↓" if self._down else "  ↑"
            inner.add_command(label=f"{column.title}{sign}", command=partial(self.sort, at))
        menu.add_cascade(label="Sort by", menu=inner)

    def _put(self, row: TableRow) -> None:
        if self._shown.get(row.key) == row:
            return
        cells = self._cells(row)
        tags = (_DIM,) if row.dim else ()
        known = self._ids.get(row.key)
        tree = self.tree
        if known is None:
            # What people typed is given to Tk as a list of values, never as a script.
            self._made += 1
            known = self._ids[row.key] = f"r{self._made}"
            tree.tk.call(str(tree), "insert", "", "end", "-id", known, "-values", cells)
        else:
            tree.tk.call(str(tree), "item", known, "-values", cells)
        tree.item(known, tags=tags)
        self._shown[row.key] = row

    def _cells(self, row: TableRow) -> tuple[str, ...]:
        """Return what stands in a row; where a column is too narrow for it, an ellipsis ends it."""
        room = self._look.px(_BESIDE)
        return tuple(
            # Else it would touch what stands at the left of the next column.
            self._cut(drawable(cell) + "  " * column.right, self._widths.get(column.key, 0) - room)
            for cell, column in zip(row.cells, self._columns, strict=True)
        )

    def _cut(self, text: str, width: int) -> str:
        # Most are far from their column's end: they cost no question to Tk.
        if width <= 0 or len(text) * self._widest <= width or self._measured(text) <= width:
            return text
        least, most = 0, len(text)
        while least < most:
            middle = (least + most + 1) // 2
            if self._measured(text[:middle].rstrip() + _ELLIPSIS) <= width:
                least = middle
            else:
                most = middle - 1
        return text[:least].rstrip() + _ELLIPSIS

    def _measured(self, text: str) -> int:
        return self._look.fonts.width(text)

    def _resized(self) -> None:
        """Cut what is listed anew, where columns are as wide as they were not."""
        widths = {
            column.key: int(self.tree.column(column.key, "width")) for column in self._columns
        }
        if widths != self._widths:
            self._widths = widths
            for key, item in self._ids.items():
                cells = self._cells(self._shown[key])
                self.tree.tk.call(str(self.tree), "item", item, "-values", cells)

    def _arrange(self) -> None:
        there = self.tree.get_children()
        wanted = tuple(self._ids[row.key] for row in self.rows)
        if there != wanted:
            for at, item in enumerate(wanted):
                self.tree.move(item, "", at)

    def _beside(self, gone: Sequence[str]) -> str | None:
        """Return the row to choose where the one that was chosen goes."""
        chosen = self.tree.selection()
        if not chosen or chosen[0] not in gone:
            return None
        items = self.tree.get_children()
        at = items.index(chosen[0])
        left = [item for item in (*items[at:], *reversed(items[:at])) if item not in gone]
        return next((key for key, item in self._ids.items() if left and item == left[0]), None)

    def _selected(self) -> None:
        self._was = self.chosen
        self._on_chosen()

    def _focused(self) -> None:
        # Without one that is chosen no key moves anything.
        items = self.tree.get_children()
        if items and not self.tree.selection():
            self.tree.selection_set(items[0])
            self.tree.focus(items[0])

    def _asked_menu(self, event: tk.Event[ttk.Treeview]) -> None:
        item = self.tree.identify_row(event.y)
        if item:
            self.tree.selection_set(item)
            self.tree.focus(item)
        self.tree.focus_set()
        self._on_menu(event.x_root, event.y_root)

    def _menu_by_key(self) -> str:
        tree = self.tree
        x, y = self._look.px(40), self._look.px(40)
        chosen = tree.selection()
        if chosen:
            tree.see(chosen[0])
            box = tree.bbox(chosen[0])
            if box:
                y = box[1] + box[3]
        self._on_menu(tree.winfo_rootx() + x, tree.winfo_rooty() + y)
        return "break"

    def _head(self) -> None:
        for at, column in enumerate(self._columns):
            sign = "" if at != self._sorted else " ↓" if self._down else " ↑"
            self.tree.heading(
                column.key,
                text=f"{column.title}{sign}" + " " * column.right,
                anchor="e" if column.right else "w",
            )

    def _fit(self) -> None:
        width, px = self.tree.winfo_width(), self._look.px
        per_px = px(1_000) / 1_000
        shown = fitting(self._columns, int(width / per_px)) if width > 1 else ()
        if shown and shown != self.columns:
            self.tree.configure(displaycolumns=shown)
        # What is left over goes to the wide ones when Tk is idle.
        self.after_idle(self._resized)

    def _paint(self) -> None:
        px = self._look.px
        self.configure(padding=px(6))
        for column in self._columns:
            self.tree.column(
                column.key,
                width=px(column.width),
                minwidth=px(40),
                stretch=column.wide,
                anchor="e" if column.right else "w",
            )
        self.tree.tag_configure(_DIM, foreground=self._look.palette.dim)
        self._widest = max(1, self._measured("W"))
        self._widths = {}
        self._head()
        self._fit()
