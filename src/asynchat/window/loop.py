"""Tk beside the network on one event loop: no threads, no nested loops."""

from __future__ import annotations

import _tkinter
import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import tkinter as tk
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final, cast

from async_tkinter_loop import main_loop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from asynchat.tasks import Tasks

logger = logging.getLogger(__name__)

_END_TIMEOUT_S: Final = 2
_TURN_S: Final = 0.008
"""How long Tk's events are handled before the network has its turn."""

_X_SOCKET: Final = "/tmp/.X11-unix/X"  # noqa: S108 # nosec B108 # the X server's, only compared


class TkLoop:
    """Runs a root's events in a task of ``tasks``, at once where the system tells of them.

    ``on_end`` is called when the window is gone, by whatever cause.
    """

    def __init__(self, root: tk.Tk, tasks: Tasks, on_end: Callable[[], None]) -> None:
        self._root = root
        self._loop = asyncio.get_running_loop()
        self._on_end = on_end
        self._ended = asyncio.Event()
        self._turn = Turn(root, self._again)
        self._waiting: asyncio.Handle | None = None
        tasks.spawn(self._run(), name="tk")
        self._fd = self._watch_x11()

    async def end(self) -> None:
        """Destroy the window and wait until its events are done with."""
        if self._fd is not None:
            self._loop.remove_reader(self._fd)
        with contextlib.suppress(tk.TclError):  # it may be gone already
            self._root.destroy()
        try:
            async with asyncio.timeout(_END_TIMEOUT_S):
                await self._ended.wait()
        except TimeoutError:
            logger.warning("Tk's loop did not end by itself")

    async def _run(self) -> None:
        try:
            # It asks of its root two things, and a turn has both.
            await main_loop(cast("tk.Tk", self._turn))
        finally:
            if self._waiting is not None:
                self._waiting.cancel()
            self._ended.set()
            self._on_end()

    def _watch_x11(self) -> int | None:
        # `main_loop` looks every 10 ms; with this a key is handled when it comes.
        if self._root.tk.call("tk", "windowingsystem") != "x11":
            return None
        fd = x11_connection()
        if fd is not None:
            try:
                self._loop.add_reader(fd, self._drain)
            except NotImplementedError:
                return None
        return fd

    def _drain(self) -> None:
        self._waiting = None
        try:
            self._turn.take()
        except tk.TclError:
            logger.debug("Tk is going away", exc_info=True)

    def _again(self) -> None:
        """Go on with Tk's events once everything else on the loop had its turn."""
        if self._waiting is None:
            self._waiting = self._loop.call_soon(self._drain)


class Turn:
    """Handles a root's events for so long at most; ``on_more`` is called where some are left."""

    def __init__(self, root: tk.Tk, on_more: Callable[[], None]) -> None:
        self._root = root
        self._on_more = on_more

    def take(self, flags: int = _tkinter.DONT_WAIT) -> None:
        """Handle events.  Raise `tkinter.TclError` where the window is gone."""
        until = monotonic() + _TURN_S
        one = self._root.tk.dooneevent
        while one(flags):
            if monotonic() >= until:
                self._on_more()
                return

    def dooneevent(self, flags: int) -> int:
        """Handle a turn's events, and tell that there is none left to wait for."""
        self.take(flags)
        return 0

    def winfo_exists(self) -> bool:
        """Tell whether the window is there; raise `tkinter.TclError` where it was."""
        return bool(self._root.winfo_exists())


def x11_connection() -> int | None:
    """Return the file descriptor of this process's connection to a local X server.

    It belongs to the process, is shared by all its roots and outlives them.
    """
    try:
        fds = [int(path.name) for path in Path("/proc/self/fd").iterdir()]
    except OSError:
        return None
    for fd in fds:
        try:
            copy = socket.socket(fileno=os.dup(fd))
        except OSError:  # no socket, or closed since
            continue
        with copy:
            try:
                peer = copy.getpeername()
            except OSError:
                continue
        # An abstract address comes as bytes that begin with NUL.
        text = peer.decode(errors="replace") if isinstance(peer, bytes) else str(peer)
        if _X_SOCKET in text:
            return fd
    return None


@contextlib.contextmanager
def closing_signals(close: Callable[[], None]) -> Iterator[None]:
    """Call ``close`` when the process is asked to end, by SIGINT or SIGTERM."""
    loop = asyncio.get_running_loop()
    names = (signal.SIGINT, signal.SIGTERM)
    try:
        for name in names:
            loop.add_signal_handler(name, close)
    except (NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread
        yield from _plain_signals(loop, close)
        return
    try:
        yield
    finally:
        for name in names:
            loop.remove_signal_handler(name)


def _plain_signals(loop: asyncio.AbstractEventLoop, close: Callable[[], None]) -> Iterator[None]:
    before = {}
    try:
        for name in (signal.SIGINT, signal.SIGTERM):
            before[name] = signal.signal(name, lambda *_: loop.call_soon_threadsafe(close))
    except ValueError:
        logger.debug("signals are for the main thread", exc_info=True)
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def draws_in_pixels() -> None:
    """Tell Windows that we scale by ourselves; before the first window."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - only here

        with contextlib.suppress(AttributeError, OSError):  # before Windows 8.1
            ctypes.windll.shcore.SetProcessDpiAwareness(1)
