"""A message's text as pieces to be shown: paragraphs of styled spans, and code.

Most messages have nothing of Markdown in them and never reach the parser.  One that would
cost it too much is shown as typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeAlias

from asynchat.markup.addresses import addresses
from asynchat.text import clean_text, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_MARKS: Final = 600
"""How many characters that mean something to Markdown a text may have to be read as such."""

MAX_BRACKETS: Final = 100
"""The same for opening brackets: each may be looked at from each."""

MAX_ITEMS: Final = 200
"""The same for the lines that look like a list's item."""

MAX_LINKS: Final = 100
"""How many addresses of a plain text are links."""

_MARKS: Final = re.compile(r"[*_~`\[\]<>\\]")
_LISTS: Final = re.compile(r"^[ \t]*(?:[-+*]|\d{1,9}[.)])[ \t]", re.MULTILINE)
_CACHED: Final = 1_024


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text shown in one way; ``url`` is where it leads, if it is a link."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Spans, with the newlines they were typed with.

    ``quote`` and ``depth`` tell how deep in quotes and lists it lies, ``marker`` what stands
    before it as the first of a list's item, ``above`` how many empty lines are above it.
    """

    spans: tuple[Span, ...]
    quote: int = 0
    depth: int = 0
    marker: str = ""
    above: int = 0


@dataclass(frozen=True, slots=True)
class Code:
    """Code between fences, without a newline at its end; ``language`` is the fence's word."""

    text: str
    language: str = ""
    quote: int = 0
    depth: int = 0
    above: int = 0


Piece: TypeAlias = Paragraph | Code


def parse(text: str) -> tuple[Piece, ...]:
    """Return the pieces of a clean text, as clean.  It never raises, and no word is lost."""
    if not _MARKS.search(text) and not _LISTS.search(text):
        return (Paragraph(_with_links(Span(text))),)
    return _parse(text)


def words(pieces: Sequence[Piece]) -> str:
    """Return what is shown, without any style."""
    return "\n".join(
        "\n" * piece.above
        + (
            piece.text
            if isinstance(piece, Code)
            else " ".join(filter(None, (piece.marker, "".join(span.text for span in piece.spans))))
        )
        for piece in pieces
    )


@lru_cache(maxsize=_CACHED)
def _parse(text: str) -> tuple[Piece, ...]:
    if (
        len(_MARKS.findall(text)) > MAX_MARKS
        or len(_LISTS.findall(text)) > MAX_ITEMS
        or text.count("[") > MAX_BRACKETS
        or "\x00" in text  # the parser would show another character for it
    ):
        return (Paragraph(_with_links(Span(text))),)
    pieces = tuple(_Reader(_grammar().parse(text)).pieces())
    if not text.isascii() and clean_text(read := words(pieces)) != read:
        # Without the marks between them, combining ones that were few are many.
        return (Paragraph(_with_links(Span(text))),)
    return pieces


@lru_cache(maxsize=1)
def _grammar() -> MarkdownIt:
    from asynchat.markup.grammar import grammar  # noqa: PLC0415 - 60 ms, where nobody may need it

    return grammar()


def _with_links(span: Span) -> tuple[Span, ...]:
    spans = []
    at = 0
    for start, end in islice(addresses(span.text), MAX_LINKS):
        if start > at:
            spans.append(replace(span, text=span.text[at:start]))
        spans.append(replace(span, text=span.text[start:end], url=span.text[start:end]))
        at = end
    if at < len(span.text):
        spans.append(replace(span, text=span.text[at:]) if at else span)
    return tuple(spans)


class _Reader:
    """Reads the parser's tokens into pieces."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._quote = 0
        self._depth = 0
        self._marker = ""
        self._typed = ""
        self._end = 0

    def pieces(self) -> Iterator[Piece]:
        """Return the pieces in order."""
        for token in self._tokens:
            match token.type:
                case "blockquote_open":
                    self._quote += 1
                case "blockquote_close":
                    self._quote -= 1
                case "bullet_list_open" | "ordered_list_open":
                    yield from self._bare_marker()
                    self._depth += 1
                case "bullet_list_close" | "ordered_list_close":
                    self._depth -= 1
                case "list_item_open":
                    self._typed = token.info + token.markup
                    self._marker = self._typed if token.info else "•"
                case "list_item_close":
                    yield from self._bare_marker()
                case "inline":
                    yield Paragraph(
                        _spans(token.children or []),
                        self._quote,
                        self._depth,
                        self._marker,
                        self._above(token),
                    )
                    self._marker = ""
                case "fence":
                    above = self._above(token)
                    yield from self._bare_marker()
                    code = token.content.removesuffix("\n")
                    yield Code(code, token.info, self._quote, self._depth, above)

    def _bare_marker(self) -> Iterator[Piece]:
        """Return the marker of an item that has no text of its own."""
        if self._marker:
            yield Paragraph((Span(self._typed),), self._quote, max(0, self._depth - 1))
            self._marker = ""

    def _above(self, token: Token) -> int:
        first, end = token.map or (0, 0)
        above = max(0, first - self._end)
        self._end = end
        return above


def _spans(tokens: Sequence[Token]) -> tuple[Span, ...]:
    spans: list[Span] = []
    style = Span("")
    title = ""
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                style = replace(style, bold=token.nesting > 0)
            case "em_open" | "em_close":
                style = replace(style, italic=token.nesting > 0)
            case "s_open" | "s_close":
                style = replace(style, strike=token.nesting > 0)
            case "link_open":
                style = replace(style, url=str(token.attrs["href"]))
                # The parser has put characters for entities: `&#x202e;` is one that texts lose.
                title = one_line(str(token.attrs.get("title", "")))
            case "link_close":
                style = replace(style, url=None)
                if title:
                    _add(spans, replace(style, text=f" ({title})"))
                title = ""
            case "code_inline":
                _add(spans, replace(style, text=token.content, code=True))
            case "softbreak":
                _add(spans, replace(style, text="\n"))
            case _:
                _add(spans, replace(style, text=token.content))
    return tuple(spans)


def _add(spans: list[Span], span: Span) -> None:
    """Add a span, to the one before where that looks the same."""
    if not span.text:
        return
    if spans and replace(spans[-1], text=span.text) == span:
        spans[-1] = replace(span, text=spans[-1].text + span.text)
    else:
        spans.append(span)
