"""What can be done, as data: one table feeds Ctrl+K, slash commands, menus, keys and F1.

What a command does is found by its name, in `asynchat.window.doing` and `asynchat.window.app`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from asynchat.chat import roles
from asynchat.messages import LOBBY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asynchat.messages import Presence
    from asynchat.window.presenters.standing import Standing

Group: TypeAlias = Literal[
    "Moving about",
    "Writing",
    "Messages",
    "Rooms and people",
    "Account",
    "Keeping order",
    "Servers",
    "Window",
]
Need: TypeAlias = Literal[
    "room",
    "not lobby",
    "somebody else",
    "lower",
    "moderator",
    "no moderator",
    "blocked",
    "heard",
    "guest",
    "account",
]
Menu: TypeAlias = Literal["room", "person", "message", "server"]

GROUPS: Final[tuple[Group, ...]] = (
    "Moving about",
    "Writing",
    "Messages",
    "Rooms and people",
    "Account",
    "Keeping order",
    "Servers",
    "Window",
)


@dataclass(frozen=True, slots=True)
class Given:
    """What a command is about: a room, an account, the words after a slash command's name.

    ``seq`` is a message of the room on view; 0 for the one that was chosen, or the newest that
    it can be.
    """

    room: str = ""
    account: str = ""
    words: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be done.

    ``bound`` are Tk's names of its keys, with spaces between; the first is shown.  Where
    ``native``, the widget that has the focus knows them by itself.  ``slash`` is its name after
    a slash and ``usage`` the rest of that line.  ``needs`` is what it is about, and what that
    must be; ``jump`` whether Ctrl+K finds it.  Who ``may`` do it is in the table of roles, under
    this name; nothing is for everybody.
    """

    name: str
    title: str
    group: Group
    bound: str = ""
    native: bool = False
    slash: str = ""
    usage: str = ""
    menus: tuple[Menu, ...] = ()
    needs: tuple[Need, ...] = ()
    jump: bool = True
    may: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """Tk's names of its keys."""
        return tuple(self.bound.split())


