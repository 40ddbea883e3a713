"""Writes what was said: paragraphs with styles, emoji and links, quotes, lists and code."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final

from PIL import Image

from asynchat.markup.markdown import Code
from asynchat.window.look.emoji import picture, tk_draws_emoji
from asynchat.window.presenters.code import coloured
from asynchat.window.presenters.segments import without_emoji
from asynchat.window.widgets import signs
from asynchat.window.widgets.block_tags import CHARS, LIST_STEP, PANEL_PAD, RIGHT

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.body import Body, Part, Text
    from asynchat.window.presenters.segments import Segment
    from asynchat.window.widgets.block_tags import BlockTags
    from asynchat.window.widgets.pen import Pen
    from asynchat.window.widgets.signs import Signs

COPY: Final = "copy"
"""The tag of the buttons that copy code."""

UNSAID: Final = "unsaid"
"""The tag of what nobody said: it is left out of copies."""


class BodyWriter:
    """Every link and every piece of code gets a tag of its own, by which it is found again."""

    def __init__(self, pen: Pen, tags: BlockTags, its_signs: Signs, look: Look) -> None:
        self._pen = pen
        self._signs = its_signs
        self._tags = tags
        self._look = look
        self._numbers = count()
        self._links: dict[str, str] = {}
        self._codes: dict[str, str] = {}
        self._owned: dict[str, list[str]] = {}

    def link(self, names: tuple[str, ...]) -> tuple[str, str] | None:
        """Return the tag and the address of a link, of the tags somewhere."""
        return next(((name, self._links[name]) for name in names if name in self._links), None)

    def code(self, names: tuple[str, ...]) -> tuple[str, str] | None:
        """Return the tag and the text of code, of the tags somewhere."""
        return next(((name, self._codes[name]) for name in names if name in self._codes), None)

    def forget(self, tag: str) -> list[str]:
        """Forget the links and the code of a block, and return their tags."""
        gone = self._owned.pop(tag, [])
        for name in gone:
            self._links.pop(name, None)
            self._codes.pop(name, None)
        return gone

    def write(
        self,
        body: Body,
        tag: str,
        status: tuple[str, ...],
        avatar: tk.PhotoImage | None,
        *,
        line: str = "next",
        after: Callable[..., None] | None = None,
    ) -> None:
        """Write under a block's tag; beside an avatar's lower part, where there is one.

        ``after`` is called with the tags of the last line before that ends.
        """
        tags = (tag, *status)
        if avatar is not None:
            line = "first"
            # What a line looks like as a whole is told by what it begins with.
            self._pen.picture(avatar, "top", tag, line, *self._whole_line(body.parts[0]))
        if body.calls:
            self._tags.enrich()
            tags = (*tags, "mine")
        for part in body.parts:
            above = part.above if isinstance(part, Code) else part.paragraph.above
            for _ in range(above):
                self._pen.put("\n", *tags, line)
                line = "more"
            if isinstance(part, Code):
                self._write_code(part, tags, line)
            else:
                last = after if part is body.parts[-1] else None
                self._write_text(part, tags, line, last, jumbo=body.jumbo)
            line = "more"
        if after is not None and isinstance(body.parts[-1], Code):
            after(*tags, line)
            self._pen.put("\n", *tags, line)

    def _whole_line(self, part: Part) -> tuple[str, ...]:
        if isinstance(part, Code):
            self._tags.enrich()
            return (RIGHT,)
        if part.long_start or part.spaceless:
            self._tags.enrich()
            return (CHARS,)
        return ()

    def _write_text(
        self,
        part: Text,
        tags: tuple[str, ...],
        line: str,
        after: Callable[..., None] | None,
        *,
        jumbo: bool,
    ) -> None:
        quote, depth, marker = part.paragraph.quote, part.paragraph.depth, part.paragraph.marker
        if part.spaceless:
            self._tags.enrich()
            tags = (*tags, CHARS)
        if not quote and not depth:
            lines: tuple[str, ...] = (line,)
            for segment in part.segments:
                lines = self._write_segment(segment, tags, lines, ("more",), jumbo=jumbo)
            if after is not None:
                self._pen.put("  ", *tags, *lines, UNSAID)
                after(*tags, *lines)
            self._pen.put("\n", *tags, *lines)
            return
        tags = (*tags, *self._tags.quotes(quote))
        rest = ("more", self._tags.place(quote, depth, item=False))
        lines = (line, self._tags.place(quote, depth, item=bool(marker)))
        if line == "first":
            # The avatar is where the margin would be.
            self._space(self._tags.shift(quote, depth - bool(marker)), (*tags, line))
        if marker:
            # It stands at the right of its column.
            wide = self._look.fonts.width(f"{marker} ")
            self._space(self._look.px(LIST_STEP) - wide, (*tags, *lines))
            self._pen.put(f"{marker} ", *tags, *lines)
        for segment in part.segments:
            lines = self._write_segment(segment, tags, lines, rest, jumbo=False)
        if after is not None:
            self._pen.put("  ", *tags, *lines, UNSAID)
            after(*tags, *lines)
        self._pen.put("\n", *tags, *lines)

    def _write_segment(
        self,
        segment: Segment,
        tags: tuple[str, ...],
        lines: tuple[str, ...],
        rest: tuple[str, ...],
        *,
        jumbo: bool,
    ) -> tuple[str, ...]:
        """Write part of a text, and return the tags of the line that is then being written."""
        span, text = segment.span, segment.text
        if segment.kind == "emoji":
            image = self._emoji(text, jumbo=jumbo)
            if image is not None:
                self._pen.picture(image, "center", *tags, *lines, meaning=text)
                return lines
        style = self._tags.style(span)
        if span.url is not None:
            style = (*style, "link", self._link_tag(tags[0], span.url))
        elif segment.kind in {"mention", "me"}:
            self._tags.enrich()
            style = (*style, segment.kind)
        head, newline, more = shown(text).partition("\n")
        self._pen.put(head + newline, *tags, *lines, *style)
        if newline:
            lines = rest
            self._pen.put(more, *tags, *lines, *style)
        return lines

    def _link_tag(self, block: str, url: str) -> str:
        owned = self._owned.setdefault(block, [])
        # A link whose words are in several styles is one link.
        if owned and self._links.get(owned[-1]) == url:
            return owned[-1]
        name = f"l{next(self._numbers)}"
        self._links[name] = url
        owned.append(name)
        return name

    def _write_code(self, code: Code, tags: tuple[str, ...], line: str) -> None:
        px, quote, depth = self._look.px, code.quote, code.depth
        top, panel = self._tags.panel(quote, depth)
        name = f"c{next(self._numbers)}"
        self._codes[name] = code.text
        self._owned.setdefault(tags[0], []).append(name)
        quoted = (*tags, *self._tags.quotes(quote))
        lines: tuple[str, ...] = (line, RIGHT)
        if line == "first":
            self._space(self._tags.shift(quote, depth), (*quoted, line))
        elif quote or depth:
            lines = (*lines, self._tags.place(quote, depth, item=False))
        on = (*quoted, *lines, f"on{quote}.{depth}", name, top, UNSAID)
        self._space(px(PANEL_PAD), on)
        self._pen.put(f"{shown(code.language)}\t", *on)
        self._pen.picture(self._signs.get(signs.COPY), "center", *on, COPY)
        self._pen.put("\n", *on)
        on = (*quoted, "more", f"on{quote}.{depth}", name, panel)
        last = code.text.rfind("\n") + 1
        at = 0
        for kind, text in coloured(code.text, code.language):
            split = min(max(last - at, 0), len(text))
            self._pen.put(shown(text[:split]), *on, *self._tags.code(kind))
            self._pen.put(shown(text[split:]), *on, "end", *self._tags.code(kind))
            at += len(text)
        self._pen.put("\n", *on, "end")

    def _space(self, width: int, tags: tuple[str, ...]) -> None:
        """Write nothing, so many pixels wide."""
        if width > 0:
            image = self._look.images.get(
                ("space", width), lambda: Image.new("RGBA", (width, 1), (0, 0, 0, 0))
            )
            self._pen.picture(image, "center", *tags)

    def _emoji(self, emoji: str, *, jumbo: bool) -> tk.PhotoImage | None:
        size = self._look.px(34) if jumbo else round(self._look.fonts.line_height() * 1.15)
        return self._look.images.get_if_any(("emoji", emoji, size), lambda: picture(emoji, size))


def shown(text: str) -> str:
    """Return a text as Tk may draw it."""
    return text if text.isascii() or tk_draws_emoji() else without_emoji(text)
