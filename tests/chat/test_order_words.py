"""What people type to keep order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.chat.order_words import (
    MODES,
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
        with pytest.raises(ChatError, match="written like 30s"):
            length_of(typed)
    else:
        assert 1 <= seconds <= MAX_INT


def test_a_reason_may_begin_with_a_time() -> None:
    """Or be without one, or missing."""
    assert length_and_reason("10m for spamming") == (600, "for spamming")
    assert length_and_reason("spamming for 10m ") == (None, "spamming for 10m")
    assert length_and_reason("2h") == (7200, "")
    assert length_and_reason(None) == (None, "")


def test_modes_are_words() -> None:
    """Each sets one field of the request; several go together, the last of one kind counts."""
    for word, (field, value) in MODES.items():
        assert modes_of([word]) == {field: value}
        assert field in ChangeRoom.__struct_fields__
    assert modes_of(["private", "slow=30", "public"]) == {"private": False, "slow_s": 30}
    for wrong in ([], ["secret"], ["slow"], ["slow="], ["slow=x"], ["slow=-1"], ["slow=\u0663"]):
        with pytest.raises(ChatError, match="A room is made private"):
            modes_of(wrong)
