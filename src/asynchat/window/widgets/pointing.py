"""What the pointer is over in a transcript: links, reactions, times, messages with their bar."""

from __future__ import annotations

import tkinter as tk
from functools import partial
from typing import TYPE_CHECKING, Final

from asynchat.markup.addresses import says_otherwise
from asynchat.markup.shortcodes import name_of
from asynchat.window.look.native import drawable
from asynchat.window.widgets.block_tags import GAP
from asynchat.window.widgets.block_writer import CHIP, QUOTED, SENDER
from asynchat.window.widgets.body_writer import COPY
from asynchat.window.widgets.chips import who
from asynchat.window.widgets.file_cards import FILE
from asynchat.window.widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.transcript import Block
    from asynchat.window.widgets.block_writer import BlockWriter

_WHEEL: Final = ("<MouseWheel>", "<Button-4>", "<Button-5>")
_DRAGGING: Final = 0x0100
"""Tk's bit for the left button in the state of an event."""


class Pointing:
    """Call `leave` when what is on view may have moved; ``on_act`` is that of `MessageBar`."""

    def __init__(
        self,
        text: tk.Text,
        writer: BlockWriter,
        look: Look,
        on_act: Callable[[str, Block], None],
    ) -> None:
        self._text = text
        self._writer = writer
        self._look = look
        self._hovered: str | None = None
        self.bar = MessageBar(text, look, on_act=on_act)
        self.note = tk.Label(text.master, borderwidth=0, anchor="w")
        self.when = tk.Label(text, borderwidth=0, padx=0, pady=0, cursor="arrow")
        """The time of a message that has no head, beside its first line."""
        self._beside: Block | None = None
        self.when.bind("<Enter>", lambda _: self._over_when())
        self.when.bind("<Leave>", lambda _: self.note.place_forget())
        for wheel in _WHEEL:
            self.when.bind(wheel, partial(self._wheel, wheel))
        for tag in (COPY, "action", CHIP, QUOTED, FILE):
            text.tag_bind(tag, "<Enter>", lambda _: text.configure(cursor="hand2"))
            text.tag_bind(tag, "<Leave>", lambda _: text.configure(cursor="arrow"))
        text.tag_bind("link", "<Enter>", self._over_link)
        text.tag_bind("link", "<Motion>", self._over_link)
        text.tag_bind("link", "<Leave>", lambda _: self._leave_link())
        text.tag_bind(CHIP, "<Enter>", self._over_chip, add=True)
        text.tag_bind(CHIP, "<Motion>", self._over_chip)
        text.tag_bind(CHIP, "<Leave>", lambda _: self.note.place_forget(), add=True)
        text.tag_bind(SENDER, "<Enter>", self._over_sender)
        text.tag_bind(SENDER, "<Leave>", lambda _: self.note.place_forget())
        text.tag_bind("time", "<Enter>", self._over_time)
        text.tag_bind("time", "<Motion>", self._over_time)
        text.tag_bind("time", "<Leave>", lambda _: self.note.place_forget())
        text.bind("<Motion>", self._moved)
        text.bind("<Leave>", self._left)

    def paint(self) -> None:
        """Set the looks for the palette and scale of now."""
        look, px, palette = self._look, self._look.px, self._look.palette
        self.leave()
        self.note.configure(
            font=look.fonts["small"],
            background=palette.field,
            foreground=palette.text,
            padx=px(8),
            pady=px(4),
            highlightthickness=max(1, px(1)),
            highlightbackground=palette.outline,
        )
        self.when.configure(
            font=look.fonts["small"], background=palette.canvas, foreground=palette.dim
        )

    def leave(self) -> None:
        """Show nothing of what the pointer was over."""
        self._leave_link()
        self.note.place_forget()
        self.bar.hide()
        self._hide_when()

    def _over_link(self, event: tk.Event[tk.Text]) -> None:
        """Underline the link under the pointer, and tell where it leads if its words do not."""
        text = self._text
        link = self._writer.bodies.link(text.tag_names(f"@{event.x},{event.y}"))
        if link is None or link[0] == self._hovered:
            return
        self._leave_link()
        tag, url = link
        self._hovered = tag
        text.configure(cursor="hand2")
        text.tag_configure(tag, underline=True, underlinefg=self._look.palette.link)
        span = text.tag_nextrange(tag, "1.0")
        if span and says_otherwise(text.get(*span), url):
            self.note.configure(text=drawable(url))
            self.note.place(relx=0, rely=1, x=0, y=0, anchor="sw")

    def _leave_link(self) -> None:
        if self._hovered is not None:
            self._text.tag_configure(self._hovered, underline=False)
            self._text.configure(cursor="arrow")
            self._hovered = None
            self.note.place_forget()

    def _over_chip(self, event: tk.Event[tk.Text]) -> None:
        """Tell who put it there."""
        index = f"@{event.x},{event.y}"
        emoji, block = self._writer.chip_at(index), self._writer.block_at(index)
        box = self._text.bbox(index)
        if emoji is None or block is None or box is None:
            return
        for reaction in block.reactions:
            if reaction.emoji == emoji:
                name = name_of(emoji)
                self.note.configure(text=drawable(who(reaction, f":{name}:" if name else emoji)))
        self._put_note(box)

    def _over_time(self, event: tk.Event[tk.Text]) -> None:
        """Tell the time with its day and seconds."""
        index = f"@{event.x},{event.y}"
        block = self._writer.block_at(index)
        span = self._text.tag_prevrange("time", f"{index} +1 indices")
        box = self._text.bbox(span[0]) if span else None
        if block is not None and block.full and box is not None:
            self.note.configure(text=block.full)
            self._put_note(box)

    def _over_sender(self, event: tk.Event[tk.Text]) -> None:
        """Tell the name of who is shown by another."""
        index = f"@{event.x},{event.y}"
        block, box = self._writer.block_at(index), self._text.bbox(index)
        if block is not None and box is not None and block.account in self._writer.displays:
            self.note.configure(text=drawable(f"@{block.sender}"))
            self._put_note(box)

    def _over_when(self) -> None:
        when, block = self.when, self._beside
        if block is not None and block.full:
            self.note.configure(text=block.full)
            self._put_note((when.winfo_x(), when.winfo_y(), 0, when.winfo_height()))

    def _put_note(self, box: tuple[int, int, int, int]) -> None:
        """Show the note above a place in the text, or below where there is no room."""
        px = self._look.px
        room = self._text.winfo_width() - self.note.winfo_reqwidth()
        below = box[1] < px(40)
        y = box[1] + box[3] + px(3) if below else box[1] - px(3)
        anchor = "nw" if below else "sw"
        self.note.place(relx=0, rely=0, x=max(0, min(box[0], room)), y=y, anchor=anchor)  # type: ignore[arg-type]
        self.note.lift()

    def _moved(self, event: tk.Event[tk.Text]) -> None:
        if int(event.state) & _DRAGGING:
            self.bar.hide()
            self._hide_when()
            return
        at = self._writer.position_at(f"@{event.x},{event.y}")
        if at is not None:
            line = self._text.dlineinfo(self._writer.start_of(at))
            y = 0 if line is None else line[1]
            self.bar.over(self._writer.block(at), y, self._writer.highlighted.account)
            self._show_when(self._writer.block(at), line)

    def _show_when(self, block: Block, line: tuple[int, int, int, int, int] | None) -> None:
        """Show the time of a message that has no head where its avatar would be."""
        if line is None or block.head or block.kind != "said":
            self._hide_when()
            return
        self._beside = block
        self.when.configure(text=block.time)
        x, y, _, _, baseline = line
        self.when.place(
            x=x - self._look.px(GAP),
            y=y + baseline - self._look.fonts["small"].metrics("ascent"),
            anchor="ne",
            bordermode="outside",
        )

    def _hide_when(self) -> None:
        if self._beside is not None:
            self._beside = None
            self.when.place_forget()

    def _wheel(self, sequence: str, event: tk.Event[tk.Label]) -> None:
        """Scroll the text also where the time is under the pointer."""
        if sequence == "<MouseWheel>":
            self._text.event_generate(sequence, delta=event.delta)
        else:
            self._text.event_generate(sequence)

    def _left(self, event: tk.Event[tk.Text]) -> None:
        into = self._text.winfo_containing(event.x_root, event.y_root)
        if into is not self.when and not self.bar.holds(into):
            self.bar.hide()
            self._hide_when()
