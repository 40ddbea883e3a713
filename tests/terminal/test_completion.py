"""What Tab may complete."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.terminal.completion import candidates

ROOMS = ["lobby", "dev", "design"]
NAMES = ["ada", "Adele", "ben"]


@pytest.mark.parametrize(
    ("before", "replaced", "found"),
    [
        ("/jo", 3, ["/join "]),
        ("/join de", 2, ["design ", "dev "]),
        ("/join #de", 3, ["design ", "dev "]),
        ("/join dev x", 1, []),
        ("/msg a", 1, ["Adele ", "ada "]),
        ("/msg ", 0, ["Adele ", "ada ", "ben "]),
        ("/msg ben hi ad", 2, ["Adele ", "ada "]),
        ("/nothing b", 1, ["ben "]),
        ("ad", 2, ["Adele: ", "ada: "]),
        ("hi @b", 2, ["@ben "]),
        ("hi b", 1, ["ben "]),
        ("hi ", 0, []),
        ("", 0, []),
        ("xyz", 3, []),
    ],
)
def test_tab_completes_what_fits_the_place(before: str, replaced: int, found: list[str]) -> None:
    """Commands at the start, then what the command takes; elsewhere names, without case."""
    assert candidates(before, rooms=ROOMS, names=NAMES) == (replaced, found)


@given(st.text(alphabet=st.characters() | st.sampled_from("/ @#abd")))
def test_completing_never_replaces_more_than_there_is(before: str) -> None:
    """Whatever was typed, no more is replaced than stands before the cursor."""
    replaced, _ = candidates(before, rooms=ROOMS, names=NAMES)
    assert 0 <= replaced <= len(before)
