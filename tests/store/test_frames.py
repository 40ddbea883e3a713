"""Damage is noticed before it is served."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.store.frames import checksum, intact
from asynchat.store.interface import StoreError


@given(st.binary(min_size=1), st.data())
def test_any_flipped_bit_is_found(frame: bytes, data: st.DataObject) -> None:
    """A frame as it was written passes; with one bit changed it is refused, by its seq."""
    crc = checksum(frame)
    assert intact(7, frame, crc) == frame
    place, bit = data.draw(st.integers(0, len(frame) - 1)), data.draw(st.integers(0, 7))
    damaged = bytearray(frame)
    damaged[place] ^= 1 << bit
    with pytest.raises(StoreError, match="Event 7 of the log is damaged"):
        intact(7, bytes(damaged), crc)


@pytest.mark.parametrize(("frame", "crc"), [("text", 1), (None, 1), (7, 7), (b"ab", None)])
def test_another_type_is_damage(frame: object, crc: object) -> None:
    """A column that is no longer of its type is refused like any other damage."""
    with pytest.raises(StoreError, match="Event 3 of the log is damaged"):
        intact(3, frame, crc)
