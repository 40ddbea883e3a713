"""Colour emoji as pictures, and whether Tk's own text may hold them."""

from __future__ import annotations

import ctypes
import math
import sys
from functools import lru_cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

_FONTS: Final = ("NotoColorEmoji.ttf", "Noto-COLRv1.ttf", "Apple Color Emoji.ttc", "seguiemj.ttf")
_BITMAP_SIZE: Final = 109
"""The one size that Noto Color Emoji's bitmaps have."""

_ONE_GLYPH: Final = 1.3
_SAFE_XFT: Final = 20305
"""Before libXft 2.3.5 a colour glyph in Tk's own text aborts the process."""


def picture(emoji: str, size: int) -> Image.Image | None:
    """Return an emoji ``size`` pixels high, or None where no font here draws it in one piece."""
    font = _font()
    if font is None:
        return None
    try:
        width = font.getlength(emoji)
        # Families, flags and keycaps are ligatures: what the font does not join (or Pillow
        # without Raqm cannot) would be drawn as several, side by side.
        if not 0 < width <= font.getlength("\U0001f600") * _ONE_GLYPH:
            return None
        height = font.getbbox("\U0001f600")[3]
        image = Image.new("RGBA", (math.ceil(width), math.ceil(height)), (0, 0, 0, 0))
        ImageDraw.Draw(image).text((0, 0), emoji, font=font, embedded_color=True)
    except (OSError, RuntimeError, ValueError):  # of what is no emoji: Raqm lays out no line ends
        return None
    if image.getbbox() is None:
        return None
    wide = max(1, round(image.width * size / image.height))
    return image.resize((wide, size), Image.Resampling.LANCZOS)


@lru_cache(maxsize=1)
def tk_draws_emoji() -> bool:
    """Tell whether Tk's own text may hold colour emoji here."""
    if sys.platform in {"win32", "darwin"}:
        return True
    try:
        xft = ctypes.CDLL("libXft.so.2")
    except OSError:  # a Tk without it has no colour glyphs either
        return True
    try:
        return int(xft.XftGetVersion()) >= _SAFE_XFT
    except AttributeError:
        return False


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont | None:
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, _BITMAP_SIZE)
        except OSError:
            continue
    return None
