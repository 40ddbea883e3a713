"""Writes blocks into a Text widget: text in as few inserts as can be, pictures between them."""

from __future__ import annotations

from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from PIL import Image

from asynchat.window.look.avatars import slices
from asynchat.window.look.emoji import picture, tk_draws_emoji
from asynchat.window.look.palettes import colour_index, rgb
from asynchat.window.presenters.segments import is_jumbo, segments, without_emoji

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Sequence

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.segments import Segment
    from asynchat.window.presenters.transcript import Block, BlockSplice

MARGIN: Final = 18
AVATAR: Final = 36
_GAP: Final = 10
_AT: Final = "at"


class BlockWriter:
    """The blocks of a Text widget, in order, each under its own tag.

    The widget must be editable while blocks are written.
    """

    def __init__(self, text: tk.Text, look: Look) -> None:
        self._text = text
        self._look = look
        self._numbers = count()
        self._tags: list[str] = []
        self._blocks: dict[str, Block] = {}
        self._pictures: dict[str, list[tk.PhotoImage]] = {}
        self._meaning: dict[str, str] = {}
        self._pending: list[str | tuple[str, ...]] = []
        text.mark_set(_AT, "end-1c")

    @property
    def count(self) -> int:
        """How many blocks there are."""
        return len(self._tags)

    def clear(self) -> None:
        """Take everything out."""
        self._text.delete("1.0", "end")
        self._forget(0, len(self._tags))

    def splice(self, splice: BlockSplice) -> None:
        """Take blocks out and put others in."""
        text, tags, at = self._text, self._tags, splice.index
        end = at + splice.removed
        if splice.removed:
            text.delete(f"{tags[at]}.first", f"{tags[end - 1]}.last")
            self._forget(at, end)
        text.mark_set(_AT, f"{tags[at]}.first" if at < len(tags) else "end-1c")
        added = []
        for block in splice.added:
            tag = f"b{next(self._numbers)}"
            self._blocks[tag] = block
            self._write(block, tag)
            added.append(tag)
        self._flush()
        tags[at:at] = added

    def paint(self) -> None:
        """Set every tag's look for the palette and scale of now, and draw the pictures anew."""
        px, fonts, palette = self._look.px, self._look.fonts, self._look.palette
        tag, margin = self._text.tag_configure, px(MARGIN)
        indent = margin + px(AVATAR) + px(_GAP)
        body: dict[str, Any] = {
            "font": fonts["body"],
            "rmargin": px(18),
            "lmargin2": indent,
            "spacing2": px(2),
        }
        tag("head", font=fonts["bold"], lmargin1=margin, lmargin2=indent, spacing1=px(13))
        tag("first", lmargin1=margin, spacing3=px(2), **body)
        tag("next", lmargin1=indent, spacing1=px(1), spacing3=px(2), **body)
        tag("more", lmargin1=indent, spacing3=px(2), **body)
        tag(
            "notice",
            font=fonts["small"],
            foreground=palette.dim,
            lmargin1=indent,
            lmargin2=indent,
            rmargin=px(18),
            spacing1=px(6),
            spacing3=px(2),
        )
        tag(
            "day",
            font=fonts["small"],
            foreground=palette.dim,
            justify="center",
            spacing1=px(14),
            spacing3=px(2),
        )
        for number, colour in enumerate(palette.names):
            tag(f"name{number}", font=fonts["bold"], foreground=colour)
        tag("time", font=fonts["small"], foreground=palette.dim)
        tag("sending", foreground=palette.dim)
        tag("why", font=fonts["small"], foreground=palette.bad)
        tag("link", foreground=palette.link, underline=True)
        tag("action", font=fonts["small"], foreground=palette.link, underline=True)
        self._text.tag_raise("sel")
        self._rewrite()

    def plain(self, first: str, last: str) -> str:
        """Return what lies between two indices, with emoji for their pictures."""
        parts = []
        for kind, value, _ in self._text.dump(first, last, text=True, image=True):
            if kind == "text":
                parts.append(value)
            else:
                # A picture shown twice is named "pyimage3#1" the second time.
                parts.append(self._meaning.get(value.partition("#")[0], ""))
        return "".join(parts)

    def position_at(self, index: str) -> int | None:
        """Return which block an index lies in."""
        tag = self._tag_at(index)
        return None if tag is None else self._tags.index(tag)

    def block_at(self, index: str) -> Block | None:
        """Return the block that an index lies in."""
        tag = self._tag_at(index)
        return None if tag is None else self._blocks[tag]

    def end_of(self, at: int) -> str:
        """Return an index in the last line of a block."""
        return f"{self._tags[at]}.last -1 indices"

    def _tag_at(self, index: str) -> str | None:
        return next((name for name in self._text.tag_names(index) if name in self._blocks), None)

    def _forget(self, at: int, end: int) -> None:
        gone = self._tags[at:end]
        del self._tags[at:end]
        for tag in gone:
            del self._blocks[tag]
            self._pictures.pop(tag, None)
        if gone:
            self._text.tag_delete(*gone)

    def _rewrite(self) -> None:
        """Write everything anew, its pictures being of another palette or scale."""
        blocks = [self._blocks[tag] for tag in self._tags]
        if not blocks:
            return
        self._text.configure(state="normal")
        self.clear()
        self._text.mark_set(_AT, "end-1c")
        for block in blocks:
            tag = f"b{next(self._numbers)}"
            self._tags.append(tag)
            self._blocks[tag] = block
            self._write(block, tag)
        self._flush()
        self._text.configure(state="disabled")

    def _write(self, block: Block, tag: str) -> None:
        if block.day is not None:
            self._write_day(block.day, tag)
        if block.kind == "notice":
            self._put(f"{_shown(block.text)}  ", tag, "notice")
            self._put(f"{block.time}\n", tag, "notice", "time")
            return
        if block.head:
            upper, lower = self._avatar(block)
            self._picture(upper, "bottom", tag, "head")
            self._put(_shown(block.sender), tag, "head", f"name{colour_index(block.sender)}")
            self._put(f"  {block.time}\n", tag, "head", "time")
            self._picture(lower, "top", tag, "first")
        status = () if block.status == "sent" else ("sending",)
        line = "first" if block.head else "next"
        cut = segments(block.text)
        jumbo = is_jumbo(cut)
        for segment in cut:
            line = self._write_segment(segment, (tag, *status), line, jumbo=jumbo)
        self._put("\n", tag, line)
        if block.status == "failed":
            self._put(f"Not sent: {block.error or 'refused'}  ", tag, "more", "why")
            self._put("Retry", tag, "more", "action", "retry")
            self._put("   ", tag, "more", "why")
            self._put("Delete", tag, "more", "action", "delete")
            self._put("\n", tag, "more")

    def _write_segment(
        self, segment: Segment, tags: tuple[str, ...], line: str, *, jumbo: bool
    ) -> str:
        """Write part of a text, and return the tag of the line that is then being written."""
        if segment.kind == "emoji":
            image = self._emoji(segment.text, jumbo=jumbo)
            if image is None:
                self._put(_shown(segment.text), *tags, line)
            else:
                self._picture(image, "center", *tags, line)
            return line
        kind = ("link",) if segment.kind == "link" else ()
        head, newline, rest = segment.text.partition("\n")
        self._put(head + newline, *tags, line, *kind)
        if newline:
            line = "more"
            self._put(rest, *tags, line, *kind)
        return line

    def _write_day(self, day: str, tag: str) -> None:
        colour, px = self._look.palette.outline, self._look.px
        width, height = px(72), max(1, px(1))
        rule = self._look.images.get(
            ("rule", width, height, colour),
            lambda: Image.new("RGB", (width, height), rgb(colour)),
        )
        self._picture(rule, "center", tag, "day")
        self._put(f"   {day}   ", tag, "day")
        self._picture(rule, "center", tag, "day")
        self._put("\n", tag, "day")

    def _put(self, text: str, *tags: str) -> None:
        if text:
            self._pending += (text, tags)

    def _flush(self) -> None:
        if self._pending:
            self._text.insert(_AT, *self._pending)  # type: ignore[arg-type]
            self._pending.clear()

    def _picture(self, image: tk.PhotoImage, align: str, *tags: str) -> None:
        self._flush()
        self._text.image_create(_AT, image=image, align=align)  # type: ignore[arg-type]
        for tag in tags:
            self._text.tag_add(tag, f"{_AT} -1 indices")
        # Tk forgets a picture that nobody holds.
        self._pictures.setdefault(tags[0], []).append(image)

    def _avatar(self, block: Block) -> Sequence[tk.PhotoImage]:
        look, px = self._look, self._look.px
        size = px(AVATAR)
        upper = min(look.fonts.line_height("bold"), size - 1)
        key = ("avatar", block.sender, size, upper)
        drawn: list[Image.Image] = []

        def draw(which: int) -> Image.Image:
            if not drawn:
                drawn.extend(slices(block.sender, size, upper, px(_GAP)))
            return drawn[which]

        return [look.images.get((*key, which), partial(draw, which)) for which in (0, 1)]

    def _emoji(self, emoji: str, *, jumbo: bool) -> tk.PhotoImage | None:
        size = self._look.px(34) if jumbo else round(self._look.fonts.line_height() * 1.15)
        image = self._look.images.get_if_any(("emoji", emoji, size), lambda: picture(emoji, size))
        if image is not None:
            self._meaning[str(image)] = emoji
        return image


def _shown(text: str) -> str:
    return text if text.isascii() or tk_draws_emoji() else without_emoji(text)
