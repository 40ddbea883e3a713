"""Spans of time as people write and read them: ``10m``, ``2 hours``, ``until 4 December``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from asynchat.window.presenters.clock import moment

_UNITS: Final = {
    "s": (1, "second"),
    "m": (60, "minute"),
    "h": (3_600, "hour"),
    "d": (86_400, "day"),
    "w": (604_800, "week"),
}
CHOICES: Final = (
    (600, "10 minutes"),
    (3_600, "1 hour"),
    (86_400, "1 day"),
    (604_800, "1 week"),
    (None, "for good"),
)
"""What a mute or a ban is offered for, in seconds."""


def span_text(seconds: int) -> str:
    """Return ``90 seconds``, ``5 minutes``, ``1 day``: the largest unit that it is whole in."""
    size, word = next(
        (size, word) for size, word in reversed(_UNITS.values()) if seconds % size == 0
    )
    count = seconds // size
    if word == "week" and count == 0:
        return "0 seconds"
    return f"{count} {word}{'' if count == 1 else 's'}"


def since_text(seconds: float) -> str:
    """Return how long something has gone on, in its largest unit: ``3 h``, ``12 s``."""
    whole = max(0, int(seconds))
    for letter in ("d", "h", "m"):
        size = _UNITS[letter][0]
        if whole >= size:
            return f"{whole // size} {'min' if letter == 'm' else letter}"
    return f"{whole} s"


def until_text(until_ms: int | None, *, now: datetime, twelve: bool) -> str:
    """Return until when something holds: ``until 14:05``, ``for good``."""
    if until_ms is None:
        return "for good"
    return f"until {when_text(until_ms, now=now, twelve=twelve)}"


def when_text(time_ms: int, *, now: datetime, twelve: bool) -> str:
    """Return a time of the server's, in ms since the epoch, as `moment` writes it."""
    try:
        at = datetime.fromtimestamp(time_ms / 1000, UTC).astimezone(now.tzinfo)
    except (OverflowError, OSError, ValueError):  # a clock far outside the calendar
        return "some other time"
    return moment(at, now=now, twelve=twelve)


def short_span(seconds: int) -> str:
    """Return a span as it is typed: ``30s``, ``5m``, ``1h``."""
    size, letter = next(
        (size, letter)
        for letter, (size, _) in reversed(_UNITS.items())
        if seconds % size == 0 and letter != "w"
    )
    return f"{seconds // size}{letter}"
