from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.look.palettes import LIGHT
from asynchat.window.presenters.finding import Result
from asynchat.window.widgets.search_panel import SearchPanel

if TYPE_CHECKING:
    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window


def found(number: int) -> Result:
    pieces = (("Some ", False), ("tea", True), (f" {number}", False))
    return Result("den", number, "ada", "ada", "#den", "11:59", pieces)


class Asked:
    """A panel and what it called back."""

    def __init__(self, parent: tk.Misc, look: Look) -> None:
        self.calls: list[str] = []
        self.panel = SearchPanel(
            parent,
            look,
            everywhere=False,
            on_type=lambda: self.calls.append(f"type {self.panel.typed}"),
            on_choose=lambda one: self.calls.append(f"choose {one.seq}"),
            on_more=lambda: self.calls.append("more"),
            on_close=lambda: self.calls.append("close"),
        )


@pytest.fixture
async def parent(root: tk.Tk, fill: Any) -> ttk.Frame:
    parent = ttk.Frame(root)
    parent.columnconfigure(0, weight=1)
    parent.rowconfigure(0, weight=1)
    tk.Text(parent).grid(row=0, column=0, sticky="nswe")
    await fill(parent)
    return parent


@pytest.fixture
def asked(parent: ttk.Frame, look: Look) -> Asked:
    return Asked(parent, look)


async def test_what_is_typed_is_told(asked: Asked, press: Press, until: Until) -> None:
    """The field has the keys at once; where to search is a choice below it."""
    panel = asked.panel
    await until(panel.winfo_viewable)
    await press(panel.entry, "t", "e", "a")
    assert asked.calls[-1] == "type tea"
    everywhere = panel.everywhere
    room = panel.entry.tk_focusNext()
    other = None if room is None else room.tk_focusNext()
    assert other is not None
    await press(other, " ")
    assert (everywhere, panel.everywhere) == (False, True)


async def test_the_keys_go_through_what_was_found(asked: Asked, press: Press, until: Until) -> None:
    """Down and Up choose, Enter goes there, the list's end asks for more, Escape closes."""
    panel = asked.panel
    await until(panel.winfo_viewable)
    panel.show([found(number) for number in range(30, 10, -1)])
    await press(panel.entry, "Return", "Down", "Down", "Up", "Return")
    assert [call for call in asked.calls if call != "more"] == ["choose 30", "choose 29"]
    await press(panel.entry, "Next", "Next", "Next", "Next")
    assert panel.chosen == found(11)
    assert asked.calls[-1] == "more"
    view = panel.text.yview()
    panel.add([found(10), found(9)])
    assert panel.text.yview()[0] <= view[0]
    await press(panel.entry, "Down", "Return")
    assert asked.calls[-1] == "choose 10"
    await press(panel.entry, "Escape")
    assert asked.calls[-1] == "close"
    assert not panel.winfo_exists()


async def test_a_click_goes_there(asked: Asked, until: Until) -> None:
    """Words that were searched for are marked, and a click on any part of a message goes to it."""
    panel = asked.panel
    await until(panel.winfo_viewable)
    panel.show([found(2), found(1)])
    text = panel.text
    marked = [str(text.get(*text.tag_nextrange("match", "1.0")))]
    assert marked == ["tea"]
    await until(lambda: text.bbox("4.2"))
    box = text.bbox("4.2")
    assert box is not None
    text.event_generate("<Button-1>", x=box[0] + 1, y=box[1] + 1)
    assert asked.calls[-1] == "choose 1"


async def test_it_stands_beside_or_over(
    asked: Asked, parent: ttk.Frame, root: tk.Tk, look: Look, until: Until
) -> None:
    """In a narrow window it lies over the messages; another palette changes its colours."""
    panel = asked.panel
    await until(lambda: panel.winfo_manager() == "grid")
    root.geometry("500x400")
    await until(lambda: panel.winfo_manager() == "place")
    assert panel.winfo_reqwidth() <= parent.winfo_width()
    look.use(LIGHT)
    panel.say("No.", bad=True)
    assert panel.said == "No."
    root.geometry("900x600")
    await until(lambda: panel.winfo_manager() == "grid")
