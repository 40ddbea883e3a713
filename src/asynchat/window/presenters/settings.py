"""What the settings window offers, and what the words typed there mean."""

from __future__ import annotations

import importlib.metadata
import platform
import sys
from typing import TYPE_CHECKING, Final

from asynchat.window.preferences import SYSTEM, parsed_time

if TYPE_CHECKING:
    from collections.abc import Iterable

CLOCKS: Final = ((None, "As your system writes it"), (24, "14:05"), (12, "2:05 PM"))
SHOWN: Final = (
    ("mentions", "Mentions, highlighted words and direct messages"),
    ("all", "Every message"),
    ("nothing", "Nothing"),
)
_BUILT_IN: Final = {"dark": "Dark", "light": "Light"}


def themes(palettes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the themes to choose from: their names, and what they are called."""
    own = sorted(name for name in palettes if name not in _BUILT_IN)
    return (
        (SYSTEM, "As the system"),
        *_BUILT_IN.items(),
        *((name, name) for name in own),
    )


def words(typed: str) -> tuple[str, ...]:
    """Return the words of a list with commas."""
    return tuple(word for part in typed.split(",") if (word := " ".join(part.split())))


def quiet_hours(begin: str, end: str) -> tuple[tuple[str | None, str | None], str | None]:
    """Return the quiet hours that were typed, and a sentence where they make none."""
    if not begin.strip() and not end.strip():
        return (None, None), None
    times = parsed_time(begin), parsed_time(end)
    if None in times:
        return (None, None), "Quiet hours need two times, as 22:00 and 7:00."
    return times, None


def versions(tk: str) -> tuple[str, ...]:
    """Return what is running here, for a report; ``tk`` is the version of Tk."""
    return (
        f"asynchat {importlib.metadata.version('asynchat')}",
        f"Python {platform.python_version()}, Tk {tk}",
        f"{platform.system()} {platform.release()}, {sys.platform}",
    )
