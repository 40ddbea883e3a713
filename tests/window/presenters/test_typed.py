from __future__ import annotations

import pytest

from asynchat.markup.parts import MOST_PARTS
from asynchat.messages import MAX_TEXT_BYTES, MAX_TEXT_CHARS
from asynchat.window.presenters.commands import BY_SLASH
from asynchat.window.presenters.typed import Command, Message, Parts, Refusal, meaning, overlong


@pytest.mark.parametrize("typed", ["", "  ", "\n\t\n"])
def test_nothing_typed_means_nothing(typed: str) -> None:
    """Space alone is not sent, and no error either."""
    assert meaning(typed) is None


def test_a_text_is_said_as_it_stands() -> None:
    """A message keeps its lines and its inner space, not the empty lines around it."""
    assert meaning("\n  a\n b \n\n") == Message("  a\n b ")


@pytest.mark.parametrize("name", sorted(BY_SLASH))
def test_commands_are_known(name: str) -> None:
    """Each command is known in any case, with what follows it."""
    assert meaning(f"/{name.upper()}  rest of it ") == Command(name, "rest of it")


def test_an_unknown_command_is_refused() -> None:
    """An unknown command is not said; a sentence tells how to say it."""
    answer = meaning("/nope now")
    assert isinstance(answer, Refusal)
    assert "/nope" in answer.text


def test_a_doubled_slash_says_one() -> None:
    """`//` begins a message that begins with a slash."""
    assert meaning("//etc/hosts") == Message("/etc/hosts")


def test_lines_that_begin_with_a_slash_are_said() -> None:
    """Several lines are a message, whatever they begin with."""
    assert meaning("/usr\n/bin") == Message("/usr\n/bin")


def test_too_long_is_told_before_it_is_sent() -> None:
    """One character too many is told as that; as many as may be are never too many bytes."""
    assert overlong("x" * MAX_TEXT_CHARS) is None
    assert overlong("x" * (MAX_TEXT_CHARS + 1)) == "1 character too many"
    assert len(("\U0001f600" * MAX_TEXT_CHARS).encode()) <= MAX_TEXT_BYTES
    assert isinstance(meaning("x" * (MAX_TEXT_CHARS + 2), commands=False), Refusal)
    assert isinstance(meaning("x" * (MAX_TEXT_CHARS * (MOST_PARTS + 1))), Refusal)


def test_a_text_over_the_limit_can_be_several() -> None:
    """What is too long for one message is offered as several, each of which can be sent."""
    texts = "word " * 1_000
    answer = meaning(texts)
    assert isinstance(answer, Parts)
    assert len(answer.texts) == 2
    assert meaning(answer.texts[0]) == Message(answer.texts[0])
    # Empty lines around a text are not sent, and not counted.
    assert meaning("x" * MAX_TEXT_CHARS + "\n") == Message("x" * MAX_TEXT_CHARS)


def test_only_controls_are_nothing_to_say() -> None:
    """What is empty once it is cleaned is refused with a sentence."""
    assert meaning("\x00") == Refusal("There is no text in this message.")
