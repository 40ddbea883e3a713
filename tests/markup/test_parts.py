from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from asynchat.markup.parts import parts


def test_a_short_text_is_one_part() -> None:
    """What fits is left as it is; nothing is no part."""
    assert parts("hello\nworld", 20) == ("hello\nworld",)
    assert parts("\n\n", 20) == ()


def test_lines_are_kept_whole_and_then_words() -> None:
    """A text is cut where a line ends if one ends late enough, else between words."""
    assert parts("one two three\nfour five six", 16) == ("one two three", "four five six")
    assert parts("one two three four five six", 16) == ("one two three", "four five six")
    assert parts("x" * 25, 10) == ("x" * 10, "x" * 10, "x" * 5)


def test_emoji_stay_in_one_piece() -> None:
    """No cut goes through a family, a skin tone or an accent."""
    family = "👩\u200d👩\u200d👧"
    for text in (
        f"{'x' * 8}{family}{'x' * 9}",
        f"{'x' * 9}👍🏽{'x' * 8}",
        f"{'x' * 9}e\u0301{'x' * 8}",
    ):
        found = parts(text, 10)
        assert "".join(found) == text
        assert not any(part[0] in "\u200d🏽\u0301" or part[-1] == "\u200d" for part in found)


def test_code_goes_on_as_code() -> None:
    """Where a fence is cut through, it ends in one message and begins anew in the next."""
    code = "\n".join(f"line {number}" for number in range(20))
    found = parts(f"look:\n```py\n{code}\n```\nthat was it", 100)
    assert len(found) > 2
    assert found[0].startswith("look:\n```py\nline 0")
    for part in found[:-1]:
        assert part.endswith("\n```")
    for part in found[1:]:
        assert part.startswith("```py\nline ")
    assert found[-1].endswith("```\nthat was it")


@given(st.text(alphabet="ab \n`~", max_size=400), st.integers(60, 120))
def test_no_part_is_too_long_and_no_word_is_lost(text: str, most: int) -> None:
    """Whatever is typed, each part fits, and the letters are all there in their order."""
    found = parts(text, most)
    assert all(0 < len(part) <= most for part in found)
    letters = [char for char in "".join(found) if char in "ab"]
    if "`" not in text and "~" not in text:
        assert letters == [char for char in text if char in "ab"]
    else:
        assert len(letters) >= sum(char in "ab" for char in text)
