"""Damage is noticed before it is served."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from asynchat.messages import LOBBY, encode
from asynchat.store.frames import checksum, intact, room_field
from asynchat.store.interface import DamagedError, StoreError
from tests.contracts.drafts import said


def frame_of(text: str, seq: int, room: str = LOBBY) -> bytes:
    """Return the frame of a message at a seq."""
    return encode(replace(said(text, room=room).event, seq=seq))


@given(st.text(), st.data())
def test_any_flipped_bit_is_found(text: str, data: st.DataObject) -> None:
    """A frame as it was written passes; with one bit changed it is refused, by its seq."""
    frame = frame_of(text, 7)
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


@given(st.text(), st.text(min_size=1), st.text(min_size=1))
def test_a_frame_is_served_only_where_it_belongs(text: str, room: str, other: str) -> None:
    """Damage to the row, not to the frame: it is refused under another seq, and in other rooms."""
    frame = frame_of(f'{text}","room":"{other}",', 7, room)
    crc = checksum(frame)
    assert intact(7, frame, crc, room_field(room)) == frame
    for seq in (6, 77, 70):
        with pytest.raises(DamagedError):
            intact(seq, frame, crc, room_field(room))
    if other != room:
        with pytest.raises(DamagedError):
            intact(7, frame, crc, room_field(other))
