from __future__ import annotations

import asyncio
import tkinter as tk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.front import Front

if TYPE_CHECKING:
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window


async def test_it_is_asked_once_a_turn(
    root: tk.Tk, fill: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred messages that come together cost one question; the next turn asks again."""
    await fill(tk.Frame(root))
    front = Front(root)
    asked: list[int] = []
    ask = root.focus_displayof

    def count() -> tk.Misc | None:
        asked.append(1)
        return ask()

    monkeypatch.setattr(root, "focus_displayof", count)
    assert all(front.has_focus for _ in range(100))
    assert len(asked) == 1
    await asyncio.sleep(0)
    assert front.has_focus
    assert len(asked) == 2
    front.close()


async def test_a_change_is_known_at_once(root: tk.Tk, fill: Any, until: Until) -> None:
    """Who is told of the focus by Tk finds it as it is then, though it was asked before."""
    frame = tk.Frame(root)
    await fill(frame)
    front = Front(root)
    found: list[bool] = []
    root.bind("<FocusIn>", lambda _: found.append(front.has_focus), add=True)
    root.bind("<FocusOut>", lambda _: found.append(front.has_focus), add=True)
    root.withdraw()
    await until(lambda: found and not front.has_focus)
    root.deiconify()
    root.focus_force()
    await until(lambda: found[-1])
    assert front.has_focus
    front.close()
    front.close()
