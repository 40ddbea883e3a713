"""What a word is, what somebody asks for, and what fits."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.chat.searching import (
    MAX_WORD_CHARS,
    MAX_WORDS,
    Criteria,
    Phrase,
    has_link,
    marks,
    phrases_of,
    words_of,
)
from asynchat.messages import Said

TIME = 1_763_650_000_000


def said(text: str = "", account: str = "a1") -> Said:
    """Return a message."""
    return Said(
        seq=1,
        time=TIME,
        room="lobby",
        account=account,
        sender="x",
        id=None,
        text=text,
        reply_to=None,
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, World!", ["hello", "world"]),
        ("don't snake_case x-ray", ["don", "t", "snake", "case", "x", "ray"]),
        ("Café GROẞ ﬁne", ["cafe", "gross", "fine"]),
        ("İstanbul", ["istanbul"]),
        ("茶器です tea", ["茶", "器", "て", "す", "tea"]),
        ("привет мир", ["привет", "мир"]),
        ("👍 :r1 * NOT", ["r1", "not"]),
        ("x" * 100, ["x" * MAX_WORD_CHARS]),
        ("", []),
    ],
)
def test_words_are_compared_by_their_letters(text: str, words: list[str]) -> None:
    """Case, diacritics and punctuation do not count; scripts without spaces are cut up."""
    assert words_of(text) == words


@given(st.text())
def test_a_word_is_a_token_of_the_index(text: str) -> None:
    """A word has no space, quote, colon or capital letter: the index takes it as it is."""
    for word in words_of(text):
        assert re.fullmatch(r'[^\s":A-Z\x00-\x20]+', word)
        assert word.isascii() is False or word.isalnum()


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_plain_text_needs_no_table(text: str) -> None:
    """ASCII is folded in a shorter way, and to the same."""
    assert words_of(text) == words_of(text + " é")[:-1]


@pytest.mark.parametrize(
    ("typed", "phrases"),
    [
        ("tea cup", [Phrase(("tea",)), Phrase(("cup",), prefix=True)]),
        ('"tea cup"', [Phrase(("tea", "cup"))]),
        ('"tea cu', [Phrase(("tea", "cu"), prefix=True)]),
        ('"tea" cup ', [Phrase(("tea",)), Phrase(("cup",), prefix=True)]),
        ("x-ray", [Phrase(("x", "ray"), prefix=True)]),
        ("te*", [Phrase(("te",), prefix=True)]),
        ("t", [Phrase(("t",))]),
        ("茶器", [Phrase(("茶", "器"))]),
        ('"', []),
        ('"" ***', []),
        ("tea ***", [Phrase(("tea",), prefix=True)]),
    ],
)
def test_what_is_typed_is_words_and_phrases(typed: str, phrases: list[Phrase]) -> None:
    """Quotes make phrases, and the last word may be only begun."""
    assert phrases_of(typed) == tuple(phrases)


def test_so_many_words_of_a_search_count() -> None:
    """At most 32 words are looked for."""
    found = phrases_of(" ".join(f"w{n}" for n in range(99)))
    assert sum(len(phrase.words) for phrase in found) == MAX_WORDS
    assert phrases_of('"' + "a " * 99 + '"') == (Phrase(("a",) * MAX_WORDS),)


@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        ("tea", True),
        ("is tea", True),
        ('"tea is"', True),
        ('"is tea"', False),
        ("re", True),
        ('"rea"', False),
        ('"is rea', True),
        ("ready is", True),
        ("readys", False),
        ("coffee", False),
        ("", True),
    ],
)
def test_all_words_have_to_be_there(typed: str, fits: bool) -> None:
    """In any order, but phrases as they are."""
    assert Criteria(phrases_of(typed)).fits(said(), "The tea is ready") is fits


@pytest.mark.parametrize(
    ("criteria", "fits"),
    [
        (Criteria(account="a1"), True),
        (Criteria(account="a2"), False),
        (Criteria(since=TIME, until=TIME + 1), True),
        (Criteria(since=TIME + 1), False),
        (Criteria(until=TIME), False),
        (Criteria(link=True), False),
    ],
)
def test_what_else_is_given_has_to_be_true(criteria: Criteria, fits: bool) -> None:
    """Who said it, from when on and until when, and whether there is a link."""
    assert criteria.fits(said(), "tea") is fits


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("see http://tea.example", True),
        ("(HTTPS://tea.example)", True),
        ("https:// is a scheme", False),
        ("xhttps://tea.example", False),
        ("tea.example", False),
    ],
)
def test_links_are_addresses_of_web_pages(text: str, link: bool) -> None:
    """With their scheme, as they are typed."""
    assert has_link(text) is link


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("The Café is open", "cafe", ["Café"]),
        ("tea, teapot, steal", "tea", ["tea", "tea" + "pot"]),
        ("a big tea cup, tea", '"tea cup"', ["tea cup"]),
        ("ﬁne groß", "gros", ["groß"]),
        ("ab ab ab", '"ab ab"', ["ab ab ab"]),
        ("nothing", "tea", []),
        ("日本茶", "本茶", ["本茶"]),
    ],
)
def test_what_was_found_can_be_marked(text: str, typed: str, marked: list[str]) -> None:
    """The places of the words in the text as it was written."""
    assert [text[start:end] for start, end in marks(text, phrases_of(typed))] == marked


@given(st.text(), st.text())
def test_marks_are_where_it_fits(text: str, typed: str) -> None:
    """Whatever is typed and written: marks are in order, apart, and there where it fits."""
    phrases = phrases_of(typed)
    places = marks(text, phrases)
    assert all(start < end for start, end in places)
    assert all(before[1] < after[0] for before, after in itertools.pairwise(places))
    if phrases and Criteria(phrases).fits(said(), text):
        assert places
