"""What a hub makes up: ids that were never used, and the times of what happens."""

from __future__ import annotations

import secrets
import time
from typing import Final

_ALPHABET: Final = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_ID_CHARS: Final = 10
# One is made for each request that is judged, so it is made fast: some letters come up a little
# more often than others, which costs less than half a bit of an id.
_OF_BYTE: Final = bytes(ord(_ALPHABET[byte % len(_ALPHABET)]) for byte in range(256))


def fresh_id() -> str:
    """Return a random id: 56 bits, never used before for all that matters."""
    return secrets.token_bytes(_ID_CHARS).translate(_OF_BYTE).decode()


def now_ms() -> int:
    """Return what the clock says, in ms since the Unix epoch."""
    return time.time_ns() // 1_000_000
