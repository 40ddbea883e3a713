"""Tables: columns, rows, and the order that a column gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Column:
    """A column, so many pixels wide at 96 dpi.

    Where there is little room, those of the highest ``rank`` go first, and those of rank 0 never.
    What is left over goes to what is ``wide``; numbers stand at the ``right``.
    """

    key: str
    title: str
    width: int
    rank: int = 0
    wide: bool = False
    right: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: ``cells`` by column, and by what each is ordered.

    ``detail`` is all that there is to say of it, ``value`` what it was made of.
    """

    key: str
    cells: tuple[str, ...]
    order: tuple[Any, ...] = ()
    detail: str = ""
    dim: bool = False
    value: Any = None


def arranged(rows: Sequence[TableRow], at: int | None, *, down: bool) -> list[TableRow]:
    """Return rows in the order of a column, as they are where that is None.

    Rows that are alike keep the order they have.
    """
    if at is None:
        return list(rows)
    return sorted(rows, key=lambda row: _order(row, at), reverse=down)


def _order(row: TableRow, at: int) -> Any:
    if at < len(row.order) and row.order[at] is not None:
        return (1, row.order[at])
    return (0, row.cells[at].casefold()) if not row.order else (0, "")


def fitting(columns: Sequence[Column], width: int) -> tuple[str, ...]:
    """Return the columns that there is room for."""
    shown = list(columns)
    while len(shown) > 1 and sum(column.width for column in shown) > width:
        last = max(shown, key=lambda column: column.rank)
        if last.rank == 0:
            break
        shown.remove(last)
    return tuple(column.key for column in shown)
