from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from asynchat.window.presenters.tables import Column, TableRow, arranged, fitting

COLUMNS = (
    Column("name", "Name", 100),
    Column("since", "Since", 80, rank=1),
    Column("rooms", "Rooms", 200, rank=2, wide=True),
)


def row(key: str, *order: object) -> TableRow:
    return TableRow(key, tuple(map(str, order)), order)


def test_rows_are_ordered_by_what_they_are_and_not_by_how_it_is_written() -> None:
    """2 comes before 10, and what has nothing there before all that has."""
    rows = [row("a", "x", 10), row("b", "y", 2), row("c", "z", None)]
    assert [one.key for one in arranged(rows, 1, down=False)] == ["c", "b", "a"]
    assert [one.key for one in arranged(rows, 1, down=True)] == ["a", "b", "c"]
    assert arranged(rows, None, down=True) == rows


def test_cells_order_rows_that_say_nothing_else() -> None:
    """Capitals make no difference."""
    rows = [TableRow("1", ("b",)), TableRow("2", ("A",))]
    assert [one.key for one in arranged(rows, 0, down=False)] == ["2", "1"]


@given(st.lists(st.tuples(st.text(max_size=3), st.integers(0, 9)), max_size=20), st.booleans())
def test_rows_that_are_alike_keep_their_order(pairs: list[tuple[str, int]], down: bool) -> None:
    """None is lost, and those with the same value stay as they were."""
    rows = [row(str(at), text, number) for at, (text, number) in enumerate(pairs)]
    found = arranged(rows, 1, down=down)
    assert sorted(found, key=lambda one: int(one.key)) == rows
    for before, after in pairwise(found):
        if before.order[1] == after.order[1]:
            assert int(before.key) < int(after.key)


def test_columns_go_where_there_is_little_room() -> None:
    """The highest rank goes first, and the first column never."""
    assert fitting(COLUMNS, 400) == ("name", "since", "rooms")
    assert fitting(COLUMNS, 379) == ("name", "since")
    assert fitting(COLUMNS, 100) == ("name",)
    assert fitting(COLUMNS, 10) == ("name",)
    assert fitting((Column("a", "A", 100), Column("b", "B", 100)), 10) == ("a", "b")
