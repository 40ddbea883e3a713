"""The menu of a field: cut, copy, paste, select all."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asynchat.window.look.theme import Look


def text_menu(widget: tk.Misc, look: Look, at: tuple[int, int] | None = None) -> bool:
    """Open the menu of a field, at a place on the screen; tell whether the widget is one."""
    if not isinstance(widget, tk.Text | ttk.Entry):
        return False
    if isinstance(widget, ttk.Entry):
        selected = widget.selection_present()
        editable = not widget.instate(["disabled"])
    else:
        selected = bool(widget.tag_ranges("sel"))
        editable = str(widget.cget("state")) == "normal"
    menu = look.menu(widget)
    for label, event, possible in (
        ("Cut", "<<Cut>>", selected and editable),
        ("Copy", "<<Copy>>", selected),
        ("Paste", "<<Paste>>", editable),
    ):
        menu.add_command(
            label=label,
            state="normal" if possible else "disabled",
            command=lambda event=event: widget.event_generate(event),  # type: ignore[misc]
        )
    menu.add_separator()
    menu.add_command(label="Select all", command=lambda: _select_all(widget))
    if at is None:
        at = (widget.winfo_rootx() + look.px(24), widget.winfo_rooty() + look.px(16))
    widget.focus_set()
    look.pop_up(menu, *at)
    return True


def _select_all(widget: tk.Text | ttk.Entry) -> None:
    if isinstance(widget, ttk.Entry):
        widget.selection_range(0, "end")
    else:
        widget.tag_add("sel", "1.0", "end-1c")
