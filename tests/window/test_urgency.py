from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window import urgency as module
from asynchat.window.urgency import Urgency

if TYPE_CHECKING:
    import tkinter as tk

    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window


def is_urgent(root: tk.Tk) -> bool:
    """Tell whether the window manager is told that this window is urgent."""
    xlib = module._xlib()
    display = xlib.XOpenDisplay(root.winfo_screen().encode())
    hints = xlib.XGetWMHints(display, module._parent(xlib, display, root.winfo_id()))
    urgent = bool(hints.contents.flags & module._URGENT)
    xlib.XFree(hints)
    xlib.XCloseDisplay(display)
    return urgent


async def test_the_window_asks_for_attention_and_stops(root: tk.Tk, until: Until) -> None:
    """The urgency hint of the window is set, and taken back; its other hints stay."""
    if root.tk.call("tk", "windowingsystem") != "x11":
        pytest.skip("windows without X")
    await until(root.winfo_viewable)
    urgency = Urgency(root)
    urgency.ask(True)
    urgency.ask(True)
    assert urgency.asking
    assert is_urgent(root)
    urgency.ask(False)
    assert not is_urgent(root)
    assert root.state() == "normal"


async def test_where_nothing_can_be_asked_nothing_happens(
    root: tk.Tk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A system without Xlib, or with an X server that is not reached, is no failure."""

    def none() -> None:
        raise OSError("libX11.so.6: cannot open shared object file")

    monkeypatch.setattr(module, "_xlib", none)
    urgency = Urgency(root)
    urgency.ask(True)
    assert urgency.asking
