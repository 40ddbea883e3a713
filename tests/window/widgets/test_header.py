from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.widgets.header import Header

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window


@pytest.mark.parametrize(
    ("topic", "members", "about"),
    [
        ("Everything", 5, "Everything · 5 members"),
        ("", 1, "1 member"),
        ("two\nlines", None, "two ⏎ lines"),
    ],
)
async def test_the_header_tells_the_room(
    root: tk.Tk, look: Look, topic: str, members: int | None, about: str
) -> None:
    """Name, topic and count stand side by side, each only where there is one."""
    header = Header(root, look, on_menu=lambda: None)
    header.pack(fill="x")
    root.update_idletasks()
    header.show("# lobby", topic, members)
    assert header.texts == ("# lobby", about)


async def test_a_long_name_leaves_room(root: tk.Tk, look: Look, until: Until) -> None:
    """A name of any length takes at most half of the header."""
    header = Header(root, look, on_menu=lambda: None)
    header.pack(fill="x")
    await until(lambda: header.winfo_width() > 100)
    header.show("# " + "m" * 64, "topic", 2)
    assert header.texts[0].endswith("…")


async def test_the_menu_is_offered_where_needed(root: tk.Tk, look: Look, until: Until) -> None:
    """The button for the sidebar is there only while the sidebar has no room."""
    pressed: list[int] = []
    header = Header(root, look, on_menu=lambda: pressed.append(1))
    header.pack(fill="x")
    header.show_menu_button(True)
    await until(header._menu.winfo_ismapped)
    header._menu.invoke()
    assert pressed
    header.show_menu_button(False)
    await until(lambda: not header._menu.winfo_ismapped())
