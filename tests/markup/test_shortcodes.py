from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.markup.shortcodes import find, groups, name_of, with_emoji


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (":heart: you", "❤️ you"),
        ("great :+1::tada:", "great 👍🎉"),
        ("(:ROCKET:)", "(🚀)"),
        ("at 10:30:45 or a:b:c", "at 10:30:45 or a:b:c"),
        (":no_such_emoji: ::", ":no_such_emoji: ::"),
        ("`:heart:` and :heart:", "`:heart:` and ❤️"),
        ("```\n:heart:\n```\n:heart:", "```\n:heart:\n```\n❤️"),
        ("```\n:heart:", "```\n:heart:"),
        ("http://x/:heart:/", "http://x/:heart:/"),
    ],
)
def test_shortcodes_become_emoji(text: str, shown: str) -> None:
    """Names between colons become emoji, but not in code, times or addresses."""
    assert with_emoji(text) == shown


@given(st.text(alphabet="`:~ heart+1\n\\"))
def test_any_text_is_taken(text: str) -> None:
    """No text raises, and one without a known name stays as it is."""
    shown = with_emoji(text)
    assert shown == text or "❤️" in shown or "🫀" in shown or "👍" in shown


def test_the_likeliest_comes_first() -> None:
    """A name's beginning counts more than its middle, a short name more than a long one."""
    assert find("heart", 1)[0].emoji == "❤️"
    assert next(one.emoji for one in find("tad", 3)) == "🎉"
    assert find("+1", 1)[0].emoji == "👍"
    assert find("face joy", 5)
    assert find(" : ", 5) == []
    assert find("zzzz", 5) == []
    names = find("hea", 8)
    assert len(names) == 8
    assert len({one.emoji for one in names}) == 8


def test_groups_hold_what_is_known() -> None:
    """Each emoji of the picker has a name, is there once, and is no text."""
    every = [emoji for group in groups() for emoji in group.emoji]
    assert len(groups()) == 9
    assert len(every) > 1800
    assert len(set(every)) == len(every)
    assert not [emoji for emoji in every if not name_of(emoji)]
    assert name_of("❤️") == "heart"
    assert name_of("x") == ""
