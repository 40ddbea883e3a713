"""Writes blocks into a Text widget, and finds them there again."""

from __future__ import annotations

from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Final

from asynchat.markup.mentions import NOBODY
from asynchat.text import one_line
from asynchat.window.look.avatars import slices
from asynchat.window.look.palettes import colour_index
from asynchat.window.presenters.body import body
from asynchat.window.widgets.block_tags import AVATAR, GAP, NEW, BlockTags
from asynchat.window.widgets.body_writer import UNSAID, BodyWriter, shown
from asynchat.window.widgets.chips import Chips
from asynchat.window.widgets.file_cards import FileCards
from asynchat.window.widgets.pen import Pen
from asynchat.window.widgets.signs import PIN, QUOTE, RULE, Signs

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Collection, Mapping, Sequence

    from PIL import Image

    from asynchat.link.timeline import Quote
    from asynchat.markup.mentions import Highlights
    from asynchat.window.look.avatars import Face
    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.transcript import Block, BlockSplice


QUOTED: Final = "quoted"
"""The tag of the line that a reply begins with: it leads to what that replies to."""

QUOTED_TEXT: Final = "quoted_text"
QUOTED_NAME: Final = "quoted_name"
SENDER: Final = "sender"
"""The tag of the name in a head."""

UNCOVER: Final = "uncover"
"""The tag of what shows a message that is hidden."""

CHIP: Final = "chip"
"""The tag of reactions."""


