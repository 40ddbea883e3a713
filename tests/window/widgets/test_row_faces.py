from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from asynchat.window.look.avatars import Face
from asynchat.window.widgets.row_faces import RowFaces

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window


async def test_faces_are_drawn_a_few_at_a_time(root: tk.Tk, look: Look, until: Until) -> None:
    """Until then there is a box in the right colour; then the list is drawn anew."""
    drawn: list[int] = []
    faces = RowFaces(root, look, lambda: drawn.append(len(look.images)))
    names = [f"name{n}" for n in range(10)]
    boxes = {name: str(faces.get(name, name, 20)) for name in names}
    assert len(set(boxes.values())) <= 8
    await until(lambda: len(drawn) == 2)
    assert len({str(faces.get(name, name, 20)) for name in names}) == len(names)
    assert str(faces.get("name0", "name0", 20)) != boxes["name0"]


async def test_a_picture_stands_for_initials(root: tk.Tk, look: Look, until: Until) -> None:
    """Once there is one; the same of two accounts is one."""
    drawn: list[int] = []
    faces = RowFaces(root, look, lambda: drawn.append(1))
    face = Face("f1", Image.new("RGBA", (96, 96), "#00ff00"))
    faces.told = lambda account: face if account != "carol" else None
    faces.get("ben", "ben", 20)
    await until(lambda: drawn)
    shown = faces.get("ben", "ben", 20)
    assert str(faces.get("bob", "bob", 20)) == str(shown)
    assert shown.tk.call(str(shown), "get", 10, 10) == (0, 255, 0)
    faces.get("carol", "carol", 20)
    faces.close()
    faces.close()
