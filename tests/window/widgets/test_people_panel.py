from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.look.palettes import LIGHT
from asynchat.window.presenters.people import Profile
from asynchat.window.presenters.sidebar import Row
from asynchat.window.widgets.people_panel import PeoplePanel, ProfilePanel

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Sequence

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window

ROWS = (Row("person", "a", "ada (you)", state="online"), Row("person", "b", "ben", state="away"))


async def test_people_are_found_by_typing(
    root: tk.Tk, look: Look, until: Until, press: Press
) -> None:
    """What is typed narrows the list, Enter takes the first, and the arrow leads into it."""
    chosen: list[str] = []
    panel = PeoplePanel(
        root,
        look,
        "People of #zoo",
        on_choose=lambda row: chosen.append(row.key),
        on_menu=lambda *_: None,
        on_invite=lambda: chosen.append("invite"),
        on_write=lambda _: None,
        me="a",
    )
    panel.show(ROWS)
    panel.open(panel.entry)
    await until(lambda: panel.focus_get() is panel.entry)
    await press(panel.entry, "b", "e")
    assert [row.key for row in panel.list.rows] == ["b"]
    await press(panel.entry, "Return")
    assert chosen == ["b"]
    await press(panel.entry, "x", "Return")
    assert chosen == ["b"]
    panel.show(ROWS)
    await press(panel.entry, "BackSpace", "Down")
    await until(lambda: panel.focus_get() is panel.list.canvas)
    look.use(LIGHT)
    panel.close()


@pytest.mark.parametrize("presence", ["online", "away", "offline"])
async def test_a_card_leads_to_a_message(
    root: tk.Tk, look: Look, until: Until, presence: str
) -> None:
    """The card says who it is, and its button closes it and writes."""
    called: list[str] = []
    shown = Profile("b", "ben", presence, presence, ("since 09:05",), is_me=False)
    panel = ProfilePanel(root, look, shown, on_message=lambda: called.append("message"))
    panel.open(panel.first)
    await until(panel.winfo_viewable)
    assert panel.texts == ("ben", presence, "since 09:05")
    look.use(LIGHT)
    assert not panel._title.winfo_manager()
    panel.first.invoke()
    assert called == ["message"]
    assert not panel.winfo_exists()


async def test_ones_own_card_has_nobody_to_write_to(root: tk.Tk, look: Look, until: Until) -> None:
    """On one's own card there is only the way out."""
    shown = Profile("a", "ada", "online", "online (you)", (), is_me=True)
    panel = ProfilePanel(root, look, shown, on_message=lambda: None)
    panel.open(panel.first)
    await until(panel.winfo_viewable)
    assert str(panel.first.cget("text")) == "Close"
    panel.first.invoke()
    assert not panel.winfo_exists()


async def test_several_are_written_to_at_once(
    *, root: tk.Tk, look: Look, until: Until, press: Press, click: Callable[..., None]
) -> None:
    """They are picked by the space bar, by Ctrl and a click, or by a click on their circle; who
    leaves meanwhile is not written to.
    """
    written: list[Sequence[str]] = []
    opened: list[str] = []
    panel = PeoplePanel(
        root,
        look,
        "People of #zoo",
        on_choose=lambda row: opened.append(row.key),
        on_menu=lambda *_: None,
        on_invite=None,
        on_write=written.append,
        me="a",
    )
    rows = tuple(
        Row("person", name[0], name, state="online", face=name[0], name=name)
        for name in ("ada", "ben", "carol", "dave", "eve")
    )
    panel.show(rows)
    panel.open(panel.entry)
    await until(panel.list.canvas.winfo_viewable)
    assert not panel.write.winfo_manager()
    canvas = panel.list.canvas
    await press(canvas, "space", "Down", "space", "Down", "Down", "space")
    assert opened == ["a"]
    assert str(panel.write.cget("text")) == "Message 2 people"
    x, y = panel.list.row_box("c")
    canvas.event_generate("<Control-Button-1>", x=x, y=y)
    click(canvas, canvas.winfo_width() - 14, panel.list.row_box("e")[1])
    click(canvas, canvas.winfo_width() - 14, panel.list.row_box("d")[1])
    assert str(panel.write.cget("text")) == "Message 3 people"
    panel.show(rows[:4])
    await press(panel.entry, "d")
    assert [row.key for row in panel.list.rows] == ["a", "d"]
    panel.write.invoke()
    assert written == [("b", "c")]
    assert opened == ["a"]
    assert not panel.winfo_exists()
