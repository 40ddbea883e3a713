"""Times as people write them: by a clock of 12 or of 24 hours."""

from __future__ import annotations

import contextlib
import locale
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


def read_locale() -> None:
    """Have days and times written as the environment says, where the system has that locale."""
    with contextlib.suppress(locale.Error):
        locale.setlocale(locale.LC_TIME, "")


def uses_twelve(chosen: int | None = None) -> bool:
    """Tell whether hours go to 12: as chosen, else as the person's locale writes times."""
    if chosen is not None:
        return chosen == 12  # noqa: PLR2004 - of a clock
    try:
        form = locale.nl_langinfo(locale.T_FMT)
    except AttributeError:  # Windows has it otherwise
        return False
    return "%r" in form or "%I" in form or "%p" in form or "%l" in form


def time_of_day(when: datetime, *, twelve: bool, seconds: bool = False) -> str:
    """Return ``14:05``, or ``2:05 PM``; with seconds ``14:05:09``."""
    after = f"{when.minute:02}:{when.second:02}" if seconds else f"{when.minute:02}"
    if not twelve:
        return f"{when.hour:02}:{after}"
    half = "AM" if when.hour < 12 else "PM"  # noqa: PLR2004 - of a clock
    return f"{when.hour % 12 or 12}:{after} {half}"


def in_full(when: datetime, *, twelve: bool) -> str:
    """Return ``Friday, 20 November 2026, 14:05:09``: the names are those of the locale."""
    return f"{_day(when.date())}, {time_of_day(when, twelve=twelve, seconds=True)}"


@lru_cache(maxsize=64)
def _day(day: date) -> str:
    """Return a day; kept, since thousands of lines may be of one."""
    return f"{day:%A}, {day.day} {day:%B} {day.year}"


def moment(when: datetime, *, now: datetime, twelve: bool) -> str:
    """Return a time, with as much of the date as it needs."""
    time = time_of_day(when, twelve=twelve)
    if when.date() == now.date():
        return time
    if when.date() == now.date() - timedelta(days=1):
        return f"yesterday, {time}"
    day = f"{when.day} {when:%B}"
    return f"{day}, {time}" if when.year == now.year else f"{day} {when.year}, {time}"
