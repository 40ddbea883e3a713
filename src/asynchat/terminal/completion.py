"""What Tab may complete: commands, rooms, names, numbers of messages and emoji.  Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asynchat.markup.shortcodes import find
from asynchat.terminal.commands import BY_NAME, COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_MAX_NUMBERS: Final = 20
_MAX_EMOJI: Final = 40


def candidates(
    before: str,
    *,
    rooms: Iterable[str],
    names: Iterable[str],
    numbers: Callable[[bool], Iterable[int]] = lambda _: (),
) -> tuple[int, list[str]]:
    """Return how many characters before the cursor are replaced, and by what they may be.

    A name at the start of a line is an address: ``ada: ``.  ``numbers`` gives those of
    messages, the newest first: with true, of one's own.
    """
    word = before.rsplit(" ", 1)[-1]
    if before.startswith("/"):
        name, *rest = before[1:].split(" ")
        if not rest:
            return len(before), _matching(before, [f"/{command.name} " for command in COMMANDS])
        command = BY_NAME.get(name.lower())
        takes = command.takes if command is not None else ()
        given = [part for part in rest[:-1] if part]
        if len(given) < len(takes):
            kind = takes[len(given)].kind
            if kind == "room":
                found = _matching(word.removeprefix("#"), rooms)
                return len(word), [room + " " for room in found]
            if kind == "name":
                return len(word), [name + " " for name in _matching(word, names)]
            if kind in {"message", "own"} and (not word or word.isdecimal()):
                found = [f"{number} " for number in numbers(kind == "own")]
                found = [number for number in found if number.startswith(word)]
                return len(word), found[:_MAX_NUMBERS]
            if kind == "emoji" and word.strip(":"):
                named = find(word, _MAX_EMOJI)
                return len(word), _matching(f":{word.strip(':')}", [f":{n.name}:" for n in named])
    if not word.strip():
        return 0, []
    end = ": " if word == before else " "
    at = "@" if word.startswith("@") else ""
    found = _matching(word.removeprefix("@"), names)
    return len(word), [at + name + end for name in found]


def _matching(start: str, words: Iterable[str]) -> list[str]:
    return sorted(word for word in words if word.casefold().startswith(start.casefold()))
