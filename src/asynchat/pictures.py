"""Pictures that were sent: looked at within bounds, made small, and rid of what they tell besides.

Anybody's bytes are decoded here: by four decoders only, no more pixels than `MAX_PIXELS`, on a
thread.  What comes out is encoded anew, so that nothing of the original's metadata is in it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

logger = logging.getLogger(__name__)

PREVIEW_SIZE: Final = 512
"""How large a preview is at most, in pixels a side."""

MAX_PIXELS: Final = 25_000_000
"""So many are decoded at most; of a JPEG that is made small while it is decoded, more may be."""

MAX_SIDE: Final = 30_000
"""What is longer than that is no photograph."""

_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
_QUALITY: Final = 80
_BEST_QUALITY: Final = 92
_TRANSPARENT: Final = frozenset({"LA", "PA", "RGBA", "RGBa"})


@dataclass(frozen=True, slots=True)
class Looked:
    """How large a picture is, upright, and its preview, None where that cannot be made."""

    width: int
    height: int
    preview: bytes | None = None


class NoPictureError(Exception):
    """This cannot be decoded, or not within bounds; the text is a sentence."""


def look(path: Path) -> Looked | None:
    """Return what is to be known of a picture, None where it is none."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - a server without pictures loads no decoder

    looked = None
    try:
        with Image.open(path, formats=_FORMATS) as image:
            looked = _size_of(image)
            # A JPEG is decoded small at once, however large it is.
            image.draft("RGB", (PREVIEW_SIZE, PREVIEW_SIZE))
            _check(image)
            small = ImageOps.exif_transpose(image)
            small.thumbnail((PREVIEW_SIZE, PREVIEW_SIZE))
            return Looked(looked.width, looked.height, _encoded(small))
    except Exception as error:  # noqa: BLE001 - what a decoder makes of hostile bytes, none can tell
        logger.info("no preview of %s: %r", path.name, error)
        return looked


def stripped(path: Path, target: Path) -> None:
    """Write a picture to a new file without what it tells besides: place, camera, time.

    It keeps its format, its pixels and, as pixels, which way is up; a JPEG is encoded anew, nearly
    as it was.  Of one that moves only the first picture stays.  Raise `NoPictureError`.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - as above

    try:
        with Image.open(path, formats=_FORMATS) as image:
            kind = image.format
            _check(image)
            upright = ImageOps.exif_transpose(image)
            upright.info = {}
            upright.save(target, kind, quality=_BEST_QUALITY)
    except NoPictureError:
        raise
    except Exception as error:
        raise NoPictureError(
            "This is no PNG, JPEG, GIF or WebP picture that can be read, so that nothing can be"
            " taken out of it."
        ) from error


def _size_of(image: Image.Image) -> Looked:
    width, height = image.size
    turned = image.getexif().get(_ORIENTATION, 1) in _TURNED
    return Looked(height, width) if turned else Looked(width, height)


def _check(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise NoPictureError(f"A picture of {width} by {height} pixels is not decoded.")


def _encoded(image: Image.Image) -> bytes:
    transparent = image.mode in _TRANSPARENT or "transparency" in image.info
    plain = image.convert("RGBA" if transparent else "RGB")
    plain.info = {}
    out = BytesIO()
    plain.save(out, "PNG" if transparent else "JPEG", quality=_QUALITY)
    return out.getvalue()


_ORIENTATION: Final = 0x0112
_TURNED: Final = frozenset({5, 6, 7, 8})