COMMANDS: Final = (
    Command("jump", "Jump to a room, person or command", "Moving about", "Control-k"),
    Command(
        "find", "Search what was said", "Moving about", "Control-f", slash="search", usage="WORDS"
    ),
    Command("previous-room", "Go to the room above", "Moving about", "Alt-Up", jump=False),
    Command("next-room", "Go to the room below", "Moving about", "Alt-Down", jump=False),
    Command("previous-unread", "Go to the unread room above", "Moving about", "Alt-Shift-Up"),
    Command("next-unread", "Go to the unread room below", "Moving about", "Alt-Shift-Down"),
    Command(
        "nth-room",
        "Go to the first, second … ninth room",
        "Moving about",
        " ".join(f"Control-Key-{digit}" for digit in range(1, 10)),
        jump=False,
    ),
    Command("mark-read", "Mark this room as read", "Moving about", "Escape"),
    Command(
        "page-up", "Scroll the messages up", "Moving about", "Prior", native=True, jump=False
    ),
    Command(
        "page-down", "Scroll the messages down", "Moving about", "Next", native=True, jump=False
    ),
    Command("newest", "Go to the newest message", "Moving about", "Alt-End"),
    Command("send", "Send the message", "Writing", "Return", native=True, jump=False),
    Command("new-line", "Begin a new line", "Writing", "Shift-Return", native=True, jump=False),
    Command("undo", "Undo", "Writing", "Control-z", native=True, jump=False),
    Command("redo", "Redo", "Writing", "Control-Shift-Z Control-y", native=True, jump=False),
    Command("complete", "Complete a name or an emoji", "Writing", "Tab", native=True, jump=False),
    Command("emoji", "Pick an emoji", "Writing", "Control-period", jump=False),
    Command("attach", "Attach files", "Writing", "Control-u", slash="send", usage="PATH"),
    Command(
        "transfers", "Show files on their way", "Writing", "Control-Shift-U", slash="transfers"
    ),
    Command("select-all", "Select all", "Writing", "Control-a", native=True, jump=False),
    Command("paste", "Paste", "Writing", "Control-v", native=True, jump=False),
    Command("copy", "Copy what is selected", "Writing", "Control-c", native=True, jump=False),
    Command("choose-previous", "Choose the message above", "Messages", "Control-Up", jump=False),
    Command("choose-next", "Choose the message below", "Messages", "Control-Down", jump=False),
    Command("reply", "Reply to the message", "Messages", "Control-r", menus=("message",)),
    Command(
        "react",
        "React to the message",
        "Messages",
        "Control-Shift-E",
        slash="react",
        usage="EMOJI",
        menus=("message",),
    ),
    Command("edit", "Edit your message", "Messages", slash="edit", menus=("message",)),
    Command(
        "edit-newest",
        "Edit your last message",
        "Messages",
        "Up",
        native=True,
        jump=False,
    ),
    Command("pin", "Pin or unpin the message", "Messages", slash="pin", menus=("message",)),
    Command(
        "mark-unread", "Mark unread from the message on", "Messages", "Alt-u", menus=("message",)
    ),
    Command("save-file", "Save the file", "Messages", "Alt-s", menus=("message",)),
    Command("open-folder", "Open the folder of the saved file", "Messages", menus=("message",)),
    Command("copy-file", "Copy the id of the file", "Messages", menus=("message",)),
    Command("copy-message", "Copy the message", "Messages", "Control-Shift-C", menus=("message",)),
    Command(
        "report",
        "Report the message …",
        "Messages",
        slash="report",
        usage="WHY",
        menus=("message",),
        may=roles.REPORT,
    ),
    Command(
        "pinned", "Show what is pinned in this room", "Messages", "Control-Shift-B", slash="pins"
    ),
    Command("delete", "Delete the message", "Messages", slash="delete", menus=("message",)),
    Command("open", "Open", "Rooms and people", menus=("room",), jump=False),
    Command("join", "Join a room", "Rooms and people", "Control-j", slash="join", usage="ROOM"),
    Command("create", "Create a room", "Rooms and people", slash="create", usage="ROOM"),
    Command(
        "people",
        "Show who is in this room",
        "Rooms and people",
        "Control-Shift-P",
        slash="who",
        menus=("room",),
        needs=("room",),
    ),
    Command(
        "invite",
        "Invite somebody to this room",
        "Rooms and people",
        "Control-Shift-I",
        slash="invite",
        usage="NAME",
        menus=("room",),
        needs=("room",),
    ),
    Command(
        "topic",
        "Set this room's topic",
        "Rooms and people",
        "Control-Shift-T",
        slash="topic",
        usage="TEXT",
        menus=("room",),
        needs=("room",),
    ),
    Command(
        "room-settings",
        "Settings of this room …",
        "Keeping order",
        "Control-Shift-O",
        slash="room",
        menus=("room",),
        needs=("room",),
        may=roles.SHAPE,
    ),
    Command(
        "held",
        "Show who is muted in this room or banned from it",
        "Keeping order",
        slash="bans",
        menus=("room",),
        needs=("room",),
        may=roles.HOLD_HERE,
    ),
    Command(
        "notify",
        "Choose what to be told of in this room",
        "Rooms and people",
        slash="notify",
        usage="WHAT",
        menus=("room",),
    ),
    Command(
        "save",
        "Save this conversation to a file",
        "Rooms and people",
        slash="save",
        usage="FILE",
        menus=("room",),
    ),
    Command(
        "leave",
        "Leave this room",
        "Rooms and people",
        slash="leave",
        menus=("room",),
        needs=("room", "not lobby"),
    ),
    Command(
        "direct",
        "Write a direct message",
        "Rooms and people",
        slash="msg",
        usage="NAME TEXT",
        menus=("person",),
        needs=("somebody else",),
        jump=False,
    ),
    Command("profile", "Show the profile", "Rooms and people", menus=("person",), jump=False),
    Command("own-profile", "Change your profile", "Rooms and people", slash="profile"),
    Command("busy", "Do not disturb, on or off", "Rooms and people", slash="busy"),
    Command("account", "Your account", "Account", slash="account", menus=("server",)),
    Command(
        "register",
        "Register your name, with a password",
        "Account",
        slash="register",
        needs=("guest",),
    ),
    Command("password", "Change your password", "Account", slash="password", needs=("account",)),
    Command("devices", "Show where you are signed in", "Account", slash="devices"),
    Command(
        "revoke",
        "Sign out a device, by its number in /devices",
        "Account",
        slash="revoke",
        usage="NUMBER",
        jump=False,
    ),
    Command(
        "invitation",
        "Invite people to this server",
        "Account",
        slash="invitation",
        usage="COUNT",
        menus=("server",),
        may=roles.INVITE_TO_SERVER,
    ),
    Command(
        "invitations",
        "Show the open invitations to this server",
        "Account",
        slash="invitations",
        may=roles.INVITE_TO_SERVER,
    ),
    Command(
        "uninvite",
        "Take an invitation back, by its number in /invitations",
        "Account",
        slash="uninvite",
        usage="NUMBER",
        jump=False,
        may=roles.INVITE_TO_SERVER,
    ),
    Command(
        "sign-in",
        "Sign in or register on this server",
        "Account",
        slash="signin",
        menus=("server",),
    ),
    Command("redeem", "Use an invitation", "Account", slash="redeem", usage="CODE"),
    Command("unregister", "Delete your account", "Account", slash="unregister"),
    Command(
        "block",
        "Block: hide what they say",
        "Rooms and people",
        slash="block",
        usage="NAME",
        menus=("person",),
        needs=("somebody else", "heard"),
        jump=False,
        may=roles.BLOCK,
    ),
    Command(
        "unblock",
        "Show again what they say",
        "Rooms and people",
        slash="unblock",
        usage="NAME",
        menus=("person",),
        needs=("somebody else", "blocked"),
        jump=False,
        may=roles.BLOCK,
    ),
    Command("blocked", "Show whom you have blocked", "Rooms and people", slash="blocks"),
    Command(
        "kick",
        "Remove from this room …",
        "Keeping order",
        slash="kick",
        usage="NAME WHY",
        menus=("person",),
        needs=("room", "not lobby", "lower"),
        jump=False,
        may=roles.KICK,
    ),
    Command(
        "mute",
        "Mute …",
        "Keeping order",
        slash="mute",
        usage="NAME 10m WHY",
        menus=("person",),
        needs=("lower",),
        jump=False,
        may=roles.HOLD_HERE,
    ),
    Command(
        "unmute",
        "Let speak again",
        "Keeping order",
        slash="unmute",
        usage="NAME",
        needs=("room",),
        jump=False,
        may=roles.HOLD_HERE,
    ),
    Command(
        "ban",
        "Ban …",
        "Keeping order",
        slash="ban",
        usage="NAME 7d WHY",
        menus=("person",),
        needs=("lower",),
        jump=False,
        may=roles.HOLD_HERE,
    ),
    Command(
        "unban",
        "Let in again",
        "Keeping order",
        slash="unban",
        usage="NAME",
        jump=False,
        may=roles.HOLD_HERE,
    ),
    Command(
        "appoint",
        "Make a moderator of this room",
        "Keeping order",
        slash="appoint",
        usage="NAME",
        menus=("person",),
        needs=("room", "somebody else", "no moderator"),
        jump=False,
        may=roles.APPOINT,
    ),
    Command(
        "dismiss",
        "Take the role of a moderator away",
        "Keeping order",
        slash="dismiss",
        usage="NAME",
        menus=("person",),
        needs=("room", "moderator"),
        jump=False,
        may=roles.APPOINT,
    ),
    Command(
        "oversee",
        "The server: connections, accounts, bans, audit log …",
        "Keeping order",
        "Control-Shift-S",
        slash="admin",
        menus=("server",),
        may=roles.OVERSEE,
    ),
    Command("add-server", "Add a server", "Servers", slash="server", menus=("server",)),
    Command("previous-server", "Go to the server above", "Servers", "Alt-Left", jump=False),
    Command("next-server", "Go to the server below", "Servers", "Alt-Right", jump=False),
    Command(
        "nth-server",
        "Go to the first, second … ninth server",
        "Servers",
        " ".join(f"Alt-Key-{digit}" for digit in range(1, 10)),
        jump=False,
    ),
    Command("reconnect", "Try to connect now", "Servers", "F5", menus=("server",)),
    Command(
        "copy-address",
        "Copy this server's address, to invite others",
        "Servers",
        menus=("server",),
    ),
    Command(
        "server-details",
        "Show how this server is known: encryption and key",
        "Servers",
        slash="key",
        menus=("server",),
    ),
    Command("disconnect", "Disconnect from this server", "Servers", menus=("server",)),
    Command("remove-server", "Remove this server …", "Servers", menus=("server",)),
    Command("menu", "Open the menu of what has the focus", "Window", "Menu Shift-F10", jump=False),
    Command("sidebar", "Show or hide rooms and people", "Window", "F9"),
    Command("larger", "Make it larger", "Window", "Control-plus Control-equal Control-KP_Add"),
    Command("smaller", "Make it smaller", "Window", "Control-minus Control-KP_Subtract"),
    Command("normal-size", "Make it its normal size", "Window", "Control-Key-0 Control-KP_0"),
    Command("theme", "Go from light to dark and back", "Window", "Control-Shift-L"),
    Command("settings", "Settings", "Window", "Control-comma", slash="settings"),
    Command("log", "Show the log, for support", "Window"),
    Command("help", "Show all keys and commands", "Window", "F1", slash="help"),
    Command("quit", "Leave asynchat", "Window", "Control-q", slash="quit"),
)  # fmt: skip

