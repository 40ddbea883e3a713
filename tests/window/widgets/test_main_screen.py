from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.presenters.sidebar import Row
from asynchat.window.widgets.main_screen import Actions, MainScreen

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window


@pytest.fixture
def widened() -> list[int]:
    return []


@pytest.fixture
async def screen(root: tk.Tk, look: Look, fill: Any, widened: list[int]) -> MainScreen:
    actions: dict[str, Any] = {field.name: lambda *_: None for field in fields(Actions)}
    actions["widen"] = widened.append
    made = MainScreen(root, look, Actions(**actions))
    await fill(made)
    return made


async def test_a_narrow_window_has_the_sidebar_on_demand(
    root: tk.Tk, screen: MainScreen, until: Until
) -> None:
    """Below 640 pixels the sidebar comes and goes by a button, and goes when a room is chosen."""
    await until(lambda: screen.sidebar.winfo_ismapped() and not screen.narrow)
    root.geometry("480x500")
    await until(lambda: screen.narrow and not screen.sidebar.winfo_ismapped())
    screen.toggle_sidebar()
    await until(screen.sidebar.winfo_ismapped)
    screen.toggle_sidebar()
    await until(lambda: not screen.sidebar.winfo_ismapped())
    screen.toggle_sidebar()
    await until(screen.sidebar.winfo_ismapped)
    screen._choose(Row("room", "lobby", "# lobby"))
    await until(lambda: not screen.sidebar.winfo_ismapped())
    root.geometry("900x500")
    await until(screen.sidebar.winfo_ismapped)


async def test_nothing_is_cut_off_in_a_narrow_window(
    root: tk.Tk, screen: MainScreen, until: Until
) -> None:
    """At 420 pixels the composer and its button are on the screen in full."""
    root.geometry("420x400")
    await until(lambda: screen.winfo_width() == 420)
    button = screen.composer._send
    await until(lambda: button.winfo_rootx() + button.winfo_width() <= root.winfo_rootx() + 420)
    assert screen.composer.text.winfo_width() > 200
    assert screen.status.winfo_rooty() + screen.status.winfo_height() <= root.winfo_rooty() + 400


async def test_keys_typed_at_the_transcript_reach_the_composer(
    screen: MainScreen, press: Press
) -> None:
    """Whoever reads and begins to type, types a message."""
    await press(screen.transcript.text, "h")
    assert screen.composer.typed == "h"


async def test_the_sidebar_keeps_its_width(
    root: tk.Tk, look: Look, screen: MainScreen, until: Until
) -> None:
    """The sidebar is as wide over the rest as beside it, and afterwards."""
    await until(lambda: screen.sidebar.winfo_width() == look.px(226))
    root.geometry("480x500")
    await until(lambda: screen.narrow)
    screen.toggle_sidebar()
    await until(lambda: screen.sidebar.winfo_ismapped() and screen.sidebar.winfo_width() > 1)
    assert screen.sidebar.winfo_width() == look.px(226)
    root.geometry("900x500")
    await until(lambda: not screen.narrow)
    await until(lambda: screen.transcript.winfo_width() == 900 - look.px(226) - 1)


async def test_another_scale_brings_no_button_back(
    look: Look, screen: MainScreen, until: Until
) -> None:
    """Painted anew, a wide window still has no button for the sidebar."""
    look.zoom(90)
    await until(lambda: screen.sidebar.winfo_width() == look.px(226))
    assert not screen.header._menu.winfo_manager()


async def test_the_sidebar_is_dragged_wider(
    look: Look, screen: MainScreen, widened: list[int], until: Until
) -> None:
    """Its edge can be dragged, as far as there is room beside it, and where it ends is told."""
    await until(lambda: screen.sidebar.winfo_width() == look.px(226))
    for target, width in ((300, 300), (10, 160), (2_000, 480)):
        x = target - screen._rule.winfo_x()
        screen._rule.event_generate("<B1-Motion>", x=x, y=50, rootx=screen.winfo_rootx() + target)
        screen._rule.event_generate("<ButtonRelease-1>", x=x, y=50)
        assert widened[-1] == width
        await until(lambda width=width: screen.sidebar.winfo_width() == look.px(width))  # type: ignore[misc]


async def test_a_wide_windows_sidebar_can_be_hidden_too(screen: MainScreen, until: Until) -> None:
    """The key that shows it over a narrow window hides it beside a wide one."""
    await until(screen.sidebar.winfo_ismapped)
    screen.toggle_sidebar()
    await until(lambda: not screen.sidebar.winfo_ismapped())
    assert screen.header._menu.winfo_manager()
    screen.toggle_sidebar()
    await until(screen.sidebar.winfo_ismapped)
    assert not screen.tuck_away()
