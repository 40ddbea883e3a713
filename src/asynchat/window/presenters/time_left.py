"""How long something will still take, as people read it."""

from __future__ import annotations

from typing import Final

_MINUTE_S: Final = 60
_HOUR_S: Final = 3600
_DAY_S: Final = 24 * _HOUR_S


def left_text(seconds: float) -> str:
    """Return how long something will still take; nothing where that is nobody's guess."""
    if not 0 <= seconds < _DAY_S:
        return ""
    whole = round(seconds)
    if whole < _MINUTE_S:
        return f"{max(whole, 1)} s left"
    if whole < _HOUR_S:
        return f"{round(whole / _MINUTE_S)} min left"
    return f"{whole // _HOUR_S} h {whole % _HOUR_S // _MINUTE_S} min left"
