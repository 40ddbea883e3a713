from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.keys import Keys, unbind
from asynchat.window.presenters.commands import BY_NAME, COMMANDS, Given

if TYPE_CHECKING:
    from asynchat.window.look.theme import Look
    from tests.window.conftest import Press

pytestmark = pytest.mark.window

BOUND = [
    (command.name, key)
    for command in COMMANDS
    if not command.native
    for key in command.keys
    if "KP_" not in key  # without NumLock they are other keys
]


@pytest.mark.parametrize("kind", [tk.Text, ttk.Entry])
async def test_every_key_of_the_table_is_heard(
    root: tk.Tk, look: Look, fill: Any, press: Press, kind: type[tk.Text | ttk.Entry]
) -> None:
    """Each key does its command, whatever has the focus, and nothing to the text besides."""
    heard: list[tuple[str, Given]] = []
    keys = Keys(root, frozenset(BY_NAME), lambda name, given: heard.append((name, given)))
    field = kind(root)
    await fill(field)
    field.insert("1.0" if isinstance(field, tk.Text) else 0, "words")
    field.mark_set("insert", "1.0") if isinstance(field, tk.Text) else field.icursor(0)
    for name, key in BOUND:
        heard.clear()
        await press(field, key)
        assert [one for one, _ in heard] == [name], key
    assert (field.get("1.0", "end-1c") if isinstance(field, tk.Text) else field.get()) == "words"
    keys.close()
    heard.clear()
    await press(field, "F9")
    assert not heard


async def test_only_what_can_be_done_has_its_keys(
    root: tk.Tk, look: Look, fill: Any, press: Press
) -> None:
    """A first screen has the keys of the program, not those of a chat; a digit tells its room."""
    heard: list[tuple[str, Given]] = []
    names = frozenset({"nth-room", "quit"})
    keys = Keys(root, names, lambda name, given: heard.append((name, given)))
    field = ttk.Entry(root)
    await fill(field)
    await press(field, "Control-k", "Control-Key-7", "Control-q")
    assert heard == [("nth-room", Given(words="7")), ("quit", Given())]
    keys.close()


async def test_a_dialogs_keys_are_its_own(
    root: tk.Tk, look: Look, fill: Any, press: Press, until: Any
) -> None:
    """A key pressed in another window of the program does nothing in this one."""
    heard: list[str] = []
    keys = Keys(root, frozenset(BY_NAME), lambda name, _: heard.append(name))
    top = tk.Toplevel(root)
    field = ttk.Entry(top)
    field.pack()
    await until(field.winfo_viewable)
    await press(field, "Escape", "F9")
    assert not heard
    top.destroy()
    keys.close()


async def test_other_bindings_of_an_event_stay(root: tk.Tk) -> None:
    """Who takes a binding away takes only that one."""
    heard: list[str] = []
    first = root.bind("<<Ping>>", lambda _: heard.append("first"), add=True)
    root.bind("<<Ping>>", lambda _: heard.append("second"), add=True)
    unbind(root, "<<Ping>>", first)
    root.event_generate("<<Ping>>")
    assert heard == ["second"]
