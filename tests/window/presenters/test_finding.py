from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.chat.searching import marks, phrases_of
from asynchat.link.searching import Hit
from asynchat.window.presenters.finding import SNIPPET_CHARS, count_text, result, snippet

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def hit(text: str, typed: str = "", time: int = 0) -> Hit:
    return Hit("den", 7, time, "a1", "ada", text, tuple(marks(text, phrases_of(typed))))


def test_a_result_says_who_where_and_when() -> None:
    """With the words that were searched for apart from the rest, on one line."""
    time = round(NOW.timestamp() * 1000) - 60_000
    found = result(
        hit("Some Tea\nnow", "tea", time), called="Ada L.", where="#den", now=NOW, twelve=False
    )
    assert (found.sender, found.called) == ("ada", "Ada L.")
    assert (found.where, found.when) == ("#den", "11:59")
    assert (found.room, found.seq) == ("den", 7)
    assert found.pieces == (("Some ", False), ("Tea", True), (" now", False))


def test_a_time_outside_the_calendar_is_none() -> None:
    """A clock that went mad hides no message."""
    mad = hit("tea", time=10**18)
    assert result(mad, called="ada", where="", now=NOW, twelve=True).when == ""


def test_a_long_text_is_cut_around_what_was_found() -> None:
    """The first of the words is on view, wherever in the text it stands."""
    text = "x " * 500 + "here" + " y" * 500
    pieces = list(snippet(text, marks(text, phrases_of("here"))))
    assert ("here", True) in pieces
    assert pieces[0] == pieces[-1] == ("…", False)
    assert len("".join(words for words, _ in pieces)) == SNIPPET_CHARS + 2


@given(st.text(max_size=400), st.text(max_size=10))
def test_a_snippet_is_part_of_its_text(text: str, typed: str) -> None:
    """It has one line, no more than fits, and a mark where there is one."""
    found = marks(text, phrases_of(typed))
    pieces = list(snippet(text, found))
    said = "".join(words for words, _ in pieces)
    assert len(said) <= SNIPPET_CHARS + 2
    assert "\n" not in said
    if found and found[0][0] < len(text):
        assert any(marked for _, marked in pieces) or not said.strip("…")


@pytest.mark.parametrize(
    ("count", "more", "words"),
    [
        (0, False, "Nothing was found."),
        (1, False, "1 message was found."),
        (2, False, "2 messages were found."),
        (20, True, "The newest 20; scroll down for older ones."),
    ],
)
def test_the_count(count: int, more: bool, words: str) -> None:
    """How much was found is said, and that there is more."""
    assert count_text(count, more=more) == words
