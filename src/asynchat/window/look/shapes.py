"""Shapes drawn with Pillow: rounded boxes for nine-slices, dots, and icons, all smooth."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw

from asynchat.window.look.palettes import rgb

if TYPE_CHECKING:
    from collections.abc import Callable

_FINER: Final = 4
"""Shapes are drawn this many times larger and then shrunk, which smooths their edges."""


def png(image: Image.Image) -> bytes:
    """Return a picture as Tk takes it."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def rounded(
    width: int,
    height: int,
    radius: int,
    *,
    fill: str | None,
    outline: str | None = None,
    line: int = 0,
) -> Image.Image:
    """Return a box with round corners on nothing."""
    large = Image.new("RGBA", (width * _FINER, height * _FINER), _clear(fill or outline))
    box = (0, 0, width * _FINER - 1, height * _FINER - 1)
    ImageDraw.Draw(large).rounded_rectangle(
        box,
        radius * _FINER,
        fill=None if fill is None else rgb(fill),
        outline=None if outline is None else rgb(outline),
        width=line * _FINER if outline else 0,
    )
    return large.resize((width, height), Image.Resampling.BOX)


def widened(image: Image.Image, edge: int, width: int, height: int) -> Image.Image:
    """Return a nine-slice, its borders ``edge`` wide, with a larger middle.

    Tk fills with copies of the middle and asks the X server before each what is below: few
    large ones are drawn many times faster than many small ones.
    """
    across, down = image.width - 2 * edge, image.height - 2 * edge
    wide = Image.new("RGBA", (width, height))
    for left, right, x, w in (
        (0, edge, 0, edge),
        (edge, edge + across, edge, width - 2 * edge),
        (edge + across, image.width, width - edge, edge),
    ):
        for top, bottom, y, h in (
            (0, edge, 0, edge),
            (edge, edge + down, edge, height - 2 * edge),
            (edge + down, image.height, height - edge, edge),
        ):
            part = image.crop((left, top, right, bottom))
            wide.paste(part.resize((w, h), Image.Resampling.NEAREST), (x, y))
    return wide


def ringed(size: int, radius: int, *, fill: str, ring: str, gap: str, line: int) -> Image.Image:
    """Return a box with round corners and, inside its edge, a ring set off by a gap."""
    image = rounded(size, size, radius, fill=ring)
    for inset, colour in ((line, gap), (2 * line, fill)):
        inner = rounded(size - 2 * inset, size - 2 * inset, max(1, radius - inset), fill=colour)
        image.alpha_composite(inner, (inset, inset))
    return image


