from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.widgets.banner import Banner

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window


async def test_a_banner_comes_and_goes(root: tk.Tk, look: Look, until: Until) -> None:
    """A sentence is shown until it is dismissed; a new one takes the old one's place."""
    banner = Banner(root, look)
    banner.grid(row=0, column=0, sticky="we")
    banner.hide()
    assert banner.text == ""
    banner.show("Something is amiss.")
    banner.show("Something else is.")
    await until(banner.winfo_ismapped)
    assert banner.text == "Something else is."
    banner._close.invoke()
    await until(lambda: not banner.winfo_ismapped())


async def test_a_long_sentence_wraps(root: tk.Tk, look: Look, until: Until) -> None:
    """A long sentence takes more lines, and never the button's place."""
    root.columnconfigure(0, weight=1)
    banner = Banner(root, look)
    banner.grid(row=0, column=0, sticky="we")
    banner.show("a long sentence " * 30)
    await until(lambda: banner.winfo_height() > 2 * look.fonts.line_height() + 30)
    assert banner._close.winfo_rootx() + banner._close.winfo_width() <= (
        root.winfo_rootx() + root.winfo_width()
    )


async def test_a_button_leads_on_from_what_it_says(root: tk.Tk, look: Look) -> None:
    """It goes when it is pressed; the next sentence has none unless it brings its own."""
    banner = Banner(root, look)
    banner.grid()
    led: list[str] = []
    banner.show("Signed out.", ("Sign in …", lambda: led.append("on")))
    assert banner.lead.winfo_manager()
    banner.lead.invoke()
    assert led == ["on"]
    assert banner.text == ""
    banner.show("Something else.")
    assert not banner.lead.winfo_manager()
    banner.lead.invoke()
    assert led == ["on"]
