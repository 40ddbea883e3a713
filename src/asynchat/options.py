"""The command line of asynchat-client, and the screen that it means.

It looks at the environment and at standard input, and starts nothing.
"""

from __future__ import annotations

import argparse
import getpass
import importlib.util
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TextIO, TypeAlias

from asynchat.address import Address
from asynchat.config import default_data, left_address
from asynchat.errors import ChatError
from asynchat.fingerprint import parse_fingerprint
from asynchat.messages import LOBBY, MAX_INT
from asynchat.text import room_name
from asynchat.version import PrintVersion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Input: TypeAlias = Literal["terminal", "stream", "nothing"]
"""What standard input is: somebody's terminal; a pipe, file or socket; or neither."""

_SEQ_DIGITS: Final = len(str(MAX_INT))

Mode: TypeAlias = Literal["window", "terminal", "pipe", "send", "follow", "send-file", "fetch"]

NO_SCREEN: Final = "there is no display to open the window on"
NO_TK: Final = "this Python has no Tk for the window (on Debian: install python3-tk)"


class Options(argparse.Namespace):
    """What the command line and the environment ask for."""

    address: str | None
    name: str | None
    room: str | None
    terminal: bool
    send: str | None
    reply_to: int | None
    send_file: Path | None
    caption: str
    fetch: str | None
    output: Path | None
    follow: bool
    json: bool
    host: bool
    sign_in: bool
    register: bool
    password_stdin: bool
    password: str | None = None
    timeout: float
    data: Path | None
    accept_key: str | None
    log_level: str

    @property
    def server(self) -> str:
        """The address asked for, or else that of this computer's own server."""
        return self.address or left_address(self.data or default_data()) or _LOCAL


_MAX_PASSWORD_BYTES: Final = 1024
_LOCAL: Final = str(Address("127.0.0.1"))


def parse_options(arguments: Sequence[str] | None, environ: Mapping[str, str]) -> Options:
    """Return the options; a wrong command line ends the program with status 2 and a sentence."""
    parser = _parser(environ)
    options = parser.parse_args(arguments, Options())
    if options.json and not options.follow:
        parser.error("--json goes with --follow")
    if options.reply_to is not None and options.send is None:
        parser.error("--reply-to goes with --send")
    if options.caption and options.send_file is None:
        parser.error("--caption goes with --send-file")
    if options.output is not None and options.fetch is None:
        parser.error("-o goes with --fetch")
    scripted = (options.send, options.send_file, options.fetch)
    if options.host and (options.follow or any(one is not None for one in scripted)):
        parser.error("--host goes with the window, with --terminal or with a pipe")
    if options.host and options.address is not None:
        parser.error("--host serves on this computer: leave the address out")
    if options.sign_in and options.register:
        parser.error("--register signs in, too: leave --sign-in out")
    if options.password_stdin and not (options.sign_in or options.register):
        parser.error("--password-stdin goes with --sign-in or --register")
    if options.address is None and not options.host:
        options.address = environ.get("ASYNCHAT_ADDRESS") or None
    return options


def _parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="asynchat-client",
        description="Chat: in a window, in the terminal, or from a script.",
        epilog="ASYNCHAT_ADDRESS, ASYNCHAT_NAME and ASYNCHAT_DATA stand in for what is left out."
        " With --host and something piped in, each line read is said, and what is said is printed:"
        " echo hello | asynchat-client --host",
    )
    parser.add_argument(
        "address",
        nargs="?",
        metavar="ADDRESS",
        help=f"the server, as asynchat-server prints it (default: this computer's, {_LOCAL})",
    )
    parser.add_argument(
        "--name",
        metavar="NAME",
        default=environ.get("ASYNCHAT_NAME") or None,
        help="what others call you (default: asked for, or your login name)",
    )
    parser.add_argument(
        "--room",
        metavar="ROOM",
        type=_room,
        help=f"the room to open (default: {LOBBY}; --follow: every room you are in)",
    )
    screen = parser.add_mutually_exclusive_group()
    screen.add_argument("--terminal", action="store_true", help="chat in this terminal")
    screen.add_argument(
        "--send",
        metavar="TEXT",
        help="say TEXT, or what is piped in where TEXT is -, and end once it is stored",
    )
    screen.add_argument(
        "--send-file",
        metavar="PATH",
        type=Path,
        help="send a file, and end once its message is stored",
    )
    screen.add_argument(
        "--fetch",
        metavar="ID",
        help="fetch the file of this id, as --follow --json gives it, and print where it is",
    )
    screen.add_argument(
        "--follow", action="store_true", help="print what is said, until interrupted"
    )
    parser.add_argument(
        "--reply-to",
        metavar="SEQ",
        type=_seq,
        help="with --send: reply to the message of this seq, as --follow --json gives it",
    )
    parser.add_argument(
        "--caption", metavar="TEXT", default="", help="with --send-file: what to say with it"
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="DIR",
        type=_target,
        help="with --fetch: the folder or path it comes to (default: here)",
    )
    parser.add_argument(
        "--host",
        action="store_true",
        help="serve from here too, or join who serves on this computer already",
    )
    parser.add_argument(
        "--json", action="store_true", help="with --follow: every event, as one JSON object a line"
    )
    parser.add_argument(
        "--sign-in",
        action="store_true",
        help="come as the account of this name, by its password: once, on each computer",
    )
    parser.add_argument(
        "--register", action="store_true", help="make an account of this name, with a password"
    )
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the password from the first line of standard input (default: ASYNCHAT_PASSWORD,"
        " or it is asked for)",
    )
    parser.add_argument(
        "--timeout",
        metavar="S",
        type=_seconds,
        default=15.0,
        help="with --send: give up after so many seconds, with --send-file and --fetch after so"
        " many in which nothing moves (default: 15)",
    )
    parser.add_argument(
        "--data",
        metavar="DIR",
        type=Path,
        default=Path(environ["ASYNCHAT_DATA"]) if environ.get("ASYNCHAT_DATA") else None,
        help="directory for your identity, and with --host for everything said",
    )
    parser.add_argument(
        "--accept-key",
        metavar="FINGERPRINT",
        type=_fingerprint,
        help="take this for the server's key, also where it had another one: for scripts; without"
        " it you are asked to type it, in a terminal and in the window",
    )
    parser.add_argument(
        "--log-level",
        metavar="LEVEL",
        choices=["debug", "info", "warning", "error"],
        default="warning",
        help="what is logged on standard error: debug, info, warning (default) or error",
    )
    parser.add_argument("--version", action=PrintVersion, nargs=0, help="print the version and end")
    return parser


