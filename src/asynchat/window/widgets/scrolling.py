"""A slim scrollbar that is there only while there is something to scroll."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable


class SlimScrollbar(ttk.Scrollbar):
    """A vertical scrollbar without arrows; its place is kept, so that nothing jumps."""

    def __init__(
        self,
        parent: tk.Misc,
        command: Callable[..., tuple[float, float] | None],
        *,
        style: str = "Thin",
    ) -> None:
        super().__init__(
            parent,
            orient="vertical",
            command=command,
            style=f"{style}.Vertical.TScrollbar",
            takefocus=False,
        )

    def set(self, first: float | str, last: float | str) -> None:
        """Show which part is on view; the thumb goes where all is."""
        self.state(["disabled" if float(first) <= 0 and float(last) >= 1 else "!disabled"])
        super().set(first, last)
