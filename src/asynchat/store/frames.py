"""The checksum that every stored frame carries, so that damage is never served."""

from __future__ import annotations

from zlib import crc32 as checksum

from asynchat.store.interface import StoreError

__all__ = ["checksum", "intact"]


def intact(seq: int, frame: object, crc: object) -> bytes:
    """Return a frame read from disk.  Raise `StoreError` where it is not what was written."""
    # Damage may also change the type that SQLite finds a column to be of.
    if not isinstance(frame, bytes) or checksum(frame) != crc:
        raise StoreError(
            f"Event {seq} of the log is damaged on disk; restore the database from a backup."
        )
    return frame
