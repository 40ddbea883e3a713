from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.window.presenters.segments import Segment, is_jumbo, segments, without_emoji


def kinds(text: str) -> list[tuple[str, str]]:
    return [(segment.kind, segment.text) for segment in segments(text)]


@given(st.text())
def test_nothing_is_lost(text: str) -> None:
    """The segments of any text, joined, are that text, and none is empty."""
    cut = segments(text)
    assert "".join(segment.text for segment in cut) == text
    assert all(segment.text for segment in cut)


def test_a_link_ends_before_the_punctuation_around_it() -> None:
    """A full stop or a bracket after an address is not part of it."""
    assert kinds("see (https://example.org/a?b=1).") == [
        ("text", "see ("),
        ("link", "https://example.org/a?b=1"),
        ("text", ")."),
    ]


@pytest.mark.parametrize("text", ["javascript:alert(1)", "file:///etc/passwd", "ftp://example.org"])
def test_only_the_web_is_linked(text: str) -> None:
    """No other scheme than http and https is a link."""
    assert kinds(text) == [("text", text)]


@pytest.mark.parametrize(
    "emoji",
    ["😀", "👍🏽", "👨‍👩‍👧‍👦", "🇩🇪", "1️⃣", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🧑‍🚀", "⌚", "✌🏻", "🏳️‍🌈"],
)
def test_an_emoji_is_one_piece(emoji: str) -> None:
    """Families, flags, keycaps and skin tones are one segment each."""
    assert kinds(f"a{emoji}b") == [("text", "a"), ("emoji", emoji), ("text", "b")]


@pytest.mark.parametrize("text", ["1 # * ©", "→ ★", "☺\ufe0e", "naïve 漢字", "Ω"])
def test_plain_signs_stay_text(text: str) -> None:
    """Digits, arrows and letters of any script are no emoji."""
    assert kinds(text) == [("text", text)]


@pytest.mark.parametrize(
    ("text", "jumbo"),
    [("🚀", True), ("🚀 🎉\n🚀", True), ("🚀!", False), ("", False), ("🚀" * 6, False)],
)
def test_a_few_emoji_alone_are_drawn_large(text: str, jumbo: bool) -> None:
    """A message of nothing but one to five emoji is drawn large."""
    assert is_jumbo(segments(text)) is jumbo


def test_without_emoji_a_sign_stands_in() -> None:
    """Where emoji must not be drawn, each becomes one sign."""
    assert without_emoji("hi 👨‍👩‍👧‍👦!") == "hi □!"
    assert segments("") == ()
    assert segments("a") == (Segment("text", "a"),)
