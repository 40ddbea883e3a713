"""Frames in a stream of bytes: one to a line, whatever the chunks they come in.

No I/O: bytes are fed in, frames are taken out; what is in them is `messages`'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.errors import ChatError

if TYPE_CHECKING:
    from collections.abc import Iterator


class FrameDecoder:
    """Cut bytes, in any chunking, into frames without their ``\\n``.

    Call `feed` with what was read, then take frames from `frames` one at a time; a frame
    longer than ``max_frame_bytes`` (its ``\\n`` not counted) raises ``frame_too_long`` and
    nothing can be read afterwards.  The limit may be changed between two frames.
    """

    def __init__(self, max_frame_bytes: int) -> None:
        self.max_frame_bytes = max_frame_bytes
        self._data = b""
        self._start = 0
        self._searched = 0

    def feed(self, data: bytes) -> None:
        """Add bytes; every frame complete so far must have been taken before."""
        self._data = self._data[self._start :] + data if self._start < len(self._data) else data
        self._searched -= self._start
        self._start = 0

    def rest(self) -> bytes:
        """Return the bytes behind the last frame that was taken, and have none left."""
        data, self._data = self._data[self._start :], b""
        self._start = self._searched = 0
        return data

    def frames(self) -> Iterator[bytes]:
        """Yield each complete frame.  Raise `ChatError` ``frame_too_long``."""
        data = self._data
        while (end := data.find(b"\n", self._searched)) >= 0:
            start = self._start
            if end - start > self.max_frame_bytes:
                raise ChatError("frame_too_long")
            self._start = self._searched = end + 1
            yield data[start:end]
        if len(data) - self._start > self.max_frame_bytes:
            raise ChatError("frame_too_long")
        self._searched = len(data)
