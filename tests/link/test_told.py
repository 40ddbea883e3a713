from __future__ import annotations

import pytest

from asynchat.link.told import MAX_NOTICE_LINES, MAX_SENTENCE_CHARS, fit
from asynchat.messages import Goodbye, Limits, Pong, Refused, Reset, Welcome, You

ACTING = "no\x1b[2J\nroot: \x9b31myes\u202e"
CLEAN = "no[2J ⏎ root: 31myes"


def test_sentences_are_clean_lines() -> None:
    """Whatever a server says for people is one line each, which acts on nothing."""
    refused = fit(Refused(re="r", code="x\n", text=ACTING))
    assert isinstance(refused, Refused)
    assert (refused.re, refused.code, refused.text) == ("r", "x ⏎ ", CLEAN)
    assert fit(Goodbye(reason=ACTING)) == Goodbye(reason=CLEAN)
    assert fit(Reset(cursor="c", reason=ACTING)) == Reset(cursor="c", reason=CLEAN)


def test_no_sentence_is_endless() -> None:
    """What nobody would read is cut."""
    long = fit(Goodbye(reason="x" * 100_000))
    assert isinstance(long, Goodbye)
    assert len(long.reason) == MAX_SENTENCE_CHARS
    assert long.reason.endswith("x…")
    whole = Goodbye(reason="x" * MAX_SENTENCE_CHARS)
    assert fit(whole) == whole


@pytest.mark.parametrize(
    ("suggestion", "taken"), [(None, None), ("ada2", "ada2"), ("a b", None), ("\x1b]0;x\x07", None)]
)
def test_only_a_name_is_suggested(suggestion: str | None, taken: str | None) -> None:
    """Anything else that a server suggests is as if it did not."""
    refused = fit(Refused(re=None, code="name_taken", text="x", suggestion=suggestion))
    assert isinstance(refused, Refused)
    assert refused.suggestion == taken


def test_a_greeting_keeps_its_lines() -> None:
    """As far as they fit on a screen."""

    def welcome(notice: str) -> Welcome:
        return Welcome(
            version=1,
            server="S",
            you=You(account="u", name="ada", role="guest"),
            token="T",
            cursor="c",
            resumed=False,
            rooms=(),
            more=False,
            limits=Limits(),
            features=(),
            notice=notice,
        )

    assert fit(welcome("a\x07\nb\x1bc\rd")) == welcome("a\nbc\nd")
    assert fit(welcome("x\n" * 1_000)) == welcome("\n".join("x" * MAX_NOTICE_LINES))
    assert fit(welcome("")) == welcome("")


def test_the_rest_is_as_it_was_sent() -> None:
    """What has no sentence in it is not looked at."""
    pong = Pong(re="r")
    assert fit(pong) is pong
