"""Cursors: how a place in the log is named, so that another history is recognised.

An epoch is a random id for what one process wrote: it begins with the first event of that
process and ends where the next one begins.  A cursor names a seq and the epoch it lies in.
A database that was copied back lacks the later epochs or ends earlier, so a cursor from
what was lost is none of its history, even if its seq was handed out again since.
"""

from __future__ import annotations

import re
import secrets
from bisect import bisect_right
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_CURSOR: Final = re.compile(r"([A-Za-z0-9_-]{1,64})\.(0|[1-9][0-9]{0,17})")


def new_epoch() -> str:
    """Return a fresh id of an epoch."""
    return secrets.token_urlsafe(9)


class Epochs:
    """The epochs of a log, oldest first; the first of them begins at seq 0."""

    def __init__(self, epochs: Iterable[tuple[str, int]]) -> None:
        self._ids: list[str] = []
        self._firsts: list[int] = []
        for epoch, first in epochs:
            self.add(epoch, first)

    def add(self, epoch: str, first: int) -> None:
        """Begin an epoch at a seq larger than where the last one began."""
        self._ids.append(epoch)
        self._firsts.append(first)

    def cursor(self, seq: int) -> str:
        """Return the cursor of a seq."""
        return f"{self._of(seq)}.{seq}"

    def position(self, cursor: str, head: int) -> int | None:
        """Return the seq that a cursor names in a log that ends at ``head``, else None."""
        match = _CURSOR.fullmatch(cursor)
        if match is None:
            return None
        seq = int(match[2])
        return seq if seq <= head and self._of(seq) == match[1] else None

    def _of(self, seq: int) -> str:
        return self._ids[bisect_right(self._firsts, seq) - 1]
