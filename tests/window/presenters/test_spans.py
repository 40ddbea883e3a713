from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.chat.order_words import seconds_of
from asynchat.messages import MAX_SLOW_S
from asynchat.window.presenters.spans import (
    short_span,
    since_text,
    span_text,
    until_text,
    when_text,
)

NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


@given(st.integers(1, MAX_SLOW_S))
def test_what_is_shown_can_be_typed(seconds: int) -> None:
    """The short form of a span means that span."""
    assert seconds_of(short_span(seconds)) == seconds


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(1, "1 second"), (90, "90 seconds"), (300, "5 minutes"), (604_800, "1 week"), (0, "0 weeks")],
)
def test_a_span_is_read(seconds: int, text: str) -> None:
    """The largest unit in which it is whole."""
    assert span_text(seconds) == (text if seconds else "0 seconds")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "0 s"), (59.9, "59 s"), (60, "1 min"), (7_300, "2 h"), (200_000, "2 d")],
)
def test_how_long_something_has_gone_on(seconds: float, text: str) -> None:
    """One number and one unit are enough."""
    assert since_text(seconds) == text


def test_until_when() -> None:
    """A time with as much of the date as it needs; without an end it is for good."""
    at = int(datetime(2026, 3, 4, 9, 5, tzinfo=UTC).timestamp() * 1000)
    assert until_text(at, now=NOW, twelve=False) == "until 4 March, 09:05"
    assert until_text(None, now=NOW, twelve=False) == "for good"
    assert when_text(10**18, now=NOW, twelve=False) == "some other time"
