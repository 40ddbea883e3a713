"""A text that is too long for one message, cut into several.  Pure."""

from __future__ import annotations

import re
from typing import Final

from asynchat.messages import MAX_TEXT_CHARS

MOST_PARTS: Final = 10
"""Into more messages than this nothing is cut: it would be a file, not talk."""

_FENCE: Final = re.compile(r"^ {0,3}(```+|~~~+)(.*)$", re.MULTILINE)
_MOST_FENCE: Final = 40
_JOINERS: Final = "\u200d\ufe0e\ufe0f\u20e3"


def parts(text: str, most: int = MAX_TEXT_CHARS) -> tuple[str, ...]:
    """Return a text as texts of at most so many characters.

    They end where a line does, else between words, else anywhere but inside an emoji.  Code
    between fences goes on between fences of its own.
    """
    found: list[str] = []
    rest, fence = text.strip("\n"), ""
    while rest:
        head = f"{fence}\n" if fence else ""
        if len(head) + len(rest) <= most:
            found.append(head + rest)
            break
        # There has to be room for the end of a fence.
        at = _cut(rest, most - len(head) - _MOST_FENCE if "```" in text or "~~~" in text else most)
        piece, rest = rest[:at].rstrip(), rest[at:]
        rest = rest.lstrip("\n") if fence else rest.lstrip()
        fence = _open(head + piece)
        closing = f"\n{fence[: len(fence) - len(fence.lstrip('`~'))]}" if fence else ""
        if piece:
            found.append(head + piece + closing)
    return tuple(found)


def _cut(text: str, most: int) -> int:
    """Return where to cut a text that is longer."""
    least = most // 2
    for end in ("\n", " "):
        at = text.rfind(end, least, most + 1)
        if at > 0:
            return at
    at = most
    while at > least and (_joins(text[at]) or text[at - 1] == "\u200d"):
        at -= 1
    return at


def _joins(char: str) -> bool:
    """Tell whether a character belongs to the one before it."""
    return char in _JOINERS or "\U0001f3fb" <= char <= "\U0001f3ff" or "\u0300" <= char <= "\u036f"


def _open(text: str) -> str:
    """Return the fence that a text leaves open, or nothing."""
    fence = ""
    for mark, rest in _FENCE.findall(text):
        if not fence:
            fence = (mark + rest.strip())[: _MOST_FENCE // 2]
        elif mark.startswith(fence[0]) and not rest.strip():
            fence = ""
    return fence
