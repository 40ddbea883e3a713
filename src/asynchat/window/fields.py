"""What every field of the window can do that Tk's own cannot, or does in another way."""

from __future__ import annotations

import tkinter as tk
from functools import partial
from tkinter import ttk
from typing import TYPE_CHECKING, Any

from asynchat.text import one_line
from asynchat.window.clipboard import clipboard_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.tasks import Tasks
    from asynchat.window.look.theme import Look


def bind_fields(
    root: tk.Tk,
    look: Look,
    tasks: Tasks,
    guarded: Callable[[Callable[[Any], object]], Callable[[Any], None]],
) -> None:
    """Let fields paste without stopping the network, select all, and have a menu."""
    root.bind_class("TEntry", "<<Paste>>", guarded(partial(_paste, root, tasks)))
    # On X11 Tk's own meaning of it is Emacs's.
    root.bind_class("TEntry", "<Control-a>", guarded(_select_all))
    for kind in ("TEntry", "Text"):
        root.bind_class(kind, "<Button-3>", guarded(partial(_menu, look)))


def _paste(root: tk.Tk, tasks: Tasks, event: tk.Event[tk.Misc]) -> None:
    # Tk's own way may stop the network for ten seconds.
    if isinstance(event.widget, ttk.Entry):
        tasks.spawn(_pasted(root, event.widget), name="paste")


async def _pasted(root: tk.Tk, entry: ttk.Entry) -> None:
    text = one_line(await clipboard_text(root)).strip()
    if entry.winfo_exists():
        if entry.selection_present():
            entry.delete("sel.first", "sel.last")
        entry.insert("insert", text)


def _select_all(event: tk.Event[tk.Misc]) -> None:
    if isinstance(event.widget, ttk.Entry):
        event.widget.selection_range(0, "end")
        event.widget.icursor("end")


def _menu(look: Look, event: tk.Event[tk.Misc]) -> None:
    from asynchat.window.widgets.text_menu import text_menu  # noqa: PLC0415 - when it is asked for

    widget = event.widget
    # What only shows a text has a menu of its own.
    if not isinstance(widget, tk.Text) or str(widget.cget("state")) == "normal":
        text_menu(widget, look, (event.x_root, event.y_root))
