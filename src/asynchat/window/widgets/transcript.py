"""The transcript: one Text widget, each block under a tag of its own.

No offset of Python's is ever an index here: Tk counts a character above U+FFFF as two.
Blocks are found by their tags; what is inserted goes where a mark stands.
"""

from __future__ import annotations

import tkinter as tk
from functools import partial
from tkinter import ttk
from typing import TYPE_CHECKING, Any, Final, cast

from asynchat.window.widgets.block_tags import FLASH
from asynchat.window.widgets.block_writer import QUOTED, UNCOVER, BlockWriter
from asynchat.window.widgets.body_writer import COPY
from asynchat.window.widgets.buttons import Button
from asynchat.window.widgets.choosing import Choosing
from asynchat.window.widgets.copying import Copying
from asynchat.window.widgets.file_cards import FILE
from asynchat.window.widgets.file_views import FileViews
from asynchat.window.widgets.message_menu import add_message
from asynchat.window.widgets.pointing import Pointing
from asynchat.window.widgets.read_only import read_only
from asynchat.window.widgets.scrolling import SlimScrollbar
from asynchat.window.widgets.strips import Strips

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from asynchat.markup.mentions import Highlights
    from asynchat.window.look.avatars import Face
    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.transcript import Block, BlockSplice

_NEAR_PX: Final = 4
_FEW: Final = 30
"""That many rows there are also in a small window, or one that is not on the screen yet."""

_FLASH_MS: Final = 1_600
_LITTLE: Final = 8
"""How many messages at the end are sooner measured than all that is on view."""

_REFIT_MS: Final = 120
_END: Final = "was_end"
"""The mark of where the text ended before something was written."""


def _nothing(*_: object) -> None:
    pass


