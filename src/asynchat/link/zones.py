"""Times as others tell them: where somebody is, and in ms since the epoch."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import tzinfo


def local_time(zone: str, now: datetime) -> datetime | None:
    """Return a time, which knows its own zone, in another; None where nobody knows that here."""
    try:
        return now.astimezone(ZoneInfo(zone))
    except (KeyError, ValueError, OSError):  # no such zone, no name of one, or a folder of them
        return None


def time_of(time_ms: int, zone: tzinfo | None = None) -> datetime:
    """Return a time in a zone, or in ours; what no calendar has is shown as 1970."""
    try:
        return datetime.fromtimestamp(time_ms / 1000, UTC).astimezone(zone)
    except (OverflowError, OSError, ValueError):
        return datetime.fromtimestamp(0, UTC)
