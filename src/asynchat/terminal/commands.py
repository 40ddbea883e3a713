"""The commands that may be typed, as a table, and what a typed line means.

Pure.  What a command does is in `asynchat.terminal.conversation`.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["room", "name", "text", "count", "message", "own", "emoji"]
"""What an argument is; a ``message``, or one's ``own``, is named by its number."""

_NUMBERS: Final = ("count", "message", "own")
_MAX_DIGITS: Final = 9


class UsageError(Exception):
    """A command was not understood; the text is one sentence that says what is."""


@dataclass(frozen=True, slots=True)
class Argument:
    """What a command takes; a ``text`` is all the rest of the line.

    An ``own`` message that is not required is one's last; a number says that it is another.
    """

    kind: Kind
    label: str
    required: bool = False

    def __str__(self) -> str:
        return self.label if self.required else f"[{self.label}]"


@dataclass(frozen=True, slots=True)
class Command:
    """A command's name without its ``/``, what it takes and what it is good for."""

    name: str
    help: str
    takes: tuple[Argument, ...] = ()

    @property
    def usage(self) -> str:
        """How it is typed, such as ``/join ROOM``."""
        return " ".join(["/" + self.name, *map(str, self.takes)])


_ROOM: Final = Argument("room", "ROOM", required=True)
_THIS_ROOM: Final = Argument("room", "ROOM")
_NAME: Final = Argument("name", "NAME", required=True)
_TEXT: Final = Argument("text", "TEXT", required=True)
_MESSAGE: Final = Argument("message", "NUMBER", required=True)
_COUNTED: Final = Argument("count", "NUMBER", required=True)
_CODE: Final = Argument("text", "CODE", required=True)
_FILE: Final = Argument("text", "PATH CAPTION", required=True)
_FOLDER: Final = Argument("text", "DIR")
_WHY: Final = Argument("text", "WHY")
_HOW_LONG: Final = Argument("text", "everywhere TIME REASON")
_EMOJI: Final = Argument("emoji", "EMOJI", required=True)

COMMANDS: Final = (
    Command("join", "open a room, and become a member of it", (_ROOM,)),
    Command("leave", "leave this room, or another", (_THIS_ROOM,)),
    Command("create", "make a room and open it", (_ROOM, Argument("text", "TOPIC"))),
    Command(
        "msg",
        "write to somebody, or to several as ada,ben; without a text, open that conversation",
        (_NAME, Argument("text", "TEXT")),
    ),
    Command("who", "show who is in this room, or in another", (_THIS_ROOM,)),
    Command("rooms", "show the rooms there are"),
    Command("unread", "show in which other rooms something is unread"),
    Command("history", "show earlier lines, 20 or COUNT", (Argument("count", "COUNT"),)),
    Command(
        "search",
        "find what was said; from:NAME in:ROOM before:DAY after:DAY has:link narrow it down",
        (Argument("text", "WORDS", required=True),),
    ),
    Command("more", "show older ones of what was searched for"),
    Command("send", "send a file to this room; a PATH with spaces in quotes", (_FILE,)),
    Command("get", "fetch the file of a message into DIR, or to here", (_MESSAGE, _FOLDER)),
    Command("transfers", "show what is being sent and fetched"),
    Command("cancel", "give up the file of that number in /transfers", (_COUNTED,)),
    Command(
        "save",
        "save this room to a .txt, .html or .jsonl file; without a PATH, stop that",
        (Argument("text", "PATH"),),
    ),
    Command("topic", "set this room's topic", (_TEXT,)),
    Command("invite", "make somebody a member of this room", (_NAME,)),
    Command("whois", "show what somebody says of themselves", (_NAME,)),
    Command("name", "be called NAME from now on", (_NAME,)),
    Command("status", "set your status; without a text, take it away", (Argument("text", "TEXT"),)),
    Command("away", "be shown as away"),
    Command("busy", "be shown as busy: do not disturb"),
    Command("back", "be shown as online again"),
    Command("register", "make an account of your name, with a password that is asked for"),
    Command(
        "password",
        "change your password, and sign your other devices out; with keep, they stay signed in",
        (Argument("text", "keep"),),
    ),
    Command("devices", "show where you are signed in"),
    Command("revoke", "sign the device of that number out", (_COUNTED,)),
    Command(
        "invitation",
        "make an address that lets somebody in, or COUNT people, and into this room",
        (Argument("count", "COUNT"),),
    ),
    Command("invitations", "show which invitations are open"),
    Command("uninvite", "take the invitation of that number back", (_COUNTED,)),
    Command("redeem", "use an invitation: its address, or its code", (_CODE,)),
    Command(
        "unregister",
        "delete your account; with blank after your NAME, all that you said, too",
        (_NAME, Argument("text", "blank")),
    ),
    Command("reply", "answer the message of that number", (_MESSAGE, _TEXT)),
    Command(
        "edit",
        "say your last message here anew, or that of NUMBER",
        (Argument("own", "NUMBER"), _TEXT),
    ),
    Command(
        "delete",
        "delete a message of yours, or another's where you keep order, for everybody",
        (Argument("own", "NUMBER", required=True),),
    ),
    Command("react", "put an emoji under a message", (_MESSAGE, _EMOJI)),
    Command("unreact", "take your emoji back", (_MESSAGE, _EMOJI)),
    Command("pin", "pin a message to its room", (_MESSAGE,)),
    Command("unpin", "take a pin out", (_MESSAGE,)),
    Command("pins", "show what is pinned here"),
    Command("report", "tell those who keep order of a message, and why", (_MESSAGE, _WHY)),
    Command("block", "hear nothing of somebody any more", (_NAME,)),
    Command("unblock", "hear of somebody again", (_NAME,)),
    Command("blocks", "show whom you have blocked"),
    Command("kick", "take somebody out of this room", (_NAME, Argument("text", "REASON"))),
    Command(
        "mute",
        "let somebody say nothing here, or everywhere; as in /mute ben everywhere 10m spam",
        (_NAME, _HOW_LONG),
    ),
    Command("unmute", "let somebody speak again", (_NAME, Argument("text", "everywhere"))),
    Command(
        "ban",
        "keep somebody out of this room, or everywhere; there also an address or network",
        (_NAME, _HOW_LONG),
    ),
    Command("unban", "let somebody in again", (_NAME, Argument("text", "everywhere"))),
    Command("bans", "show who is banned or muted here", (Argument("text", "everywhere"),)),
    Command("moderator", "let somebody keep order in this room", (_NAME,)),
    Command("unmoderator", "take that back; also from yourself", (_NAME,)),
    Command(
        "mode",
        "make this room private or public, read-only or open, archived or active, slow=30",
        (Argument("text", "MODE", required=True),),
    ),
    Command("reports", "show what was reported"),
    Command("resolve", "close the report of that number", (_COUNTED, Argument("text", "TEXT"))),
    Command("clients", "show who is connected, from where and since when"),
    Command("disconnect", "end somebody's connections", (_NAME, Argument("text", "REASON"))),
    Command("accounts", "show the accounts there are", (Argument("text", "NAME"),)),
    Command(
        "role",
        "make somebody owner, admin, member, bot or guest of this server",
        (_NAME, Argument("text", "ROLE", required=True)),
    ),
    Command("audit", "show who did what, the last 20 or COUNT", (Argument("count", "COUNT"),)),
    Command("settings", "show the settings that may be set while the server runs"),
    Command(
        "set",
        "set one of them; without a VALUE, back to what the server was started with",
        (Argument("name", "SETTING", required=True), Argument("text", "VALUE")),
    ),
    Command("stats", "show how the server is doing"),
    Command("retry", "say what was not sent again"),
    Command("discard", "forget what was not sent"),
    Command("help", "show this"),
    Command("quit", "leave; so does Ctrl+D"),
)
"""Every command, in the order in which ``/help`` shows them."""

