from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.widgets.pinned_panel import Pinned, PinnedPanel

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window

LISTED = (Pinned(3, "ada", "12:00", "first"), Pinned(7, "ben", "13:00", "long " * 100))


async def test_a_pin_is_gone_to_or_taken_away(root: tk.Tk, look: Look, until: Until) -> None:
    """Each message has its two buttons; the one that leads there closes the panel."""
    done: list[tuple[str, int]] = []
    panel = PinnedPanel(
        root,
        look,
        "Pinned",
        on_jump=lambda seq: done.append(("jump", seq)),
        on_unpin=lambda seq: done.append(("unpin", seq)),
    )
    panel.show(())
    assert panel.first is panel.close_button
    panel.show(LISTED)
    panel.show(LISTED)
    assert panel.texts == tuple(one.text for one in LISTED)
    panel.open(panel.first)
    await until(lambda: panel.focus_displayof() is panel.first)
    panel.press(0, "unpin")
    panel.show(LISTED[1:])
    await until(lambda: panel.focus_displayof() is panel.close_button)
    panel.press(0, "jump")
    assert done == [("unpin", 3), ("jump", 7)]
    assert not panel.winfo_exists()
