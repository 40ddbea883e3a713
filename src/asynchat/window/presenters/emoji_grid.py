"""The emoji picker's rows: recent ones, the groups, or what was searched for.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asynchat.markup.shortcodes import find, groups

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

COLUMNS: Final = 9
MOST_FOUND: Final = 10 * COLUMNS
MOST_RECENT: Final = 2 * COLUMNS

RECENT: Final = "Recent"
_FOUND: Final = "Found"
_NOTHING: Final = "Nothing is called that"


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row of the grid: emoji, or the title above some."""

    emoji: tuple[str, ...] = ()
    title: str = ""


def grid(recent: Iterable[str], query: str = "") -> tuple[GridRow, ...]:
    """Return the rows to show."""
    if query.strip(" :"):
        found = [named.emoji for named in find(query, MOST_FOUND)]
        return (GridRow(title=_FOUND if found else _NOTHING), *_rows(found))
    rows: list[GridRow] = []
    for name, emoji in ((RECENT, tuple(recent)), *((one.name, one.emoji) for one in groups())):
        if emoji:
            rows += [GridRow(title=name), *_rows(emoji)]
    return tuple(rows)


def used(recent: Iterable[str], emoji: str) -> tuple[str, ...]:
    """Return the recent emoji once another was used: the latest first, none twice."""
    return tuple(dict.fromkeys([emoji, *recent]))[:MOST_RECENT]


def moved(
    rows: tuple[GridRow, ...], at: tuple[int, int] | None, key: str
) -> tuple[int, int] | None:
    """Return where an arrow key leads: row and column, titles passed over."""
    filled = [index for index, row in enumerate(rows) if row.emoji]
    if not filled:
        return None
    if at is None:
        return filled[0], 0
    row, column = at
    step = {"Left": -1, "Right": 1, "Up": 0, "Down": 0}[key]
    column += step
    place = filled.index(row) + {"Up": -1, "Down": 1}.get(key, 0)
    if not 0 <= column < len(rows[row].emoji):
        place += step
        if not 0 <= place < len(filled):
            return at
        column = 0 if step > 0 else len(rows[filled[place]].emoji) - 1
    place = min(max(place, 0), len(filled) - 1)
    return filled[place], min(column, len(rows[filled[place]].emoji) - 1)


def _rows(emoji: Iterable[str]) -> Iterator[GridRow]:
    every = tuple(emoji)
    for at in range(0, len(every), COLUMNS):
        yield GridRow(every[at : at + COLUMNS])
