"""What Tab and a list beside the cursor offer: emoji by name, and people.  Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asynchat.markup.mentions import EVERYBODY
from asynchat.markup.shortcodes import find

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST: Final = 8

_SHORTCODE: Final = re.compile(r"(?<![\w:/]):([a-zA-Z+\d][\w+-]+):?\Z", re.ASCII)
_MENTION: Final = re.compile(r"(?<![\w@./:])@([\w.-]{0,32})\Z")
_WORD: Final = re.compile(r"(?<![\w.-])[^\W_][\w.-]{0,31}\Z")


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be put in: ``text`` takes the place of what was typed, ``label`` tells of it."""

    text: str
    label: str
    emoji: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """What the ``typed`` characters before the cursor may become, the likeliest first."""

    typed: str
    choices: tuple[Choice, ...]


def offered(before: str, names: Iterable[str]) -> Completion | None:
    """Return what a list offers while one types; ``before`` is the text before the cursor."""
    emoji = _SHORTCODE.search(before)
    if emoji is not None:
        named = find(emoji[1], MOST)
        if emoji[0].endswith(":"):
            named = [one for one in named if one.name == emoji[1].lower()]
        return _if_any(emoji[0], [Choice(one.emoji, f":{one.name}:", one.emoji) for one in named])
    mention = _MENTION.search(before)
    if mention is not None:
        found = _beginning(mention[1], [*names, EVERYBODY])
        return _if_any(mention[0], [Choice(f"@{name} ", f"@{name}") for name in found])
    return None


def by_tab(before: str, names: Iterable[str]) -> Completion | None:
    """Return what Tab may mean: also a name, with a colon where it begins the message."""
    names = list(names)
    listed = offered(before, names)
    if listed is not None:
        return listed
    word = _WORD.search(before)
    if word is None:
        return None
    after = ": " if word.start() == 0 else " "
    found = _beginning(word[0], names)
    return _if_any(word[0], [Choice(name + after, name) for name in found])


def _if_any(typed: str, choices: list[Choice]) -> Completion | None:
    return Completion(typed, tuple(choices[:MOST])) if choices else None


def _beginning(typed: str, names: Iterable[str]) -> list[str]:
    """Return the names that begin so, in any case, each once and in order."""
    start = typed.casefold()
    return [
        name
        for name in sorted(dict.fromkeys(names), key=lambda name: (len(name), name.casefold()))
        if name.casefold().startswith(start)
    ]
