"""How the parts of a block look: the tags of the transcript's Text widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.markup.markdown import Span
    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.code import CodeKind

MARGIN: Final = 18
AVATAR: Final = 36
GAP: Final = 10
PANEL_PAD: Final = 10
QUOTE_STEP: Final = 13
LIST_STEP: Final = 24
MAX_QUOTES: Final = 3
"""How many bars a quote in quotes has at most."""

RIGHT: Final = "right"
"""The tag of a line whose tab leads to its right end."""

CHOSEN: Final = "chosen"
"""The tag of a message that was chosen."""

FLASH: Final = "flash"
"""The tag of a message that was jumped to, for a moment."""

NEW: Final = "new"
"""The tag of the line that parts what is new from what is not."""

CHARS: Final = "chars"
"""The tag of a line that is broken anywhere: it begins with more than fits."""

_RIGHT: Final = 18
_TAB: Final = 32
_CODE_KINDS: Final = ("keyword", "string", "number", "comment", "name")

Place = tuple[int, int]
"""How deep in quotes and lists."""


class BlockTags:
    """Names tags, and sets how they look; what plain messages need none of comes later."""

    def __init__(self, text: tk.Text, look: Look) -> None:
        self._text = text
        self._look = look
        self._rich = False
        self._places: set[tuple[int, int, bool]] = set()
        self._panels: set[Place] = set()
        self._width = 0
        self._deepest = 0
        # The order in which tags are made says which gives way, and to bind one makes it, too.
        self.paint()

    @property
    def indent(self) -> int:
        """Where text begins, in pixels."""
        px = self._look.px
        return px(MARGIN) + px(AVATAR) + px(GAP)

    def paint(self) -> None:
        """Set every tag's look for the palette and scale of now."""
        px, fonts, palette = self._look.px, self._look.fonts, self._look.palette
        tag, margin, indent = self._text.tag_configure, px(MARGIN), self.indent
        # What is selected, or tinted, ends where the text does.
        margins: dict[str, Any] = {
            "rmargin": px(_RIGHT),
            "rmargincolor": palette.canvas,
            "lmargincolor": palette.canvas,
        }
        body: dict[str, Any] = {
            **margins,
            "font": fonts["body"],
            "lmargin2": indent,
            "spacing2": px(2),
            "tabs": (indent + px(_TAB), indent + px(2 * _TAB)),
            "tabstyle": "wordprocessor",
        }
        head: dict[str, Any] = {"lmargin1": margin, "lmargin2": indent, "spacing1": px(13)}
        tag("head", font=fonts["bold"], **head, **margins)
        tag("first", lmargin1=margin, spacing3=px(2), **body)
        tag("next", lmargin1=indent, spacing1=px(4), spacing3=px(2), **body)
        tag("more", lmargin1=indent, spacing3=px(2), **body)
        small: dict[str, Any] = {"font": fonts["small"], "foreground": palette.dim}
        notice: dict[str, Any] = {"lmargin1": indent, "lmargin2": indent, "spacing1": px(6)}
        tag("notice", **small, **notice, **margins, spacing3=px(2))
        tag("day", **small, justify="center", spacing1=px(14), spacing3=px(2))
        for number, colour in enumerate(palette.names):
            tag(f"name{number}", font=fonts["bold"], foreground=colour)
        tag("time", **small)
        if self._rich:
            self._paint_rich()
        tag("sending", foreground=palette.dim)
        tag("why", font=fonts["small"], foreground=palette.bad)
        tag("link", foreground=palette.link)
        tag("action", font=fonts["small"], foreground=palette.link, underline=True)
        # What came before gives way to it, and what comes later does not: panels stay panels.
        ground: dict[str, Any] = {"lmargincolor": palette.hover, "rmargincolor": palette.hover}
        tag(CHOSEN, background=palette.hover, **ground)
        self._text.tag_raise("sel")

    def resize(self, width: int) -> None:
        """Fit what stands at the right to the width of the widget."""
        self._width = width
        if self._rich:
            self._paint_right()

    def style(self, span: Span) -> tuple[str, ...]:
        """Return the tags of a span's style, which a plain one has none of."""
        if not (span.bold or span.italic or span.strike or span.code):
            return ()
        self.enrich()
        tags = ["strike"] if span.strike else []
        if span.code:
            tags.append("inline")
        elif span.bold and span.italic:
            tags.append("bold_italic")
        else:
            tags.append("bold" if span.bold else "italic" if span.italic else "body")
        return tuple(tags)

    def code(self, kind: CodeKind) -> tuple[str, ...]:
        """Return the tags of a kind of code."""
        return (f"code_{kind}",) if kind else ()

    def shift(self, quote: int, depth: int = 0) -> int:
        """Return how far a place in quotes and lists is from where text begins, in pixels."""
        return min(quote, MAX_QUOTES) * self._look.px(QUOTE_STEP) + depth * self._look.px(LIST_STEP)

    def place(self, quote: int, depth: int, *, item: bool) -> str:
        """Return the tag that moves a line in; ``item`` where it begins with a list's marker."""
        key = (quote, depth, item)
        if key not in self._places:
            self.enrich()
            self._places.add(key)
            self._paint_place(key)
            self._text.tag_raise("sel")
        return _place_name(key)

    def panel(self, quote: int, depth: int) -> tuple[str, str]:
        """Return the tags of a panel's upper edge and of the code on it."""
        if (quote, depth) not in self._panels:
            self.enrich()
            self._panels.add((quote, depth))
            self._paint_panel((quote, depth))
            for above in ("end", *(f"code_{kind}" for kind in _CODE_KINDS), "sel"):
                self._text.tag_raise(above)
        return f"top{quote}.{depth}", f"panel{quote}.{depth}"

    def quotes(self, quote: int) -> tuple[str, ...]:
        """Return the tags by which bars are drawn beside a quote."""
        self._deepest = max(self._deepest, min(quote, MAX_QUOTES))
        return tuple(f"quote{level}" for level in range(1, min(quote, MAX_QUOTES) + 1))

    @property
    def deepest(self) -> int:
        """How many bars a quote had beside it, at most."""
        return self._deepest

    @property
    def panels(self) -> dict[str, int]:
        """Where the panels begin, in pixels, by the tag of what stands on them."""
        return {
            f"on{quote}.{depth}": self.indent + self.shift(quote, depth)
            for quote, depth in self._panels
        }

    def enrich(self) -> None:
        """Have the tags that only few messages need."""
        if not self._rich:
            self._rich = True
            self._paint_rich()
            # It was there before, to be clicked on.
            for above in ("quoted", "quoted_text", "quoted_name"):
                self._text.tag_raise(above)
            for above in ("sending", "why", "link", "action", "sel"):
                self._text.tag_raise(above)

    def _paint_rich(self) -> None:
        fonts, palette, tag = self._look.fonts, self._look.palette, self._text.tag_configure
        margins: dict[str, Any] = {"lmargincolor": palette.canvas, "rmargincolor": palette.canvas}
        tag("mine", background=palette.mine, **margins)
        for key in self._places:
            self._paint_place(key)
        for place in self._panels:
            self._paint_panel(place)
        self._paint_right()
        tag(CHARS, wrap="char")
        for role in ("bold", "italic", "bold_italic"):
            tag(role, font=fonts[role])
        tag("strike", overstrike=True)
        small: dict[str, Any] = {"font": fonts["small"], "foreground": palette.dim}
        tag(NEW, font=fonts["small_bold"], foreground=palette.link, justify="right")
        tag(
            NEW, rmargin=self._look.px(_RIGHT), spacing1=self._look.px(9), spacing3=self._look.px(1)
        )
        tag("quoted", font=fonts["small"])
        tag("quoted_text", foreground=palette.dim)
        tag("quoted_name", font=fonts["small_bold"])
        tag("aside", **small)
        tag("gone", font=fonts["italic"], foreground=palette.dim)
        tag("chips", wrap="char", spacing1=self._look.px(3), spacing3=self._look.px(4))
        flash: dict[str, Any] = {"lmargincolor": palette.mine, "rmargincolor": palette.mine}
        tag(FLASH, background=palette.mine, **flash)
        tag("inline", font=fonts["mono"], background=palette.panel, **margins)
        tag("mention", font=fonts["bold"], foreground=palette.mention)
        tag("me", font=fonts["bold"], foreground=palette.mention)
        tag("end", spacing3=self._look.px(7))
        for kind in _CODE_KINDS:
            tag(f"code_{kind}", foreground=getattr(palette, f"code_{kind}"))

    def _paint_place(self, key: tuple[int, int, bool]) -> None:
        quote, depth, item = key
        text = self.indent + self.shift(quote, depth)
        first = self.indent + self.shift(quote, depth - 1) if item else text
        self._text.tag_configure(_place_name(key), lmargin1=first, lmargin2=text)

    def _paint_panel(self, place: Place) -> None:
        quote, depth = place
        px, fonts, palette = self._look.px, self._look.fonts, self._look.palette
        left = self.indent + self.shift(quote, depth) + px(PANEL_PAD)
        common: dict[str, Any] = {
            "background": palette.panel,
            "lmargin1": left,
            "lmargin2": left,
            "lmargincolor": palette.canvas,
            "rmargin": px(_RIGHT),
            "rmargincolor": palette.canvas,
        }
        self._text.tag_configure(
            f"panel{quote}.{depth}", font=fonts["mono"], wrap="char", spacing1=0, **common
        )
        tab = fonts["mono"].measure("0" * 4)
        self._text.tag_configure(
            f"panel{quote}.{depth}", tabs=(left + tab, left + 2 * tab), tabstyle="wordprocessor"
        )
        del common["lmargin1"]
        self._text.tag_configure(
            f"top{quote}.{depth}",
            font=fonts["small"],
            foreground=palette.dim,
            spacing1=px(3),
            spacing3=px(2),
            **common,
        )

    def _paint_right(self) -> None:
        right = max(self._width - self._look.px(_RIGHT + 8), 2 * self.indent)
        self._text.tag_configure(RIGHT, tabs=(right, "right"), tabstyle="tabular")


def _place_name(key: tuple[int, int, bool]) -> str:
    quote, depth, item = key
    return f"{'item' if item else 'in'}{quote}.{depth}"
