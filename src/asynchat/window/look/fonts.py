"""The fonts, by role: the first family present, in sizes that follow screen and zoom."""

from __future__ import annotations

import tkinter as tk
from tkinter import font as tkfont
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FAMILIES: Final = {"Inter": 13, "Segoe UI": 14, "Noto Sans": 13, "DejaVu Sans": 12}
"""The families in order of preference, and the body size each needs to look the same."""

MONO_FAMILIES: Final = {
    "JetBrains Mono": 12,
    "Cascadia Mono": 13,
    "Menlo": 12,
    "Consolas": 13,
    "Noto Sans Mono": 12,
    "DejaVu Sans Mono": 12,
}
"""The families for code, in order of preference, and the size that goes with the body."""

_MOST_CHARS: Final = 1_000
"""No line shows more, and measuring takes its time."""

_FALLBACK_SIZE: Final = 13
_FALLBACK_MONO_SIZE: Final = 12


class _Role(NamedTuple):
    """How a role differs from the body: by so many pixels, by weight, slant, or family."""

    larger: int = 0
    weight: Literal["normal", "bold"] = "normal"
    slant: Literal["roman", "italic"] = "roman"
    mono: bool = False


_ROLES: Final = {
    "body": _Role(),
    "bold": _Role(weight="bold"),
    "small": _Role(-1),
    "small_bold": _Role(-1, "bold"),
    "heading": _Role(2, "bold"),
    "title": _Role(4, "bold"),
    "hero": _Role(12, "bold"),
    "italic": _Role(slant="italic"),
    "bold_italic": _Role(weight="bold", slant="italic"),
    "mono": _Role(mono=True),
}


class Fonts:
    """Named fonts, made when they are first asked for.

    `resize` changes them wherever they are in use.
    """

    def __init__(self, root: tk.Misc, px: Callable[[float], int]) -> None:
        self._root = root
        self._px = px
        self.family, self._size = _family(root, FAMILIES, "TkDefaultFont", _FALLBACK_SIZE)
        self._mono: tuple[str, int] | None = None
        self._fonts: dict[str, tkfont.Font] = {}

    def __getitem__(self, role: str) -> tkfont.Font:
        font = self._fonts.get(role)
        if font is None:
            shape = _ROLES[role]
            font = self._fonts[role] = tkfont.Font(
                self._root,
                family=self._face(shape)[0],
                size=self._pixels(shape),
                weight=shape.weight,
                slant=shape.slant,
            )
        return font

    def resize(self, px: Callable[[float], int]) -> None:
        """Set every size anew."""
        self._px = px
        for role, font in self._fonts.items():
            font.configure(size=self._pixels(_ROLES[role]))

    def _face(self, shape: _Role) -> tuple[str, int]:
        if not shape.mono:
            return self.family, self._size
        if self._mono is None:
            self._mono = _family(self._root, MONO_FAMILIES, "TkFixedFont", _FALLBACK_MONO_SIZE)
        return self._mono

    def _pixels(self, shape: _Role) -> int:
        # A negative size is one in pixels.
        return -self._px(self._face(shape)[1] + shape.larger)

    def line_height(self, role: str = "body") -> int:
        """Return the height of a line, in pixels."""
        return int(self[role].metrics("linespace"))

    def width(self, text: str, role: str = "body") -> int:
        """Return how wide a text is, in pixels."""
        return self[role].measure(text)

    def shortened(self, text: str, width: int, role: str = "body") -> str:
        """Return as much of a one-line text as fits a width, with an ellipsis where it was cut."""
        font = self[role]
        text = text[:_MOST_CHARS]
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


def _family(
    root: tk.Misc, families: Mapping[str, int], fallback: str, size: int
) -> tuple[str, int]:
    # Asking for one family costs a fraction of listing all: fontconfig answers with another.
    for family, its_size in families.items():
        if tkfont.Font(root, family=family, size=10).actual("family") == family:
            return family, its_size
    return str(tkfont.nametofont(fallback, root).actual("family")), size
