from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import tkinter as tk
from typing import TYPE_CHECKING

import pytest

from asynchat.window import loop as loop_module
from asynchat.window.loop import TkLoop, closing_signals, draws_in_pixels, x11_connection

if TYPE_CHECKING:
    from asynchat.tasks import Tasks
    from tests.plugins.waiting import Until

pytestmark = pytest.mark.window

on_x11 = pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="there is no X11")


@on_x11
async def test_the_connection_is_found(root: tk.Tk) -> None:
    """The descriptor found is a socket of the X server; others are passed over."""
    one, other = socket.socketpair()
    with one, other:
        fd = x11_connection()
    assert fd is not None
    with socket.socket(fileno=os.dup(fd)) as copy:
        assert b".X11-unix/X" in bytes(copy.getpeername())


@on_x11
async def test_a_key_is_handled_when_it_comes(root: tk.Tk, until: Until) -> None:
    """What the X server says wakes the loop: no polling stands between."""
    loop = asyncio.get_running_loop()
    fd = x11_connection()
    assert fd is not None
    # It was being watched: that is what `remove_reader` tells.
    assert loop.remove_reader(fd)


async def test_without_a_connection_to_watch_polling_serves(
    display: str, tasks: Tasks, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no descriptor is found, events are handled all the same."""
    monkeypatch.setattr(loop_module, "x11_connection", lambda: None)
    root = tk.Tk()
    ended: list[bool] = []
    loop = TkLoop(root, tasks, lambda: ended.append(True))
    called: list[bool] = []
    root.after(1, lambda: called.append(True))
    await until(lambda: called)
    await loop.end()
    assert ended


async def test_a_turn_ends_though_more_is_to_do(root: tk.Tk, until: Until) -> None:
    """A window that always has something to do leaves time to the network, and goes on after."""
    loop = asyncio.get_running_loop()
    busy = [0]
    turns: list[int] = []

    def work() -> None:
        busy[0] += 1
        if busy[0] < 5_000:
            root.after(0, work)

    def network() -> None:
        turns.append(busy[0])
        if busy[0] < 5_000:
            loop.call_soon(network)

    root.after(0, work)
    network()
    await until(lambda: busy[0] == 5_000)
    # It had its turns between.
    assert len({done for done in turns if 0 < done < 5_000}) > 2


async def test_the_end_is_told_whatever_the_cause(display: str, tasks: Tasks, until: Until) -> None:
    """A window destroyed by another hand ends the loop, which tells of it."""
    root = tk.Tk()
    ended: list[bool] = []
    loop = TkLoop(root, tasks, lambda: ended.append(True))
    root.destroy()
    await until(lambda: ended)
    await loop.end()


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
async def test_signals_ask_to_close(name: signal.Signals, until: Until) -> None:
    """SIGINT and SIGTERM close the window as its button does, and are as before afterwards."""
    before = signal.getsignal(name)
    asked: list[bool] = []
    with closing_signals(lambda: asked.append(True)):
        signal.raise_signal(name)
        await until(lambda: asked)
    if name is signal.SIGTERM:
        assert signal.getsignal(name) is before


async def test_signals_where_loops_take_none(until: Until, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows, where the loop takes no handlers, plain ones serve."""

    def refuse(*_: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr(asyncio.get_running_loop(), "add_signal_handler", refuse)
    before = signal.getsignal(signal.SIGTERM)
    asked: list[bool] = []
    with closing_signals(lambda: asked.append(True)):
        signal.raise_signal(signal.SIGTERM)
        await until(lambda: asked)
    assert signal.getsignal(signal.SIGTERM) is before


def test_scaling_is_ours() -> None:
    """Telling the system that we scale by ourselves harms nobody where it need not be told."""
    draws_in_pixels()
