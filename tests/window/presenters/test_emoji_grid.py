from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.markup.shortcodes import groups
from asynchat.window.presenters.emoji_grid import COLUMNS, MOST_RECENT, GridRow, grid, moved, used


def titles(rows: tuple[GridRow, ...]) -> list[str]:
    return [row.title for row in rows if row.title]


def test_recent_ones_stand_above_the_groups() -> None:
    """Every group has its title, and what was used of late comes first, if there is any."""
    names = [group.name for group in groups()]
    assert titles(grid(())) == names
    rows = grid(("🎉", "🚀"))
    assert titles(rows) == ["Recent", *names]
    assert rows[1].emoji == ("🎉", "🚀")
    assert max(len(row.emoji) for row in rows) == COLUMNS


def test_a_search_shows_what_was_found() -> None:
    """Words find emoji by name, and nothing is said to be found where it is not."""
    rows = grid(("🎉",), "rock")
    assert titles(rows) == ["Found"]
    assert "🚀" in [emoji for row in rows for emoji in row.emoji]
    assert titles(grid((), "zzzz")) == ["Nothing is called that"]
    assert grid((), " : ") == grid(())


def test_what_was_used_comes_first() -> None:
    """The latest stands first, once, and only so many are kept."""
    assert used(("a", "b"), "b") == ("b", "a")
    assert len(used(map(str, range(99)), "x")) == MOST_RECENT


ROWS = (GridRow(title="a"), GridRow(("1", "2", "3")), GridRow(title="b"), GridRow(("4", "5")))


@pytest.mark.parametrize(
    ("at", "key", "to"),
    [
        (None, "Down", (1, 0)),
        ((1, 0), "Right", (1, 1)),
        ((1, 2), "Right", (3, 0)),
        ((3, 0), "Left", (1, 2)),
        ((1, 2), "Down", (3, 1)),
        ((3, 1), "Up", (1, 1)),
        ((1, 0), "Left", (1, 0)),
        ((3, 1), "Right", (3, 1)),
        ((1, 0), "Up", (1, 0)),
        ((3, 0), "Down", (3, 0)),
    ],
)
def test_arrows_go_from_emoji_to_emoji(
    at: tuple[int, int] | None, key: str, to: tuple[int, int]
) -> None:
    """Titles are passed over, ends are ends, and a shorter row has its last one."""
    assert moved(ROWS, at, key) == to


def test_where_there_is_nothing_arrows_lead_nowhere() -> None:
    """No emoji, nothing to mark."""
    assert moved((GridRow(title="x"),), None, "Down") is None


@given(st.lists(st.sampled_from(["Left", "Right", "Up", "Down"])))
def test_arrows_never_leave_the_grid(keys: list[str]) -> None:
    """Wherever the arrows lead, there is an emoji."""
    at = None
    for key in keys:
        at = moved(ROWS, at, key)
        assert at is not None
        assert ROWS[at[0]].emoji[at[1]]
