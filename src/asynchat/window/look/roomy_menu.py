"""A context menu whose entries have room: Tk's own stand line on line."""

from __future__ import annotations

import tkinter as tk
from typing import Any


class RoomyMenu(tk.Menu):
    """Gives each entry without a picture a ``spacer``: as high as it, and set off by its width."""

    def __init__(self, parent: tk.Misc, spacer: tk.PhotoImage, **options: Any) -> None:
        super().__init__(parent, tearoff=False, **options)
        self._spacer = spacer

    def add(self, itemType: str, cnf: Any = None, **options: Any) -> None:  # noqa: N803 - tkinter's
        """Add an entry."""
        super().add(itemType, cnf or {}, **options)  # type: ignore[no-untyped-call]  # typeshed
        if itemType != "separator" and not self.entrycget("end", "image"):
            self.entryconfigure("end", image=self._spacer, compound="left")
            if itemType == "command" and not self.entrycget("end", "accelerator"):
                # As much room at the right as at the left.
                self.entryconfigure("end", accelerator=" ")
