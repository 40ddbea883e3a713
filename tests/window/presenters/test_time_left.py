from __future__ import annotations

import pytest

from asynchat.window.presenters.time_left import left_text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1 s left"),
        (59.4, "59 s left"),
        (60, "1 min left"),
        (3_599, "60 min left"),
        (3_660, "1 h 1 min left"),
        (86_400, ""),
        (-1, ""),
        (float("inf"), ""),
        (float("nan"), ""),
    ],
)
def test_what_is_left_of_a_time(seconds: float, text: str) -> None:
    """In the unit that fits; what takes days nobody can tell."""
    assert left_text(seconds) == text
