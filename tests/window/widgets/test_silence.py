from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.widgets.silence import Silence

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.window.conftest import Press

pytestmark = pytest.mark.window


async def test_a_silence_says_why_and_offers_to_try_again(
    root: tk.Tk, look: Look, fill: Any, press: Press
) -> None:
    """Where it may be over, a button tries; where it cannot be, there is none."""
    tried: list[bool] = []
    muted = Silence(root, look, "You are muted.", "Try again", lambda: tried.append(True))
    await fill(muted)
    assert muted.text == "You are muted."
    assert muted.again is not None
    await press(muted.again, "Return")
    assert tried == [True]
    assert Silence(root, look, "Archived.", "", lambda: None).again is None


async def test_a_long_reason_is_wrapped(root: tk.Tk, look: Look, fill: Any) -> None:
    """It takes as many lines as it needs in a narrow window."""
    root.geometry("300x200")
    silence = Silence(root, look, "You are muted: " + "so much was said " * 12, "", lambda: None)
    await fill(silence)
    root.update_idletasks()
    assert silence._words.winfo_reqwidth() <= silence.winfo_width()
