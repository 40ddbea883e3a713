from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.markup import markdown
from asynchat.markup.markdown import MAX_LINKS, Code, Paragraph, Piece, Span, parse, words
from asynchat.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

MARKS = "*_~`[]()<>#-+.!|\\\n\t :/123abAé漢😀"
HOSTILE = {
    "stars": "*" * 4000,
    "opened": "**a " * 1000,
    "ticks": "`" * 4000,
    "growing ticks": "".join("`" * n + "a" for n in range(1, 34)),
    "brackets": "[" * 4000,
    "just under the brackets": "[" * 100 + "a" * 3900,
    "unclosed links": "[a](http://b " * 99,
    "quotes": ">" * 4000,
    "nested quotes": "> " * 2000,
    "quoted lines": "> a\n" * 600,
    "many quoted lines": "> a\n" * 1000,
    "deeply quoted lines": (">" * 8 + " a\n") * 75,
    "items": "- a\n" * 1000,
    "just under the items": "- a\n" * 200,
    "nested items": "- " * 2000,
    "deeper items": "\n".join(" " * (2 * n) + "- a" for n in range(60)),
    "numbers": "".join(f"{n}. a\n" for n in range(1, 500)),
    "mixed emphasis": "*a **b ***c ~~d " * 100,
    "just under the marks": "*a " * 600,
    "addresses": "<http://" * 500,
    "schemes": "http://" * 571,
    "fences": "```\n" * 1000,
    "escapes": "\\*" * 2000,
    "empty links": "[](http://a)" * 99,
}
MOST_CALLS = 200_000
"""Calls of functions, which a slow machine does not make more of; about 15 ms."""


def spans(text: str) -> tuple[Span, ...]:
    """Return the spans of a text that is one paragraph."""
    (piece,) = parse(text)
    assert isinstance(piece, Paragraph)
    return piece.spans


def shape(pieces: Sequence[Piece]) -> list[tuple[Any, ...]]:
    return [
        ("code", piece.language, piece.text, piece.quote, piece.depth)
        if isinstance(piece, Code)
        else (piece.marker, "".join(span.text for span in piece.spans), piece.quote, piece.depth)
        for piece in pieces
    ]


@given(st.text(alphabet=st.sampled_from(MARKS), max_size=200) | st.text())
def test_no_word_is_lost(text: str) -> None:
    """Any text is read without an error, and what one could read before one still can."""
    pieces = parse(text)
    shown = words(pieces)
    for piece in pieces:
        if isinstance(piece, Code):
            shown += f" {piece.language}"
        else:
            shown += "".join(f" {span.url or ''}" for span in piece.spans)
    for word in re.findall(r"[^\W\d_]+", text):
        assert word in shown


@given(st.text(alphabet=st.sampled_from("ab 1.\n\t,;:'\"@#-+!?=é漢😀")))
def test_plain_text_stays_as_it_is(text: str) -> None:
    """A text without marks is shown as typed, unless it is a list."""
    if not re.search(r"^\s*([-+]|\d+[.)])\s", text, re.MULTILINE):
        assert words(parse(text)) == text


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_text_keeps_the_reader_busy(text: str) -> None:
    """What is made to be slow to read is not: it is limited in what it costs."""
    calls = 0

    def count(_: FrameType, __: str, ___: object) -> None:
        nonlocal calls
        calls += 1

    markdown._grammar()
    markdown._parse.cache_clear()
    sys.setprofile(count)
    try:
        parse(text[:4000])
    finally:
        sys.setprofile(None)
    assert calls < MOST_CALLS


def test_a_plain_message_needs_no_parser() -> None:
    """What has no mark of Markdown in it never reaches the parser, links or not."""
    markdown._parse.cache_clear()
    parse("Good morning! It's 10:30 (about), see https://example.org/a?b=c#d @ada")
    parse("x - y + 1.5")
    assert markdown._parse.cache_info().misses == 0


def test_emphasis_is_read() -> None:
    """Bold, italic, both, struck out and code are what they are in every chat."""
    assert spans("**b** *i* _i_ ***x*** ~~s~~ `c*`") == (
        Span("b", bold=True),
        Span(" "),
        Span("i", italic=True),
        Span(" "),
        Span("i", italic=True),
        Span(" "),
        Span("x", bold=True, italic=True),
        Span(" "),
        Span("s", strike=True),
        Span(" "),
        Span("c*", code=True),
    )
    assert spans("这是**粗体**字")[1] == Span("粗体", bold=True)
    assert spans("**two\nlines**") == (Span("two\nlines", bold=True),)


@pytest.mark.parametrize(
    "text",
    [
        "2*3*4 and 2**3**4",
        "snake_case_name and __init__.py",
        r"C:\*.txt C:\_new \\server\share",
        r"¯\_(ツ)_/¯",
        ">_< and >:( and <3",
        "***",
        "* * *",
        "-",
        "# no heading",
        "a\n---\nb",
        "| a | b |\n|---|---|",
        "<b>no</b> &amp; <script>",
        "[a]: https://example.org/",
        "a\n    indented\n\n\n\nb [",
        "    indented at once [",
        "[x](javascript:alert(1)) [y](file:///etc) [z](/here) <ftp://example.org>",
        "http:// https:///x <",
    ],
)
def test_what_is_no_markdown_stays_as_typed(text: str) -> None:
    """Sums, paths, faces, tables, HTML and what leads elsewhere than to the web stay as typed."""
    pieces = parse(text)
    assert words(pieces) == text
    assert not [
        span
        for piece in pieces
        if isinstance(piece, Paragraph)
        for span in piece.spans
        if span.url and "example" not in span.url
    ]


