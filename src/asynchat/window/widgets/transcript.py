"""The transcript: one Text widget, each block under a tag of its own.

No offset of Python's is ever an index here: Tk counts a character above U+FFFF as two.
Blocks are found by their tags; what is inserted goes where a mark stands.
"""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Any, Final, cast

from asynchat.window.widgets.block_writer import BlockWriter
from asynchat.window.widgets.buttons import Button
from asynchat.window.widgets.scrolling import SlimScrollbar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.transcript import BlockSplice

_NEAR_PX: Final = 4


class Transcript(ttk.Frame):
    """Shows blocks.  A reader at the bottom stays there; one who scrolled up is never moved.

    ``on_top`` and ``on_bottom`` are called when an end of what is live comes on view,
    ``on_newest`` by the button that leads to the newest line,
    ``on_link`` with the address of a link, ``on_retry`` and ``on_delete`` with the id of a
    line that failed, ``on_key`` with a character typed here.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        *,
        on_top: Callable[[], None],
        on_bottom: Callable[[], None],
        on_newest: Callable[[], None],
        on_link: Callable[[str], None],
        on_retry: Callable[[str], None],
        on_delete: Callable[[str], None],
        on_key: Callable[[str], None],
    ) -> None:
        super().__init__(parent, style="Main.TFrame")
        self._look = look
        self._on_top = on_top
        self._on_bottom = on_bottom
        self._on_newest = on_newest
        self._on_link = on_link
        self._on_retry = on_retry
        self._on_delete = on_delete
        self._on_key = on_key
        self._pinned = True
        self._unseen = 0
        self._make()
        self._writer = BlockWriter(self._text, look)
        look.paints(self, self._paint)

    @property
    def pinned(self) -> bool:
        """Whether the newest line is on view, and shall stay so."""
        return self._pinned

    @property
    def text(self) -> tk.Text:
        """The Text widget."""
        return self._text

    @property
    def shown(self) -> str:
        """Everything live, as it would be copied."""
        return self._writer.plain("1.0", "end-1c")

    def clear(self) -> None:
        """Show nothing, and be at the bottom of it."""
        self._text.configure(state="normal")
        self._writer.clear()
        self._text.configure(state="disabled")
        self._pinned = True
        self._unseen = 0
        self._offer()

    def splice(self, splices: Sequence[BlockSplice], *, news: int = 0) -> None:
        """Bring the view up to date; ``news`` of the blocks were said just now by others."""
        if not splices:
            return
        text = self._text
        anchor = None if self._pinned else self._anchor()
        text.configure(state="normal")
        for splice in splices:
            self._writer.splice(splice)
        text.configure(state="disabled")
        if self._pinned:
            text.see("end")
        else:
            self._hold(anchor, splices)
            self._unseen += news
            self._offer()

    def to_bottom(self) -> None:
        """Go to the newest line, and stay there."""
        self._pinned = True
        self._unseen = 0
        self._text.see("end")
        self._offer()

    def page(self, pages: int) -> None:
        """Scroll by so many pages."""
        self._text.yview_scroll(pages, "pages")

    def copy(self) -> None:
        """Put what is selected on the clipboard; pictures of emoji as the emoji they are."""
        ranges = self._text.tag_ranges("sel")
        if ranges:
            self.clipboard_clear()
            self.clipboard_append(self._writer.plain("sel.first", "sel.last"))

    def click(self, index: str) -> bool:
        """Do what a click there does; tell whether it did anything."""
        names = self._text.tag_names(index)
        if "link" in names:
            span = self._text.tag_prevrange("link", f"{index} +1 indices")
            if span:
                self._on_link(self._text.get(*span))
            return True
        for name, call in (("retry", self._on_retry), ("delete", self._on_delete)):
            if name in names:
                block = self._writer.block_at(index)
                if block is not None and block.id is not None:
                    call(block.id)
                return True
        return False

    def _make(self) -> None:
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self._text = text = tk.Text(
            self,
            wrap="word",
            state="disabled",
            borderwidth=0,
            highlightthickness=0,
            takefocus=False,
            cursor="arrow",
            width=1,
            height=1,
            undo=False,
        )
        text.grid(row=0, column=0, sticky="nswe")
        self._bar = SlimScrollbar(self, text.yview)
        self._bar.grid(row=0, column=1, sticky="ns")
        text.configure(yscrollcommand=self._scrolled)
        text.bind("<Configure>", lambda _: self._resized())
        text.bind("<<Copy>>", self._copied)
        text.bind("<ButtonRelease-1>", self._released)
        text.bind("<Button-1>", lambda _: text.focus_set())
        text.bind("<Button-3>", self._menu)
        text.bind("<Key>", self._typed)
        for tag in ("link", "action"):
            text.tag_bind(tag, "<Enter>", lambda _: text.configure(cursor="hand2"))
            text.tag_bind(tag, "<Leave>", lambda _: text.configure(cursor="arrow"))
        self._down = Button(self, "", self._on_newest, style="Accent")

    def _paint(self) -> None:
        look, px = self._look, self._look.px
        self._text.configure(
            **cast("dict[str, Any]", look.text_colours(look.palette.canvas)),
            padx=0,
            pady=px(6),
            # The last, empty line has the widget's own font: it shall take no room.
            font=(look.fonts.family, -1),
        )
        self._writer.paint()
        if self._pinned:
            self._text.see("end")

    def _scrolled(self, first: float, last: float) -> None:
        self._bar.set(first, last)
        was = self._pinned
        self._pinned = self._text.dlineinfo("end-1c") is not None
        if self._pinned and not was:
            self._unseen = 0
            self._on_bottom()
        if self._pinned != was:
            self._offer()
        if float(first) <= 0 and self._writer.count:
            self._on_top()

    def _resized(self) -> None:
        # Comes before `_scrolled`: whether the reader was at the bottom is still known.
        if self._pinned:
            self._text.see("end")

    def _offer(self) -> None:
        """Offer the way down to whoever is not there."""
        if self._pinned:
            self._down.place_forget()
            return
        count = self._unseen
        words = f"↓  {count} new message{'' if count == 1 else 's'}" if count else "↓  Newest"
        self._down.configure(text=words, style="Accent.TButton" if count else "Quiet.TButton")
        px = self._look.px
        self._down.place(relx=1, rely=1, x=-px(24), y=-px(10), anchor="se")

    def _anchor(self) -> tuple[int, int] | None:
        """Return which block is on view, and where its last line is."""
        at = self._writer.position_at("@0,0")
        while at is not None and at < self._writer.count:
            line = self._text.dlineinfo(self._writer.end_of(at))
            if line is None:
                return None
            if line[1] >= _NEAR_PX:
                return at, line[1]
            at += 1
        return None

    def _hold(self, anchor: tuple[int, int] | None, splices: Sequence[BlockSplice]) -> None:
        """Scroll so that an anchor is where it was before the splices."""
        if anchor is None:
            return
        at, y = anchor
        for splice in splices:
            if splice.index <= at:
                at += len(splice.added) - splice.removed
        if not 0 <= at < self._writer.count:
            return
        now = self._text.dlineinfo(self._writer.end_of(at))
        if now is not None and now[1] == y:
            return
        self._text.yview(self._writer.end_of(at))
        now = self._text.dlineinfo(self._writer.end_of(at))
        if now is not None:
            self._text.yview_scroll(now[1] - y, "pixels")

    def _released(self, event: tk.Event[tk.Text]) -> None:
        if not self._text.tag_ranges("sel"):
            self.click(f"@{event.x},{event.y}")

    def _copied(self, _: tk.Event[tk.Text]) -> str:
        self.copy()
        return "break"

    def _typed(self, event: tk.Event[tk.Text]) -> str | None:
        control_or_alt = int(event.state) & 0x000C
        if event.char and event.char.isprintable() and not control_or_alt:
            self._on_key(event.char)
            return "break"
        return None

    def _menu(self, event: tk.Event[tk.Text]) -> None:
        index = f"@{event.x},{event.y}"
        menu = self._look.menu(self)
        selected = bool(self._text.tag_ranges("sel"))
        menu.add_command(
            label="Copy", command=self.copy, state="normal" if selected else "disabled"
        )
        block = self._writer.block_at(index)
        if block is not None:
            menu.add_command(label="Copy message", command=lambda: self._put(block.text))
        if "link" in self._text.tag_names(index):
            span = self._text.tag_prevrange("link", f"{index} +1 indices")
            if span:
                link = self._text.get(*span)
                menu.add_command(label="Open link", command=lambda: self._on_link(link))
                menu.add_command(label="Copy link", command=lambda: self._put(link))
        self._look.pop_up(menu, event.x_root, event.y_root)

    def _put(self, text: str) -> None:
        self.clipboard_clear()
        self.clipboard_append(text)
