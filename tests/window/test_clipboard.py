from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from asynchat.window import clipboard
from asynchat.window.clipboard import clipboard_picture, clipboard_text

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


async def test_a_picture_is_no_text(
    root: tk.Tk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though some owners give it to whoever asks for one."""
    program(tmp_path, "xclip", "printf '\\211PNG\\r\\n\\032\\nrest'")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(clipboard, "_is_ours", lambda _: False)
    assert await clipboard_text(root) == ""


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


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("printf '\\211PNG\\r\\n\\032\\nrest'", b"\x89PNG\r\n\x1a\nrest"),
        ("echo no picture", b""),
        ("exec head -c 5000000 /dev/zero", b""),
        ("exec sleep 60", b""),
    ],
)
async def test_a_picture_is_asked_for(
    root: tk.Tk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, found: bytes
) -> None:
    """What is none, is too large or does not come is nothing, and stops nobody."""
    program(tmp_path, "xclip", script)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(clipboard, "_is_ours", lambda _: False)
    monkeypatch.setattr(clipboard, "MAX_PICTURE_BYTES", 1_000_000)
    if "sleep" in script:
        monkeypatch.setattr(clipboard, "_TIMEOUT_S", 0.05)
    assert await clipboard_picture(root) == found


async def test_there_is_no_picture_without_a_program(
    root: tk.Tk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor where the clipboard is our own, which holds texts."""
    monkeypatch.setattr(clipboard, "_is_ours", lambda _: False)
    monkeypatch.setenv("PATH", "/nowhere")
    assert await clipboard_picture(root) == b""
    monkeypatch.setattr(clipboard, "_is_ours", lambda _: True)
    assert await clipboard_picture(root) == b""


async def test_elsewhere_pillow_has_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no picture there is nothing, too."""
    found: list[object] = [None, Image.new("RGB", (2, 2))]
    monkeypatch.setattr("PIL.ImageGrab.grabclipboard", found.pop)
    data = clipboard._grabbed()
    assert data.startswith(b"\x89PNG")
    assert clipboard._grabbed() == b""
