"""Tk's pictures and variables, which Python's collector may find on any thread.

tkinter frees them in Tk at once, which from another thread than Tk's waits a second for a
main loop that we do not run, and then fails.  These wait for Tk's thread instead.
"""

from __future__ import annotations

import threading
import tkinter as tk
from collections import deque
from typing import Final

_waiting: Final[deque[Picture | Words | Flag]] = deque()


class Picture(tk.PhotoImage):
    """A picture."""

    def __init__(self, master: tk.Misc, png: bytes | None = None) -> None:
        free_waiting()
        super().__init__(master=master, format="png")
        if png is not None:
            self.configure(data=png)

    def __del__(self) -> None:
        if _on_tks_thread():
            super().__del__()
        else:
            _waiting.append(self)

    def free(self) -> None:
        """Free it in Tk."""
        super().__del__()


class Words(tk.StringVar):
    """A variable with a text."""

    def __init__(self, master: tk.Misc, value: str = "") -> None:
        free_waiting()
        super().__init__(master, value)

    def __del__(self) -> None:
        if _on_tks_thread():
            super().__del__()
        else:
            _waiting.append(self)

    def free(self) -> None:
        """Free it in Tk."""
        super().__del__()


class Flag(tk.BooleanVar):
    """A variable that is true or false."""

    def __init__(self, master: tk.Misc, value: bool = False) -> None:  # noqa: FBT001, FBT002 - as tkinter has it
        free_waiting()
        super().__init__(master, value)

    def __del__(self) -> None:
        if _on_tks_thread():
            super().__del__()
        else:
            _waiting.append(self)

    def free(self) -> None:
        """Free it in Tk."""
        super().__del__()


def free_waiting() -> None:
    """Free what was found on other threads; call it on Tk's."""
    while _waiting:
        _waiting.popleft().free()


def _on_tks_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
