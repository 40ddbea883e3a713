from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.markup.shortcodes import groups
from asynchat.window.look import emoji as emoji_module
from asynchat.window.look.palettes import LIGHT
from asynchat.window.widgets import emoji_picker as picker_module
from asynchat.window.widgets.emoji_picker import CELL, EmojiPicker

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window


class Heard:
    """What a picker called back."""

    def __init__(self) -> None:
        self.picked: list[str] = []
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def picker(root: tk.Tk, look: Look, fill: Any, heard: Heard) -> EmojiPicker:
    made = EmojiPicker(root, look, on_pick=heard.picked.append, on_close=heard.close)
    await fill(made)
    made.open(("🎉", "🚀"), 400)
    return made


async def test_recent_ones_come_first(
    picker: EmojiPicker, heard: Heard, click: Callable[..., None], until: Until
) -> None:
    """What was used of late is in the first row, and a click picks it."""
    await until(lambda: picker._canvas.winfo_height() > 200)
    click(picker._canvas, x=CELL + 10, y=28 + 10)
    assert heard.picked == ["🚀"]
    assert str(picker._name.cget("text")) == ":rocket:"
    click(picker._canvas, x=5, y=5)
    assert heard.picked == ["🚀"]


async def test_a_search_is_answered_as_one_types(
    picker: EmojiPicker, heard: Heard, press: Press
) -> None:
    """The likeliest is marked at once, arrows go on, Return picks."""
    await press(picker.entry, *"rocket", "Return")
    assert heard.picked == ["🚀"]
    picker.entry.delete(0, "end")
    await press(picker.entry, *"heart", "Right", "Down", "Return")
    assert heard.picked[1] in picker.rows[2].emoji
    picker.entry.delete(0, "end")
    await press(picker.entry, *"zzzz", "Down", "Return")
    assert len(heard.picked) == 2


async def test_only_what_is_seen_is_drawn(
    picker: EmojiPicker, until: Until, click: Callable[..., None]
) -> None:
    """Rows are drawn when they come on view, and never again."""
    await until(lambda: picker._timer is None)
    assert 5 < len(picker._drawn) < 20
    assert len(picker.rows) > 200
    picker.go_to("Flags")
    await until(lambda: any(at > 180 for at in picker._drawn))
    await until(lambda: picker._timer is None)
    kept = len(picker._images)
    picker.open(("🎉", "🚀"), 400)
    picker.go_to("Flags")
    await until(lambda: any(at > 180 for at in picker._drawn))
    await until(lambda: picker._timer is None)
    assert len(picker._images) == kept
    click(picker._tabs[0])
    await until(lambda: picker._canvas.canvasy(0) < 4 * CELL)


async def test_the_wheel_and_the_arrows_scroll(
    picker: EmojiPicker, press: Press, until: Until
) -> None:
    """What is marked stays on view; the wheel goes farther."""
    await press(picker.entry, *["Down"] * 14)
    await until(lambda: picker._canvas.canvasy(0) > 0)
    await press(picker.entry, *["Up"] * 20)
    await until(lambda: picker._canvas.canvasy(0) < CELL)
    picker._canvas.event_generate("<Button-5>", x=5, y=5)
    await until(lambda: picker._canvas.canvasy(0) >= CELL)
    picker._canvas.event_generate("<Button-4>", x=5, y=5)


async def test_it_goes_by_escape_and_by_leaving(
    picker: EmojiPicker, heard: Heard, press: Press, root: tk.Tk, until: Until
) -> None:
    """Escape ends it, and so does a focus elsewhere."""
    await press(picker.entry, "Escape")
    assert heard.closed == 1
    root.focus_set()
    await until(lambda: heard.closed == 2)


async def test_another_palette_and_a_small_window_are_no_trouble(
    picker: EmojiPicker, look: Look, root: tk.Tk
) -> None:
    """It is painted in the palette of now, and is as low as there is room for."""
    look.use(LIGHT)
    root.update_idletasks()
    assert str(picker._canvas.cget("background")) == LIGHT.sidebar
    picker.open((), 200)
    assert int(picker._canvas.cget("height")) < 7 * CELL


async def test_without_a_font_for_pictures_they_are_text(
    root: tk.Tk, look: Look, fill: Any, monkeypatch: pytest.MonkeyPatch, until: Until
) -> None:
    """Where no font draws emoji, Tk's own text does what it can."""
    monkeypatch.setattr(picker_module, "picture", lambda *_: None)
    monkeypatch.setattr(emoji_module, "picture", lambda *_: None)
    made = EmojiPicker(root, look, on_pick=print, on_close=print)
    await fill(made)
    made.open((), 400)
    canvas = made._canvas

    def texts() -> list[str]:
        found = canvas.find_withtag("text")
        return [str(canvas.tk.call(str(canvas), "itemcget", one, "-text")) for one in found]

    await until(lambda: groups()[0].emoji[0] in texts())
    assert str(made._tabs[0].cget("text"))
