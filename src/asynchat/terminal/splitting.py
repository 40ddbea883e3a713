"""Bytes of any length into lines of text, in bounded memory.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

TOO_LONG: Final = None
"""Stands for a line that is longer than allowed; it is not kept."""


@dataclass(slots=True)
class LineSplitter:
    """Cut bytes, in any chunking, into lines without their ends.

    A line of more than ``max_bytes`` is `TOO_LONG`; no more than that, and the newest chunk,
    is ever held.  Bytes that are not UTF-8 become U+FFFD.
    """

    max_bytes: int
    _kept: bytes = b""
    _too_long: bool = False

    def feed(self, data: bytes) -> list[str | None]:
        """Return the lines that ``data`` completes."""
        *ends, rest = data.split(b"\n")
        lines = []
        for end in ends:
            self._keep(end)
            lines.append(self._take())
        self._keep(rest)
        return lines

    def end(self) -> list[str | None]:
        """Return the last line, if it has no end of its own."""
        return [self._take()] if self._kept or self._too_long else []

    def _keep(self, data: bytes) -> None:
        if self._too_long or len(self._kept) + len(data) > self.max_bytes:
            self._kept, self._too_long = b"", True
        else:
            self._kept += data

    def _take(self) -> str | None:
        line = None if self._too_long else self._kept.removesuffix(b"\r").decode(errors="replace")
        self._kept, self._too_long = b"", False
        return line
