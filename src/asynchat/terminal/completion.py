"""What Tab may complete: commands, rooms and names.  Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.terminal.commands import BY_NAME, COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterable


def candidates(before: str, *, rooms: Iterable[str], names: Iterable[str]) -> tuple[int, list[str]]:
    """Return how many characters before the cursor are replaced, and by what they may be.

    A name at the start of a line is an address: ``ada: ``.
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
    if not word.strip():
        return 0, []
    end = ": " if word == before else " "
    at = "@" if word.startswith("@") else ""
    found = _matching(word.removeprefix("@"), names)
    return len(word), [at + name + end for name in found]


def _matching(start: str, words: Iterable[str]) -> list[str]:
    return sorted(word for word in words if word.casefold().startswith(start.casefold()))
