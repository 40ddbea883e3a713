from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.fields import bind_fields

if TYPE_CHECKING:
    from asynchat.tasks import Tasks
    from asynchat.window.failures import Failures
    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window


@pytest.fixture
async def entry(root: tk.Tk, look: Look, tasks: Tasks, failures: Failures, fill: Any) -> ttk.Entry:
    bind_fields(root, look, tasks, failures.guarded)
    made = ttk.Entry(root)
    await fill(made)
    made.insert(0, "words")
    return made


async def test_pasting_replaces_what_is_selected(
    root: tk.Tk, entry: ttk.Entry, press: Press, until: Until
) -> None:
    """Ctrl+A selects all, Ctrl+V puts the clipboard in its place, on one line."""
    root.clipboard_clear()
    root.clipboard_append("one\ntwo")
    await press(entry, "Control-a", "Control-v")
    await until(lambda: entry.get() == "one ⏎ two")


async def test_the_right_button_opens_the_menu(
    root: tk.Tk, look: Look, entry: ttk.Entry, until: Until
) -> None:
    """A field has its menu where it was clicked; a text that is only shown has none of these."""
    entry.event_generate("<Button-3>", x=5, y=5)
    (menu,) = entry.winfo_children()
    menu.destroy()
    shown = tk.Text(root, state="disabled")
    shown.pack()
    await until(shown.winfo_viewable)
    shown.event_generate("<Button-3>", x=5, y=5)
    assert not shown.winfo_children()
