"""The command line, and the screen it means."""

from __future__ import annotations

import importlib.util
import io
import os
import socket
import sys
from pathlib import Path

import pytest

from asynchat.config import ADDRESS_FILE, default_data
from asynchat.errors import ChatError
from asynchat.options import (
    NO_SCREEN,
    NO_TK,
    Input,
    Mode,
    Options,
    choose,
    input_kind,
    parse_options,
    password_for,
    why_no_window,
)


def parsed(*arguments: str, **environ: str) -> Options:
    return parse_options(arguments, environ)


@pytest.mark.parametrize(
    ("arguments", "stdin", "no_window", "mode", "told"),
    [
        ("", "terminal", None, "window", False),
        ("", "nothing", None, "window", False),
        ("", "stream", None, "window", False),
        ("", "terminal", NO_SCREEN, "terminal", True),
        ("", "nothing", NO_SCREEN, "pipe", True),
        ("", "stream", NO_TK, "pipe", True),
        ("--host", "terminal", None, "window", False),
        ("--host", "nothing", None, "window", False),
        ("--host", "stream", None, "pipe", False),
        ("--host", "terminal", NO_TK, "terminal", True),
        ("--host", "nothing", NO_SCREEN, "pipe", True),
        ("--host", "stream", NO_SCREEN, "pipe", False),
        ("--terminal", "terminal", None, "terminal", False),
        ("--terminal --host", "terminal", None, "terminal", False),
        ("--terminal", "stream", None, "pipe", False),
        ("--send x", "stream", None, "send", False),
        ("--send-file x", "stream", None, "send-file", False),
        ("--fetch x", "terminal", None, "fetch", False),
        ("--send= --room dev", "terminal", NO_SCREEN, "send", False),
        ("--follow --json", "nothing", NO_SCREEN, "follow", False),
    ],
)
def test_the_screen_follows_from_what_there_is(
    arguments: str, stdin: Input, no_window: str | None, mode: Mode, told: bool
) -> None:
    """Flags first; then a pipe where one hosts, a window where one can open, else the terminal."""
    chosen, sentence = choose(parsed(*arguments.split()), stdin, no_window)
    assert chosen == mode
    assert (sentence is not None) == told
    assert sentence is None or sentence.startswith(str(no_window))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("--terminal --follow", "not allowed with"),
        ("--send x --host", "--host goes with"),
        ("--send-file x --host", "--host goes with"),
        ("--send-file x --fetch y", "not allowed with"),
        ("--send x --caption y", "--caption goes with --send-file"),
        ("--send-file x -o y", "-o goes with --fetch"),
        ("--fetch f -o /nowhere/at/all/", "There is no folder /nowhere/at/all/."),
        ("--follow --host", "--host goes with"),
        ("--json", "--json goes with --follow"),
        ("--reply-to 5", "--reply-to goes with --send"),
        ("--send x --reply-to 0", "0 is the seq of no message"),
        ("--send x --reply-to this", "this is the seq of no message"),
        ("somewhere --host", "leave the address out"),
        ("--room Two,Rooms", "A room's name has"),
        ("--timeout 0", "is no time to wait"),
        ("--timeout soon", "soon is no time to wait"),
        ("--log-level loud", "invalid choice"),
    ],
)
def test_a_wrong_command_line_ends_with_a_sentence(
    arguments: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What does not go together, or cannot be, is told in a sentence, with status 2."""
    with pytest.raises(SystemExit) as ended:
        parsed(*arguments.split())
    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err


def test_the_environment_stands_in_for_what_is_left_out() -> None:
    """Name, address and data come from the environment unless the command line names them."""
    environ = {"ASYNCHAT_NAME": "ada", "ASYNCHAT_ADDRESS": "here", "ASYNCHAT_DATA": "there"}
    found = parsed(**environ)
    assert (found.name, found.address, found.data) == ("ada", "here", Path("there"))
    found = parsed("elsewhere", "--name", "ben", "--data", "x", **environ)
    assert (found.name, found.address, found.data) == ("ben", "elsewhere", Path("x"))
    assert parsed("--host", **environ).address is None
    assert parsed(ASYNCHAT_NAME="", ASYNCHAT_ADDRESS="", ASYNCHAT_DATA="").data is None


def test_a_reply_names_a_seq() -> None:
    """``--reply-to`` is the seq of a message; without it nothing is replied to."""
    assert parsed("--send", "x", "--reply-to", "812").reply_to == 812
    assert parsed("--send", "x").reply_to is None


def test_a_room_may_be_typed_as_people_write_it() -> None:
    """``#Dev`` is the room dev."""
    assert parsed("--room", "#Dev").room == "dev"


def test_the_server_of_this_computer_is_the_default(tmp_path: Path, home: Path) -> None:
    """Without an address it is the one that a server left in the data directory, or the usual."""
    assert parsed().server == "asynchat://127.0.0.1:27742"
    (tmp_path / ADDRESS_FILE).write_text("asynchat://127.0.0.1:5?tls=no\n")
    assert parsed("--data", str(tmp_path)).server == "asynchat://127.0.0.1:5?tls=no"
    assert parsed("asked", "--data", str(tmp_path)).server == "asked"
    assert home in default_data().parents


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_help_and_version_are_there(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Both print to standard output and end with 0."""
    with pytest.raises(SystemExit) as ended:
        parsed(flag)
    assert ended.value.code == 0
    assert "asynchat" in capsys.readouterr().out


def test_standard_input_is_told_apart(tmp_path: Path) -> None:
    """Pipes, files and sockets are streams; the null device and what is closed are nothing."""
    (tmp_path / "file").touch()
    with (tmp_path / "file").open() as file, open(os.devnull) as null:  # noqa: PTH123
        assert input_kind(file) == "stream"
        assert input_kind(null) == ("nothing" if sys.platform != "win32" else "terminal")
    assert input_kind(file) == "nothing"
    assert input_kind(None) == "nothing"
    assert input_kind(io.StringIO("no file")) == "nothing"
    reader, writer = os.pipe()
    os.close(writer)
    with os.fdopen(reader) as pipe:
        assert input_kind(pipe) == "stream"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither")
def test_sockets_and_terminals_are_told_apart() -> None:
    """A socket is a stream, a pseudo-terminal a terminal."""
    import pty

    left, right = socket.socketpair()
    with left, right, left.makefile() as file:
        assert input_kind(file) == "stream"
    ours, theirs = pty.openpty()
    with os.fdopen(theirs) as terminal:
        assert input_kind(terminal) == "terminal"
    os.close(ours)


@pytest.mark.parametrize(
    ("platform", "environ", "why"),
    [
        ("linux", {}, NO_SCREEN),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, NO_SCREEN),
        ("freebsd14", {"DISPLAY": ""}, NO_SCREEN),
        ("linux", {"DISPLAY": ":0"}, None),
        ("darwin", {}, None),
        ("win32", {}, None),
    ],
)
def test_where_a_window_can_be_opened(
    platform: str, environ: dict[str, str], why: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """X11 needs $DISPLAY, macOS and Windows nothing; everywhere Python needs Tk."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    assert why_no_window(platform, environ) == why
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert why_no_window(platform, environ) == (why or NO_TK)


def test_a_password_is_asked_for_only_where_one_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes from the environment, or from whoever sits there, and never from the arguments."""
    assert password_for(parsed(), {"ASYNCHAT_PASSWORD": "correct horse"}) is None
    signing_in = parsed("--sign-in")
    assert password_for(signing_in, {"ASYNCHAT_PASSWORD": "correct horse"}) == "correct horse"
    monkeypatch.setattr("asynchat.options.input_kind", lambda _: "terminal")
    typed = iter(["battery staple", "once more", "battery staple"])
    monkeypatch.setattr("getpass.getpass", lambda _: next(typed))
    assert password_for(signing_in, {}) == "battery staple"
    with pytest.raises(ChatError, match="two different passwords"):
        password_for(parsed("--register"), {})
    monkeypatch.setattr("asynchat.options.input_kind", lambda _: "nothing")
    for arguments, words in (("--sign-in", "There is no password"),):
        with pytest.raises(ChatError, match=words):
            password_for(parsed(arguments), {})


def test_a_password_is_the_first_line_and_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows it is still there for whoever reads on."""
    options = parsed("--sign-in", "--password-stdin")
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", buffering=0) as stdin, os.fdopen(writing, "wb") as out:
        monkeypatch.setattr(sys, "stdin", stdin)
        monkeypatch.setattr("asynchat.options.input_kind", lambda _: "stream")
        out.write("pässwörter\r\nhello\n".encode())
        out.flush()
        assert password_for(options, {}) == "pässwörter"
        assert os.read(reading, 100) == b"hello\n"
        out.write(b"x" * 2_000)
        out.flush()
        with pytest.raises(ChatError):
            password_for(options, {})


@pytest.mark.parametrize("arguments", ["--sign-in --register", "--password-stdin"])
def test_what_makes_no_sense_together_is_told(
    arguments: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One signs in or registers, and only then there is a password to read."""
    with pytest.raises(SystemExit):
        parsed(*arguments.split())
    assert "--" in capsys.readouterr().err
