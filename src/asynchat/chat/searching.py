"""What a word is, and when something said is what a search asks for.  Pure.

Everything that searches or is searched goes through here: the index on disk, the store in
memory, and whoever marks what was found.  Case and diacritics do not count, punctuation
separates, and each character of a script without spaces is a word, so that a part of a
sentence in it is found as a phrase.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from asynchat.messages import Said

MAX_WORD_CHARS: Final = 64
"""Of a longer word only the beginning counts."""
MAX_WORDS: Final = 32
"""How many words of a search count."""
_PREFIX_CHARS: Final = 2
"""The shortest beginning of a word that stands for the word."""

_ALONE: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_WORD: Final = re.compile(rf"[{_ALONE}]|[^\W_{_ALONE}]+")
_PIECE: Final = re.compile(r'"(?P<quoted>[^"]*)(?P<closed>"?)|(?P<plain>[^\s"]+)')
_LINK: Final = re.compile(r"\bhttps?://[^\s/]", re.IGNORECASE)


class _Folding(dict[int, str]):
    """What each character is when only its letter counts; filled as they come."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKD", chr(code)).casefold()
        kept = (
            char
            for char in unicodedata.normalize("NFKD", folded).lower()
            if unicodedata.category(char) not in {"Mn", "Me"}
        )
        self[code] = found = "".join(kept)
        return found


_folding: Final = _Folding()


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that follow one another; of the last one only the beginning, if it is a ``prefix``."""

    words: tuple[str, ...]
    prefix: bool = False

    def at(self, words: Sequence[str], place: int) -> bool:
        """Tell whether it begins at a place in a text's words."""
        size = len(self.words)
        if not self.prefix:
            return tuple(words[place : place + size]) == self.words
        end = place + size - 1
        return (
            end < len(words)
            and tuple(words[place:end]) == self.words[:-1]
            and words[end].startswith(self.words[-1])
        )

    def is_in(self, words: Sequence[str]) -> bool:
        """Tell whether it is somewhere in a text's words."""
        return any(self.at(words, place) for place in range(len(words)))


@dataclass(frozen=True, slots=True)
class Criteria:
    """What is searched for: all of it has to be true of a message.

    ``account`` said it, at ``since`` or later and before ``until``, in ms since the epoch.
    """

    phrases: tuple[Phrase, ...] = ()
    account: str | None = None
    since: int | None = None
    until: int | None = None
    link: bool = False

    def fits(self, said: Said, text: str) -> bool:
        """Tell whether a message, whose text is now ``text``, is one that is searched for."""
        if (
            (self.account is not None and said.account != self.account)
            or (self.since is not None and said.time < self.since)
            or (self.until is not None and said.time >= self.until)
            or (self.link and not has_link(text))
        ):
            return False
        words = words_of(text) if self.phrases else []
        return all(phrase.is_in(words) for phrase in self.phrases)


def words_of(text: str) -> list[str]:
    """Return the words of a text, in order, as they are compared."""
    folded = text.lower() if text.isascii() else text.translate(_folding)
    return [word[:MAX_WORD_CHARS] for word in _WORD.findall(folded)]


def phrases_of(typed: str) -> tuple[Phrase, ...]:
    """Return what somebody typed to be searched for.

    What stands in quotes, or without a space between, is a phrase.  The last word may be the
    beginning of one, unless a closing quote or its single character says that it is whole.
    """
    found: list[Phrase] = []
    count = 0
    for piece in _PIECE.finditer(typed):
        words = words_of(piece["quoted"] or piece["plain"] or "")[: MAX_WORDS - count]
        count += len(words)
        if words:
            whole = bool(piece["closed"]) or len(words[-1]) < _PREFIX_CHARS
            found.append(Phrase(tuple(words), prefix=not whole))
    return tuple(
        Phrase(phrase.words, prefix=phrase.prefix and phrase is found[-1]) for phrase in found
    )


def has_link(text: str) -> bool:
    """Tell whether there is the address of a web page in a text."""
    return _LINK.search(text) is not None


def marks(text: str, phrases: Sequence[Phrase]) -> list[tuple[int, int]]:
    """Return where phrases are in a text, each from one index to another, in order, apart."""
    words = list(_places(text))
    compared = [word for word, _, _ in words]
    found: list[tuple[int, int]] = []
    for place, (_, start, _) in enumerate(words):
        for phrase in phrases:
            if phrase.at(compared, place):
                end = words[place + len(phrase.words) - 1][2]
                if found and start <= found[-1][1]:
                    found[-1] = (found[-1][0], max(end, found[-1][1]))
                else:
                    found.append((start, end))
    return found


def _places(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each word of a text with the indexes in it where it begins and ends."""
    origins: list[int] = []
    folded: list[str] = []
    for index, char in enumerate(text):
        part = char.translate(_folding)
        folded.append(part)
        origins += [index] * len(part)
    for match in _WORD.finditer("".join(folded)):
        yield match[0][:MAX_WORD_CHARS], origins[match.start()], origins[match.end() - 1] + 1
