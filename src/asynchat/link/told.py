"""What a server says for people to read, made fit for that: whoever serves may say anything.

Names, topics and texts are cleaned where they are shown.  These sentences also get into errors
and logs, ours and those of programs that use the library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from asynchat.errors import ChatError
from asynchat.messages import Goodbye, Refused, Reset, Welcome
from asynchat.text import check_name, one_line

if TYPE_CHECKING:
    from asynchat.messages import ServerFrame

MAX_SENTENCE_CHARS: Final = 1_000
"""More of a sentence than this is not shown; ours have a fifth of it."""

MAX_NOTICE_LINES: Final = 50


def fit(frame: ServerFrame) -> ServerFrame:
    """Return a frame with its sentences as clean lines of a length that one reads."""
    match frame:
        case Refused(code=code, text=text, suggestion=suggestion):
            return replace(frame, code=_line(code), text=_line(text), suggestion=_name(suggestion))
        case Goodbye(reason=reason) | Reset(reason=reason):
            return replace(frame, reason=_line(reason))
        case Welcome(notice=notice) if notice:
            lines = notice.splitlines()[:MAX_NOTICE_LINES]
            return replace(frame, notice="\n".join(map(_line, lines)))
        case _:
            return frame


def _line(text: str) -> str:
    line = one_line(text[: 2 * MAX_SENTENCE_CHARS])
    if len(line) <= MAX_SENTENCE_CHARS:
        return line
    return f"{line[: MAX_SENTENCE_CHARS - 1]}…"


def _name(suggestion: str | None) -> str | None:
    """Return a name that one could have, None for anything else."""
    try:
        return None if suggestion is None else check_name(suggestion)
    except ChatError:
        return None
