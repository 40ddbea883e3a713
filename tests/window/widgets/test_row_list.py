from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.presenters.sidebar import Row
from asynchat.window.widgets.row_list import RowList

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window

ROWS = (
    Row("heading", "rooms", "ROOMS"),
    Row("room", "lobby", "# lobby", selected=True),
    Row("room", "ops", "# ops", private=True, bold=True, badge="3"),
    Row("heading", "people", "PEOPLE — 2"),
    Row("person", "a1", "ada (you)", state="online", face="a1", name="ada"),
    Row("person", "b1", "ben", state="offline", dim=True, face="b1", name="ben"),
)


class Heard:
    """What a list called back."""

    def __init__(self) -> None:
        self.chosen: list[str] = []
        self.menus: list[str] = []
        self.added: list[str] = []


@pytest.fixture
async def heard() -> Heard:
    return Heard()


@pytest.fixture
async def rows(root: tk.Tk, look: Look, fill: Any, heard: Heard) -> RowList:
    made = RowList(
        root,
        look,
        on_choose=lambda row: heard.chosen.append(row.key),
        on_menu=lambda row, *_: heard.menus.append(row.key),
        on_add=lambda row: heard.added.append(row.key),
        headings_with_add=frozenset({"rooms"}),
    )
    made.show(ROWS)
    await fill(made)
    return made


def texts(rows: RowList) -> list[str]:
    canvas: Any = rows.canvas
    return [canvas.itemcget(item, "text") for item in canvas.find_withtag("text")]


async def test_rows_are_drawn(rows: RowList, until: Until) -> None:
    """Every row on view is drawn, with its count."""
    await until(lambda: "lobby" in texts(rows))
    assert texts(rows) == ["ROOMS", "lobby", "3", "ops", "PEOPLE — 2", "ada (you)", "ben"]


async def test_a_click_chooses(rows: RowList, heard: Heard, click: Callable[..., None]) -> None:
    """A click on a room or person chooses it, one on a heading does nothing."""
    for key in ("ops", "b1", "people"):
        click(rows.canvas, *rows.row_box(key))
    assert heard.chosen == ["ops", "b1"]


async def test_a_heading_can_have_a_plus(
    rows: RowList, heard: Heard, click: Callable[..., None]
) -> None:
    """A click on a heading with a plus adds."""
    click(rows.canvas, *rows.row_box("rooms"))
    assert heard.added == ["rooms"]


async def test_the_other_button_asks_for_a_menu(
    rows: RowList, heard: Heard, click: Callable[..., None]
) -> None:
    """The right button asks for the row's menu, not for one of a heading."""
    click(rows.canvas, *rows.row_box("ops"), button=3)
    click(rows.canvas, *rows.row_box("rooms"), button=3)
    assert heard.menus == ["ops"]


async def test_the_keyboard_does_it_too(rows: RowList, heard: Heard, press: Press) -> None:
    """Arrows go from the selected row over headings; Return chooses, the menu key asks."""
    await press(rows.canvas, "Down", "Return", "Down", "Menu", "Up", "Up", "Up", "Return")
    assert heard.chosen == ["ops"]
    assert heard.menus == ["a1"]
    assert heard.added == ["rooms"]


async def test_only_what_is_on_view_is_drawn(rows: RowList, until: Until) -> None:
    """A thousand rows cost no more than those on view; the wheel brings others."""
    rows.show([Row("person", str(n), f"person {n}") for n in range(1000)])
    await until(lambda: "person 0" in texts(rows))
    assert len(texts(rows)) < 40
    rows.canvas.event_generate("<Button-5>")
    await until(lambda: "person 0" not in texts(rows))
    rows.canvas.event_generate("<Button-4>")
    await until(lambda: "person 0" in texts(rows))


async def test_the_keyboard_s_row_comes_into_view(
    rows: RowList, press: Press, until: Until
) -> None:
    """Going down with the keys scrolls, and going up again."""
    rows.show([Row("person", str(n), f"person {n}") for n in range(100)])
    await press(rows.canvas, *["Down"] * 60)
    await until(lambda: "person 59" in texts(rows))
    await press(rows.canvas, *["Up"] * 60)
    await until(lambda: "person 0" in texts(rows))


async def test_the_pointer_shows_what_it_is_on(rows: RowList, until: Until) -> None:
    """The row under the pointer is lit, and the pointer is a hand there."""
    x, y = rows.row_box("ops")
    rows.canvas.event_generate("<Motion>", x=x, y=y)
    assert rows.canvas.cget("cursor") == "hand2"
    rows.canvas.event_generate("<Leave>")
    assert rows.canvas.cget("cursor") == ""


def images(rows: RowList) -> int:
    """Return how many pictures are drawn."""
    canvas: Any = rows.canvas
    return sum(canvas.type(item) == "image" for item in canvas.find_all())


async def test_something_stands_before_each_row(rows: RowList, until: Until) -> None:
    """A sign before rooms, a face with a dot before people, and how many others there are."""
    canvas: Any = rows.canvas
    rows.show([Row("hint", "", "Nothing is called that")])
    await until(lambda: texts(rows) == ["Nothing is called that"])
    assert images(rows) == 0
    rows.show([Row("room", "a", "# a"), Row("person", "b", "b", state="away", face="b", name="b")])
    await until(lambda: images(rows) == 3)
    rows.show([Row("direct", "c", "ben, carol", others=2)])
    await until(lambda: images(rows) == 1)
    items = [item for item in canvas.find_all() if canvas.type(item) == "text"]
    assert [canvas.itemcget(item, "text") for item in items] == ["2", "ben, carol"]
    rows.redraw()
    await until(lambda: images(rows) == 1)


async def test_a_role_stands_on_a_badge(root: tk.Tk, rows: RowList, until: Until) -> None:
    """The word of a role is drawn at the right, and the name gives way to it."""
    rows.show([Row("person", "c1", "carol " * 100, mark="moderator", face="c1", name="carol")])

    def texts() -> list[str]:
        canvas = rows.canvas
        found = canvas.find_withtag("text")
        return [str(canvas.tk.call(str(canvas), "itemcget", one, "-text")) for one in found]

    await until(lambda: "moderator" in texts())
    assert any(text.endswith("…") for text in texts())
