"""Whether the window is in front: what is said then is seen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from asynchat.window.keys import unbind

if TYPE_CHECKING:
    import tkinter as tk


class Front:
    """Asks Tk once for all that one turn of the event loop brings, until `close`.

    Tk tells of every change, too; who binds the same events later finds it known.
    """

    def __init__(self, root: tk.Tk) -> None:
        self._root = root
        self._known: bool | None = None
        self._bound = [
            (event, root.bind(event, self._changed, add=True))
            for event in ("<FocusIn>", "<FocusOut>")
        ]

    @property
    def has_focus(self) -> bool:
        """Whether the keys go to the window."""
        if self._known is None:
            self._known = self._root.focus_displayof() is not None
            asyncio.get_running_loop().call_soon(self._forget)
        return self._known

    def close(self) -> None:
        """Let go of the window."""
        for event, binding in self._bound:
            unbind(self._root, event, binding)
        self._bound.clear()

    def _changed(self, _: tk.Event[tk.Misc]) -> None:
        self._forget()

    def _forget(self) -> None:
        self._known = None
