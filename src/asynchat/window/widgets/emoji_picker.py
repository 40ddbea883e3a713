"""The emoji picker: a field to search in, groups, and a grid that is drawn as it is seen."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Final

from PIL import Image

from asynchat.markup.shortcodes import groups, name_of
from asynchat.window.look.emoji import picture
from asynchat.window.look.images import Images
from asynchat.window.look.native import drawable
from asynchat.window.look.tk_objects import Words
from asynchat.window.presenters.emoji_grid import COLUMNS, GridRow, grid, moved
from asynchat.window.widgets.scrolling import SlimScrollbar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from asynchat.window.look.theme import Look

CELL: Final = 36
_EMOJI: Final = 24
_TITLE: Final = 28
_ROWS: Final = 7
_FEWEST_ROWS: Final = 2
_KEPT_ROWS: Final = 256
"""There are about 215 rows."""


class EmojiPicker(ttk.Frame):
    """``on_pick`` gets an emoji, ``on_close`` is called when it shall go.

    A row is one picture, drawn when it is first seen; drawn rows are kept while it is hidden.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        *,
        on_pick: Callable[[str], None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__(parent, style="Card.TFrame")
        self._look = look
        self._on_pick = on_pick
        self._on_close = on_close
        self._recent: tuple[str, ...] = ()
        self._rows: tuple[GridRow, ...] = ()
        self._tops: list[int] = []
        self._at: tuple[int, int] | None = None
        self._drawn: set[int] = set()
        self._images = Images(look.root, _KEPT_ROWS)
        self._made: set[tuple[tuple[str, ...], int]] = set()
        self._shown: dict[int, tk.PhotoImage] = {}
        self._timer: str | None = None
        self._tabs: list[tk.Label] = []
        self._make()
        look.paints(self, self._paint)

    @property
    def marked(self) -> str | None:
        """The emoji that Return would take."""
        return None if self._at is None else self._rows[self._at[0]].emoji[self._at[1]]

    @property
    def rows(self) -> tuple[GridRow, ...]:
        """What can be chosen from."""
        return self._rows

    @property
    def entry(self) -> ttk.Entry:
        """The field to search in."""
        return self._entry

    def open(self, recent: Iterable[str], height: int) -> None:
        """Begin anew, with what was used of late, and be at most so many pixels high."""
        self._recent = tuple(recent)
        cell = self._look.px(CELL)
        around = self.winfo_reqheight() - self._canvas.winfo_reqheight()
        rows = min(max((height - around) // cell, _FEWEST_ROWS), _ROWS)
        self._canvas.configure(height=rows * cell)
        self._entry.delete(0, "end")
        self._show()
        self._entry.focus_set()

    def _make(self) -> None:
        self.columnconfigure(0, weight=1)
        self._query = Words(self)
        self._entry = ttk.Entry(self, style="Field.TEntry", textvariable=self._query)
        self._entry.grid(row=0, column=0, columnspan=2, sticky="we")
        self._query.trace_add("write", lambda *_: self._show())
        self._canvas = canvas = tk.Canvas(self, highlightthickness=0, borderwidth=0)
        canvas.grid(row=1, column=0, sticky="nswe")
        self._bar = SlimScrollbar(self, canvas.yview, style="Side")
        self._bar.grid(row=1, column=1, sticky="ns")
        canvas.configure(yscrollcommand=self._scrolled)
        self._name = ttk.Label(self, style="Dim.Card.TLabel", anchor="w")
        self._name.grid(row=3, column=0, columnspan=2, sticky="we")
        self._row_of_tabs = tk.Frame(self, borderwidth=0)
        self._row_of_tabs.grid(row=2, column=0, columnspan=2, sticky="we")
        for group in groups():
            tab = tk.Label(self._row_of_tabs, borderwidth=0, cursor="hand2")
            tab.bind("<Button-1>", lambda _, name=group.name: self.go_to(name))  # type: ignore[misc]
            tab.grid(row=0, column=len(self._tabs), sticky="we")
            self._row_of_tabs.columnconfigure(len(self._tabs), weight=1)
            self._tabs.append(tab)
        canvas.bind("<Motion>", lambda event: self._mark(self._under(event)))
        canvas.bind("<Button-1>", self._clicked)
        for button, step in (("<Button-4>", -1), ("<Button-5>", 1)):
            canvas.bind(button, lambda _, step=step: self._wheel(step))  # type: ignore[misc]
        canvas.bind("<MouseWheel>", lambda event: self._wheel(-1 if event.delta > 0 else 1))
        for key in ("Left", "Right", "Up", "Down"):
            self._entry.bind(f"<{key}>", lambda _, key=key: self._arrow(key))  # type: ignore[misc]
        self._entry.bind("<Return>", lambda _: self._return())
        self._entry.bind("<KP_Enter>", lambda _: self._return())
        self._entry.bind("<Escape>", lambda _: self._close())
        self.bind("<Destroy>", self._destroyed)
        self._entry.bind("<FocusOut>", lambda _: self.after_idle(self._left))

    def go_to(self, group: str) -> None:
        """Scroll to a group."""
        if self._query.get():
            self._entry.delete(0, "end")
        for row, top in zip(self._rows, self._tops, strict=True):
            if row.title == group:
                self._canvas.yview_moveto(top / max(1, self._height))

    def _paint(self) -> None:
        px, palette = self._look.px, self._look.palette
        cell = px(CELL)
        self._canvas.configure(
            background=palette.sidebar, width=COLUMNS * cell, height=_ROWS * cell
        )
        self._canvas.configure(yscrollincrement=max(1, cell // 2))
        self._entry.configure(font=self._look.fonts["body"])
        self._entry.grid_configure(padx=px(10), pady=px(10))
        self._canvas.grid_configure(padx=(px(10), 0))
        self._bar.grid_configure(padx=(0, px(4)))
        self._row_of_tabs.configure(background=palette.sidebar)
        self._row_of_tabs.grid_configure(padx=px(10), pady=(px(6), 0))
        self._name.grid_configure(padx=px(12), pady=(px(4), px(8)))
        size = px(18)
        for tab, group in zip(self._tabs, groups(), strict=True):
            emoji = group.emoji[0]
            image = self._look.images.get_if_any(
                ("emoji", emoji, size),
                lambda emoji=emoji: picture(emoji, size),  # type: ignore[misc]
            )
            tab.configure(
                background=palette.sidebar,
                foreground=palette.text,
                image=image or "",
                text="" if image else drawable(group.name[:3]),
                pady=px(3),
            )
            tab.image = image  # type: ignore[attr-defined] # Tk forgets what nobody holds
        if self._rows:
            self._show()

    def _show(self) -> None:
        """Lay out the rows, and draw those on view."""
        px = self._look.px
        self._rows = grid(self._recent, self._query.get())
        self._tops, y = [], 0
        for row in self._rows:
            self._tops.append(y)
            y += px(_TITLE) if row.title else px(CELL)
        self._height = y
        self._canvas.delete("all")
        self._drawn.clear()
        self._shown.clear()
        self._at = None
        self._canvas.configure(scrollregion=(0, 0, COLUMNS * px(CELL), y))
        self._canvas.yview_moveto(0)
        self._draw()
        self._mark(moved(self._rows, None, "Down") if self._query.get() else None)

    def _scrolled(self, first: float, last: float) -> None:
        self._bar.set(first, last)
        self._draw()

    def _draw(self) -> None:
        """Draw what is on view: at once what is kept, else a row at a time, as each takes 10 ms."""
        for at in self._on_view():
            row = self._rows[at]
            if row.title or (row.emoji, self._look.px(CELL)) in self._made:
                self._draw_row(at)
        if self._timer is None and any(True for _ in self._on_view()):
            self._timer = self.after(1, self._draw_next)

    def _draw_next(self) -> None:
        self._timer = None
        at = next(self._on_view(), None)
        if at is not None:
            self._draw_row(at)
            self._timer = self.after(1, self._draw_next)

    def _on_view(self) -> Iterator[int]:
        """Return the rows that are on view and not drawn yet."""
        cell = self._look.px(CELL)
        top = self._canvas.canvasy(0)
        bottom = top + max(self._canvas.winfo_height(), _FEWEST_ROWS * cell)
        for at, y in enumerate(self._tops):
            if y < bottom and y + cell > top and at not in self._drawn:
                yield at

    def _draw_row(self, at: int) -> None:
        look, px, canvas = self._look, self._look.px, self._canvas
        row, y = self._rows[at], self._tops[at]
        self._drawn.add(at)
        if row.title:
            canvas.create_text(
                px(4),
                y + px(_TITLE) - px(6),
                text=row.title,
                anchor="sw",
                font=look.fonts["small_bold"],
                fill=look.palette.dim,
            )
            return
        cell, size = px(CELL), px(_EMOJI)
        if picture(row.emoji[0], size) is None:  # there is no font for pictures of them
            for column, emoji in enumerate(row.emoji):
                canvas.create_text(
                    column * cell + cell // 2,
                    y + cell // 2,
                    text=drawable(emoji),
                    font=look.fonts["body"],
                    fill=look.palette.text,
                    tags="text",
                )
            return
        self._made.add((row.emoji, cell))
        self._shown[at] = self._images.get(
            (row.emoji, cell), lambda: _row_picture(row.emoji, cell, size)
        )
        canvas.create_image(0, y, image=self._shown[at], anchor="nw")

    def _under(self, event: tk.Event[tk.Canvas]) -> tuple[int, int] | None:
        cell = self._look.px(CELL)
        y, column = self._canvas.canvasy(event.y), event.x // cell
        for at, (row, top) in enumerate(zip(self._rows, self._tops, strict=True)):
            if top <= y < top + cell and 0 <= column < len(row.emoji):
                return at, column
        return None

    def _mark(self, at: tuple[int, int] | None) -> None:
        """Mark an emoji and tell its name."""
        if at is None and self._at is not None:
            return
        self._at = at
        self._canvas.delete("mark")
        emoji = self.marked
        self._name.configure(text=f":{name_of(emoji)}:" if emoji else "Type to search")
        if at is None:
            return
        cell, palette = self._look.px(CELL), self._look.palette
        x, y = at[1] * cell, self._tops[at[0]]
        self._canvas.create_rectangle(
            x,
            y,
            x + cell - 1,
            y + cell - 1,
            fill=palette.selected,
            outline=palette.focus,
            tags="mark",
        )
        self._canvas.tag_lower("mark")

    def _arrow(self, key: str) -> str | None:
        if key in {"Left", "Right"} and self._at is None:
            return None
        self._mark(moved(self._rows, self._at, key))
        if self._at is not None:
            self._see(self._tops[self._at[0]])
        return "break"

    def _see(self, y: int) -> None:
        cell, high = self._look.px(CELL), self._canvas.winfo_height()
        top = self._canvas.canvasy(0)
        if y < top:
            self._canvas.yview_moveto(max(0, y - cell) / self._height)
        elif y + cell > top + high:
            self._canvas.yview_moveto((y + 2 * cell - high) / self._height)

    def _clicked(self, event: tk.Event[tk.Canvas]) -> None:
        at = self._under(event)
        if at is not None:
            self._mark(at)
            self._on_pick(self._rows[at[0]].emoji[at[1]])

    def _return(self) -> str:
        if self.marked is not None:
            self._on_pick(self.marked)
        return "break"

    def _close(self) -> str:
        self._on_close()
        return "break"

    def _left(self) -> None:
        """Go when the keys go elsewhere."""
        focused = self.focus_displayof()
        if focused is not self._entry and self.winfo_ismapped():
            self._on_close()

    def _destroyed(self, event: tk.Event[tk.Misc]) -> None:
        if event.widget is self and self._timer is not None:
            self.after_cancel(self._timer)

    def _wheel(self, step: int) -> None:
        self._canvas.yview_scroll(2 * step, "units")


def _row_picture(emoji: tuple[str, ...], cell: int, size: int) -> Image.Image:
    whole = Image.new("RGBA", (COLUMNS * cell, cell), (0, 0, 0, 0))
    for column, one in enumerate(emoji):
        drawn = picture(one, size)
        if drawn is not None:
            x = column * cell + (cell - drawn.width) // 2
            whole.alpha_composite(drawn, (x, (cell - size) // 2))
    return whole
