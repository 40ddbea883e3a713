"""A real root with its loop, and a look; what Tk or a handler fails at fails the test."""

from __future__ import annotations

import gc
import tkinter as tk
from typing import TYPE_CHECKING, Protocol

import pytest

from asynchat.tasks import Tasks
from asynchat.window.failures import Failures
from asynchat.window.look.palettes import DARK
from asynchat.window.look.theme import Look
from asynchat.window.loop import TkLoop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from tests.plugins.waiting import Until


class Press(Protocol):
    """The type of the fixture `press`."""

    async def __call__(self, widget: tk.Misc, *keys: str) -> None:
        """Press keys where the focus then is: ``a``, ``Return``, ``Control-a``."""


@pytest.fixture(scope="module", autouse=True)
def _collected_here() -> Iterator[None]:
    """Collect the windows of a module on this thread.

    Python's collector runs on whatever thread has just made something, and Tcl aborts the process
    where one of its interpreters goes on another thread than it was made on.  A program has one
    for as long as it lives; these tests have hundreds.
    """
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def _without_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bother nobody with notifications: a test that wants a desktop has one of its own."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")


@pytest.fixture
def failures() -> Failures:
    return Failures()


@pytest.fixture
async def tasks(failures: Failures) -> AsyncIterator[Tasks]:
    tasks = Tasks(failures.report)
    yield tasks
    await tasks.cancel()


@pytest.fixture
async def root(display: str, tasks: Tasks, failures: Failures) -> AsyncIterator[tk.Tk]:
    root = tk.Tk()
    root.geometry("900x600+20+20")
    errors: list[BaseException] = []
    root.report_callback_exception = lambda _, error, __: errors.append(error)
    loop = TkLoop(root, tasks, lambda: None)
    yield root
    await loop.end()
    assert not errors


@pytest.fixture
def look(root: tk.Tk) -> Look:
    return Look(root, DARK)


@pytest.fixture
def fill(root: tk.Tk, until: Until) -> object:
    """Return what puts a widget into the root and waits until it is on the screen."""

    async def fill(widget: tk.Widget) -> None:
        widget.pack(fill="both", expand=True)
        await until(widget.winfo_viewable)
        # Without it no key comes here, where there is no window manager.
        root.focus_force()
        await until(lambda: root.focus_displayof() is not None)

    return fill


@pytest.fixture
def press(until: Until) -> Press:
    async def press(widget: tk.Misc, *keys: str) -> None:
        def has_focus() -> bool:
            if widget.focus_displayof() is widget:
                return True
            # A window that is not on the screen yet gets none.
            widget.focus_force()
            return False

        await until(has_focus)
        # The widget itself hears of the focus with its next events.
        widget.update()
        for key in keys:
            widget.event_generate("<space>" if key == " " else f"<{key}>")
            widget.update_idletasks()

    return press
