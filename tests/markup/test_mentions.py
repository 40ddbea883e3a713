from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.markup.mentions import MAX_WORDS, highlights, mentions

HIGHLIGHTED = highlights(
    account="u1", names=("Ada", "ben", "j.r.", "Großmann"), me=("Ada",), words=("Release", "c++")
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@ben, look", [("@ben", False)]),
        ("hi @ADA!", [("@ADA", True)]),
        ("@ada. @ada- (@ada)", [("@ada", True), ("@ada", True), ("@ada", True)]),
        ("@j.r. said @j.r.x", [("@j.r.", False)]),
        ("@room: lunch", [("@room", True)]),
        ("@GROSSMANN @großmann", [("@GROSSMANN", False), ("@großmann", False)]),
        ("mail ada@ben.example or @nobody, @@ada", []),
        ("the RELEASE of c++ is released", [("RELEASE", True), ("c++", True)]),
        ("https://example.org/@ben", []),
    ],
)
def test_mentions_are_found(text: str, found: list[tuple[str, bool]]) -> None:
    """Names of people one knows, everybody and one's own words are found, in any case."""
    assert [(text[one.start : one.end], one.me) for one in mentions(text, HIGHLIGHTED)] == found


@given(st.text(alphabet="@ad.-_ bennroomreleaseß c+"))
def test_mentions_lie_beside_one_another(text: str) -> None:
    """No mention lies in another, and each is a part of the text."""
    end = 0
    for one in mentions(text, HIGHLIGHTED):
        assert end <= one.start < one.end <= len(text)
        end = one.end


def test_only_so_many_words_are_listened_for() -> None:
    """Blank words mention nobody, and words beyond the limit are left out."""
    many = highlights(words=["", " ", *(f"w{n}" for n in range(200))])
    assert len(many.words) == MAX_WORDS
    assert not list(mentions("a b", many))
