from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.markup.markdown import Span
from asynchat.markup.mentions import highlights
from asynchat.window.presenters.segments import is_jumbo, segments, without_emoji

HIGHLIGHTED = highlights(names=("ben",), me=("ada",), words=("release",))


def kinds(text: str) -> list[tuple[str, str]]:
    return [(segment.kind, segment.text) for segment in segments([Span(text)], HIGHLIGHTED)]


@given(st.text())
def test_nothing_is_lost(text: str) -> None:
    """The segments of any text, joined, are that text, and none is empty."""
    cut = segments([Span(text)], HIGHLIGHTED)
    assert "".join(segment.text for segment in cut) == text
    assert all(segment.text for segment in cut)


def test_mentions_are_cut_out() -> None:
    """Names one knows, oneself and one's words are segments, beside emoji; the style stays."""
    bold = Span("@ben 🎉 @ada: the release", bold=True)
    cut = segments([bold], HIGHLIGHTED)
    assert [(segment.kind, segment.text) for segment in cut] == [
        ("mention", "@ben"),
        ("text", " "),
        ("emoji", "🎉"),
        ("text", " "),
        ("me", "@ada"),
        ("text", ": the "),
        ("me", "release"),
    ]
    assert all(segment.span.bold for segment in cut)


def test_only_so_many_mentions_are_cut_out() -> None:
    """Who is mentioned hundreds of times is mentioned, and the text is whole."""
    text = "@ada " * 600
    cut = segments([Span(text)], HIGHLIGHTED)
    assert len(cut) == 100
    assert "".join(segment.text for segment in cut) == text


def test_code_and_addresses_mention_nobody() -> None:
    """In code nothing is cut out, in an address no name is."""
    assert [one.kind for one in segments([Span("@ada 🎉", code=True)], HIGHLIGHTED)] == ["text"]
    url = "https://example.org/ @ada"
    assert [one.kind for one in segments([Span(url, url=url)], HIGHLIGHTED)] == ["text"]


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
    [("🚀", True), ("🚀 🎉\n🚀", True), ("🚀!", False), ("", False), ("🚀" * 4, False)],
)
def test_a_few_emoji_alone_are_drawn_large(text: str, jumbo: bool) -> None:
    """A message of nothing but one to three emoji is drawn large."""
    assert is_jumbo(segments([Span(text)])) is jumbo


def test_without_emoji_a_sign_stands_in() -> None:
    """Where emoji must not be drawn, each becomes one sign."""
    assert without_emoji("hi 👨‍👩‍👧‍👦!") == "hi □!"
    assert segments([Span("")]) == ()
