from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.widgets.pen import Pen

if TYPE_CHECKING:
    from asynchat.window.look.theme import Look

pytestmark = pytest.mark.window


async def test_text_and_pictures_come_in_order(root: tk.Tk, look: Look, fill: Any) -> None:
    """What is written first stands first, where the pen was sent to."""
    text = tk.Text(root)
    await fill(text)
    pen = Pen(text, look.images)
    image = tk.PhotoImage(master=root, width=3, height=3)
    pen.put("b", "tag")
    pen.picture(image, "center", "tag", meaning="🎉")
    pen.put("c", "tag")
    pen.go("1.0")
    pen.put("a", "tag")
    pen.put("")
    pen.flush()
    assert text.get("1.0", "end-1c") == "abc"
    name = text.dump("1.0", "end", image=True)[0][1]
    assert pen.meaning(name) == "🎉"
    assert pen.meaning("pyimage99") == ""
    pen.forget("tag")
    assert not pen._pictures


async def test_a_picture_has_its_own_tags_only(root: tk.Tk, look: Look, fill: Any) -> None:
    """Between two stretches under one tag a picture is not under it."""
    text = tk.Text(root)
    await fill(text)
    pen = Pen(text, look.images)
    pen.put("one\ntwo", "block", "head")
    pen.go("2.0")
    pen.picture(tk.PhotoImage(master=root, width=3, height=3), "center", "other")
    assert text.tag_names("2.0") == ("other",)