class BlockWriter:
    """The blocks of a Text widget, in order, each under its own tag."""

    def __init__(self, text: tk.Text, look: Look) -> None:
        self._text = text
        self._look = look
        self._numbers = count()
        self._order: list[str] = []
        self._blocks: dict[str, Block] = {}
        self._pen = Pen(text, look.images)
        self.tags = BlockTags(text, look)
        self.signs = Signs(look)
        self.chips = Chips(look)
        self.cards = FileCards(text, self._pen, self.tags, self.signs, look)
        self.bodies = BodyWriter(self._pen, self.tags, self.signs, look)
        self.highlighted: Highlights = NOBODY
        self.displays: Mapping[str, str] = {}
        self.faces: Callable[[str], Face | None] = lambda _: None
        self._size: tuple[int, int] | None = None

    @property
    def count(self) -> int:
        """How many blocks there are."""
        return len(self._order)

    def clear(self) -> None:
        """Take everything out."""
        self._text.delete("1.0", "end")
        self._forget(0, len(self._order))

    def splice(self, splice: BlockSplice) -> None:
        """Take blocks out and put others in."""
        text, order, at = self._text, self._order, splice.index
        end = at + splice.removed
        if splice.removed:
            text.delete(f"{order[at]}.first", f"{order[end - 1]}.last")
            self._forget(at, end)
        self._pen.go(f"{order[at]}.first" if at < len(order) else "end-1c")
        order[at:at] = [self._write(block) for block in splice.added]
        self._pen.flush()

    def paint(self) -> None:
        """Set every tag's look for the palette and scale of now; another scale writes anew."""
        self.tags.paint()
        self.signs.paint()
        self.chips.paint()
        size = (self._look.px(100), self._look.fonts.line_height())
        if size != self._size:
            self._size = size
            self._rewrite()
        else:
            self.cards.paint()

    def plain(self, first: str, last: str) -> str:
        """Return what was said between two indices, with emoji for their pictures."""
        parts = []
        unsaid = UNSAID in self._text.tag_names(first)
        for kind, value, _ in self._text.dump(first, last, text=True, image=True, tag=True):
            if kind in {"tagon", "tagoff"}:
                unsaid = kind == "tagon" if value == UNSAID else unsaid
            elif kind == "image":
                parts.append(self._pen.meaning(value))
            elif not unsaid:
                parts.append(value)
        return "".join(parts)

    def copied(self, first: str, last: str) -> str:
        """Return what is copied: the text, and for several messages who said each, and when."""
        text = self._text
        start, end = self.position_at(first), self.position_at(f"{last} -1 indices")
        if start is None or end is None or start == end:
            return self.plain(first, last)
        lines = []
        for tag in self._order[start : end + 1]:
            block = self._blocks[tag]
            above = (block.day is not None) + block.new + block.head
            begin = text.index(f"{tag}.first +{above} lines linestart")
            if text.compare(begin, "<", first):
                begin = text.index(first)
            until = text.index(f"{tag}.last")
            if text.compare(until, ">", last):
                until = text.index(last)
            if block.day is not None:
                lines.append(block.day)
            if text.compare(begin, "<", until):
                lines.append(
                    _said(block, self._called(block), self.plain(begin, until).rstrip("\n"))
                )
        return "\n".join(lines)

    def position_at(self, index: str) -> int | None:
        """Return which block an index lies in."""
        tag = self._tag_at(index)
        return None if tag is None else self._order.index(tag)

    def block_at(self, index: str) -> Block | None:
        """Return the block that an index lies in."""
        tag = self._tag_at(index)
        return None if tag is None else self._blocks[tag]

    def between(self, first: str, last: str) -> Sequence[str]:
        """Return the tags of the blocks from one index to another."""
        start, end = self.position_at(first), self.position_at(last)
        start = 0 if start is None else start
        return self._order[start : None if end is None else end + 1]

    def end_of(self, at: int) -> str:
        """Return an index in the last line of a block."""
        return f"{self._order[at]}.last -1 indices"

    def _tag_at(self, index: str) -> str | None:
        return next((name for name in self._text.tag_names(index) if name in self._blocks), None)

    def _forget(self, at: int, end: int) -> None:
        gone = self._order[at:end]
        del self._order[at:end]
        tags = list(gone)
        for tag in gone:
            del self._blocks[tag]
            self._pen.forget(tag)
            self.cards.forget(tag)
            tags += self.bodies.forget(tag)
        if tags:
            self._text.tag_delete(*tags)

    def _rewrite(self) -> None:
        """Write everything anew, its pictures being of another scale."""
        blocks = [self._blocks[tag] for tag in self._order]
        if not blocks:
            return
        self.clear()
        self._pen.go("end-1c")
        self._order += [self._write(block) for block in blocks]
        self._pen.flush()

    def _write(self, block: Block) -> str:
        """Write a block, and return its tag."""
        put, tag = self._pen.put, f"b{next(self._numbers)}"
        self._blocks[tag] = block
        if block.day is not None:
            self._write_day(block.day, tag)
        if block.new:
            self.tags.enrich()
            put("NEW\n", tag, NEW, UNSAID)
        if block.kind == "notice":
            put(f"{shown(block.text)}  ", tag, "notice")
            put(f"{block.time}\n", tag, "notice", "time")
            return tag
        if block.hidden:
            self._write_hidden(block, tag)
            return tag
        if block.head:
            upper, lower = self._avatar(block)
            self._pen.picture(upper, "bottom", tag, "head")
            put(self._called(block), tag, "head", f"name{colour_index(block.sender)}", SENDER)
            put(f"  {block.time}\n", tag, "head", "time")
        else:
            lower = None
        line = "next"
        if block.reply_to is not None:
            self._write_quote(block, tag, lower)
            lower, line = None, "more"
        if block.deleted:
            self._write_gone(tag, lower, line)
        else:
            self._write_said(block, tag, lower, line)
        if block.reactions:
            self._write_chips(block, tag)
        if block.status == "failed":
            put(f"Not sent: {block.error or 'refused'}  ", tag, "more", "why")
            put("Retry", tag, "more", "action", "retry")
            put("   ", tag, "more", "why")
            put("Delete", tag, "more", "action", "delete")
            put("\n", tag, "more")
        return tag

    def _write_said(self, block: Block, tag: str, lower: tk.PhotoImage | None, line: str) -> None:
        """Write a text, and the card of a file under it."""
        aside = partial(self._write_aside, block) if block.edited or block.pinned else None
        if block.text or block.file is None:
            said = body(block.text, block.account, self.highlighted)
            status = () if block.status == "sent" else ("sending",)
            self.bodies.write(said, tag, status, lower, line=line, after=aside)
            lower, line, aside = None, "more", None
        if block.file is not None:
            line = self.cards.write(block.file, tag, lower, line)
            if aside is not None:
                aside(tag, line)
            self._pen.put("\n", tag, line)

    def _write_quote(self, block: Block, tag: str, lower: tk.PhotoImage | None) -> None:
        """Write what a block replies to, in one line beside the avatar's lower part."""
        self.tags.enrich()
        line = "next" if lower is None else "first"
        tags = (tag, line, QUOTED, UNSAID)
        if lower is not None:
            self._pen.picture(lower, "top", *tags)
        self._pen.picture(self.signs.get(QUOTE), "center", *tags)
        quote = block.quote
        if quote is not None and not quote.deleted:
            colour = f"name{colour_index(quote.sender)}"
            self._pen.put(self._quoted_name(quote), *tags, colour, QUOTED_NAME)
            self._pen.put("  ", *tags)
        self._pen.put(self._quoted(block), *tags, QUOTED_TEXT)
        self._pen.put("\n", *tags)

    def _quoted(self, block: Block) -> str:
        """Return as much of what a block replies to as stands in its line."""
        quote, room = block.quote, self._room()
        if quote is None:
            text = "a message"
        elif quote.deleted:
            text = "a message that was deleted"
        else:
            text = shown(quote.text)
            name = f"{self._called(quote)}   "
            room -= min(self._look.fonts.width(name, "small_bold"), room // 2)
        return self._look.fonts.shortened(text, room, "small")

    def _room(self) -> int:
        """Return how wide the line of a quote is, in pixels."""
        px = self._look.px
        return max(self._text.winfo_width() - self.tags.indent - px(18 + 10 + 10), px(80))

    def _called(self, one: Block | Quote) -> str:
        """Return what stands for a sender: what they chose to be shown as, else the name."""
        return shown(one_line(self.displays.get(one.account, ""))) or shown(one.sender)

    def _quoted_name(self, quote: Quote) -> str:
        return self._look.fonts.shortened(self._called(quote), self._room() // 2, "small_bold")

    def call(self) -> None:
        """Write every sender as they are called now, in heads and in quotes."""
        self._put_anew(SENDER, self._called)
        self._put_anew(QUOTED_NAME, _with_quote(self._quoted_name))
        self._put_anew(QUOTED_TEXT, self._quoted)

    def face(self, accounts: Collection[str]) -> None:
        """Draw the avatars of some accounts anew."""
        for at, tag in enumerate(self._order):
            block = self._blocks[tag]
            if block.head and block.account in accounts:
                start = self.start_of(at)
                for place, image in zip(
                    (start, f"{start} +1 lines linestart"), self._avatar(block), strict=True
                ):
                    self._pen.replace(place, image)

    def refit(self) -> None:
        """Cut quotes to the width of now."""
        self._put_anew(QUOTED_NAME, _with_quote(self._quoted_name))
        self._put_anew(QUOTED_TEXT, self._quoted)

    def _put_anew(self, tag: str, words: Callable[[Block], str]) -> None:
        """Put what a block has there now in the place of what stands under a tag."""
        text = self._text
        found = text.tag_nextrange(tag, "1.0")
        while found:
            start, end = found
            tags, block = text.tag_names(start), self.block_at(start)
            now = "" if block is None else words(block)
            if now and text.get(start, end) != now:
                text.replace(start, end, now, tags)
            found = text.tag_nextrange(tag, f"{start} lineend")

    def _write_gone(self, tag: str, lower: tk.PhotoImage | None, line: str) -> None:
        self.tags.enrich()
        if lower is not None:
            line = "first"
            self._pen.picture(lower, "top", tag, line)
        self._pen.put("This message was deleted\n", tag, line, "gone")

    def _write_hidden(self, block: Block, tag: str) -> None:
        words = f"A message of {self._called(block)}, whom you have blocked.  "
        self._pen.put(words, tag, "notice", UNSAID)
        self._pen.put("Show", tag, "notice", "action", UNCOVER, UNSAID)
        self._pen.put("\n", tag, "notice")

    def _write_aside(self, block: Block, *tags: str) -> None:
        """Write after a text what became of it."""
        self.tags.enrich()
        if block.edited:
            self._pen.put("(edited)  ", *tags, "aside", UNSAID)
        if block.pinned:
            self._pen.picture(self.signs.get(PIN), "center", *tags, "aside", UNSAID)

    def _write_chips(self, block: Block, tag: str) -> None:
        self.tags.enrich()
        tags = (tag, "more", "chips", UNSAID)
        for reaction in block.reactions:
            self._pen.picture(self.chips.get(reaction), "center", *tags, CHIP)
        self._pen.put("\n", *tags)

    def chip_at(self, index: str) -> str | None:
        """Return the emoji of the reaction that an index is at."""
        if CHIP not in self._text.tag_names(index):
            return None
        return self.chips.emoji(str(self._text.image_cget(index, "image")))

    def mark(self, tag: str, at: int) -> None:
        """Put a tag on a block, and on no other; on none where there is none."""
        self._text.tag_remove(tag, "1.0", "end")
        if 0 <= at < len(self._order):
            block = self._order[at]
            self._text.tag_add(tag, f"{block}.first", f"{block}.last")

    def find(self, key: str) -> int | None:
        """Return which block has a key."""
        found = (at for at, tag in enumerate(self._order) if self._blocks[tag].key == key)
        return next(found, None)

    def block(self, at: int) -> Block:
        """Return a block."""
        return self._blocks[self._order[at]]

    def start_of(self, at: int) -> str:
        """Return an index in the first line of a block, below its day and separator."""
        tag = self._order[at]
        block = self._blocks[tag]
        return f"{tag}.first +{(block.day is not None) + block.new} lines"

    def _write_day(self, day: str, tag: str) -> None:
        rule = self.signs.get(RULE)
        self._pen.picture(rule, "center", tag, "day")
        self._pen.put(f"   {day}   ", tag, "day")
        self._pen.picture(rule, "center", tag, "day")
        self._pen.put("\n", tag, "day")

    def _avatar(self, block: Block) -> Sequence[tk.PhotoImage]:
        look, px = self._look, self._look.px
        size = px(AVATAR)
        upper = min(look.fonts.line_height("bold"), size - 1)
        face = self.faces(block.account)
        key = ("slice", block.sender, "" if face is None else face.key, size, upper)
        drawn: list[Image.Image] = []

        def draw(which: int) -> Image.Image:
            if not drawn:
                drawn.extend(slices(block.sender, size, upper, px(GAP), face))
            return drawn[which]

        return [look.images.get((*key, which), partial(draw, which)) for which in (0, 1)]


def _with_quote(words: Callable[[Quote], str]) -> Callable[[Block], str]:
    """Return what tells of a block's quote as something that tells of the block."""
    return lambda block: "" if block.quote is None else words(block.quote)


def _said(block: Block, sender: str, text: str) -> str:
    if block.kind == "notice":
        return f"[{block.time}] * {block.text}"
    return f"[{block.time}] {sender}: {text}"
