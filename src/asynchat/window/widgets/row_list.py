"""A list of rooms and people drawn on one canvas; only the rows on view are drawn."""

from __future__ import annotations

import tkinter as tk
from dataclasses import replace
from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.window.look.native import drawable
from asynchat.window.look.presence import ringed_dot
from asynchat.window.look.shapes import badge, dot, icon, rounded
from asynchat.window.widgets.row_faces import RowFaces
from asynchat.window.widgets.scrolling import SlimScrollbar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL import Image

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.sidebar import Row

_TEXT_FONTS: Final = {True: "bold", False: "body"}
_SIGN: Final = 20
"""How wide the column of faces and signs is."""

_CIRCLE: Final = 16
_SIGNS: Final = {"room": "hash", "command": "prompt"}


class RowList(ttk.Frame):
    """Rows to choose from by mouse or keyboard.

    ``on_choose`` is called with a row that was clicked or entered, ``on_menu`` with a row and
    where on the screen its context menu belongs, ``on_add`` with a heading whose plus was, and
    ``on_pick`` with one to choose among several, by its circle, the space bar or Ctrl and a click.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        *,
        on_choose: Callable[[Row], None],
        on_menu: Callable[[Row, int, int], None],
        on_add: Callable[[Row], None],
        headings_with_add: frozenset[str] = frozenset(),
        on_pick: Callable[[Row], None] = lambda _: None,
    ) -> None:
        super().__init__(parent, style="Side.TFrame")
        self._look = look
        self._on_choose = on_choose
        self._on_menu = on_menu
        self._on_add = on_add
        self._on_pick = on_pick
        self._with_add = headings_with_add
        self._rows: Sequence[Row] = ()
        self._under_pointer: int | None = None
        self._cursor: int | None = None
        self._redraw: str | None = None
        self.faces = RowFaces(self, look, self._later)
        self._make()
        look.paints(self, self._paint)

    @property
    def rows(self) -> Sequence[Row]:
        """What is listed."""
        return self._rows

    def show(self, rows: Sequence[Row]) -> None:
        """List other rows; the scroll position and the keyboard's place stay."""
        if rows == self._rows:
            return
        place = None if self._cursor is None else self._rows[self._cursor].key
        self._rows = rows
        self._cursor = next(
            (at for at, row in enumerate(rows) if row.key == place and row.active), None
        )
        self._later()

    def row_box(self, key: str) -> tuple[int, int]:
        """Return the middle of a row in the canvas's coordinates, scrolled into view."""
        at = next(at for at, row in enumerate(self._rows) if row.key == key)
        self._scroll_to(at)
        self._draw()
        top = self._row_height * at - int(self._canvas.canvasy(0)) + self._row_height // 2
        return self._canvas.winfo_width() // 2, top

    def select(self, at: int) -> None:
        """Show another row as selected, scrolled into view, wherever the focus is."""
        self._rows = tuple(
            replace(row, selected=place == at) if row.selected != (place == at) else row
            for place, row in enumerate(self._rows)
        )
        if 0 <= at < len(self._rows):
            self._scroll_to(at)
        self._later()

    def invoke(self, row: Row) -> None:
        """Choose a row, as a click on it does."""
        if row.active:
            self._on_choose(row)

    def redraw(self) -> None:
        """Draw anew what is on view: somebody looks different now."""
        self._later()

    def to_top(self) -> None:
        """Scroll to the first row."""
        self._canvas.yview_moveto(0)

    @property
    def row_height(self) -> int:
        """How high a row is, in pixels."""
        return self._row_height

    @property
    def canvas(self) -> tk.Canvas:
        """What takes the clicks and keys."""
        return self._canvas

    def _make(self) -> None:
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self._canvas = canvas = tk.Canvas(
            self, highlightthickness=0, borderwidth=0, takefocus=True, width=1, height=1
        )
        canvas.grid(row=0, column=0, sticky="nswe")
        self._bar = SlimScrollbar(self, self._scroll, style="Side")
        self._bar.grid(row=0, column=1, sticky="ns")
        canvas.configure(yscrollcommand=self._bar.set)
        canvas.bind("<Configure>", lambda _: self._later())
        canvas.bind("<Motion>", self._moved)
        canvas.bind("<Leave>", lambda _: self._hover(None))
        canvas.bind("<Button-1>", self._clicked)
        for button in ("<Button-3>", "<Control-Button-1>") if self._mac() else ("<Button-3>",):
            canvas.bind(button, self._asked_menu)
        canvas.bind("<MouseWheel>", lambda event: self._wheel(-1 if event.delta > 0 else 1))
        canvas.bind("<Button-4>", lambda _: self._wheel(-1))
        canvas.bind("<Button-5>", lambda _: self._wheel(1))
        canvas.bind("<Up>", lambda _: self._step(-1))
        canvas.bind("<Down>", lambda _: self._step(1))
        canvas.bind("<Return>", lambda _: self._enter())
        canvas.bind("<space>", lambda _: self._pick_or_enter())
        if not self._mac():
            canvas.bind("<Control-Button-1>", lambda event: self._clicked(event, several=True))
        canvas.bind("<Menu>", lambda _: self._menu_by_key())
        canvas.bind("<Shift-F10>", lambda _: self._menu_by_key())
        canvas.bind("<FocusIn>", lambda _: self._focused())
        canvas.bind("<FocusOut>", lambda _: self._later())

    def _mac(self) -> bool:
        return str(self.tk.call("tk", "windowingsystem")) == "aqua"

    @property
    def _row_height(self) -> int:
        return max(self._look.px(28), self._look.fonts.line_height() + self._look.px(8))

    def _paint(self) -> None:
        self._canvas.configure(background=self._look.palette.sidebar)
        self._later()

    def _later(self) -> None:
        # Presence and unread counts may change many times a second: draw once for all.
        if self._redraw is None:
            self._redraw = self.after_idle(self._draw)

    def destroy(self) -> None:
        """Forget what was to be drawn."""
        if self._redraw is not None:
            self.after_cancel(self._redraw)
            self._redraw = None
        self.faces.close()
        super().destroy()

    def _draw(self) -> None:
        if self._redraw is not None:
            self.after_cancel(self._redraw)
            self._redraw = None
        canvas, height = self._canvas, self._row_height
        canvas.delete("all")
        total = height * len(self._rows)
        canvas.configure(
            scrollregion=(0, 0, 1, max(total, canvas.winfo_height())), yscrollincrement=1
        )
        top = int(canvas.canvasy(0))
        first = max(0, top // height)
        last = (top + canvas.winfo_height()) // height + 1
        for at, row in enumerate(self._rows[first:last], first):
            self._draw_row(at, row, at * height, height)

    def _draw_row(self, at: int, row: Row, top: int, height: int) -> None:
        look, canvas, px = self._look, self._canvas, self._look.px
        palette, width, middle = look.palette, canvas.winfo_width(), top + height // 2
        if row.kind == "heading":
            self._draw_heading(at, row, middle, width)
            return
        focused = at == self._cursor and canvas.focus_get() is canvas
        if row.selected or at == self._under_pointer or focused:
            fill = palette.selected if row.selected else palette.hover
            outline = palette.focus if focused else None
            wide, high, radius = max(8, width - px(8)), height - px(2), px(6)
            image = look.images.get(
                ("row", wide, high, radius, fill, outline),
                lambda: rounded(
                    wide, high, radius, fill=fill, outline=outline, line=max(1, px(1.4))
                ),
            )
            canvas.create_image(px(6), top + px(1), image=image, anchor="nw")
        lit = row.selected or at == self._under_pointer or focused
        ground = palette.sidebar if not lit else palette.selected if row.selected else palette.hover
        left = px(14)
        if self._draw_sign(row, left, middle, ground):
            left += px(_SIGN + 8)
        right = width - px(10)
        if row.picked is not None:
            right = self._draw_circle(right, middle, picked=row.picked) - px(8)
        if row.called:
            right = self._draw_badge(row.called, right, middle, called=True) - px(6)
        if row.badge and row.badge != row.called:
            right = self._draw_badge(row.badge, right, middle) - px(6)
        if row.mark:
            right = self._draw_mark(drawable(row.mark), right, middle, lit=lit) - px(8)
        if row.note:
            right = self._draw_note(drawable(row.note), right, middle) - px(10)
        font = _TEXT_FONTS[row.bold]
        text = drawable(row.text.removeprefix("# "))
        canvas.create_text(
            left,
            middle,
            text=look.fonts.shortened(text, right - left, font),
            font=look.fonts[font],
            fill=palette.dim if row.dim else palette.text,
            anchor="w",
            tags="text",
        )

    def _draw_circle(self, right: int, middle: int, *, picked: bool) -> int:
        """Draw the circle that chooses a row among several."""
        look, palette = self._look, self._look.palette
        size = look.px(_CIRCLE)
        line = palette.accent if picked else palette.dim

        def draw() -> Image.Image:
            if not picked:
                thin = max(1, round(size / 11))
                return rounded(size, size, size // 2, fill=None, outline=line, line=thin)
            image = dot(size, line)
            tick = icon("tick", size, palette.on_accent)
            image.alpha_composite(tick)
            return image

        image = look.images.get(("circle", size, line, palette.on_accent, picked), draw)
        self._canvas.create_image(right, middle, image=image, anchor="e")
        return right - size

    def _draw_note(self, text: str, right: int, middle: int) -> int:
        fonts = self._look.fonts
        text = fonts.shortened(text, right // 2, "small")
        self._canvas.create_text(
            right,
            middle,
            text=text,
            font=fonts["small"],
            fill=self._look.palette.dim,
            anchor="e",
            tags="text",
        )
        return right - fonts.width(text, "small")

    def _draw_mark(self, text: str, right: int, middle: int, *, lit: bool) -> int:
        """Draw a word on a badge."""
        look, px, palette = self._look, self._look.px, self._look.palette
        text = look.fonts.shortened(text, right // 3, "small")
        high = look.fonts.line_height("small")
        wide = look.fonts.width(text, "small") + px(12)
        fill = palette.sidebar if lit else palette.selected
        image = look.images.get(("badge", wide, high, fill), lambda: badge(high, wide, fill))
        self._canvas.create_image(right, middle, image=image, anchor="e")
        self._canvas.create_text(
            right - wide // 2,
            middle,
            text=text,
            font=look.fonts["small"],
            fill=palette.dim,
            tags="text",
        )
        return right - wide

    def _draw_heading(self, at: int, row: Row, middle: int, width: int) -> None:
        look, px = self._look, self._look.px
        middle += px(3)
        self._canvas.create_text(
            px(14),
            middle,
            text=row.text,
            font=look.fonts["small_bold"],
            fill=look.palette.dim,
            anchor="w",
            tags="text",
        )
        if row.key in self._with_add:
            hot = at == self._under_pointer
            colour, size = look.palette.text if hot else look.palette.dim, px(16)
            image = look.images.get(("plus", size, colour), lambda: icon("plus", size, colour))
            self._canvas.create_image(width - px(10), middle, image=image, anchor="e")

    def _draw_sign(self, row: Row, left: int, middle: int, ground: str) -> bool:
        """Draw what stands before a row; tell whether anything does."""
        look, canvas, px = self._look, self._canvas, self._look.px
        size, palette = px(_SIGN), look.palette
        if row.face:
            image = self.faces.get("" if row.server else row.face, row.name, size)
            canvas.create_image(left, middle, image=image, anchor="w")
            if row.state is not None:
                image = ringed_dot(look, row.state, ground)
                at = (left + size + px(4), middle + size // 2 + px(4))
                canvas.create_image(*at, image=image, anchor="se")
            return True
        if row.others:
            fill = palette.hover if ground == palette.selected else palette.selected
            image = look.images.get(
                ("several", size, fill), lambda: rounded(size, size, px(5), fill=fill)
            )
            canvas.create_image(left, middle, image=image, anchor="w")
            canvas.create_text(
                left + size // 2,
                middle,
                text=str(row.others),
                font=look.fonts["small_bold"],
                fill=palette.text,
            )
            return True
        if row.kind not in _SIGNS:
            return False
        sign = "lock" if row.private else _SIGNS[row.kind]
        colour = palette.text if row.bold or row.selected else palette.dim
        fine = px(13)
        image = look.images.get((sign, fine, colour), lambda: icon(sign, fine, colour))
        canvas.create_image(left + size // 2, middle, image=image)
        return True

    def _draw_badge(self, text: str, right: int, middle: int, *, called: bool = False) -> int:
        """Draw a count, in the accent's colour where it is of what is for oneself."""
        look, px = self._look, self._look.px
        high = look.fonts.line_height("small_bold") + px(2)
        wide = max(high, look.fonts.width(text, "small_bold") + px(10))
        fill = look.palette.accent if called else look.palette.selected
        image = look.images.get(("badge", wide, high, fill), lambda: badge(high, wide, fill))
        self._canvas.create_image(right, middle, image=image, anchor="e")
        self._canvas.create_text(
            right - wide // 2,
            middle,
            text=text,
            font=look.fonts["small_bold"],
            fill=look.palette.on_accent if called else look.palette.text,
            tags="text",
        )
        return right - wide

    def _at(self, y: int) -> int | None:
        at = int(self._canvas.canvasy(y)) // self._row_height
        return at if 0 <= at < len(self._rows) else None

    def _moved(self, event: tk.Event[tk.Canvas]) -> None:
        self._hover(self._at(event.y))

    def _hover(self, at: int | None) -> None:
        if at == self._under_pointer:
            return
        self._under_pointer = at
        row = None if at is None else self._rows[at]
        hand = row is not None and (row.active or row.key in self._with_add)
        self._canvas.configure(cursor="hand2" if hand else "")
        self._later()

    def _clicked(self, event: tk.Event[tk.Canvas], *, several: bool = False) -> None:
        at = self._at(event.y)
        if at is None:
            return
        row = self._rows[at]
        at_circle = event.x > self._canvas.winfo_width() - self._look.px(_CIRCLE + 22)
        if row.picked is not None and (several or at_circle):
            self._on_pick(row)
        elif row.active:
            self._on_choose(row)
        elif row.key in self._with_add:
            self._on_add(row)

    def _asked_menu(self, event: tk.Event[tk.Canvas]) -> None:
        at = self._at(event.y)
        if at is not None and self._rows[at].active:
            self._on_menu(self._rows[at], event.x_root, event.y_root)

    def _menu_by_key(self) -> str:
        if self._cursor is not None:
            row = self._rows[self._cursor]
            x, y = self.row_box(row.key)
            canvas = self._canvas
            self._on_menu(row, canvas.winfo_rootx() + x, canvas.winfo_rooty() + y)
        return "break"

    def _focused(self) -> None:
        if self._cursor is None:
            active = [at for at, row in enumerate(self._rows) if row.active]
            selected = (at for at in active if self._rows[at].selected)
            self._cursor = next(selected, active[0] if active else None)
        self._later()

    def _step(self, step: int) -> str:
        places = [
            at for at, row in enumerate(self._rows) if row.active or row.key in self._with_add
        ]
        if places:
            now = self._cursor if self._cursor in places else None
            where = 0 if now is None else places.index(now) + step
            self._cursor = places[min(max(where, 0), len(places) - 1)]
            self._scroll_to(self._cursor)
            self._later()
        return "break"

    def _enter(self) -> str:
        if self._cursor is not None:
            row = self._rows[self._cursor]
            (self._on_choose if row.active else self._on_add)(row)
        return "break"

    def _pick_or_enter(self) -> str:
        row = None if self._cursor is None else self._rows[self._cursor]
        if row is None or row.picked is None:
            return self._enter()
        self._on_pick(row)
        return "break"

    def _scroll(self, *arguments: str) -> None:
        self._canvas.yview(*arguments)
        self._later()

    def _wheel(self, step: int) -> str:
        self._canvas.yview_scroll(step * 2 * self._row_height, "units")
        self._hover(None)
        self._later()
        return "break"

    def _scroll_to(self, at: int) -> None:
        top, height = int(self._canvas.canvasy(0)), self._canvas.winfo_height()
        y, row = at * self._row_height, self._row_height
        if y < top:
            self._canvas.yview_scroll(y - top, "units")
        elif y + row > top + height:
            self._canvas.yview_scroll(y + row - top - height, "units")
