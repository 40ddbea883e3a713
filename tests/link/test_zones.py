"""The time where somebody is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from asynchat.link.zones import local_time

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_the_time_is_that_of_the_zone() -> None:
    """Summer time is heeded."""
    there = local_time("Europe/Berlin", NOON)
    assert there is not None
    assert (there.hour, there == NOON) == (14, True)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "/etc/passwd", "../UTC", "Europe", "x" * 300])
def test_what_is_no_zone_has_no_time(zone: str) -> None:
    """Whatever others wrote there does no harm."""
    assert local_time(zone, NOON) is None
