"""The fonts, by role: the first family present, in sizes that follow screen and zoom."""

from __future__ import annotations

import tkinter as tk
from tkinter import font as tkfont
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

FAMILIES: Final = {"Inter": 13, "Segoe UI": 14, "Noto Sans": 13, "DejaVu Sans": 12}
"""The families in order of preference, and the body size each needs to look the same."""

_FALLBACK_SIZE: Final = 13
_ROLES: Final[dict[str, tuple[int, str]]] = {
    "body": (0, "normal"),
    "bold": (0, "bold"),
    "small": (-1, "normal"),
    "small_bold": (-1, "bold"),
    "heading": (2, "bold"),
    "title": (4, "bold"),
    "hero": (12, "bold"),
}
"""Each role: how many pixels it is larger than the body, and its weight."""


class Fonts:
    """Named fonts; `resize` changes them wherever they are in use."""

    def __init__(self, root: tk.Misc, px: Callable[[float], int]) -> None:
        self.family, self._size = _family(root)
        self._fonts = {
            role: tkfont.Font(root, family=self.family, weight=weight)  # type: ignore[arg-type]
            for role, (_, weight) in _ROLES.items()
        }
        self.resize(px)

    def __getitem__(self, role: str) -> tkfont.Font:
        return self._fonts[role]

    def resize(self, px: Callable[[float], int]) -> None:
        """Set every size anew; a negative size is one in pixels."""
        for role, (larger, _) in _ROLES.items():
            self._fonts[role].configure(size=-px(self._size + larger))

    def line_height(self, role: str = "body") -> int:
        """Return the height of a line, in pixels."""
        return int(self._fonts[role].metrics("linespace"))

    def width(self, text: str, role: str = "body") -> int:
        """Return how wide a text is, in pixels."""
        return self._fonts[role].measure(text)

    def shortened(self, text: str, width: int, role: str = "body") -> str:
        """Return as much of a one-line text as fits a width, with an ellipsis where it was cut."""
        font = self._fonts[role]
        if font.measure(text) <= width:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if font.measure(text[:middle].rstrip() + "…") <= width:
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip() + "…"


def _family(root: tk.Misc) -> tuple[str, int]:
    # Asking for one family costs a fraction of listing all: fontconfig answers with another.
    for family, size in FAMILIES.items():
        if tkfont.Font(root, family=family, size=10).actual("family") == family:
            return family, size
    named = tkfont.nametofont("TkDefaultFont", root)
    return str(named.actual("family")), _FALLBACK_SIZE