def _room(typed: str) -> str:
    try:
        return room_name(typed)
    except ChatError as error:
        raise argparse.ArgumentTypeError(error.text) from None


def _fingerprint(typed: str) -> str:
    try:
        return parse_fingerprint(typed)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _target(typed: str) -> Path:
    """Return where a file is to come; what ends like a folder has to be one."""
    if typed.endswith(("/", os.sep)) and not os.path.isdir(typed):  # noqa: PTH112 - never raises
        raise argparse.ArgumentTypeError(f"There is no folder {typed}.")
    return Path(typed)


def _seq(typed: str) -> int:
    seq = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= _SEQ_DIGITS else 0
    if not 1 <= seq <= MAX_INT:
        raise argparse.ArgumentTypeError(f"{typed} is the seq of no message")
    return seq


def _seconds(typed: str) -> float:
    try:
        seconds = float(typed)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{typed} is no time to wait")
    return seconds


# Which screen


def choose(options: Options, stdin: Input, no_window: str | None) -> tuple[Mode, str | None]:
    """Return the mode, and a sentence where it is not what one would expect.

    ``no_window`` is why no window can be opened, None if one can.
    """
    if options.send is not None:
        return "send", None
    if options.send_file is not None:
        return "send-file", None
    if options.fetch is not None:
        return "fetch", None
    if options.follow:
        return "follow", None
    if options.terminal:
        return ("terminal" if stdin == "terminal" else "pipe"), None
    if options.host and stdin == "stream":
        return "pipe", None
    if no_window is None:
        return "window", None
    if stdin == "terminal":
        return "terminal", f"{no_window}: this is the terminal client"
    return "pipe", f"{no_window}, and standard input is no terminal: this is the pipe"


def input_kind(stdin: TextIO | None) -> Input:
    """Tell what standard input is."""
    if stdin is None or stdin.closed:
        return "nothing"
    try:
        if stdin.isatty():
            return "terminal"
        mode = os.fstat(stdin.fileno()).st_mode
    except (OSError, ValueError):
        return "nothing"
    is_stream = stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode)
    return "stream" if is_stream else "nothing"


def password_for(options: Options, environ: Mapping[str, str]) -> str | None:
    """Return the password to come in with, None where none is needed; it may be asked for.

    Raise `ChatError` ``bad_password`` where there is none to be had.
    """
    if not (options.sign_in or options.register):
        return None
    if options.password_stdin:
        return _first_line()
    given = environ.get("ASYNCHAT_PASSWORD")
    if given:
        return given
    if input_kind(sys.stdin) != "terminal":
        raise ChatError(
            "bad_password", "There is no password: set ASYNCHAT_PASSWORD, or use --password-stdin."
        )
    password = getpass.getpass("Password: ")
    if options.register and getpass.getpass("The same again: ") != password:
        raise ChatError("bad_password", "Those were two different passwords.")
    return password


def _first_line() -> str:
    """Take the first line from standard input, and not a byte of what follows it."""
    line = b""
    if input_kind(sys.stdin) != "nothing":
        while (byte := os.read(sys.stdin.fileno(), 1)) not in {b"", b"\n"}:
            line += byte
            if len(line) > _MAX_PASSWORD_BYTES:
                raise ChatError("bad_password")
    return line.removesuffix(b"\r").decode(errors="replace")


def why_no_window(platform: str, environ: Mapping[str, str]) -> str | None:
    """Return why no window can be opened, as far as can be told without loading Tk."""
    # Tk speaks X11 where it is neither Windows nor macOS; Wayland runs it by XWayland.
    if platform not in {"win32", "darwin"} and not environ.get("DISPLAY"):
        return NO_SCREEN
    return None if importlib.util.find_spec("_tkinter") is not None else NO_TK
