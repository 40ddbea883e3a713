from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.presenters.message_menu import QUICK
from asynchat.window.widgets import message_menu

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.transcript import Block

pytestmark = pytest.mark.window


async def test_a_reaction_is_two_steps_away(
    root: tk.Tk, look: Look, block: Callable[..., Block], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The menu has a few reactions, and the way to others, also where there are no pictures."""
    acted: list[tuple[str, str]] = []
    said = block("hello", seq=3)
    for drawn in (True, False):
        if not drawn:
            monkeypatch.setattr(message_menu, "picture", lambda *_: None)
            look.images._kept.clear()
        menu = look.menu(root)
        message_menu.add_message(
            menu, look, said, "me", lambda name, _, words: acted.append((name, words))
        )
        quick = menu.nametowidget(menu.entrycget(1, "menu"))
        quick.invoke(0)
        quick.invoke("end")
        menu.invoke(0)
        menu.destroy()
    assert acted == [("react", QUICK[0]), ("react", ""), ("reply", "")] * 2
