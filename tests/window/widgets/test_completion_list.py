from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.look.palettes import LIGHT
from asynchat.window.presenters.completion import Choice
from asynchat.window.widgets.completion_list import CompletionList

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.look.theme import Look

pytestmark = pytest.mark.window

CHOICES = (Choice("🎉", ":tada:", "🎉"), Choice("@ada ", "@ada"))


async def test_one_choice_is_marked(
    root: tk.Tk, look: Look, fill: Any, click: Callable[..., None]
) -> None:
    """The first is marked, others by moving, in any palette; a click takes one."""
    taken: list[Choice] = []
    made = CompletionList(root, look, taken.append)
    await fill(made)
    assert not made.choices
    made.move(1)
    made.show(CHOICES)
    assert made.marked == CHOICES[0]
    made.move(-1)
    assert made.marked == CHOICES[1]
    look.use(LIGHT)
    root.update_idletasks()
    assert str(made._rows[1].cget("background")) == LIGHT.selected
    made.move(1)
    assert made.marked == CHOICES[0]
    click(made._rows[1])
    assert taken == [CHOICES[1]]
    made.show(CHOICES[:1])
    assert not made._rows[1].winfo_manager()
    made.show(())
    assert made.choices == ()