BY_NAME: Final = {command.name: command for command in COMMANDS}
NUMBERED: Final = frozenset({"nth-room", "nth-server"})
"""Those whose keys end with the number that they are about."""

BY_SLASH: Final = {command.slash: command for command in COMMANDS if command.slash}

_WORDS: Final = {
    "Control": "Ctrl",
    "Key": "",
    "Up": "↑",
    "Down": "↓",
    "Left": "←",
    "Right": "→",
    "Prior": "Page Up",
    "Next": "Page Down",
    "Return": "Enter",
    "Escape": "Esc",
    "plus": "+",
    "minus": "\N{MINUS SIGN}",
    "equal": "=",
    "comma": ",",
    "period": ".",
    "Menu": "Menu key",
}


def key_text(keys: str) -> str:
    """Return keys as people write them: ``Ctrl+Shift+P`` for ``Control-Shift-P``."""
    parts = [_WORDS.get(part, part) for part in keys.split("-")]
    return "+".join(part if len(part) > 1 else part.upper() for part in parts if part)


def shown_keys(command: Command) -> str:
    """Return the keys of a command to show beside it, or nothing."""
    if not command.keys:
        return ""
    first = key_text(command.keys[0])
    if command.name in NUMBERED:
        return f"{first} … {key_text(command.keys[-1])}"
    others = [keys for keys in command.keys[1:] if command.name == "menu"]
    return " or ".join([first, *map(key_text, others)])


