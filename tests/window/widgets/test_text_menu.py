from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.widgets.text_menu import text_menu

if TYPE_CHECKING:
    from asynchat.window.look.theme import Look

pytestmark = pytest.mark.window


def entries(widget: tk.Misc) -> dict[str, str]:
    """Return what the open menu of a widget offers, and close it."""
    (menu,) = [one for one in widget.winfo_children() if isinstance(one, tk.Menu)]
    found = {
        str(menu.entrycget(at, "label")): str(menu.entrycget(at, "state"))
        for at in range(int(menu.index("end") or 0) + 1)
        if menu.type(at) == "command"
    }
    menu.invoke("end")
    menu.destroy()
    return found


@pytest.mark.parametrize("kind", [tk.Text, ttk.Entry])
async def test_a_field_has_its_menu(
    root: tk.Tk, look: Look, fill: Any, kind: type[tk.Text | ttk.Entry]
) -> None:
    """What is selected can be cut and copied, and all of it selected."""
    field = kind(root)
    await fill(field)
    field.insert("1.0" if isinstance(field, tk.Text) else 0, "words")
    assert text_menu(field, look)
    nothing = {"Cut": "disabled", "Copy": "disabled", "Paste": "normal", "Select all": "normal"}
    assert entries(field) == nothing
    assert text_menu(field, look, (100, 100))
    assert set(entries(field).values()) == {"normal"}


async def test_what_cannot_be_edited_cannot_be_pasted_into(
    root: tk.Tk, look: Look, fill: Any
) -> None:
    """A field that only shows something offers no paste; a label has no menu."""
    field = ttk.Entry(root, state="disabled")
    await fill(field)
    assert text_menu(field, look)
    assert entries(field)["Paste"] == "disabled"
    assert not text_menu(ttk.Label(root), look)
