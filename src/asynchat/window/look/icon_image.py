"""The window's icon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asynchat.window.look.images import photo
from asynchat.window.look.shapes import icon, rounded

if TYPE_CHECKING:
    import tkinter as tk

    from PIL import Image

_SIZES: Final = (64, 32, 16)


def window_icon(root: tk.Misc) -> tuple[tk.PhotoImage, ...]:
    """Return the icon in the sizes that window managers ask for, the largest first."""
    return tuple(photo(root, drawn_icon(size)) for size in _SIZES)


def drawn_icon(size: int) -> Image.Image:
    """Return the icon, so many pixels wide and high."""
    image = rounded(size, size, size // 4, fill="#3f6fe6")
    sign = icon("chat", size * 3 // 4, "#ffffff")
    image.alpha_composite(sign, ((size - sign.width) // 2, (size - sign.height) // 2))
    return image
