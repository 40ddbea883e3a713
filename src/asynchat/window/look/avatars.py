"""Avatars: initials on a colour that belongs to the name.

An avatar spans the two first lines of a group of messages; it is drawn in two slices that
meet, one in each line, so that the text stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFont

from asynchat.window.look.palettes import AVATARS, colour_index, rgb
from asynchat.window.look.shapes import rounded

_FONTS: Final = (
    "Inter-Bold.ttf",
    "Inter-SemiBold.otf",
    "segoeuib.ttf",
    "NotoSans-Bold.ttf",
    "DejaVuSans-Bold.ttf",
    "arialbd.ttf",
)
_FINER: Final = 2
_NO_GLYPH: Final = "\U0010fffe"


@dataclass(frozen=True, slots=True)
class Face:
    """A picture that somebody chose: what tells it from others, and its pixels, a square."""

    key: str
    image: Image.Image = field(compare=False)


def initials(name: str) -> str:
    """Return one or two letters for a name: ``AL`` for alice, ``MK`` for mary.kay."""
    words = [word for word in name.replace("_", ".").replace("-", ".").split(".") if word]
    if not words:
        return ""
    letters = words[0][0] + words[1][0] if len(words) > 1 else words[0][:2]
    return letters.upper() if len(letters.upper()) <= len(letters) else letters


def avatar(name: str, size: int, *, short: bool = False) -> Image.Image:
    """Return somebody's picture; ``short`` with one letter, where there is little room."""
    image = rounded(size, size, max(2, round(size * 0.26)), fill=AVATARS[colour_index(name)])
    letters = initials(name)
    lettered(image, letters[:1] if short else letters, round(size * 1.35) if short else size)
    return image


def lettered(image: Image.Image, text: str, size: int, *, fill: str = "#ffffff") -> None:
    """Write letters into the middle of a picture, as large as an avatar of a size has them."""
    font = bold_font(round(size * 0.40) * _FINER)
    if not text or font is None or not _has_glyphs(font, text):
        return
    wide, high = image.width * _FINER, image.height * _FINER
    large = Image.new("RGBA", (wide, high), (*rgb(fill), 0))
    # By the height of a capital, or "gj" would sit higher than "AL".
    top, bottom = font.getbbox("H")[1], font.getbbox("H")[3]
    left, _, right, _ = font.getbbox(text)
    at = (wide / 2 - (left + right) / 2, high / 2 - (top + bottom) / 2)
    ImageDraw.Draw(large).text(at, text, font=font, fill=(*rgb(fill), 255))
    image.alpha_composite(large.resize(image.size, Image.Resampling.BOX))


def framed(picture: Image.Image, size: int) -> Image.Image:
    """Return a square picture in the frame of an avatar."""
    image = picture.convert("RGBA").resize((size, size), Image.Resampling.LANCZOS)
    frame = rounded(size, size, max(2, round(size * 0.26)), fill="#ffffff").getchannel("A")
    image.putalpha(ImageChops.multiply(image.getchannel("A"), frame))
    return image


def drawn(name: str, size: int, face: Face | None, *, short: bool = False) -> Image.Image:
    """Return somebody's face, or else their initials; see `avatar`."""
    return avatar(name, size, short=short) if face is None else framed(face.image, size)


def slices(
    name: str, size: int, upper: int, gap: int, face: Face | None = None
) -> tuple[Image.Image, ...]:
    """Return the upper slice of an avatar, of a height, and the rest; both with a gap after."""
    whole = Image.new("RGBA", (size + gap, size), (0, 0, 0, 0))
    whole.paste(drawn(name, size, face), (0, 0))
    return (
        whole.crop((0, 0, size + gap, upper)),
        whole.crop((0, upper, size + gap, size)),
    )


@lru_cache(maxsize=8)
def bold_font(size: int) -> ImageFont.FreeTypeFont | None:
    """Return the font of initials, so many pixels high, where there is any."""
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    fallback = ImageFont.load_default(size)
    return fallback if isinstance(fallback, ImageFont.FreeTypeFont) else None


def _has_glyphs(font: ImageFont.FreeTypeFont, text: str) -> bool:
    missing = bytes(font.getmask(_NO_GLYPH))
    return all(bytes(font.getmask(char)) != missing for char in text)
