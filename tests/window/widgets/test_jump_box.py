from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.messages import Room
from asynchat.window.presenters.jump import offers
from asynchat.window.widgets.jump_box import JumpBox

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.jump import Offer
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window

NAMES = [f"room-{n}" for n in range(40)]


def some_offers() -> tuple[Offer, ...]:
    rooms = {name: Room(name=name, topic="", members=1, head=1) for name in NAMES}
    return offers(rooms, (), me="", on_view=None, unread={})


@pytest.fixture
def chosen() -> list[str]:
    return []


@pytest.fixture
async def box(root: tk.Tk, look: Look, until: Until, chosen: list[str]) -> JumpBox:
    made = JumpBox(
        root,
        look,
        on_choose=lambda row: chosen.append(row.key),
        on_close=lambda: chosen.append("closed"),
    )
    made.offer(some_offers())
    await until(made.entry.winfo_viewable)
    return made


async def test_what_is_typed_is_found_and_entered(
    box: JumpBox, press: Press, chosen: list[str]
) -> None:
    """Letters narrow the list, Enter takes the first, and the box is gone before it is done."""
    await press(box.entry, *"room", "minus", "Key-1", "Key-7")
    assert box.rows[0].key == "room-17"
    await press(box.entry, "Return")
    assert chosen == ["closed", "room-17"]
    assert not box.winfo_exists()


async def test_arrows_go_through_the_list(box: JumpBox, press: Press, chosen: list[str]) -> None:
    """Up and down go round, pages stop at the ends, Tab goes down; what is chosen is on view."""
    keys = [row.key for row in box.rows]

    def selected() -> str:
        return next(row.key for row in box.rows if row.selected)

    assert selected() == keys[0]
    await press(box.entry, "Down", "Tab")
    assert selected() == keys[2]
    await press(box.entry, "Up", "Up", "Up")
    assert selected() == keys[-1]
    await press(box.entry, "Prior")
    assert selected() == keys[-9]
    await press(box.entry, "Next", "Next")
    assert selected() == keys[-1]
    await press(box.entry, "Return")
    assert chosen[-1] == keys[-1]


async def test_escape_closes_it(box: JumpBox, press: Press, chosen: list[str]) -> None:
    """Escape takes the box away, and nothing is chosen."""
    await press(box.entry, "Escape")
    assert chosen == ["closed"]
    box.close()
    assert chosen == ["closed"]


async def test_a_click_chooses(box: JumpBox, chosen: list[str], root: tk.Tk) -> None:
    """The mouse does what the keys do; where nothing is found there is nothing to choose."""
    root.update()
    box._typed.set("qqqq")
    box._enter()
    assert chosen == []
    box._typed.set("room-9")
    x, y = box.list.row_box("room-9")
    box.list.canvas.event_generate("<Button-1>", x=x, y=y)
    assert chosen == ["closed", "room-9"]


async def test_it_goes_when_the_keys_go_elsewhere(
    root: tk.Tk, look: Look, box: JumpBox, until: Until, chosen: list[str]
) -> None:
    """A click beside the box closes it."""
    import tkinter as tk

    await until(lambda: box.focus_get() is box.entry)
    other = tk.Entry(root)
    other.pack()
    other.focus_force()
    await until(lambda: chosen == ["closed"])


async def test_it_fits_a_small_window(root: tk.Tk, look: Look, box: JumpBox, until: Until) -> None:
    """In a small window the box is no larger than the window, at any zoom."""
    root.geometry("420x320")
    await until(lambda: root.winfo_height() == 320)
    await until(lambda: box.winfo_width() <= 400 and box.winfo_height() <= 310)
    look.zoom(150)
    await until(lambda: box.winfo_width() <= 400 and box.winfo_height() <= 310)


async def test_later_offers_keep_what_is_typed(box: JumpBox) -> None:
    """What the server tells later is ranked by what stands there."""
    box._typed.set("room-5")
    more = {"room-5x": Room(name="room-5x", topic="", members=1, head=1, member=False)}
    box.offer(
        (*some_offers(), *offers({}, (), me="", on_view=None, unread={}, others=more.values()))
    )
    assert [row.key for row in box.rows][:2] == ["room-5", "room-5x"]
    assert box.entry.get() == "room-5"
