"""What people type to keep order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.chat.order_words import (
    HOW_LONG,
    MODES,
    TOO_LONG,
    lasting,
    length_and_reason,
    length_of,
    modes_of,
    seconds_of,
)
from asynchat.errors import ChatError
from asynchat.messages import MAX_INT, ChangeRoom


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [("30s", 30), ("10m", 600), ("2h", 7200), ("7d", 604_800), ("2w", 1_209_600)],
)
def test_a_time_is_a_number_and_a_unit(typed: str, seconds: int) -> None:
    """The units that people use."""
    assert seconds_of(typed) == length_of(typed) == seconds


@given(st.text(max_size=8) | st.from_regex(r"[0-9]{1,9}[a-z]?\Z"))
def test_what_is_no_time_is_none(typed: str) -> None:
    """Whatever is typed, it is a time that a request can carry, or `bad_request`."""
    seconds = seconds_of(typed)
    if seconds is None:
        with pytest.raises(ChatError) as caught:
            length_of(typed)
        assert caught.value.text in {HOW_LONG, TOO_LONG}
    else:
        assert 1 <= seconds <= MAX_INT


def test_a_reason_may_begin_with_a_time() -> None:
    """Or be without one, or missing."""
    assert length_and_reason("10m for spamming") == (600, "for spamming")
    assert length_and_reason("spamming for 10m ") == (None, "spamming for 10m")
    assert length_and_reason("2h") == (7200, "")
    assert length_and_reason(None) == (None, "")


@pytest.mark.parametrize("typed", ["10x", "10 minutes", "0m spam", "1e9m", "10M"])
def test_what_begins_like_a_time_and_is_none_is_refused(typed: str) -> None:
    """A slip of the keys must not make it for good."""
    with pytest.raises(ChatError) as caught:
        length_and_reason(typed)
    assert (caught.value.code, caught.value.text) == ("bad_request", HOW_LONG)


def test_a_time_that_is_too_long_is_called_so() -> None:
    """It is written as times are."""
    with pytest.raises(ChatError) as caught:
        length_of("99999999w")
    assert caught.value.text == TOO_LONG


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (None, "for good"),
        (1, "for 1 second"),
        (90, "for 90 seconds"),
        (600, "for 10 minutes"),
        (3600, "for 1 hour"),
        (86_400, "for 1 day"),
        (1_209_600, "for 2 weeks"),
    ],
)
def test_how_long_it_lasts_is_told_as_people_say_it(seconds: int | None, told: str) -> None:
    """In the largest unit that fits."""
    assert lasting(seconds) == told


def test_modes_are_words() -> None:
    """Each sets one field of the request; several go together, the last of one kind counts."""
    for word, (field, value) in MODES.items():
        assert modes_of([word]) == {field: value}
        assert field in ChangeRoom.__struct_fields__
    assert modes_of(["private", "slow=30", "public"]) == {"private": False, "slow_s": 30}
    for wrong in ([], ["secret"], ["slow"], ["slow="], ["slow=x"], ["slow=-1"], ["slow=\u0663"]):
        with pytest.raises(ChatError, match="A room is made private"):
            modes_of(wrong)
