"""Times as people write them: by a clock of 12 or of 24 hours."""

from __future__ import annotations

import locale
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


def uses_twelve(chosen: int | None = None) -> bool:
    """Tell whether hours go to 12: as chosen, else as the person's locale writes times."""
    if chosen is not None:
        return chosen == 12  # noqa: PLR2004 - of a clock
    try:
        form = locale.nl_langinfo(locale.T_FMT)
    except AttributeError:  # Windows has it otherwise
        return False
    return "%r" in form or "%I" in form or "%p" in form or "%l" in form


def time_of_day(when: datetime, *, twelve: bool) -> str:
    """Return ``14:05``, or ``2:05 PM``."""
    if not twelve:
        return f"{when:%H:%M}"
    half = "AM" if when.hour < 12 else "PM"  # noqa: PLR2004 - of a clock
    return f"{when.hour % 12 or 12}:{when:%M} {half}"


def moment(when: datetime, *, now: datetime, twelve: bool) -> str:
    """Return a time, with as much of the date as it needs."""
    time = time_of_day(when, twelve=twelve)
    if when.date() == now.date():
        return time
    if when.date() == now.date() - timedelta(days=1):
        return f"yesterday, {time}"
    day = f"{when.day} {when:%B}"
    return f"{day}, {time}" if when.year == now.year else f"{day} {when.year}, {time}"
