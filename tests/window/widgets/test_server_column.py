from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.presenters.servers import Tile
from asynchat.window.widgets.server_column import ServerColumn

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window

ONE = Tile("0", "ON", "asynchat://one.example.org:27742", "one\nas ada", selected=True)
TWO = Tile("1", "TW", "asynchat://two.example.org:27742", "two\nas ada", unread=True)


@pytest.fixture
def told() -> list[Any]:
    return []


@pytest.fixture
def column(root: tk.Tk, look: Look, told: list[Any]) -> ServerColumn:
    made = ServerColumn(
        root,
        look,
        on_choose=told.append,
        on_menu=lambda key, x, y: told.append((key, x, y)),
        on_add=lambda: told.append("add"),
    )
    made.grid(row=0, column=0, sticky="ns")
    return made


async def test_one_server_needs_no_column(column: ServerColumn, until: Until) -> None:
    """It is there for two, and goes with the second."""
    column.show([ONE, TWO])
    await until(column.winfo_viewable)
    assert list(column.tiles) == [ONE, TWO]
    column.show([ONE])
    assert not column.winfo_manager()
    assert list(column.tiles) == [ONE]


async def test_it_is_used_by_mouse_and_by_keys(
    column: ServerColumn, told: list[Any], until: Until, press: Press
) -> None:
    """A click, Return and space choose, arrows go on, the menu key opens the menu."""
    column.show([ONE, TWO])
    await until(column.winfo_viewable)
    column.button("1").invoke()
    await press(column.button("0"), "Down")
    await until(lambda: column.focus_get() is column.button("1"))
    await press(column.button("1"), "Return", "Menu")
    column.button("0").event_generate("<Button-3>", x=3, y=3, rootx=30, rooty=40)
    column.add.invoke()
    assert told[:2] == ["1", "1"]
    assert told[2][0] == "1"
    assert told[3][0] == "0"
    assert told[4] == "add"


async def test_a_tile_that_changes_is_drawn_anew(column: ServerColumn, look: Look) -> None:
    """Its picture and its words follow, and another palette repaints them."""
    column.show([ONE, TWO])
    before = str(column.button("1").cget("image"))
    column.show([ONE, replace(TWO, badge="2", tip="new")])
    after = str(column.button("1").cget("image"))
    assert before != after
    look.zoom(150)
    column.update()
    assert str(column.button("1").cget("image")) != after
