"""Who is mentioned in a text: ``@name`` of somebody known, ``@room``, words one listens for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from asynchat.text import calls

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

EVERYBODY: Final = "room"
"""``@room`` is meant for everybody in the room."""

MAX_WORDS: Final = 100


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention from ``start`` to ``end``; ``me`` tells whether the reader is meant."""

    start: int
    end: int
    me: bool


@dataclass(frozen=True, slots=True)
class Highlights:
    """What is highlighted for a reader.

    ``account`` is the reader's: what one says oneself mentions nobody.  ``names`` are the
    people there are and ``me`` the reader's own names, ``words`` what else calls the reader;
    all of them in lower case: see `highlights`.
    """

    account: str = ""
    names: frozenset[str] = frozenset()
    me: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


NOBODY: Final = Highlights()
"""Nobody is known, and only ``@room`` is highlighted."""


def highlights(
    *,
    account: str = "",
    names: Iterable[str] = (),
    me: Iterable[str] = (),
    words: Iterable[str] = (),
) -> Highlights:
    """Return what is highlighted, in the form in which it is compared; the first words count."""
    listened = [word.strip().casefold() for word in words]
    return Highlights(
        account,
        frozenset(name.casefold() for name in names),
        frozenset(name.casefold() for name in me),
        frozenset([word for word in listened if word][:MAX_WORDS]),
    )


def mentions(text: str, highlighted: Highlights) -> Iterator[Mention]:
    """Find the mentions in a text, in order; none lies in another."""
    found = [*_names(text, highlighted), *_words(text, highlighted.words)]
    end = 0
    for mention in sorted(found, key=lambda mention: (mention.start, -mention.end)):
        if mention.start >= end:
            yield mention
            end = mention.end


def _names(text: str, highlighted: Highlights) -> Iterator[Mention]:
    for start, names in calls(text):
        for name in names:
            key = name.casefold()
            me = key in highlighted.me or key == EVERYBODY
            if me or key in highlighted.names:
                yield Mention(start, start + 1 + len(name), me)
                break


def _words(text: str, words: frozenset[str]) -> Iterator[Mention]:
    if words:
        for match in _pattern(words).finditer(text):
            yield Mention(match.start(), match.end(), me=True)


@lru_cache(maxsize=8)
def _pattern(words: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    choice = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<!\w)(?:{choice})(?!\w)", re.IGNORECASE)
