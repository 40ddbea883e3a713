"""Emoji by name: ``:heart:``, what a person may mean with ``:hea``, and all of them by group.

The table is the emoji package's, which is loaded with the first question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

_CODE: Final = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)|```.*?(?:```|\Z)", re.DOTALL)
_SHORTCODE: Final = re.compile(r"(?<![\w/]):([\w+'-]{1,60}):(?!\w)", re.ASCII)
_GROUPS_FILE: Final = "emoji_groups.txt"


@dataclass(frozen=True, slots=True)
class Named:
    """An emoji and the name it was found by."""

    emoji: str
    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """Emoji that belong together, in the order people know."""

    name: str
    emoji: tuple[str, ...]


def with_emoji(text: str) -> str:
    """Return a text with emoji for the shortcodes in it; code stays as it is."""
    if ":" not in text or not _SHORTCODE.search(text):
        return text
    parts = []
    at = 0
    for code in _CODE.finditer(text):
        parts += [_replaced(text[at : code.start()]), code.group()]
        at = code.end()
    return "".join([*parts, _replaced(text[at:])])


def find(words: str, limit: int) -> list[Named]:
    """Return the emoji whose name holds all of these words, the likeliest first."""
    wanted = [word for word in re.split(r"[\s_:]+", words.casefold()) if word]
    if not wanted or limit <= 0:
        return []
    found = []
    seen = set()
    for name, emoji in _by_name().items():
        if all(word in name for word in wanted):
            found.append((_rank(name, wanted), name, emoji))
    named = []
    for _, name, emoji in sorted(found):
        if emoji not in seen:
            seen.add(emoji)
            named.append(Named(emoji, name))
            if len(named) == limit:
                break
    return named


def name_of(emoji: str) -> str:
    """Return the shortest name of an emoji, without its colons, or nothing."""
    return _names().get(emoji, "")


@lru_cache(maxsize=1)
def groups() -> tuple[Group, ...]:
    """Return every emoji, by group."""
    text = (files("asynchat.markup") / _GROUPS_FILE).read_text(encoding="utf-8")
    return tuple(
        Group(name, tuple(emoji.split(" ")))
        for name, _, emoji in (line.partition("\t") for line in text.splitlines())
    )


def _rank(name: str, wanted: list[str]) -> tuple[int, int]:
    first = wanted[0]
    if name == "_".join(wanted):
        return 0, 0
    if name.startswith(first):
        return 1, len(name)
    # A later word of the name that begins so is likelier meant than a part of one.
    return (2 if f"_{first}" in name else 3), len(name)


def _replaced(text: str) -> str:
    return _SHORTCODE.sub(lambda match: _by_name().get(match[1].lower(), match[0]), text)


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    from emoji import EMOJI_DATA, STATUS  # noqa: PLC0415 - 50 ms, where nobody may need it

    table: dict[str, str] = {}
    folded: dict[str, str] = {}
    for emoji, data in EMOJI_DATA.items():
        if data["status"] == STATUS["fully_qualified"]:
            for name in (*data.get("alias", ()), data["en"]):
                # The bird is turkey, the country Turkey.
                plain = name.strip(":")
                (table if plain.islower() else folded).setdefault(plain.lower(), emoji)
    table = folded | table
    # A variant by skin is not what somebody means who names none.
    return dict(sorted(table.items(), key=lambda item: "skin_tone" in item[0]))


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for name, emoji in _by_name().items():
        if emoji not in names or len(name) < len(names[emoji]):
            names[emoji] = name
    return names
