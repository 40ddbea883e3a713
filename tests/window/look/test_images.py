from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from asynchat.window.look.images import Images

if TYPE_CHECKING:
    import tkinter as tk

pytestmark = pytest.mark.window


def red() -> Image.Image:
    return Image.new("RGB", (3, 2), "red")


async def test_a_picture_is_drawn_once(root: tk.Tk) -> None:
    """The same key gives the same picture, without drawing it again."""
    images = Images(root)
    first = images.get("a", red)
    assert images.get("a", lambda: pytest.fail("drawn again")) is first
    assert (first.width(), first.height()) == (3, 2)


async def test_the_cache_is_bounded(root: tk.Tk) -> None:
    """What was not used for longest goes first, and can be drawn again."""
    images = Images(root, limit=2)
    first = images.get("a", red)
    images.get("b", red)
    images.get("a", red)
    images.get("c", red)
    assert len(images) == 2
    assert images.get("a", red) is first


async def test_what_cannot_be_drawn_is_remembered(root: tk.Tk) -> None:
    """A picture that there is none of is not tried again."""
    images = Images(root)
    assert images.get_if_any("a", lambda: None) is None
    assert images.get_if_any("a", lambda: pytest.fail("tried again")) is None
