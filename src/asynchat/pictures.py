"""Pictures that were sent: looked at within bounds, made small, and rid of what they tell besides.

Anybody's bytes are decoded here: by four decoders only, no more pixels than `MAX_PIXELS`, on a
thread.  What comes out is encoded anew, so that nothing of the original's metadata is in it.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from io import BytesIO
from mmap import ACCESS_READ, mmap
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

MAX_SCANS: Final = 64
"""Each scan of a JPEG is work for the whole picture, and may cost a few bytes only."""

MAX_PREVIEW_BYTES: Final = 512 * 1024
"""So much a preview has at most: clients take no more."""

_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
_QUALITY: Final = 80
_BEST_QUALITY: Final = 92
_SEEN: Final = frozenset({"transparency"})
"""What of a picture's data besides its pixels is how it looks."""
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
            _check_scans(path, image)
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
            _check_scans(path, image)
            upright = ImageOps.exif_transpose(image)
            upright.info = {name: upright.info[name] for name in _SEEN & upright.info.keys()}
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


def _check_scans(path: Path, image: Image.Image) -> None:
    """Raise where a JPEG has too many scans, or is too large to be decoded as a whole."""
    if image.format not in _JPEGS:
        return
    with path.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as data:
        scans, whole = _scans(data)
    if scans > MAX_SCANS:
        raise NoPictureError(f"A picture of more than {MAX_SCANS} scans is not decoded.")
    if whole:
        _check(image)  # before `draft` it has the size of all of it


def _scans(data: mmap) -> tuple[int, bool]:
    """Count the scans of a JPEG as its decoder finds them, up to one too many.

    Return also whether all of it is in memory while it is decoded: where it is progressive, or
    a scan has some of its colours only.
    """
    scans, whole, colours, place = 0, False, 0, 2
    while scans <= MAX_SCANS and (found := _MARKER.search(data, place)):
        kind, place = found[1][0], found.end()
        if kind == _END:
            break
        size = int.from_bytes(data[place : place + 2])
        if kind in _FRAMES:
            whole |= kind not in _SEQUENTIAL
            colours = int.from_bytes(data[place + 7 : place + 8])
        elif kind == _SCAN:
            scans += 1
            whole |= scans > 1 or int.from_bytes(data[place + 2 : place + 3]) < colours
        place += size
    return scans, whole


def _encoded(image: Image.Image) -> bytes:
    transparent = image.mode in _TRANSPARENT or "transparency" in image.info
    plain = image.convert("RGBA" if transparent else "RGB")
    plain.info = {}
    while True:
        out = BytesIO()
        plain.save(out, "PNG" if transparent else "JPEG", quality=_QUALITY)
        if out.tell() <= MAX_PREVIEW_BYTES:
            return out.getvalue()
        width, height = plain.size
        plain.thumbnail((width * 3 // 4, height * 3 // 4))


_JPEGS: Final = frozenset({"JPEG", "MPO"})
_MARKER: Final = re.compile(rb"\xff+([^\x00\x01\xd0-\xd8\xff])")
"""What begins a part of a JPEG; the others of these stand alone or are data."""
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SEQUENTIAL: Final = frozenset({0xC0, 0xC1, 0xC9})
_END, _SCAN = 0xD9, 0xDA
_ORIENTATION: Final = 0x0112
_TURNED: Final = frozenset({5, 6, 7, 8})
