"""A message's text cut into what is drawn differently: plain text, links and emoji."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

SegmentKind: TypeAlias = Literal["text", "link", "emoji"]

# Links end before what usually belongs to the sentence around them.
_LINK: Final = re.compile(
    r"https?://[^\s<>\"'`\u2068\u2069]*[^\s<>\"'`\u2068\u2069.,;:!?)\]}…]", re.IGNORECASE
)

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
_JUMBO: Final = 5


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a text that is drawn in one way."""

    kind: SegmentKind
    text: str


def segments(text: str) -> tuple[Segment, ...]:
    """Cut a text; the segments' texts joined are the text."""
    found: list[Segment] = []
    at = 0
    for match in _LINK.finditer(text):
        found += _emoji(text[at : match.start()])
        found.append(Segment("link", match.group()))
        at = match.end()
    found += _emoji(text[at:])
    return tuple(found)


def is_jumbo(cut: tuple[Segment, ...]) -> bool:
    """Tell whether a message is nothing but a few emoji, which are then drawn large."""
    emoji = sum(segment.kind == "emoji" for segment in cut)
    rest = all(segment.kind == "emoji" or segment.text.isspace() for segment in cut)
    return rest and 0 < emoji <= _JUMBO


def without_emoji(text: str, sign: str = "\u25a1") -> str:
    """Return a text for a place that must not draw emoji, with a sign in place of each."""
    return "".join(sign if part.kind == "emoji" else part.text for part in _emoji(text))


def _emoji(text: str) -> Iterator[Segment]:
    if text.isascii():
        if text:
            yield Segment("text", text)
        return
    at = 0
    for match in _EMOJI.finditer(text):
        if match.start() > at:
            yield Segment("text", text[at : match.start()])
        yield Segment("emoji", match.group())
        at = match.end()
    if at < len(text):
        yield Segment("text", text[at:])
