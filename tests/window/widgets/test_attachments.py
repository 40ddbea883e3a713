from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.look.palettes import LIGHT
from asynchat.window.presenters.attachments import Attachment
from asynchat.window.widgets.attachments import Attachments

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window


async def test_each_file_has_a_caption_and_can_be_removed(
    root: tk.Tk, look: Look, press: Press, until: Until
) -> None:
    """What is typed is told at once, Return sends, and another palette loses nothing."""
    heard: list[Any] = []
    strip = Attachments(root, look, on_send=lambda: heard.append("send"))
    strip.on_caption = lambda at, text: heard.append((at, text))
    strip.on_remove = heard.append
    strip.show((Attachment(Path("/f/a.png"), 10), Attachment(Path("/f/b.txt"), 20, "two")))
    await until(strip.winfo_viewable)
    assert [entry.get() for entry in strip.captions] == ["", "two"]
    await press(strip.captions[0], "x")
    assert heard == [(0, "x")]
    await press(strip.captions[1], "Return")
    assert heard[1:] == ["send"]
    strip.removals[1].invoke()
    assert heard[-1] == 1
    look.use(LIGHT)
    assert [entry.get() for entry in strip.captions] == ["x", "two"]
    strip.show(())
    assert not strip.winfo_manager()
    assert strip.shown == ()
