"""What a search found, as it is listed: who, where, when, and the part where the words are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from asynchat.text import plain
from asynchat.window.presenters.clock import moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from asynchat.link.searching import Hit

SNIPPET_CHARS: Final = 180
_LEAD_CHARS: Final = 50
"""How much of a text stands before the first word that was found."""


@dataclass(frozen=True, slots=True)
class Result:
    """A message that was found; each of ``pieces`` is a text and whether it was searched for.

    ``sender`` is the name of who said it, which gives the colour, and ``called`` how it is shown.
    """

    room: str
    seq: int
    sender: str
    called: str
    where: str
    when: str
    pieces: tuple[tuple[str, bool], ...]


def result(hit: Hit, *, called: str, where: str, now: datetime, twelve: bool) -> Result:
    """Return how a hit is listed; ``where`` is what its room is called, ``now`` is local."""
    try:
        when = datetime.fromtimestamp(hit.time / 1000, UTC).astimezone(now.tzinfo)
        said = moment(when, now=now, twelve=twelve)
    except (OverflowError, OSError, ValueError):  # a clock far outside the calendar
        said = ""
    return Result(
        hit.room,
        hit.seq,
        plain(hit.sender),
        plain(called),
        plain(where),
        said,
        tuple(snippet(hit.text, hit.marks)),
    )


def snippet(
    text: str, marks: Sequence[tuple[int, int]], chars: int = SNIPPET_CHARS
) -> Iterator[tuple[str, bool]]:
    """Yield a text's part around the first mark, on one line, in pieces that are marked or not."""
    first = marks[0][0] if marks else 0
    start = 0 if first <= _LEAD_CHARS or len(text) <= chars else first - _LEAD_CHARS
    end = min(len(text), start + chars)
    if start:
        yield "…", False
    at = start
    for begin, until in marks:
        begin, until = max(begin, at), min(until, end)  # noqa: PLW2901 - within the part shown
        if begin >= until:
            continue
        yield from _piece(text[at:begin], marked=False)
        yield from _piece(text[begin:until], marked=True)
        at = until
    yield from _piece(text[at:end], marked=False)
    if end < len(text):
        yield "…", False


def count_text(count: int, *, more: bool) -> str:
    """Return how much was found, in words."""
    if not count:
        return "Nothing was found."
    if more:
        return f"The newest {count}; scroll down for older ones."
    return "1 message was found." if count == 1 else f"{count} messages were found."


def _piece(text: str, *, marked: bool) -> Iterator[tuple[str, bool]]:
    if text:
        yield "".join(" " if char.isspace() else char for char in plain(text)), marked
