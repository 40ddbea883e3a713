from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.widgets.account_panel import AccountPanel

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window


async def test_what_can_be_done_is_chosen_by_keys(
    root: tk.Tk, look: Look, until: Until, press: Press
) -> None:
    """The arrows go round; Return does it, and the panel goes first."""
    done: list[str] = []
    panel = AccountPanel(
        root,
        look,
        lines=("@ada", "You are a guest."),
        offers=(("one", "One …"), ("two", "Two …")),
        do=done.append,
    )
    panel.open(panel.first)
    await until(lambda: panel.focus_displayof() is panel.buttons["one"])
    await press(panel.buttons["one"], "Down")
    assert panel.focus_displayof() is panel.buttons["two"]
    await press(panel.buttons["two"], "Down")
    assert panel.focus_displayof() is panel.buttons["one"]
    await press(panel.buttons["one"], "Up", "Up", "Up")
    await press(panel.buttons["two"], "Return")
    assert done == ["two"]
    assert not panel.winfo_exists()


async def test_with_nothing_to_do_it_can_be_closed(root: tk.Tk, look: Look) -> None:
    """The keys go to its button."""
    panel = AccountPanel(root, look, lines=("@ada",), offers=(), do=lambda _: None)
    assert panel.first is panel.close_button
    panel.first.invoke()
    assert not panel.winfo_exists()
