"""Whom a text mentions: members of a room by ``@name``, and all of them by ``@room``.

What stands in Markdown's code mentions nobody.  Pure, and linear in the length of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asynchat.errors import ChatError
from asynchat.messages import MAX_MENTIONS
from asynchat.text import calls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynchat.chat.accounts import Directory
    from asynchat.chat.state import Room

EVERYONE: Final = "room"
"""The name that means everybody in the room, whoever is called so."""

_CALLS_LOOKED_AT: Final = 100
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})([^\n]*)")
_TICKS: Final = re.compile("`+")


@dataclass(frozen=True, slots=True)
class Mentioned:
    """The accounts of the members that a text names, in order, and whether it names all."""

    accounts: tuple[str, ...] = ()
    everyone: bool = False


NOBODY: Final = Mentioned()


def mentioned(text: str, room: Room, directory: Directory) -> Mentioned:
    """Find whom a text that is said in a room mentions, the first `MAX_MENTIONS` of them."""
    if "@" not in text:
        return NOBODY
    found: dict[str, None] = {}
    everyone = False
    looked_at = 0
    for part in _outside_code(text):
        for _, names in calls(part):
            looked_at += 1
            if looked_at > _CALLS_LOOKED_AT or len(found) == MAX_MENTIONS:
                return Mentioned(tuple(found), everyone)
            for name in names:
                if name.casefold() == EVERYONE:
                    everyone = True
                    break
                account = _member(name, room, directory)
                if account is not None:
                    found[account] = None
                    break
    return Mentioned(tuple(found), everyone)


def _member(name: str, room: Room, directory: Directory) -> str | None:
    try:
        account = directory.named(name)
    except ChatError:  # it is no name
        return None
    return account.id if account is not None and account.id in room.members else None


def _outside_code(text: str) -> Iterator[str]:
    """Yield what of a text is no code, as CommonMark has it: first fences, then spans."""
    prose: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.fullmatch(line)
        ticks, rest = mark.groups() if mark else ("", "")
        if fence:
            if ticks.startswith(fence) and not rest.strip():
                fence = ""
        elif ticks and not (ticks[0] == "`" and "`" in rest):
            fence = ticks
            yield from _outside_spans("\n".join(prose))
            prose = []
        else:
            prose.append(line)
    yield from _outside_spans("\n".join(prose))


def _outside_spans(text: str) -> Iterator[str]:
    """Yield what of a text stands in no code span: between two equal runs of backticks."""
    runs = [(mark.start(), mark.end()) for mark in _TICKS.finditer(text)]
    of_length: dict[int, list[int]] = {}
    for start, end in runs:
        of_length.setdefault(end - start, []).append(start)
    begin = 0
    for start, end in runs:
        same = of_length[end - start]
        closing = bisect_right(same, start)
        if start < begin or closing == len(same):
            continue  # it is within a span, or there is nothing that ends it
        yield text[begin:start]
        begin = same[closing] + (end - start)
    yield text[begin:]