def dot(size: int, colour: str, *, hollow: bool = False) -> Image.Image:
    """Return a disc, or a ring."""
    large = Image.new("RGBA", (size * _FINER, size * _FINER), _clear(colour))
    draw = ImageDraw.Draw(large)
    box = (_FINER // 2, _FINER // 2, size * _FINER - _FINER, size * _FINER - _FINER)
    if hollow:
        draw.ellipse(box, outline=rgb(colour), width=max(1, size * _FINER // 5))
    else:
        draw.ellipse(box, fill=rgb(colour))
    return large.resize((size, size), Image.Resampling.BOX)


def icon(name: str, size: int, colour: str) -> Image.Image:
    """Return a line drawing by name: see `ICONS`."""
    side = size * _FINER
    large = Image.new("RGBA", (side, side), _clear(colour))
    pen = _Pen(ImageDraw.Draw(large), side, rgb(colour))
    ICONS[name](pen)
    return large.resize((size, size), Image.Resampling.BOX)


class _Pen:
    """Draws on a square whose sides are 24 long, with round ends."""

    def __init__(self, draw: ImageDraw.ImageDraw, side: int, colour: tuple[int, int, int]) -> None:
        self._draw = draw
        self._scale = side / 24
        self._colour = colour
        self._line = max(1, round(1.9 * self._scale))

    def path(self, *points: tuple[float, float]) -> None:
        """Draw a line through points."""
        scaled = [(x * self._scale, y * self._scale) for x, y in points]
        self._draw.line(scaled, fill=self._colour, width=self._line, joint="curve")
        half = self._line / 2
        for x, y in (scaled[0], scaled[-1]):
            self._draw.ellipse((x - half, y - half, x + half, y + half), fill=self._colour)

    def arc(self, x: float, y: float, radius: float, start: float, end: float) -> None:
        """Draw part of a circle; angles in degrees, clockwise from three o'clock."""
        steps = max(2, int(abs(end - start) / 6))
        turns = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]
        self.path(*((x + radius * math.cos(t), y + radius * math.sin(t)) for t in turns))

    def box(self, left: float, top: float, right: float, bottom: float, radius: float) -> None:
        """Fill a rounded box."""
        corners = [side * self._scale for side in (left, top, right, bottom)]
        self._draw.rounded_rectangle(corners, radius * self._scale, fill=self._colour)


def _plus(pen: _Pen) -> None:
    pen.path((12, 5), (12, 19))
    pen.path((5, 12), (19, 12))


def _close(pen: _Pen) -> None:
    pen.path((6, 6), (18, 18))
    pen.path((18, 6), (6, 18))


def _menu(pen: _Pen) -> None:
    for y in (6, 12, 18):
        pen.path((4, y), (20, y))


def _down(pen: _Pen) -> None:
    pen.path((12, 5), (12, 19))
    pen.path((6, 13), (12, 19), (18, 13))


def _exit(pen: _Pen) -> None:
    pen.path((10, 4), (5, 4), (5, 20), (10, 20))
    pen.path((10, 12), (20, 12))
    pen.path((16, 8), (20, 12), (16, 16))


def _lock(pen: _Pen) -> None:
    pen.box(5, 11, 19, 21, 2.5)
    pen.arc(12, 9, 4.2, -180, 0)
    pen.path((7.8, 9), (7.8, 12))
    pen.path((16.2, 9), (16.2, 12))


def _sun(pen: _Pen) -> None:
    pen.arc(12, 12, 4, 0, 360)
    for turn in range(0, 360, 45):
        x, y = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        pen.path((12 + 7.4 * x, 12 + 7.4 * y), (12 + 9.6 * x, 12 + 9.6 * y))


def _moon(pen: _Pen) -> None:
    pen.arc(12, 12, 8.5, 10, 260)
    pen.arc(17.2, 7.4, 7.1, 84, 186)


def _chat(pen: _Pen) -> None:
    pen.path((7, 17), (4, 20.5), (4, 5), (20, 5), (20, 17), (7, 17))


def _gear(pen: _Pen) -> None:
    pen.arc(12, 12, 3.2, 0, 360)
    pen.arc(12, 12, 6.8, 0, 360)
    for turn in range(0, 360, 45):
        x, y = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        pen.path((12 + 7 * x, 12 + 7 * y), (12 + 9.6 * x, 12 + 9.6 * y))


def _invite(pen: _Pen) -> None:
    pen.arc(9.5, 8, 4, 0, 360)
    pen.arc(9.5, 21, 7, 190, 350)
    pen.path((19, 8), (19, 14))
    pen.path((16, 11), (22, 11))


def _tick(pen: _Pen) -> None:
    pen.path((6, 12.5), (10.5, 17), (18, 7.5))


def _copy(pen: _Pen) -> None:
    pen.path((9, 9), (20, 9), (20, 21), (9, 21), (9, 9))
    pen.path((5.5, 15), (4, 15), (4, 3.5), (15, 3.5), (15, 5))


def _smile(pen: _Pen) -> None:
    pen.arc(12, 12, 9, 0, 360)
    pen.arc(12, 12.5, 5, 20, 160)
    pen.path((9, 9.2), (9, 9.8))
    pen.path((15, 9.2), (15, 9.8))


def _pin(pen: _Pen) -> None:
    pen.path((9, 3.5), (15, 3.5))
    pen.path((10, 3.5), (10, 10), (6.5, 14.5), (17.5, 14.5), (14, 10), (14, 3.5))
    pen.path((12, 14.5), (12, 21))


def _reply(pen: _Pen) -> None:
    pen.path((9, 5), (4, 10), (9, 15))
    pen.path((4, 10), (14, 10))
    pen.arc(14, 15, 5, -90, 0)
    pen.path((19, 15), (19, 19))


def _edit(pen: _Pen) -> None:
    pen.path((4.5, 19.5), (5.5, 15), (16, 4.5), (19.5, 8), (9, 18.5), (4.5, 19.5))


def _more(pen: _Pen) -> None:
    for x in (5, 12, 19):
        pen.box(x - 1.8, 10.2, x + 1.8, 13.8, 1.8)


def _hash(pen: _Pen) -> None:
    for x in (9.2, 17):
        pen.path((x, 3.5), (x - 2.4, 20.5))
    for y in (9, 15.2):
        pen.path((3.8, y), (20.8, y))


def _prompt(pen: _Pen) -> None:
    pen.path((8, 6), (14, 12), (8, 18))


def _box(pen: _Pen) -> None:
    pen.path((3.5, 5), (20.5, 5), (20.5, 9.5), (3.5, 9.5), (3.5, 5))
    pen.path((5, 9.5), (5, 20), (19, 20), (19, 9.5))
    pen.path((10, 13.5), (14, 13.5))


def _eye(pen: _Pen) -> None:
    pen.arc(12, 18, 11, 212, 328)
    pen.arc(12, 6, 11, 32, 148)
    pen.arc(12, 12, 2.4, 0, 360)


def _clock(pen: _Pen) -> None:
    pen.arc(12, 12, 9, 0, 360)
    pen.path((12, 6.5), (12, 12), (16, 14.5))


def _mute(pen: _Pen) -> None:
    pen.arc(12, 12, 9, 0, 360)
    pen.path((5.8, 5.8), (18.2, 18.2))


def _up(pen: _Pen) -> None:
    pen.path((12, 19), (12, 5))
    pen.path((6, 11), (12, 5), (18, 11))


def _folder(pen: _Pen) -> None:
    pen.path((3.5, 19), (3.5, 5), (9.5, 5), (11.5, 8), (20.5, 8), (20.5, 19), (3.5, 19))


def _file(pen: _Pen) -> None:
    pen.path((13, 3), (5.5, 3), (5.5, 21), (18.5, 21), (18.5, 8.5), (13, 3), (13, 8.5), (18.5, 8.5))


def _picture(pen: _Pen) -> None:
    pen.path((3.5, 5), (20.5, 5), (20.5, 19), (3.5, 19), (3.5, 5))
    pen.path((4, 17.5), (9.5, 11.5), (13, 15), (15.5, 12.8), (20, 17))
    pen.box(14.4, 7.4, 17.6, 10.6, 1.6)


def _sound(pen: _Pen) -> None:
    pen.path((9, 17.5), (9, 5.5), (19, 3.5), (19, 15.5))
    pen.arc(6.8, 17.5, 2.2, 0, 360)
    pen.arc(16.8, 15.5, 2.2, 0, 360)


def _film(pen: _Pen) -> None:
    pen.path((3.5, 5), (20.5, 5), (20.5, 19), (3.5, 19), (3.5, 5))
    pen.path((10, 9), (15, 12), (10, 15), (10, 9))


def _package(pen: _Pen) -> None:
    pen.path((4, 7.5), (12, 3.5), (20, 7.5), (20, 16.5), (12, 20.5), (4, 16.5), (4, 7.5))
    pen.path((4, 7.5), (12, 11.5), (20, 7.5))
    pen.path((12, 11.5), (12, 20.5))


def _attach(pen: _Pen) -> None:
    pen.path((19.5, 11), (11.6, 18.9))
    pen.arc(8.3, 15.6, 4.6, 45, 225)
    pen.path((5, 12.3), (12.6, 4.7))
    pen.arc(14.8, 6.9, 3.1, -135, 45)
    pen.path((17, 9.1), (9.8, 16.3))
    pen.arc(8.7, 15.2, 1.5, 45, 225)
    pen.path((7.6, 14.1), (13.6, 8.1))


def _pause(pen: _Pen) -> None:
    pen.path((8.5, 6), (8.5, 18))
    pen.path((15.5, 6), (15.5, 18))


def _play(pen: _Pen) -> None:
    pen.path((8, 5.5), (18, 12), (8, 18.5), (8, 5.5))


def _save(pen: _Pen) -> None:
    pen.path((12, 4), (12, 15))
    pen.path((7, 10.5), (12, 15.5), (17, 10.5))
    pen.path((4.5, 20), (19.5, 20))


def _warning(pen: _Pen) -> None:
    pen.path((12, 4), (21, 20), (3, 20), (12, 4))
    pen.path((12, 10), (12, 14.5))
    pen.path((12, 17.2), (12, 17.4))


ICONS: Final[dict[str, Callable[[_Pen], None]]] = {
    "attach": _attach,
    "box": _box,
    "chat": _chat,
    "clock": _clock,
    "close": _close,
    "copy": _copy,
    "down": _down,
    "edit": _edit,
    "exit": _exit,
    "eye": _eye,
    "file": _file,
    "film": _film,
    "folder": _folder,
    "gear": _gear,
    "hash": _hash,
    "invite": _invite,
    "lock": _lock,
    "menu": _menu,
    "moon": _moon,
    "more": _more,
    "mute": _mute,
    "package": _package,
    "pause": _pause,
    "picture": _picture,
    "pin": _pin,
    "play": _play,
    "plus": _plus,
    "prompt": _prompt,
    "reply": _reply,
    "save": _save,
    "smile": _smile,
    "sound": _sound,
    "sun": _sun,
    "tick": _tick,
    "up": _up,
    "warning": _warning,
}


def badge(height: int, width: int, fill: str) -> Image.Image:
    """Return a pill."""
    return rounded(width, height, height // 2, fill=fill)


def _clear(colour: str | None) -> tuple[int, int, int, int]:
    # Transparent, but of the shape's colour, or shrinking would darken the edge.
    return (*rgb(colour or "#000000"), 0)
