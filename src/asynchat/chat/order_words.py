"""What people type to keep order: for how long, and how a room is to be used.  Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from asynchat.errors import ChatError

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_LENGTH: Final = re.compile(r"([0-9]{1,6})([smhdw])\Z")
_TOO_LONG: Final = re.compile(r"[0-9]{7,}[smhdw]\Z")
_SPOKEN: Final = (
    (7 * 86_400, "week"),
    (86_400, "day"),
    (3600, "hour"),
    (60, "minute"),
    (1, "second"),
)

MODES: Final[dict[str, tuple[str, bool]]] = {
    "private": ("private", True),
    "public": ("private", False),
    "read-only": ("read_only", True),
    "open": ("read_only", False),
    "archived": ("archived", True),
    "active": ("archived", False),
}
"""The words for how a room is used, each with the field of `ChangeRoom` that it sets."""

HOW_LONG: Final = "A time is written like 30s, 10m, 2h, 7d or 2w."
TOO_LONG: Final = "That time is too long: it has six digits at most."
HOW_USED: Final = f"A room is made {', '.join(MODES)}, slow=SECONDS or slow=0."


def seconds_of(typed: str) -> int | None:
    """Return how many seconds a time is, such as ``10m``; None where it is none."""
    found = _LENGTH.match(typed)
    return int(found[1]) * _UNITS[found[2]] if found is not None and int(found[1]) else None


def length_of(typed: str) -> int:
    """Return how many seconds a time is.  Raise ``bad_request``."""
    seconds = seconds_of(typed)
    if seconds is None:
        raise ChatError("bad_request", TOO_LONG if _TOO_LONG.match(typed) else HOW_LONG)
    return seconds


def length_and_reason(typed: str | None) -> tuple[int | None, str]:
    """Return what ``10m for spamming`` says: how long, if that is said first, and why.

    What begins with a digit is a time: with a slip in it, it must not be for good.  Raise
    ``bad_request``.
    """
    first, _, rest = (typed or "").strip().partition(" ")
    if not first[:1].isdecimal():
        return None, (typed or "").strip()
    return length_of(first), rest.strip()


def lasting(seconds: int | None) -> str:
    """Return how long something lasts: ``for 10 minutes``, or ``for good``."""
    if seconds is None:
        return "for good"
    length, unit = next(one for one in _SPOKEN if seconds % one[0] == 0)
    count = seconds // length
    return f"for {count} {unit}{'' if count == 1 else 's'}"


def modes_of(words: Sequence[str]) -> dict[str, Any]:
    """Return the fields of `ChangeRoom` that words set.  Raise ``bad_request``."""
    fields: dict[str, Any] = {}
    for word in words:
        name, is_slow, seconds = word.partition("=")
        if word in MODES:
            field, value = MODES[word]
            fields[field] = value
        elif name == "slow" and is_slow and seconds.isascii() and seconds.isdecimal():
            fields["slow_s"] = int(seconds[:9])
        else:
            raise ChatError("bad_request", HOW_USED)
    if not fields:
        raise ChatError("bad_request", HOW_USED)
    return fields
