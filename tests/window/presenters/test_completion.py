from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.window.presenters.completion import MOST, Completion, by_tab, offered

NAMES = ("Ada", "adam", "ben", "j.r.")


def texts(completion: Completion | None) -> list[str]:
    return [] if completion is None else [choice.text for choice in completion.choices]


@pytest.mark.parametrize(
    ("before", "typed", "first"),
    [
        (":hea", ":hea", "❤️"),
        ("well :tada", ":tada", "🎉"),
        (":heart:", ":heart:", "❤️"),
        ("hi @a", "@a", "@Ada "),
        ("@ADAM", "@ADAM", "@adam "),
        ("@", "@", "@Ada "),
        ("@ro", "@ro", "@room "),
    ],
)
def test_emoji_and_people_are_offered(before: str, typed: str, first: str) -> None:
    """A colon and a name's beginning offer emoji, an @ people and the room."""
    completion = offered(before, NAMES)
    assert completion is not None
    assert completion.typed == typed
    assert texts(completion)[0] == first


@pytest.mark.parametrize(
    "before", ["", "ada", ":h", "10:30", "a:b", "x@a", "@nobody", ":) ", ":zzzz", "http://he"]
)
def test_nothing_is_offered_unasked(before: str) -> None:
    """Plain words, times, faces and addresses bring up no list."""
    assert offered(before, NAMES) is None


def test_tab_completes_names() -> None:
    """A name at the message's start gets a colon, elsewhere a space."""
    assert texts(by_tab("ad", NAMES)) == ["Ada: ", "adam: "]
    assert texts(by_tab("thanks be", NAMES)) == ["ben "]
    assert texts(by_tab("thanks @be", NAMES)) == ["@ben "]
    assert texts(by_tab("one\nbe", NAMES)) == ["ben "]
    assert by_tab("thanks ", NAMES) is None
    assert by_tab("nobody", NAMES) is None


@given(st.text(alphabet=":@ adeh_+1.\n"))
def test_what_was_typed_stands_before_the_cursor(before: str) -> None:
    """What is to be replaced is the end of what was typed, and there are never too many choices."""
    for completion in (offered(before, NAMES), by_tab(before, NAMES)):
        if completion is not None:
            assert before.endswith(completion.typed)
            assert 0 < len(completion.choices) <= MOST
