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


async def test_what_was_done_is_said_in_another_colour(root: tk.Tk, look: Look) -> None:
    """Nothing went wrong there; the next that does is red again, and a quiet one never is."""
    banner, quiet = Banner(root, look), Banner(root, look, quiet=True)

    def colours(one: Banner) -> set[str]:
        parts = (one, one._label, one._close)
        return {str(part.cget("style")).partition(".")[0] for part in parts}

    banner.show("Something is amiss.")
    assert colours(banner) == {"Banner"}
    banner.show("It is done.", quiet=True)
    assert "Banner" not in colours(banner)
    assert banner._rule.winfo_manager()
    banner.show("Something else is amiss.")
    assert colours(banner) == {"Banner"}
    assert not banner._rule.winfo_manager()
    quiet.show("Good to know.")
    assert "Banner" not in colours(quiet)


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


async def test_where_it_is_narrow_its_buttons_stand_below(
    root: tk.Tk, look: Look, until: Until
) -> None:
    """So that a sentence has the whole width; beside it again where there is room."""
    root.columnconfigure(0, weight=1)
    root.geometry("420x300+0+0")
    banner = Banner(root, look, quiet=True)
    banner.grid(row=0, column=0, sticky="we")
    banner.show("a sentence of some words " * 6, ("Copy it", lambda: None))
    await until(lambda: banner._close.winfo_rooty() > banner._label.winfo_rooty() + 10)
    assert banner.lead.winfo_rooty() == banner._close.winfo_rooty()
    assert banner._label.winfo_width() > 300
    assert banner.winfo_height() < 8 * look.fonts.line_height()
    root.geometry("1000x300")
    await until(lambda: banner._close.winfo_rootx() > banner._label.winfo_rootx() + 600)
    assert banner._label.winfo_height() <= 2 * look.fonts.line_height()
    assert banner._close.winfo_rooty() < banner._label.winfo_rooty() + 20
