"""What a typed line means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.terminal.commands import COMMANDS, Call, Speech, UsageError, help_lines, parse


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("", None),
        ("  ", None),
        ("hello", Speech("hello")),
        ("  hello", Speech("  hello")),
        ("//join is a command", Speech("/join is a command")),
        ("two\n/lines", Speech("two\n/lines")),
        ("/join #dev", Call("join", ("#dev",))),
        ("/JOIN   dev ", Call("join", ("dev",))),
        ("/leave", Call("leave", (None,))),
        ("/create dev  all about it", Call("create", ("dev", "all about it"))),
        ("/create dev", Call("create", ("dev", None))),
        ("/msg ben how  are you", Call("msg", ("ben", "how  are you"))),
        ("/msg ben", Call("msg", ("ben", None))),
        ("/who", Call("who", (None,))),
        ("/rooms", Call("rooms")),
        ("/history 5", Call("history", ("5",))),
        ("/topic a b", Call("topic", ("a b",))),
        ("/invite ben", Call("invite", ("ben",))),
        ("/reply 12 yes, at 8", Call("reply", ("12", "yes, at 8"))),
        ("/edit hello, all", Call("edit", (None, "hello, all"))),
        ("/edit 12 hello", Call("edit", ("12", "hello"))),
        ("/edit 12 8 apples", Call("edit", ("12", "8 apples"))),
        ("/edit 12th", Call("edit", (None, "12th"))),
        ("/delete 12", Call("delete", ("12",))),
        ("/react 12 :+1:", Call("react", ("12", ":+1:"))),
        ("/unreact 12 👍", Call("unreact", ("12", "👍"))),
        ("/pin 12", Call("pin", ("12",))),
        ("/unpin 12", Call("unpin", ("12",))),
        ("/pins", Call("pins")),
        ("/discard", Call("discard")),
        ("/help", Call("help")),
        ("/quit", Call("quit")),
    ],
)
def test_a_line_is_a_command_or_is_said(line: str, meaning: Speech | Call | None) -> None:
    """A line that begins with / is a command, with // it is said, and nothing means nothing."""
    assert parse(line) == meaning


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/", "There is no command /; /help shows those there are. To say it, begin with //."),
        ("/jion x", "There is no command /jion; did you mean /join? To say it, begin with //."),
        ("/join", "It is /join ROOM."),
        ("/join a b", "It is /join ROOM."),
        ("/msg", "It is /msg NAME [TEXT]."),
        ("/quit now", "It is /quit."),
        ("/history few", "It is /history [COUNT], and COUNT is a number."),
        ("/history ²", "It is /history [COUNT], and COUNT is a number."),
        (f"/history {'9' * 5000}", "It is /history [COUNT], and COUNT is a number."),
        ("/edit", "It is /edit [NUMBER] TEXT."),
        ("/edit 12", "It is /edit [NUMBER] TEXT."),
        ("/delete", "It is /delete NUMBER."),
        ("/delete all", "It is /delete NUMBER, and NUMBER is a number."),
        ("/reply yes", "It is /reply NUMBER TEXT, and NUMBER is a number."),
        ("/reply 12", "It is /reply NUMBER TEXT."),
        ("/react 12", "It is /react NUMBER EMOJI."),
        ("/react 12 👍 🎉", "It is /react NUMBER EMOJI."),
    ],
)
def test_what_is_not_understood_is_answered_with_one_sentence(line: str, sentence: str) -> None:
    """An unknown command or a wrong argument raises one sentence that says what is right."""
    with pytest.raises(UsageError) as refused:
        parse(line)
    assert str(refused.value) == sentence


def test_help_shows_every_command() -> None:
    """Every command of the table is in the help, with how it is typed and what it does."""
    lines = help_lines()
    for command, line in zip(COMMANDS, lines, strict=False):
        assert line.startswith(command.usage)
        assert line.endswith(command.help)
    assert lines[-1].startswith("//TEXT")


@given(st.text())
def test_any_line_is_understood_or_refused(line: str) -> None:
    """No line, however odd, does anything else than mean something or be refused."""
    try:
        meaning = parse(line)
    except UsageError:
        assert line.startswith("/")
    else:
        assert (meaning is None) == (not line.strip())
