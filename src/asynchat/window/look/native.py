"""What Tk's own text may be given: labels, entries, titles."""

from __future__ import annotations

from asynchat.text import one_line
from asynchat.window.look.emoji import tk_draws_emoji
from asynchat.window.presenters.segments import without_emoji


def drawable(text: str) -> str:
    """Return a text as one line that Tk can draw without harm."""
    return _guarded(one_line(text))


def _guarded(text: str) -> str:
    return text if text.isascii() or tk_draws_emoji() else without_emoji(text)
