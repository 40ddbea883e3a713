from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from asynchat.window import clipboard
from asynchat.window.clipboard import clipboard_text

if TYPE_CHECKING:
    import tkinter as tk
    from pathlib import Path

pytestmark = [
    pytest.mark.window,
    pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="X11's clipboard"),
]


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


async def test_our_own_text_comes_back(root: tk.Tk) -> None:
    """What was copied here is there at once, cleaned, and beyond ASCII."""
    root.clipboard_clear()
    root.clipboard_append("naïve 🎉\x07")
    assert await clipboard_text(root) == "naïve 🎉"


async def test_another_program_is_asked(
    root: tk.Tk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another window holds comes through a program of its own."""
    program(tmp_path, "xclip", "printf 'from elsewhere\\r\\n'")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(clipboard, "_is_ours", lambda _: False)
    assert await clipboard_text(root) == "from elsewhere\n"


async def test_an_owner_that_does_not_answer_stops_nobody(
    root: tk.Tk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a bounded time the clipboard counts as empty."""
    program(tmp_path, "xclip", "exec sleep 60")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(clipboard, "_is_ours", lambda _: False)
    monkeypatch.setattr(clipboard, "_TIMEOUT_S", 0.05)
    assert await clipboard_text(root) == ""


async def test_an_empty_clipboard_is_empty(root: tk.Tk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any such program Tk is asked; where there is nothing, nothing comes."""
    root.clipboard_clear()
    root.selection_clear(selection="CLIPBOARD")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert await clipboard_text(root) == ""
