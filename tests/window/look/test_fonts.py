from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.look import fonts as fonts_module
from asynchat.window.look.fonts import Fonts

if TYPE_CHECKING:
    import tkinter as tk

pytestmark = pytest.mark.window


def plain(n: float) -> int:
    return round(n)


async def test_the_first_family_present_is_taken(root: tk.Tk) -> None:
    """The family is one of those preferred, or else what the system has."""
    assert Fonts(root, plain).family


async def test_without_any_the_system_s_is_taken(
    root: tk.Tk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no preferred family is present, the system's own font serves."""
    monkeypatch.setattr(fonts_module, "FAMILIES", {"No Such Family": 10})
    assert Fonts(root, plain)["body"].measure("asynchat") > 0


async def test_fonts_grow_where_they_are_in_use(root: tk.Tk) -> None:
    """A zoom changes named fonts, and so everything that is written in them."""
    made = Fonts(root, plain)
    body, before = made["body"], made.line_height()
    made.resize(lambda n: round(2 * n))
    assert made["body"] is body
    assert made.line_height() > before * 1.5
    assert made.line_height("title") > made.line_height()


async def test_a_long_text_gets_an_ellipsis(root: tk.Tk) -> None:
    """What does not fit is cut, with an ellipsis, and then fits."""
    made = Fonts(root, plain)
    short = made.shortened("a rather long name", 60)
    assert short.endswith("…")
    assert made.width(short) <= 60
    assert made.shortened("a", 60) == "a"
    assert made.shortened("abc", 1) == "…"
