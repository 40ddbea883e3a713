"""How much of a list goes into one frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from asynchat.messages import MAX_SERVER_FRAME_BYTES, encode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asynchat.messages import Message

_ROOM_FOR_THE_REST: Final = 16 * 1024
"""What a frame needs besides its list; the people of a direct room fit in it."""

MAX_LIST_BYTES: Final = MAX_SERVER_FRAME_BYTES - _ROOM_FOR_THE_REST

_T = TypeVar("_T", bound="Message")


def fitting(frames: Iterable[_T]) -> tuple[tuple[_T, ...], bool]:
    """Return as many as fit into one frame, and whether some are left."""
    taken: list[_T] = []
    size = 0
    for frame in frames:
        size += len(encode(frame))
        if size > MAX_LIST_BYTES and taken:
            return tuple(taken), True
        taken.append(frame)
    return tuple(taken), False
