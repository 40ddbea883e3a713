"""The client's own ids: 48 bits of milliseconds and 80 random bits, in order of time."""

from __future__ import annotations

import base64
import secrets
import time
from typing import Final

_TIME_BYTES: Final = 6
_RANDOM_BYTES: Final = 10
_CODE_BYTES: Final = 16


def now_ms() -> int:
    """Return what this computer's clock says, in ms since the Unix epoch."""
    return time.time_ns() // 1_000_000


def new_id() -> str:
    """Return an id that no request had before; ids grow with time, which indexes like.

    26 characters of base32hex (RFC 4648, section 7), whose order is that of the bytes.
    """
    moment = now_ms() % (1 << (8 * _TIME_BYTES))
    value = moment.to_bytes(_TIME_BYTES, "big") + secrets.token_bytes(_RANDOM_BYTES)
    return base64.b32hexencode(value).decode().rstrip("=")


def new_code() -> str:
    """Return the code of an invitation: 128 random bits."""
    return secrets.token_urlsafe(_CODE_BYTES)


def new_token() -> str:
    """Return a guest's token: 256 random bits."""
    return secrets.token_urlsafe(32)
