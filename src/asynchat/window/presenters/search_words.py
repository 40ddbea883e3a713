"""What Tab and a list below the field of a search offer: operators, people, rooms, days.  Pure."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from asynchat.window.presenters.completion import MOST, Choice, Completion

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

_OPERATOR: Final = re.compile(r"(?<!\S)(from|in|has|before|after):(\S*)\Z", re.IGNORECASE)
_WORD: Final = re.compile(r"(?<!\S)([^\s:\"]*)\Z")
_OPERATORS: Final = (
    ("from:", "somebody who said it"),
    ("in:", "a room"),
    ("has:link", "with a link"),
    ("before:", "a day, which is not searched"),
    ("after:", "a day, and all from then on"),
)
_DAYS: Final = (("today", 0), ("yesterday", 1), ("a week ago", 7), ("four weeks ago", 28))


def offered(
    before: str, *, people: Iterable[tuple[str, str]], rooms: Iterable[str], today: date
) -> Completion | None:
    """Return what a list offers while one types; ``before`` is the text before the cursor.

    ``people`` are names and how each is shown.
    """
    found = _values(before, people=people, rooms=rooms, today=today)
    # Where it stands there already, nothing is left to choose.
    if found is None or [one.text.strip() for one in found.choices] == [found.typed.lower()]:
        return None
    return found


def _values(
    before: str, *, people: Iterable[tuple[str, str]], rooms: Iterable[str], today: date
) -> Completion | None:
    """Return what the operator before the cursor may take."""
    found = _OPERATOR.search(before)
    if found is None:
        return None
    kind, value = found[1].lower(), found[2].casefold()
    match kind:
        case "from":
            pairs = _people(value.removeprefix("@"), people)
        case "in":
            names = sorted(set(rooms), key=lambda name: (len(name), name))
            pairs = [
                (name, f"in:{name}")
                for name in names
                if name.casefold().startswith(value.removeprefix("#"))
            ]
        case "has":
            pairs = [("link", "has:link")] if "link".startswith(value) else []
        case _:
            days = [((today - timedelta(days=ago)).isoformat(), words) for words, ago in _DAYS]
            pairs = [
                (day, f"{kind}:{day}  —  {words}") for day, words in days if day.startswith(value)
            ]
    choices = tuple(Choice(f"{kind}:{text} ", label) for text, label in pairs[:MOST])
    return Completion(found[0], choices) if choices else None


def by_tab(
    before: str, *, people: Iterable[tuple[str, str]], rooms: Iterable[str], today: date
) -> Completion | None:
    """Return what Tab may mean: also the operators that begin as the word does."""
    listed = _values(before, people=people, rooms=rooms, today=today)
    word = _WORD.search(before)
    if listed is not None or word is None:
        return listed
    start = word[1].lower()
    choices = tuple(
        Choice(f"{operator} " if operator == "has:link" else operator, f"{operator}  —  {words}")
        for operator, words in _OPERATORS
        if operator.startswith(start)
    )
    return Completion(word[1], choices) if choices else None


def _people(start: str, people: Iterable[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """Return those whose name, or what they are shown as, begins so; oneself is ``me``."""
    found = [("me", "from:me")] if "me".startswith(start) else []
    for name, shown in sorted(set(people), key=lambda one: (len(one[0]), one[0].casefold())):
        # A name with a blank in it ends at that: nobody has one.
        if name.casefold().startswith(start) or shown.casefold().startswith(start):
            label = f"from:{name}" if shown == name else f"from:{name}  —  {shown}"
            found.append((name, label))
    return found