class Transcript(ttk.Frame):
    """Shows blocks.  A reader at the bottom stays there; one who scrolled up is never moved.

    ``on_top`` and ``on_bottom`` are called when an end of what is live comes on view,
    ``on_newest`` by the button that leads to the newest line,
    ``on_link`` with the address of a link, ``on_retry`` and ``on_delete`` with the id of a
    line that failed, ``on_key`` with a character typed here, ``on_act`` with the name of a
    command, the block it is about and its words, ``on_jump`` with the seq of what was quoted.
    ``deletes`` tells whether the reader may delete what others said, ``add_author`` adds to the
    menu of a message what can be done to who said it.
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
        on_act: Callable[[str, Block, str], None] = _nothing,
        on_jump: Callable[[int], None] = _nothing,
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
        self._on_act = on_act
        self._on_jump = on_jump
        self.deletes: Callable[[], bool] = lambda: False
        self.add_author: Callable[[tk.Menu, Block], None] = _nothing
        self._more_below = False
        self._seen = (0.0, 1.0)
        self._flashing: str | None = None
        self._refitting: str | None = None
        self._pinned = True
        self._unseen = 0
        self._make()
        self._writer = BlockWriter(self._text, look)
        self._choosing = Choosing(self._text, self._writer, on_change=self._straighten)
        self._copying = Copying(self._text, self._writer)
        self._pointing = Pointing(self._text, self._writer, look, self._act)
        self._strips = Strips(self._text, self._writer.tags, look)
        self._views = FileViews(self._text, self._writer)
        self._straightening: str | None = None
        self._crooked = False
        self.bind("<Destroy>", self._destroyed)
        look.paints(self, self._paint)

    @property
    def pinned(self) -> bool:
        """Whether the newest line is on view, and shall stay so."""
        return self._pinned

    @property
    def free(self) -> bool:
        """Whether a reader at the bottom holds on to nothing: no selection, no chosen message."""
        self._notice_scrolling()
        return self._pinned and self._choosing.block is None and not self._text.tag_ranges("sel")

    @property
    def rows(self) -> int:
        """How many rows of text have room on view, at least a few."""
        line, height = self._look.fonts.line_height(), self._text.winfo_height()
        return max(_FEW, height // line + 1)

    @property
    def at_top(self) -> bool:
        """Whether the oldest line that is live is on view: nobody can scroll up to say so."""
        return self._writer.count > 0 and float(self._text.yview()[0]) <= 0

    @property
    def text(self) -> tk.Text:
        """The Text widget."""
        return self._text

    @property
    def strips(self) -> Strips:
        """The bars beside the text."""
        return self._strips

    @property
    def more_below(self) -> bool:
        """Whether there is more of the room below what is live here."""
        return self._more_below

    @more_below.setter
    def more_below(self, more: bool) -> None:
        if more != self._more_below:
            self._more_below = more
            if more:
                self._pinned = False
            self._offer()

    @property
    def chosen(self) -> Block | None:
        """The message that was chosen by the keys."""
        return self._choosing.block

    def choose(self, step: int) -> None:
        """Choose the message above or below; the first time, the lowest on view."""
        self._choosing.step(step)

    def unchoose(self) -> bool:
        """Choose nothing any more; tell whether something was."""
        return self._choosing.end()

    def reveal(self, at: int) -> None:
        """Scroll to a block, and mark it for a moment."""
        text, writer = self._text, self._writer
        self._pinned = False
        text.yview(writer.start_of(at))
        line = text.dlineinfo(writer.start_of(at))
        # Near the end it is further down already.
        above = text.winfo_height() // 3 - (line[1] if line else 0)
        if above > 0:
            text.yview_scroll(-above, "pixels")
        writer.tags.enrich()
        writer.mark(FLASH, at)
        if self._flashing is not None:
            self.after_cancel(self._flashing)
        self._flashing = self.after(_FLASH_MS, self._flashed)
        self._offer()

    def show_new(self, at: int) -> None:
        """Scroll up to the block where what is new begins, if it is not on view."""
        text, start = self._text, self._writer.start_of(at)
        separator = f"{start} -1 lines"
        if text.dlineinfo(separator) is None and text.compare(separator, "<", "@0,0"):
            self._pinned = False
            text.yview(separator)
            text.yview_scroll(-text.winfo_height() // 6, "pixels")
            self._offer()

    def _flashed(self) -> None:
        self._flashing = None
        self._writer.mark(FLASH, -1)

    def highlight(self, highlighted: Highlights) -> None:
        """Say who is known and what calls the reader, for what is written from now on."""
        self._writer.highlighted = highlighted

    def call(self, displays: Mapping[str, str]) -> None:
        """Show accounts by these names in the heads, and all others by their own."""
        if displays != self._writer.displays:
            self._writer.displays = displays
            self._writer.call()

    def show_faces(
        self, told: Callable[[str], Face | None], accounts: Collection[str] = ()
    ) -> None:
        """Show accounts with these pictures, and draw anew those of some."""
        self._writer.faces = told
        self._writer.face(accounts)

    @property
    def files(self) -> FileViews:
        """The pictures of files on view."""
        return self._views

    @property
    def shown(self) -> str:
        """Everything live, as it would be copied."""
        return self._writer.plain("1.0", "end-1c")

    def clear(self) -> None:
        """Show nothing, and be at the bottom of it."""
        self._writer.clear()
        self._pinned = True
        self._more_below = False
        self._unseen = 0
        self._choosing.forget()
        self._pointing.leave()
        self._offer()
        self._straighten()

    def splice(self, splices: Sequence[BlockSplice], *, news: int = 0) -> None:
        """Bring the view up to date; ``news`` of the blocks were said just now by others."""
        if not splices:
            self._unseen += news
            self._offer()
            return
        text = self._text
        self._notice_scrolling()
        self._pointing.bar.hide()
        anchor = None if self._pinned else self._anchor()
        text.mark_set(_END, "end-1c")
        follows = self._pinned and all(self._is_little(splice) for splice in splices)
        # To measure little, nothing of before may be left to measure.
        follows = follows and not text.tk.getboolean(text.tk.call(str(text), "pendingsync"))
        for splice in splices:
            self._writer.splice(splice)
        self._choosing.refresh()
        self._straighten()
        if self._pinned:
            if follows:
                self._scroll_past(_END)
            text.see("end")
        else:
            self._hold(anchor, splices)
            self._unseen += news
            self._offer()

    def _is_little(self, splice: BlockSplice) -> bool:
        last = not splice.removed and splice.index >= self._writer.count
        return last and len(splice.added) <= _LITTLE

    def _scroll_past(self, mark: str) -> None:
        """Scroll by what stands after a mark: to see the end, Tk would measure all on view."""
        text = self._text
        # Not `count -update`: Tk 8.6.13 crashes in that where it was still measuring older lines.
        text.tk.call(str(text), "sync")
        grown = int(text.tk.call(str(text), "count", "-ypixels", mark, "end"))
        if grown < text.winfo_height():
            text.yview_scroll(grown, "pixels")

    def _notice_scrolling(self) -> None:
        """See that the reader has just left the newest line; Tk tells it when it is idle."""
        if self._pinned and self._text.winfo_height() > 1:
            self._pinned = self._text.dlineinfo("end-1c") is not None
            if not self._pinned:
                self._offer()

    def to_bottom(self) -> None:
        """Go to the newest line, and stay there."""
        self._pinned = True
        self._more_below = False
        self._unseen = 0
        self._text.see("end")
        self._offer()

    def page(self, pages: int) -> None:
        """Scroll by so many pages."""
        self._text.yview_scroll(pages, "pages")

    def copy(self) -> None:
        """Put what is selected on the clipboard; several messages with their names and times."""
        self._copying.selected()

    def click(self, index: str) -> bool:
        """Do what a click there does; tell whether it did anything."""
        names = self._text.tag_names(index)
        link = self._writer.bodies.link(names)
        if link is not None:
            self._on_link(link[1])
            return True
        if COPY in names:
            self._copying.code(index)
            return True
        emoji, block = self._writer.chip_at(index), self._writer.block_at(index)
        if emoji is not None and block is not None:
            self._on_act("react", block, emoji)
            return True
        if QUOTED in names and block is not None and block.reply_to is not None:
            self._on_jump(block.reply_to)
            return True
        if FILE in names and block is not None:
            self._on_act("save-file", block, "")
            return True
        if UNCOVER in names and block is not None:
            self._on_act(UNCOVER, block, "")
            return True
        for name, call in (("retry", self._on_retry), ("delete", self._on_delete)):
            if name in names:
                if block is not None and block.id is not None:
                    call(block.id)
                return True
        return False

    def _destroyed(self, event: tk.Event[tk.Misc]) -> None:
        if event.widget is self:
            self._copying.close()
            timers = (self._straightening, self._flashing, self._refitting)
            for timer in filter(None, timers):
                self.after_cancel(timer)
            self._views.close()

    def _make(self) -> None:
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self._text = text = tk.Text(
            self,
            wrap="word",
            borderwidth=0,
            highlightthickness=0,
            takefocus=False,
            cursor="arrow",
            width=1,
            height=1,
            undo=False,
        )
        read_only(text)
        text.grid(row=0, column=0, sticky="nswe")
        text.mark_set(_END, "end-1c")
        text.mark_gravity(_END, "left")
        self._bar = SlimScrollbar(self, text.yview)
        self._bar.grid(row=0, column=1, sticky="ns")
        text.configure(yscrollcommand=self._scrolled)
        text.bind("<Configure>", self._resized)
        text.bind("<<Copy>>", self._copied)
        text.bind("<ButtonRelease-1>", self._released)
        text.bind("<Button-1>", lambda _: text.focus_set())
        text.bind("<Button-3>", self._menu)
        text.bind("<Key>", self._typed)
        text.bind("<<WidgetViewSync>>", lambda _: self._straighten())
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
        self._pointing.paint()
        self._writer.paint()
        self._writer.tags.resize(self._text.winfo_width())
        self._straighten()
        if self._pinned:
            self._text.see("end")

    def _straighten(self) -> None:
        """Put the strips where the lines then are."""
        self._crooked = True
        if self._straightening is None:
            self._straightening = self.after_idle(self._straightened)

    def _straightened(self) -> None:
        self._straightening = None
        if self._crooked:
            self._straight()

    def _straight(self) -> None:
        self._crooked = False
        self._strips.update()
        self._views.later()

    def _scrolled(self, first: float, last: float) -> None:
        self._bar.set(first, last)
        self._straight()
        # Tk calls this now and then without need.
        if (first, last) != self._seen:
            self._seen = (first, last)
            self._pointing.bar.hide()
        was = self._pinned
        at_end = self._text.dlineinfo("end-1c") is not None
        self._pinned = at_end and not self._more_below
        if self._pinned and not was:
            self._unseen = 0
        if at_end and not was:
            self._on_bottom()
        if self._pinned != was:
            self._offer()
        if float(first) <= 0 and self._writer.count:
            self._on_top()

    def _resized(self, event: tk.Event[tk.Text]) -> None:
        self._writer.tags.resize(event.width)
        self._straighten()
        if self._refitting is None:
            self._refitting = self.after(_REFIT_MS, self._refit)
        # Comes before `_scrolled`: whether the reader was at the bottom is still known.
        if self._pinned:
            self._text.see("end")

    def _refit(self) -> None:
        self._refitting = None
        self._writer.refit()

    @property
    def _me(self) -> str:
        return self._writer.highlighted.account

    def _act(self, name: str, block: Block) -> None:
        if name == "more":
            self.open_menu(block, self.winfo_pointerx(), self.winfo_pointery())
        else:
            self._on_act(name, block, "")

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
        # A second click on a reaction is one more, and selects nothing.
        on_chip = self._writer.chip_at(f"@{event.x},{event.y}") is not None
        if on_chip or not self._text.tag_ranges("sel"):
            self._text.tag_remove("sel", "1.0", "end")
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
        block = self._writer.block_at(index)
        self.open_menu(block, event.x_root, event.y_root, index)

    def open_chosen_menu(self) -> bool:
        """Open the menu of the message that was chosen; tell whether there is one."""
        block = self.chosen
        at = None if block is None else self._writer.find(block.key)
        if block is None or at is None:
            return False
        text, px = self._text, self._look.px
        # Below it, or it would be hidden.
        line = text.dlineinfo(self._writer.end_of(at))
        y = text.winfo_rooty() + (line[1] + line[3] if line is not None else px(20))
        self.open_menu(block, text.winfo_rootx() + self._writer.tags.indent, y)
        return True

    def open_menu(self, block: Block | None, x: int, y: int, index: str | None = None) -> None:
        """Open the menu of a message, at a place on the screen; ``index`` is what was clicked."""
        menu = self._look.menu(self)
        if block is not None:
            if block.status == "failed" and block.id is not None:
                menu.add_command(label="Retry", command=partial(self._on_retry, block.id))
                menu.add_command(label="Delete", command=partial(self._on_delete, block.id))
            add_message(menu, self._look, block, self._me, self._on_act, deletes=self.deletes())
            self.add_author(menu, block)
        self._place_entries(menu, index)
        if menu.index("end") is not None:
            self._look.pop_up(menu, x, y)

    def _place_entries(self, menu: tk.Menu, index: str | None) -> None:
        """Add what can be done to what was clicked, and to what is selected."""
        selected = bool(self._text.tag_ranges("sel"))
        if selected:
            menu.add_command(label="Copy what is selected", command=self.copy)
        names = () if index is None else self._text.tag_names(index)
        code = self._writer.bodies.code(names)
        if code is not None:
            menu.add_command(label="Copy code", command=lambda: self._copying.put(code[1]))
        link = self._writer.bodies.link(names)
        if link is not None:
            menu.add_command(label="Open link", command=lambda: self._on_link(link[1]))
            menu.add_command(label="Copy link", command=lambda: self._copying.put(link[1]))
