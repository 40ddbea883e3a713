from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from asynchat.window.look.shapes import png
from asynchat.window.look.tk_objects import Flag, Picture, Words, free_waiting

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

pytestmark = pytest.mark.window

MAKERS: list[Callable[[Any], Picture | Words | Flag]] = [
    lambda root: Picture(root, png(Image.new("RGB", (1, 1)))),
    lambda root: Words(root, "words"),
    lambda root: Flag(root, True),
]


def is_there(root: tk.Tk, name: str) -> bool:
    """Tell whether Tk still has a picture or a variable of a name."""
    pictures = root.tk.splitlist(root.tk.call("image", "names"))
    return name in pictures or bool(root.tk.getboolean(root.tk.call("info", "exists", name)))


@pytest.mark.parametrize("make", MAKERS)
async def test_what_is_dropped_here_is_freed_at_once(
    root: tk.Tk, make: Callable[[Any], Any]
) -> None:
    """On Tk's thread nothing waits."""
    made = make(root)
    name = str(made)
    assert is_there(root, name)
    del made
    assert not is_there(root, name)


@pytest.mark.parametrize("make", MAKERS)
async def test_what_is_dropped_on_another_thread_waits(
    root: tk.Tk, make: Callable[[Any], Any]
) -> None:
    """The collector may run anywhere: what it finds is freed by Tk's thread, and nothing fails."""
    held = [make(root)]
    name = str(held[0])
    thread = threading.Thread(target=held.clear)
    thread.start()
    thread.join()
    assert is_there(root, name)
    free_waiting()
    assert not is_there(root, name)


async def test_the_next_one_frees_what_waits(root: tk.Tk) -> None:
    """Nobody has to remember it: making something frees what waits."""
    held = [Words(root, "old")]
    name = str(held[0])
    thread = threading.Thread(target=held.clear)
    thread.start()
    thread.join()
    Flag(root)
    assert not is_there(root, name)
