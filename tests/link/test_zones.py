"""The time where somebody is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from asynchat.link.zones import local_time, time_of

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


@pytest.mark.parametrize("time_ms", [2**70, -(2**70), 10**18, -(10**17)])
def test_what_no_calendar_has_is_its_beginning(time_ms: int) -> None:
    """A server may tell any number for a time."""
    assert time_of(time_ms) == datetime(1970, 1, 1, tzinfo=UTC)
    assert time_of(int(NOON.timestamp() * 1000), UTC) == NOON
