"""Pictures in the palette's colours that stand in a text many times.

Each is one picture, drawn anew where the palette changes: what is written need not be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PIL import Image

from asynchat.window.look.palettes import rgb
from asynchat.window.look.shapes import icon, png
from asynchat.window.look.tk_objects import Picture

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look

RULE: Final = "rule"
COPY: Final = "copy"
DONE: Final = "tick"
PIN: Final = "pin"
QUOTE: Final = "quote"
"""The bar beside what a message replies to."""


class Signs:
    """The rule beside a day, the bar beside a quote, pins, and the buttons that copy code."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._images: dict[str, tk.PhotoImage] = {}

    def get(self, name: str) -> tk.PhotoImage:
        """Return a sign."""
        image = self._images.get(name)
        if image is None:
            image = Picture(self._look.root)
            self._images[name] = image
            self._draw(name, image)
        return image

    def paint(self) -> None:
        """Draw them for the palette and scale of now."""
        for name, image in self._images.items():
            self._draw(name, image)

    def _draw(self, name: str, image: tk.PhotoImage) -> None:
        px, palette = self._look.px, self._look.palette
        if name == RULE:
            drawn = Image.new("RGB", (px(72), max(1, px(1))), rgb(palette.outline))
        elif name == QUOTE:
            high = self._look.fonts.line_height("small")
            drawn = Image.new("RGBA", (px(10), high), (0, 0, 0, 0))
            drawn.paste((*rgb(palette.quote), 255), (0, 0, px(3), high))
        else:
            drawn = icon(name, px(15), palette.dim)
        image.configure(data=png(drawn))
