from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.widgets.labels import ShortenedLabel

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until


@pytest.mark.window
async def test_a_label_is_shortened_to_its_room(root: tk.Tk, look: Look, until: Until) -> None:
    """What does not fit gets an ellipsis, and is whole again with more room."""
    label = ShortenedLabel(root, look, style="TLabel", role="body")
    label.place(x=0, y=0, width=80)
    label.show("a text that does not fit")
    await until(lambda: str(label.cget("text")).endswith("…"))
    label.place(width=600)
    await until(lambda: label.cget("text") == "a text that does not fit")
    assert label.full == "a text that does not fit"
