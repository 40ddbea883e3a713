"""The pictures of the server column: a disc with letters, and around it how the server is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw

from asynchat.window.look.avatars import lettered
from asynchat.window.look.palettes import colour_index, rgb
from asynchat.window.look.shapes import badge, dot, rounded

if TYPE_CHECKING:
    from asynchat.window.look.palettes import Palette
    from asynchat.window.look.scale import Scale
    from asynchat.window.presenters.servers import Tile

WIDTH: Final = 50
HEIGHT: Final = 44
_DISC: Final = 36
_FINER: Final = 4


def server_picture(tile: Tile, palette: Palette, scale: Scale) -> Image.Image:
    """Return the picture of a server.

    At its left a bar stands for the one on view and a dot for unread messages; a count of mentions
    lies over its lower corner, and over the upper one the state where there is no connection.
    """
    px = scale.px
    width, height, disc = px(WIDTH), px(HEIGHT), px(_DISC)
    whole = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    left, top = (width - disc) // 2 + px(1), (height - disc) // 2
    # The letters stand on it as they do on the avatars: by the same colours.
    face = rounded(disc, disc, disc // 2, fill=palette.avatars[colour_index(tile.seed)])
    lettered(face, tile.letters, disc)
    whole.alpha_composite(face, (left, top))
    if tile.selected or tile.unread:
        high = px(22) if tile.selected else px(7)
        bar = rounded(px(4), high, px(2), fill=palette.text)
        whole.alpha_composite(bar, (0, (height - high) // 2))
    if tile.trouble:
        colour = {"busy": palette.away, "bad": palette.bad}[tile.trouble]
        _over(whole, dot(px(11), colour), (left + disc - px(10), top - px(1)), px(2))
    if tile.badge:
        high = px(16)
        wide = max(high, px(8 + 7 * len(tile.badge)))
        pill = badge(high, wide, palette.accent)
        lettered(pill, tile.badge, round(high * 1.55), fill=palette.on_accent)
        _over(whole, pill, (width - wide, height - high - px(1)), px(2))
    return whole


def _over(whole: Image.Image, sign: Image.Image, at: tuple[int, int], gap: int) -> None:
    """Put a sign onto a picture, with a gap around it that lets the ground through."""
    x, y = at
    hole = Image.new("L", (whole.width * _FINER, whole.height * _FINER), 255)
    box = (x - gap, y - gap, x + sign.width + gap, y + sign.height + gap)
    radius = (sign.height / 2 + gap) * _FINER
    ImageDraw.Draw(hole).rounded_rectangle([side * _FINER for side in box], radius, fill=0)
    left = hole.resize(whole.size, Image.Resampling.BOX)
    kept = Image.new("RGBA", whole.size, (*rgb("#000000"), 0))
    whole.paste(Image.composite(whole, kept, left))
    whole.alpha_composite(sign, at)
