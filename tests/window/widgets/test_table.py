from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.look.palettes import LIGHT
from asynchat.window.presenters.tables import Column, TableRow
from asynchat.window.widgets.table import Table

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window
COLUMNS = (
    Column("name", "Name", 120),
    Column("sent", "Sent", 80, rank=1, right=True),
    Column("rooms", "Rooms", 200, rank=2, wide=True),
)


def rows(*names: str) -> list[TableRow]:
    return [
        TableRow(name, (name, str(at), "#lobby"), (name, at, 0), name)
        for at, name in enumerate(names)
    ]


@pytest.fixture
async def chosen() -> list[str | None]:
    return []


@pytest.fixture
async def table(root: tk.Tk, look: Look, fill: Any, chosen: list[str | None]) -> Table:
    made = Table(
        root,
        look,
        COLUMNS,
        on_chosen=lambda: chosen.append(made.chosen.key if made.chosen else None),
        on_menu=lambda x, y: chosen.append("menu"),
    )
    await fill(made)
    return made


def keys(table: Table) -> list[str]:
    """Return what is in the tree, from the top."""
    by_item = {item: key for key, item in table._ids.items()}
    return [by_item[item] for item in table.tree.get_children()]


async def test_the_chosen_row_stays_so_wherever_it_goes(
    table: Table, chosen: list[str | None], until: Until
) -> None:
    """New rows come, others go; where it goes itself, the one beside it is chosen."""
    table.show(rows("ada", "ben", "carl"))
    table.choose("ben")
    await until(lambda: chosen[-1:] == ["ben"])
    table.show(rows("aaron", "ben", "carl", "dan"))
    assert keys(table) == ["aaron", "ben", "carl", "dan"]
    assert table.chosen is not None
    assert table.chosen.key == "ben"
    table.show(rows("aaron", "carl"))
    await until(lambda: chosen[-1] == "carl")
    table.show([])
    await until(lambda: chosen[-1] is None)


async def test_a_heading_sorts_and_turns_round(table: Table) -> None:
    """Numbers begin with the largest; a third click leaves the server's order."""
    table.show(rows("carl", "ada", "ben"))
    table.sort(0)
    assert keys(table) == ["ada", "ben", "carl"]
    assert table.tree.heading("name")["text"] == "Name ↑"
    table.sort(0)
    assert keys(table) == ["carl", "ben", "ada"]
    table.sort(0)
    assert keys(table) == ["carl", "ada", "ben"]
    table.sort(1)
    assert keys(table) == ["ben", "ada", "carl"]
    table.show(rows("carl", "ada", "ben", "dan"))
    assert keys(table)[0] == "dan"


async def test_keys_choose_and_open_the_menu(
    table: Table, chosen: list[str | None], press: Press, until: Until
) -> None:
    """With the focus the first row is chosen, arrows move on, the Menu key opens the menu."""
    table.show(rows("ada", "ben"))
    await press(table.tree, "Down")
    await until(lambda: chosen[-1:] == ["ben"])
    await press(table.tree, "Menu")
    assert chosen[-1] == "menu"


async def test_a_narrow_table_has_fewer_columns(root: tk.Tk, table: Table, until: Until) -> None:
    """What matters least goes, and comes back with the room for it."""
    await until(lambda: table.columns == ("name", "sent", "rooms"))
    root.geometry("300x300")
    await until(lambda: table.columns == ("name", "sent"))
    root.geometry("900x300")
    await until(lambda: len(table.columns) == 3)


async def test_hostile_cells_are_values_and_nothing_else(table: Table, look: Look) -> None:
    """Brackets, braces, dollars and quotes stand there as they were typed, in every palette."""
    text = '[exit] {x $y "z" \\'
    table.show([TableRow("k", (text, "1", text), ("a", 1, "b"), text, dim=True)])
    look.use(LIGHT)
    (item,) = table.tree.get_children()
    assert str(table.tree.set(item, "name")) == text
    assert str(table.tree.set(item, "rooms")) == text
    menu = look.menu(table)
    table.add_sorting(menu)
    inner = menu.nametowidget(menu.entrycget(0, "menu"))
    inner.invoke(0)
    assert table._sorted == 0
    menu.destroy()


async def test_what_does_not_fit_ends_with_an_ellipsis(
    table: Table, root: tk.Tk, until: Until
) -> None:
    """As much of it stands as there is room for, also after the column is wider."""
    long = "a name that is much longer than its column"

    def shown() -> str:
        return str(table.tree.set(table._ids[long], "name"))

    table.show(rows("ben", long))
    await until(lambda: shown().endswith("…"))
    assert long.startswith(shown()[:-1].rstrip())
    assert table._measured(shown()) <= int(table.tree.column("name", "width"))
    assert table.tree.set(table._ids["ben"], "name") == "ben"
    assert table.chosen is None
    before = len(shown())
    table.tree.column("name", width=200)
    table.tree.event_generate("<ButtonRelease-1>")
    await until(lambda: len(shown()) > before)
    assert table.rows[1].cells[0] == long