def test_a_backslash_takes_the_meaning_away() -> None:
    """A mark after a backslash is only itself."""
    assert spans(r"\*not\* \`so\` \> \[x](y)")[0].text.startswith("*not")
    assert words(parse(r"\*no*")) == "*no*"


def test_links_have_an_address() -> None:
    """A link leads where it says, or where its brackets say; code is no link."""
    assert spans("*see* https://example.org/a_b_c, [there](https://example.org/x).") == (
        Span("see", italic=True),
        Span(" "),
        Span("https://example.org/a_b_c", url="https://example.org/a_b_c"),
        Span(", "),
        Span("there", url="https://example.org/x"),
        Span("."),
    )
    assert spans("**https://example.org/**")[0] == Span(
        "https://example.org/", bold=True, url="https://example.org/"
    )
    assert spans("`https://example.org`") == (Span("https://example.org", code=True),)
    assert spans("<https://example.org>")[0].url == "https://example.org"
    assert spans('[a](https://example.org "title")')[1] == Span(" (title)")


def test_only_so_many_addresses_are_links() -> None:
    """A text of nothing but addresses stays whole, and its first ones are links."""
    found = spans("http://a.b " * 300)
    assert sum(span.url is not None for span in found) == MAX_LINKS
    assert "".join(span.text for span in found) == "http://a.b " * 300


def test_a_quote_ends_with_its_line() -> None:
    """What stands below a quote is no longer quoted."""
    assert shape(parse("> one\n> > two\nmine")) == [
        ("", "one", 1, 0),
        ("", "two", 2, 0),
        ("", "mine", 0, 0),
    ]


def test_lists_have_markers() -> None:
    """Each item has its marker and its depth; numbers stay as typed."""
    assert shape(parse("so:\n- a\n- b\n  - c\nafter\n\n7) x\n8) y")) == [
        ("", "so:", 0, 0),
        ("•", "a", 0, 1),
        ("•", "b", 0, 1),
        ("•", "c", 0, 2),
        ("", "after", 0, 0),
        ("7)", "x", 0, 1),
        ("8)", "y", 0, 1),
    ]
    assert shape(parse("- one\n-\n- ```\n  x\n  ```")) == [
        ("•", "one", 0, 1),
        ("", "-", 0, 0),
        ("", "-", 0, 0),
        ("code", "", "x", 0, 1),
    ]


@pytest.mark.parametrize(
    ("text", "language", "code"),
    [
        ("```python\nprint(1)\n```", "python", "print(1)"),
        ("```\n  a\n\n\tb  \n```", "", "  a\n\n\tb  "),
        ("```print(1)\nx```", "", "print(1)\nx"),
        ("~~~\n```\n~~~", "", "```"),
        ("```\nnever closed", "", "never closed"),
        ("````md\n```\nx\n```\n````", "md", "```\nx\n```"),
        ("```c++\n```", "c++", ""),
    ],
)
def test_code_is_exactly_what_was_typed(text: str, language: str, code: str) -> None:
    """Code keeps every space; the fence's word is its language, anything longer is code."""
    assert parse(text) == (Code(code, language),)


def test_code_on_one_line_is_inline() -> None:
    """Three backticks on one line are code in the line."""
    assert spans("see ```x = 1``` there")[1] == Span("x = 1", code=True)
    assert spans("```x = 1```") == (Span("x = 1", code=True),)


def test_empty_lines_are_kept() -> None:
    """Paragraphs are as far apart as they were typed, in code, too."""
    first, second = parse("*a*\n\n\nb")
    assert (first.above, second.above) == (0, 2)
    assert parse("*a*\n\n```\nx\n```")[1].above == 1


def test_too_deep_a_nesting_is_shown_as_typed() -> None:
    """Beyond eight levels marks are only characters: nothing is dropped."""
    shown = parse("> " * 12 + "deep")
    assert shape(shown) == [("", "> > > > deep", 8, 0)]


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/%1B%5B31mred",
        "http://example.org/%C2%9B31mred",
        "http://example.org/%0A12:00%20ada:%20yes",
        "http://example.org/%E2%80%AEgnp.exe",
    ],
)
def test_an_address_is_shown_as_it_stands(address: str) -> None:
    """What is encoded in it stays so: decoded, it would act on whatever shows it."""
    assert [span.text for span in spans(f"<{address}>")] == [address]


def test_a_title_has_nothing_that_a_text_loses() -> None:
    """Entities in it become characters, which pass what everything typed passes."""
    title = "&#x202e;a&NewLine;b&Tab;&rlm;" + "&#x301;" * 20
    shown = [span.text for span in spans(f'[x](http://example.org "{title}")')]
    assert shown == ["x", " (a ⏎ b " + "\u0301" * 8 + ")"]


@pytest.mark.parametrize("mark", ["**", "*", "~~", "`", "[", "\\*"])
def test_marks_do_not_climb_through_markup(mark: str) -> None:
    """Where more combining marks would follow one another than may, a text is shown as typed."""
    text = "a" + ("\u0301" * 8 + mark) * 40
    shown = words(parse(text))
    assert clean_text(shown) == shown
    assert spans("é **a\u0301** b")[1] == Span("a\u0301", bold=True)
