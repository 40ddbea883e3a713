"""Pictures of people: decoded within a bound, and made small before they are sent.

What is decoded here may be anybody's bytes.  Call it off the event loop.
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw, ImageOps

from asynchat.errors import ChatError
from asynchat.messages import MAX_PICTURE_BYTES

if TYPE_CHECKING:
    from pathlib import Path

SIZE: Final = 144
"""How large they are sent: a card shows 72, which at 192 dpi are as many pixels."""

MAX_PIXELS: Final = 50_000_000
"""What a camera makes; decoded it is 200 MB at most, for a moment."""

MAX_SHOWN_PIXELS: Final = 1_000_000
"""Of a picture that came from somebody else."""

_CUT: Final = 1.3
"""How much longer one side may be than the place has room for, to be cut off."""

_MAX_FILE_BYTES: Final = 32 * 1024 * 1024
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")
_QUALITY: Final = 85


def decoded(data: bytes, size: int = SIZE, *, max_pixels: int = MAX_SHOWN_PIXELS) -> Image.Image:
    """Return a picture as a square, so many pixels high.  Raise `ChatError` ``bad_profile``."""
    return ImageOps.fit(_read(data, max_pixels), (size, size))


def thumbnail(data: bytes, size: tuple[int, int]) -> Image.Image:
    """Return a picture with round corners that fills a size, or stands in its middle.

    Raise `ChatError` ``bad_profile``.
    """
    image = _read(data, MAX_SHOWN_PIXELS)
    width, height = size
    # A little is cut off at two edges; of what is long and narrow, nothing.
    scale = max(width / image.width, height / image.height)
    if min(width / image.width, height / image.height) * _CUT < scale or scale > 1:
        image.thumbnail(size)
    else:
        image = ImageOps.fit(image, size)
    whole = Image.new("RGBA", size)
    whole.paste(image, ((width - image.width) // 2, (height - image.height) // 2))
    mask = Image.new("L", (2 * width, 2 * height))
    ImageDraw.Draw(mask).rounded_rectangle(
        (0, 0, 2 * width - 1, 2 * height - 1), height // 10, fill=255
    )
    clear = Image.new("RGBA", size)
    return Image.composite(whole, clear, mask.resize(size))


def _read(data: bytes, max_pixels: int) -> Image.Image:
    """Return a picture, upright.  Raise `ChatError` ``bad_profile``."""
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as opened:
            width, height = opened.size
            if width * height > max_pixels:
                raise ChatError("bad_profile", f"A picture of {width} by {height} is too large.")
            return ImageOps.exif_transpose(opened).convert("RGBA")
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        struct.error,
        Image.DecompressionBombError,
    ) as error:
        raise ChatError("bad_profile", "This picture cannot be read.") from error


def made_small(data: bytes) -> bytes:
    """Return a picture as it is sent: a square, as PNG or JPEG.  Raise `ChatError`."""
    square = decoded(data, max_pixels=MAX_PIXELS)
    out = BytesIO()
    square.save(out, "PNG", optimize=True)
    if out.tell() > MAX_PICTURE_BYTES:
        out = BytesIO()
        ground = Image.new("RGBA", square.size, "#ffffff")
        Image.alpha_composite(ground, square).convert("RGB").save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def read_small(path: Path) -> bytes:
    """Return the picture of a file as it is sent.  Raise `ChatError` ``bad_profile``."""
    try:
        with path.expanduser().open("rb") as stream:
            data = stream.read(_MAX_FILE_BYTES + 1)
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ChatError("bad_profile", f"The picture cannot be read: {reason}.") from None
    if len(data) > _MAX_FILE_BYTES:
        raise ChatError("bad_profile", "This file is too large for a picture.")
    return made_small(data)
