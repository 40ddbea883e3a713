"""Strips beside the text: bars of quotes and mentions, and the left edge of panels of code.

A Text widget has no border on one side only.  Narrow frames lie over it where the lines on
view need one, and follow them.
"""

from __future__ import annotations

import tkinter as tk
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asynchat.window.widgets.block_tags import (
    CHOSEN,
    MARGIN,
    NEW,
    PANEL_PAD,
    QUOTE_STEP,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynchat.window.look.theme import Look
    from asynchat.window.widgets.block_tags import BlockTags

_MOST: Final = 200
"""More lines than this are not on any screen."""


@dataclass(frozen=True, slots=True)
class Strip:
    """A strip as it lies over the text, in pixels."""

    x: int
    y: int
    width: int
    height: int
    colour: str


class Strips:
    """Call `update` whenever what is on view may have moved."""

    def __init__(self, text: tk.Text, tags: BlockTags, look: Look) -> None:
        self._text = text
        self._tags = tags
        self._look = look
        self._frames: list[tk.Frame] = []
        self._shown: list[Strip] = []

    @property
    def shown(self) -> list[Strip]:
        """What is on view, from the back to the front."""
        return list(self._shown)

    def update(self) -> None:
        """Put the strips where the lines are."""
        wanted = list(self._wanted())
        if wanted == self._shown:
            return
        for at, strip in enumerate(wanted):
            if at == len(self._frames):
                self._frames.append(self._frame())
            if at >= len(self._shown) or self._shown[at] != strip:
                frame = self._frames[at]
                frame.configure(background=strip.colour)
                # Outside: Tk counts a Text's padding as its border.
                frame.place(
                    x=strip.x,
                    y=strip.y,
                    width=strip.width,
                    height=strip.height,
                    bordermode="outside",
                )
        for frame in self._frames[len(wanted) : len(self._shown)]:
            frame.place_forget()
        self._shown = wanted

    def _frame(self) -> tk.Frame:
        frame = tk.Frame(self._text, borderwidth=0, cursor="arrow")
        for event in ("<Button-4>", "<Button-5>", "<MouseWheel>"):
            frame.bind(event, self._wheeled)
        return frame

    def _wheeled(self, event: tk.Event[tk.Frame]) -> None:
        if event.num in {4, 5}:
            self._text.event_generate(f"<Button-{event.num}>", x=0, y=0)
        else:
            self._text.event_generate("<MouseWheel>", delta=event.delta)

    def _wanted(self) -> Iterator[Strip]:
        px, palette, indent = self._look.px, self._look.palette, self._tags.indent
        bar, gap = px(3), px(8)
        for y, height in self._ranges("mine"):
            yield Strip(indent - gap, y, gap, height, palette.mine)
            yield Strip(indent - gap, y, bar, height, palette.mine_bar)
        for y, height in self._ranges(CHOSEN):
            yield Strip(0, y, bar, height, palette.focus)
        yield from self._rules()
        for level in range(self._tags.deepest):
            for y, height in self._ranges(f"quote{level + 1}"):
                x = indent + level * px(QUOTE_STEP)
                yield Strip(x, y, bar, height, palette.quote)
        for tag, x in self._tags.panels.items():
            for y, height in self._ranges(tag):
                yield Strip(x, y, px(PANEL_PAD), height, palette.panel)

    def _rules(self) -> Iterator[Strip]:
        """Return the rule of the line that parts what is new, from the margin to its word."""
        text, px = self._text, self._look.px
        for index in text.tag_ranges(NEW)[:1]:
            word = text.bbox(index)
            if word is not None:
                x, y, _, height = word
                yield Strip(
                    px(MARGIN),
                    y + height // 2,
                    max(1, x - px(MARGIN) - px(8)),
                    max(1, px(1)),
                    self._look.palette.accent,
                )

    def _ranges(self, tag: str) -> Iterator[tuple[int, int]]:
        """Return where the stretches under a tag are on view: from where, and how high."""
        text = self._text
        top, bottom = "@0,0", f"@{text.winfo_width()},{text.winfo_height()}"
        found = text.tag_prevrange(tag, f"{top} +1 indices")
        if not found or text.compare(found[1], "<=", top):
            found = text.tag_nextrange(tag, top, f"{bottom} +1 indices")
        for _ in range(_MOST):
            if not found:
                return
            start, end = found
            first, last = text.dlineinfo(start), text.dlineinfo(f"{end} -1 indices")
            y = first[1] if first else 0
            below = last[1] + last[3] if last else text.winfo_height()
            if below > y:
                yield y, below - y
            found = text.tag_nextrange(tag, end, f"{bottom} +1 indices")
