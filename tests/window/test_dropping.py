from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.dropping import take_drops

if TYPE_CHECKING:
    import tkinter as tk

pytestmark = pytest.mark.window


def test_without_the_library_nothing_is_dropped(
    root: tk.Tk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor where it cannot be loaded; the window works as before."""
    monkeypatch.setitem(sys.modules, "tkinterdnd2", None)
    assert not take_drops(root, lambda _: None)

    def fails(_: object) -> None:
        raise RuntimeError("Unable to load tkdnd library.")

    broken = SimpleNamespace(TkinterDnD=SimpleNamespace(_require=fails))
    monkeypatch.setitem(sys.modules, "tkinterdnd2", broken)
    assert not take_drops(root, lambda _: None)


async def test_files_are_taken_from_other_programs(root: tk.Tk) -> None:
    """With the library, a drop brings their paths, whatever they are called."""
    pytest.importorskip("tkinterdnd2")
    dropped: list[Any] = []
    if not take_drops(root, dropped.append):
        pytest.skip("tkdnd does not load here")
    script = root.bind("<<Drop:DND_Files>>").strip()
    command = script.split()[0]
    assert root.tk.call(command, "/f/a.txt {/f/b c.txt}") == "copy"
    assert dropped == [[Path("/f/a.txt"), Path("/f/b c.txt")]]
