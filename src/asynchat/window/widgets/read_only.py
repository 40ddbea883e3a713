"""A Text widget that people read and the program writes, without being switched for each line.

A Text that is disabled can be written by nobody, and to switch one makes it lay out and draw
everything on view anew.  So it stays editable, and has of Tk's keys only those that change nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import tkinter as tk

READ_ONLY: Final = "ReadOnlyText"
"""The class of bindings that takes the place of Tk's own."""

_CHANGES: Final = re.compile(
    r"%W (?:insert|delete|replace)\b|edit (?:undo|redo)|TextInsert|TextTranspose|Paste|textCut|IME"
)
_OURS: Final = "<Button-3>"
"""Fields have a menu of their own by it."""


def read_only(text: tk.Text) -> None:
    """Let no key and no press of the mouse change what a Text says."""
    if not text.bind_class(READ_ONLY):
        for sequence in text.bind_class("Text"):
            script = str(text.tk.call("bind", "Text", sequence))
            if sequence != _OURS and not _CHANGES.search(script):
                text.tk.call("bind", READ_ONLY, sequence, script)
    text.bindtags(tuple(READ_ONLY if tag == "Text" else tag for tag in text.bindtags()))
    # Nor shows it where one would write.
    text.configure(insertwidth=0, insertofftime=0)
