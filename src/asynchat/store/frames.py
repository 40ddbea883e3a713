"""The checksum that every stored frame carries, so that damage is never served."""

from __future__ import annotations

from typing import Final
from zlib import crc32 as checksum

import msgspec

from asynchat.store.interface import DamagedError

__all__ = ["SAID", "checksum", "intact", "room_field"]

SAID: Final = b'{"type":"said",'
"""What the frame of something said begins with, and that of nothing else."""

_SEQ_WITHIN: Final = 64
"""The first bytes of a frame: its type and its seq are in them."""


def room_field(room: str) -> bytes:
    """Return what every frame of a room has in it, and no text can: quotes in texts are escaped."""
    return b'"room":' + msgspec.json.encode(room) + b","


def intact(seq: int, frame: object, crc: object, field: bytes = b"") -> bytes:
    """Return a frame read from disk.  Raise `DamagedError` where it is not what was written.

    The row that it was found by may be what is damaged: the frame must be that of this seq, and
    have ``field`` in it.
    """
    # Damage may also change the type that SQLite finds a column to be of.
    if (
        not isinstance(frame, bytes)
        or checksum(frame) != crc
        or b'"seq":%d,' % seq not in frame[:_SEQ_WITHIN]
        or field not in frame
    ):
        raise DamagedError(seq)
    return frame