def slash_line(command: Command) -> str:
    """Return how a slash command is written: ``/join ROOM``."""
    return f"/{command.slash} {command.usage}".strip()


def possible(
    command: Command,
    standing: Standing,
    person: Presence | None = None,
    *,
    account: str = "",
    blocked: bool = False,
) -> bool:
    """Tell whether a command can be done by somebody, about somebody where one is given.

    Without an ``account`` the command is about nobody yet: whom it is about is still to be typed.
    """
    room, needs = standing.room, command.needs
    if command.may and not standing.may(command.may):
        return False
    if "guest" in needs and not standing.is_guest:
        return False
    if "account" in needs and standing.is_guest:
        return False
    if "room" in needs and (room is None or room.direct):
        return False
    if "not lobby" in needs and room is not None and room.name == LOBBY:
        return False
    return not account or _fits(command, standing, person, account, blocked=blocked)


def _fits(
    command: Command, standing: Standing, person: Presence | None, account: str, *, blocked: bool
) -> bool:
    """Tell whether somebody is one of those whom a command is about."""
    moderates = person is not None and person.moderator
    wrong = {
        "somebody else": account == standing.me,
        "lower": account == standing.me or not standing.above(person),
        "moderator": not moderates or not (account == standing.me or standing.above(person)),
        "no moderator": moderates,
        "blocked": not blocked,
        "heard": blocked,
    }
    return not any(wrong.get(need, False) for need in command.needs)


def menu(kind: Menu) -> tuple[Command, ...]:
    """Return the commands of a context menu."""
    return tuple(command for command in COMMANDS if kind in command.menus)


def sheet() -> Iterable[tuple[Group, tuple[tuple[str, str, str], ...]]]:
    """Yield each group with its commands: title, keys, slash command."""
    for group in GROUPS:
        lines = tuple(
            (command.title, shown_keys(command), slash_line(command) if command.slash else "")
            for command in COMMANDS
            if command.group == group and (command.keys or command.slash)
        )
        yield group, lines