BY_NAME: Final = {command.name: command for command in COMMANDS}


@dataclass(frozen=True, slots=True)
class Speech:
    """A line that is said in the open room."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A command, and what it was given: one argument for each it takes, None where left out."""

    name: str
    arguments: tuple[str | None, ...] = ()


def parse(line: str) -> Speech | Call | None:
    """Return what a typed line means, None for nothing at all.

    ``//x`` says ``/x``.  Raise `UsageError` for an unknown command or wrong arguments.
    """
    if not line.strip():
        return None
    if not line.startswith("/"):
        return Speech(line)
    if line.startswith("//"):
        return Speech(line[1:])
    name, *rest = line[1:].split(maxsplit=1)[:2] if line[1:].strip() else [""]
    command = BY_NAME.get(name.lower())
    if command is None:
        raise UsageError(_unknown(name))
    return Call(command.name, _arguments(command, rest[0].strip() if rest else ""))


def help_lines() -> list[str]:
    """Return what ``/help`` shows."""
    width = max(len(command.usage) for command in COMMANDS)
    return [
        *(f"{command.usage:{width}}  {command.help}" for command in COMMANDS),
        f"{'//TEXT':{width}}  say a line that begins with /",
    ]


def _arguments(command: Command, rest: str) -> tuple[str | None, ...]:
    found: list[str | None] = []
    for argument in command.takes:
        if argument.kind == "text":
            value, rest = rest, ""
        elif argument.kind == "own" and not argument.required and not _begins_with_number(rest):
            value = ""
        else:
            value, _, rest = rest.partition(" ")
            rest = rest.lstrip()
        if argument.required and not value:
            raise UsageError(f"It is {command.usage}.")
        if argument.kind in _NUMBERS and value and not _is_number(value):
            raise UsageError(f"It is {command.usage}, and {argument.label} is a number.")
        found.append(value or None)
    if rest:
        raise UsageError(f"It is {command.usage}.")
    return tuple(found)


def _begins_with_number(rest: str) -> bool:
    return _is_number(rest.partition(" ")[0])


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) <= _MAX_DIGITS


def _unknown(name: str) -> str:
    close = get_close_matches(name.lower(), BY_NAME, n=1)
    hint = f"did you mean /{close[0]}?" if close else "/help shows those there are."
    return f"There is no command /{name}; {hint} To say it, begin with //."
