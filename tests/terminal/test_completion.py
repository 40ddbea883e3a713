"""What Tab may complete."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.terminal.completion import candidates

ROOMS = ["lobby", "dev", "design"]
NAMES = ["ada", "Adele", "ben"]


def numbers_of(own: bool) -> list[int]:
    """Return the numbers of messages, the newest first."""
    return [11] if own else [12, 11, 2]


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
        ("/reply ", 0, ["12 ", "11 ", "2 "]),
        ("/reply 1", 1, ["12 ", "11 "]),
        ("/pin 2", 1, ["2 "]),
        ("/delete ", 0, ["11 "]),
        ("/edit 1", 1, ["11 "]),
        ("/edit ad", 2, ["Adele ", "ada "]),
        ("/edit 11 ad", 2, ["Adele ", "ada "]),
        ("/react 12 :thumbsu", 8, [":thumbsup:"]),
        ("/react 12 :", 1, []),
        ("/react 12 thumbsu", 7, [":thumbsup:"]),
    ],
)
def test_tab_completes_what_fits_the_place(before: str, replaced: int, found: list[str]) -> None:
    """Commands at the start, then what the command takes; elsewhere names, without case."""
    given = candidates(before, rooms=ROOMS, names=NAMES, numbers=numbers_of)
    assert given == (replaced, found)


def test_of_many_numbers_the_newest_are_offered() -> None:
    """No more numbers are shown than one can look over."""
    _, found = candidates("/pin ", rooms=(), names=(), numbers=lambda _: range(500, 0, -1))
    assert found == [f"{number} " for number in range(500, 480, -1)]


@given(st.text(alphabet=st.characters() | st.sampled_from("/ @#abd")))
def test_completing_never_replaces_more_than_there_is(before: str) -> None:
    """Whatever was typed, no more is replaced than stands before the cursor."""
    replaced, _ = candidates(before, rooms=ROOMS, names=NAMES)
    assert 0 <= replaced <= len(before)
