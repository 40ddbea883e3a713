from __future__ import annotations

import pytest

from asynchat.markup.markdown import Code
from asynchat.markup.mentions import NOBODY, highlights
from asynchat.window.presenters.body import MAX_PICTURES, Text, body

ME = highlights(account="u1", names=("ben",), me=("ada",))


def shown(text: str) -> str:
    (part,) = body(text, "u2", NOBODY).parts
    assert isinstance(part, Text)
    return "".join(segment.text for segment in part.segments)


def test_a_message_that_mentions_the_reader_calls() -> None:
    """Others call the reader, by name or for everybody; oneself never does, nor code."""
    assert body("hi @ada", "u2", ME).calls
    assert body("lunch, @room", "u2", ME).calls
    assert not body("hi @ada", "u1", ME).calls
    assert not body("hi @ben", "u2", ME).calls
    assert not body("```\n@ada\n```", "u2", ME).calls


def test_a_few_emoji_are_jumbo() -> None:
    """Only a message of nothing but emoji is large."""
    assert body("🎉🚀", "u2", NOBODY).jumbo
    assert not body("> 🎉\n\n🎉", "u2", NOBODY).jumbo
    assert not body("```\n🎉\n```", "u2", NOBODY).jumbo


def test_only_so_many_emoji_are_pictures() -> None:
    """A message of nothing but emoji takes no longer to draw than others."""

    def pictures(text: str) -> int:
        parts = body(text, "u2", NOBODY).parts
        cut = [one for part in parts if isinstance(part, Text) for one in part.segments]
        return sum(one.kind == "emoji" for one in cut)

    assert pictures("🎉" * MAX_PICTURES) == MAX_PICTURES
    assert pictures("🎉" * (MAX_PICTURES + 1)) == 0
    assert pictures("- 🎉🎉🎉\n" * 100) <= MAX_PICTURES


def test_a_link_cannot_pass_for_another() -> None:
    """Where a link's words look like another address, the real one stands beside it."""
    assert shown("[bank.example](https://evil.example/x)") == (
        "bank.example (https://evil.example/x)"
    )
    assert shown("[https://bank.example/](https://evil.example/bank.example)").endswith(
        " (https://evil.example/bank.example)"
    )
    assert shown("[the notes](https://example.org/notes)") == "the notes"
    assert shown("[example.org](https://example.org/notes)") == "example.org"
    assert shown("https://example.org/a.b") == "https://example.org/a.b"


def test_code_stays_code() -> None:
    """Code is handed on as it is."""
    assert body("```py\nx\n```", "u2", NOBODY).parts == (Code("x", "py"),)


@pytest.mark.parametrize(
    ("text", "spaceless", "long_start"),
    [
        ("中文消息没有空格, ok", True, False),
        ("mostly English 中文", False, False),
        ("x" * 60, False, True),
        ("see " + "x" * 60, False, False),
        ("🎉🚀", False, False),
    ],
)
def test_where_a_line_may_be_broken_is_told(text: str, spaceless: bool, long_start: bool) -> None:
    """Scripts without spaces, and words longer than a line, are broken anywhere."""
    (part,) = body(text, "u2", NOBODY).parts
    assert isinstance(part, Text)
    assert (part.spaceless, part.long_start) == (spaceless, long_start)
