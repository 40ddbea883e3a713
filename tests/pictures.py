"""Pictures for the tests, some of them hostile."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from random import Random

from PIL import Image

ORIENTATION, GPS = 0x0112, 0x8825


def picture(
    kind: str = "PNG", size: tuple[int, int] = (800, 600), mode: str = "RGB", colour: str = "teal"
) -> bytes:
    """Return a picture of one colour."""
    out = BytesIO()
    Image.new(mode, size, colour).save(out, kind)
    return out.getvalue()


def photograph(orientation: int = 1) -> bytes:
    """Return a JPEG that tells where it was taken, and which way is up."""
    image = Image.new("RGB", (800, 600), "teal")
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (52.0, 31.0, 12.0)
    out = BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"SecretComment")
    return out.getvalue()


def bomb(width: int = 100_000, height: int = 100_000) -> bytes:
    """Return a PNG of a few bytes that says it has very many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(min((width + 1) * height, 40_000_000)), 1))
        + chunk(b"IEND", b"")
    )


def many_scans(count: int, size: tuple[int, int] = (64, 64)) -> bytes:
    """Return a progressive JPEG with so many scans, each of a few bytes."""
    out = BytesIO()
    Image.new("L", size, 128).save(out, "JPEG", progressive=True)
    data = out.getvalue()
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * (count - data.count(b"\xff\xda")) + data[-2:]


def progressive(size: tuple[int, int]) -> bytes:
    """Return a JPEG that is decoded as a whole, however small it is made."""
    out = BytesIO()
    Image.new("L", size, 128).save(out, "JPEG", progressive=True)
    return out.getvalue()


def noise(size: tuple[int, int]) -> bytes:
    """Return a transparent picture that no encoder makes much smaller."""
    out = BytesIO()
    pixels = Random(1).randbytes(size[0] * size[1] * 4)
    Image.frombytes("RGBA", size, pixels).save(out, "PNG")
    return out.getvalue()


def see_through(kind: str) -> bytes:
    """Return a picture whose colour 0, which is all of it, is not seen."""
    out = BytesIO()
    image = Image.new("P", (10, 10), 0)
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.save(out, kind, transparency=0)
    return out.getvalue()
