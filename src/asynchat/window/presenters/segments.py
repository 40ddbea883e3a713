"""Spans cut into what is drawn differently: text, emoji and mentions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from asynchat.markup.mentions import NOBODY, mentions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asynchat.markup.markdown import Span
    from asynchat.markup.mentions import Highlights

SegmentKind: TypeAlias = Literal["text", "emoji", "mention", "me"]
"""A mention is of somebody; ``me`` is one of the reader."""

# Emoji_Presentation=Yes outside the planes that hold little else (Unicode 16, emoji-data.txt).
_BMP_EMOJI: Final = (
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693"
    "\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa"
    "\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf"
    "\u2b1b\u2b1c\u2b50\u2b55"
)
_ASTRAL_EMOJI: Final = (
    "\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a\U0001f201\U0001f21a\U0001f22f"
    "\U0001f232-\U0001f236\U0001f238-\U0001f23a\U0001f250\U0001f251\U0001f300-\U0001f3fa"
    "\U0001f400-\U0001f64f\U0001f680-\U0001f6ff\U0001f7e0-\U0001f7eb\U0001f90c-\U0001f9ff"
    "\U0001fa70-\U0001faff"
)
_TEXT_STYLE: Final = (
    "\u203c-\u3299\u00a9\u00ae\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f202\U0001f237"
)
_SKIN: Final = "\U0001f3fb-\U0001f3ff"
_ONE: Final = (
    f"(?:[{_TEXT_STYLE}]\ufe0f|[{_BMP_EMOJI}{_ASTRAL_EMOJI}](?!\ufe0e)\ufe0f?"
    f"|[{_TEXT_STYLE}](?=[{_SKIN}]))"
    f"[{_SKIN}]?"
)
# Possible emoji sequences: UTS #51, ED-17, narrowed to what fonts have.
_EMOJI: Final = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"
    "|[0-9#*]\ufe0f\u20e3"
    "|\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f"
    f"|{_ONE}(?:\u200d(?:{_ONE}|[{_TEXT_STYLE}]\ufe0f?)){{0,8}}"
    f"|[{_SKIN}]"
)
_JUMBO: Final = 3
_MOST_MENTIONS: Final = 50
"""In one span; what follows is text."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a text that is drawn in one way; ``span`` tells its style."""

    kind: SegmentKind
    text: str
    span: Span


def segments(spans: Iterable[Span], highlighted: Highlights = NOBODY) -> tuple[Segment, ...]:
    """Cut spans; the segments' texts joined are the spans'.

    Code holds no emoji and no mentions, an address no mentions.
    """
    found: list[Segment] = []
    for span in spans:
        if span.code:
            found.append(Segment("text", span.text, span))
        elif span.url is not None or not ("@" in span.text or highlighted.words):
            found += _emoji(span)
        else:
            at = 0
            for mention in islice(mentions(span.text, highlighted), _MOST_MENTIONS):
                found += _emoji(replace(span, text=span.text[at : mention.start]))
                text = span.text[mention.start : mention.end]
                found.append(Segment("me" if mention.me else "mention", text, span))
                at = mention.end
            found += _emoji(replace(span, text=span.text[at:]) if at else span)
    return tuple(found)


def is_jumbo(cut: Iterable[Segment]) -> bool:
    """Tell whether a text is nothing but one to three emoji, which are then drawn large."""
    emoji = 0
    for segment in cut:
        if segment.kind == "emoji":
            emoji += 1
        elif not segment.text.isspace():
            return False
    return 0 < emoji <= _JUMBO


def without_emoji(text: str, sign: str = "\u25a1") -> str:
    """Return a text for a place that must not draw emoji, with a sign in place of each."""
    return "".join(sign if emoji else part for part, emoji in _parts(text))


def _emoji(span: Span) -> Iterator[Segment]:
    if span.text.isascii():
        if span.text:
            yield Segment("text", span.text, span)
        return
    for part, emoji in _parts(span.text):
        yield Segment("emoji" if emoji else "text", part, span)


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Cut a text into emoji and what lies between."""
    at = 0
    for match in _EMOJI.finditer(text):
        if match.start() > at:
            yield text[at : match.start()], False
        yield match.group(), True
        at = match.end()
    if at < len(text):
        yield text[at:], False
