"""What time it is where somebody is, as far as this computer knows the time zone they name."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import datetime


def local_time(zone: str, now: datetime) -> datetime | None:
    """Return a time, which knows its own zone, in another; None where nobody knows that here."""
    try:
        return now.astimezone(ZoneInfo(zone))
    except (KeyError, ValueError, OSError):  # no such zone, no name of one, or a folder of them
        return None
