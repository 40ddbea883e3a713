from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.presenters.room_signs import Sign
from asynchat.window.widgets.room_signs import RoomSigns

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look

pytestmark = pytest.mark.window
LOCK, EYE = Sign("lock", "private", "Only who is invited"), Sign("eye", "read-only", "Moderators")


async def test_signs_stand_side_by_side_and_become_short(
    root: tk.Tk, look: Look, fill: Any
) -> None:
    """Where there is little room their words go, and nothing is left of what was shown before."""
    signs = RoomSigns(root, look)
    await fill(signs)
    signs.show([LOCK, EYE])
    assert list(signs.words) == ["private", "read-only"]
    root.update_idletasks()
    wide = signs.winfo_reqwidth()
    signs.shorten(True)
    root.update_idletasks()
    assert signs.winfo_reqwidth() < wide // 2
    signs.show([])
    assert not signs.winfo_children()
    assert not signs.words
