from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.transcript import Block
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window


async def test_it_has_what_can_be_done(
    root: tk.Tk, look: Look, fill: Any, block: Callable[..., Block], until: Until
) -> None:
    """Over one's own message there is a button to edit it, over a deleted one nothing."""
    text = tk.Text(root)
    await fill(text)
    acted: list[tuple[str, Block]] = []
    bar = MessageBar(text, look, on_act=lambda name, about: acted.append((name, about)))
    said = block("hello", seq=3)
    bar.over(said, 40, "me")
    await until(bar.winfo_ismapped)
    assert not bar._buttons["edit"].winfo_ismapped()
    bar.over(said, 40, "u1")
    bar.over(said, 60, "u1")
    await until(bar._buttons["edit"].winfo_ismapped)
    bar._buttons["more"].event_generate("<Button-1>")
    assert bar.block == said
    bar.press("reply")
    await until(lambda: not bar.winfo_ismapped())
    assert acted == [("more", said), ("reply", said)]
    bar.over(block("gone", seq=4, deleted=True), 40, "me")
    await until(lambda: not bar.winfo_ismapped())
    assert bar.holds(bar._buttons["edit"])
    assert not bar.holds(text)
