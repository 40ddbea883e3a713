"""A message's text as it is to be drawn: its pieces, cut, and what is special about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias
from unicodedata import east_asian_width

from asynchat.markup.addresses import host
from asynchat.markup.markdown import Code, Paragraph, Span, parse
from asynchat.window.presenters.segments import Segment, is_jumbo, segments

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asynchat.markup.mentions import Highlights

MAX_PICTURES: Final = 200
"""How many emoji of a message are pictures, which take 50 µs each; more are left to Tk's text."""

_LONG: Final = 50


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, cut into segments.

    ``spaceless`` tells that it is of a script that is written without spaces, and broken
    anywhere; ``long_start`` that its first word may fill more than a line.
    """

    paragraph: Paragraph
    segments: tuple[Segment, ...]
    spaceless: bool = False
    long_start: bool = False


Part: TypeAlias = Text | Code


@dataclass(frozen=True, slots=True)
class Body:
    """What is drawn: ``jumbo`` emoji alone are large; ``calls`` tells that the reader is meant."""

    parts: tuple[Part, ...]
    jumbo: bool = False
    calls: bool = False


def body(text: str, account: str, highlighted: Highlights) -> Body:
    """Return how to draw what an account said."""
    parts: list[Part] = []
    pictures = MAX_PICTURES
    for piece in parse(text):
        if isinstance(piece, Code):
            parts.append(piece)
        else:
            cut = segments(_frank(piece.spans), highlighted)
            emoji = sum(segment.kind == "emoji" for segment in cut)
            if emoji > pictures:
                cut = tuple(
                    replace(one, kind="text") if one.kind == "emoji" else one for one in cut
                )
            else:
                pictures -= emoji
            parts.append(Text(piece, cut, *_words(cut)))
    first = parts[0] if len(parts) == 1 else None
    return Body(
        tuple(parts),
        jumbo=isinstance(first, Text) and is_jumbo(first.segments),
        calls=account != highlighted.account and any(map(_calls, parts)),
    )


def _words(cut: tuple[Segment, ...]) -> tuple[bool, bool]:
    """Tell whether a text has no spaces to be broken at, or none for long."""
    first = cut[0].text if cut else ""
    long = len(first) > _LONG and not any(map(str.isspace, first[:_LONG]))
    if all(segment.text.isascii() for segment in cut):
        return False, long
    chars = [char for segment in cut if segment.kind == "text" for char in segment.text]
    wide = sum(east_asian_width(char) in "WF" for char in chars)
    return wide * 2 > len(chars), long


def _calls(part: Part) -> bool:
    return isinstance(part, Text) and any(segment.kind == "me" for segment in part.segments)


def _frank(spans: Iterable[Span]) -> Iterator[Span]:
    """Put the real address after a link whose words look like one that leads elsewhere."""
    for span in spans:
        yield span
        if span.url is not None and span.url != span.text:
            words = span.text.strip()
            looks = "." in words and not any(map(str.isspace, words))
            if looks and host(words) != host(span.url):
                yield replace(span, text=f" ({span.url})", url=None)
