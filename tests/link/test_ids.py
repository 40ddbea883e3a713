from __future__ import annotations

import re
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from asynchat.link.ids import new_id, new_token, now_ms

_PROPER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MOMENTS = st.integers(0, 2**48 - 1)


def id_at(moment: int) -> str:
    """Return an id made when the clock says this."""
    with mock.patch("asynchat.link.ids.now_ms", return_value=moment):
        return new_id()


@given(_MOMENTS, _MOMENTS)
def test_ids_are_ordered_by_time(one: int, other: int) -> None:
    """Of two ids the one made later is greater, as text."""
    earlier, later = sorted([one, other])
    assert earlier == later or id_at(earlier) < id_at(later)


@given(st.integers(0, 2**70))
def test_an_id_is_proper_whatever_the_clock_says(moment: int) -> None:
    """An id has 26 characters of those that the wire allows, also far in the future."""
    made = id_at(moment)
    assert _PROPER.fullmatch(made)
    assert len(made) == 26


def test_ids_are_unique() -> None:
    """No two ids are the same, also within a millisecond."""
    with mock.patch("asynchat.link.ids.now_ms", return_value=1_763_650_000_000):
        assert len({new_id() for _ in range(10_000)}) == 10_000


def test_the_clock_counts_milliseconds() -> None:
    """The clock's nanoseconds are told as whole milliseconds."""
    with mock.patch("time.time_ns", return_value=1_763_650_000_123_999_999):
        assert now_ms() == 1_763_650_000_123


def test_tokens_are_long_and_differ() -> None:
    """A token is 256 random bits in characters that any header or file takes."""
    tokens = {new_token() for _ in range(1_000)}
    assert len(tokens) == 1_000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in tokens)
