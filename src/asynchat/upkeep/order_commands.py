"""The sub-commands that keep order on a running server: what they take, and what they print.

They go through the control socket and are judged, stored and audited like what anybody asks.
Whatever people typed is printed so that it stays on its line.
"""

from __future__ import annotations

import secrets
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from asynchat.address import only_here, parse_address
from asynchat.chat import order_tables
from asynchat.chat.order_words import MODES, lasting, length_of, modes_of
from asynchat.chat.restraints import network_of
from asynchat.chat.roles import MODERATOR, SERVER_ROLES
from asynchat.config import left_address
from asynchat.errors import ChatError
from asynchat.messages import (
    Ban,
    ChangeRoom,
    Disconnect,
    Done,
    Kick,
    ListAccounts,
    ListBans,
    ListClients,
    ListReports,
    ListRooms,
    ListSettings,
    MakeInvitation,
    Mute,
    ReadAudit,
    ReadStats,
    Redact,
    Resolve,
    SetRole,
    SetSetting,
)
from asynchat.text import one_line, room_name
from asynchat.upkeep.control import Control, new_id
from asynchat.upkeep.opening import UpkeepError
from asynchat.upkeep.stored_files import message_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from asynchat.messages import Connected, Deed, Held, Listed, Reported, Room

_WHO: Final = "a name, or id:ACCOUNT"
_CODE_BYTES: Final = 16


def add_order_commands(add: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """Add the sub-commands; ``add`` takes a name, what it does, and what else there is to know."""
    running = "It needs a server that runs in the data directory, and is told in its audit log."
    add("who", "show who is connected, from where and since when", "")
    one = add("accounts", "show the accounts there are", "")
    one.add_argument("text", metavar="TEXT", nargs="?", default="", help="a part of their names")
    add("rooms", "show the rooms there are, also those that are hidden", "")
    add("bans", "show who is banned or muted", "")
    one = add("audit", "show who did what, newest first", "")
    one.add_argument("--limit", metavar="N", type=int, default=50, help="how many (default: 50)")
    one = add("reports", "show what was reported", "")
    one.add_argument("--all", action="store_true", help="also what is resolved")
    add("settings", "show the settings, and which may be set", "")
    add("stats", "show how the server is doing", "")

    one = add("kick", "take somebody out of a room", running)
    one.add_argument("who", metavar="WHO", help=_WHO)
    one.add_argument("room", metavar="ROOM")
    _reason(one)
    for name, what in (("mute", "let somebody say nothing"), ("ban", "keep somebody out")):
        one = add(name, what, running)
        also = ", an address or a network such as 192.0.2.0/24" if name == "ban" else ""
        one.add_argument("who", metavar="WHO", help=_WHO + also)
        one.add_argument("--room", metavar="ROOM", help="only there (default: the whole server)")
        one.add_argument(
            "--for", dest="length", metavar="TIME", help="10m, 2h, 7d (default: for good)"
        )
        _reason(one)
        one = add(f"un{name}", f"take a {name} back", running)
        one.add_argument("who", metavar="WHO", help=_WHO + also)
        one.add_argument("--room", metavar="ROOM", help="that of this room")
    one = add("purge", "delete a file, with its message", running)
    one.add_argument("file", metavar="FILE", help="its id, as storage shows it")
    one = add("disconnect", "end somebody's connections", running)
    one.add_argument("who", metavar="WHO", help=_WHO)
    one.add_argument("--session", metavar="N", type=int, help="only this one, as who shows it")
    _reason(one)
    one = add("role", "give somebody a role", running)
    one.add_argument("who", metavar="WHO", help=_WHO)
    one.add_argument(
        "role", metavar="ROLE", help=f"{', '.join(SERVER_ROLES)}; in a room {MODERATOR} or member"
    )
    one.add_argument("--room", metavar="ROOM", help="in this room")
    one = add("room", "change how a room is used", running)
    one.add_argument("room", metavar="ROOM")
    one.add_argument("modes", metavar="MODE", nargs="+", help=f"{', '.join(MODES)}, slow=SECONDS")
    one = add("resolve", "close a report", running)
    one.add_argument("number", metavar="NUMBER", type=int)
    one.add_argument("text", metavar="TEXT", nargs="*", help="what was done")
    one = add("set", "change a setting while the server runs, and for its next starts", running)
    one.add_argument("name", metavar="NAME")
    one.add_argument(
        "value", metavar="VALUE", nargs="?", help="(default: what the server was started with)"
    )
    one = add("invite", "make an invitation to the server, and print it", running)
    one.add_argument("--role", default="member", help="member (default), bot or admin")
    one.add_argument("--uses", metavar="N", type=int, default=1, help="for how many (default: 1)")
    one.add_argument("--for", dest="length", metavar="TIME", help="how long it is open, such as 2d")


def _reason(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reason", metavar="TEXT", default="", help="why; they read it")


def run_order_command(data: Path, arguments: dict[str, Any]) -> Iterator[str]:
    """Run the sub-command that was chosen; yield the lines to print.  Raise `UpkeepError`."""
    try:
        with Control(data) as control:
            yield from _RUN[arguments["command"]](control, arguments, data)
    except ChatError as error:
        raise UpkeepError(error.text) from None


def _whom(typed: str) -> dict[str, str]:
    if typed.startswith("id:"):
        return {"account": typed.removeprefix("id:")}
    return {"name": typed.removeprefix("@")}


def _held(typed: str) -> dict[str, str]:
    """Return whom a ban is of: an address where it can be one."""
    try:
        return {"address": network_of(typed)}
    except ChatError:
        return _whom(typed)


def _room(arguments: dict[str, Any]) -> str | None:
    typed = arguments.get("room")
    return None if typed is None else room_name(typed)


def _seconds(arguments: dict[str, Any]) -> int | None:
    typed = arguments.get("length")
    return None if typed is None else length_of(typed)


def _kick(control: Control, arguments: dict[str, Any], _data: Path) -> Iterator[str]:
    request = Kick(
        id=new_id(),
        room=room_name(arguments["room"]),
        reason=arguments["reason"],
        **_whom(arguments["who"]),
    )
    answer = control.ask(request)
    who, room = one_line(arguments["who"]), one_line(request.room)
    was_there = isinstance(answer, Done) and answer.seq is not None
    yield f"{who} is out of {room}." if was_there else f"{who} is not in {room}."


def _mute(control: Control, arguments: dict[str, Any], _data: Path) -> Iterator[str]:
    yield _restrained(control, arguments, Mute, "muted", _whom(arguments["who"]))


def _ban(control: Control, arguments: dict[str, Any], _data: Path) -> Iterator[str]:
    yield _restrained(control, arguments, Ban, "banned", _held(arguments["who"]))


def _restrained(
    control: Control,
    arguments: dict[str, Any],
    kind: type[Mute | Ban],
    done: str,
    whom: dict[str, Any],
) -> str:
    """Begin or end a mute or a ban; return what to say of it."""
    on = not arguments["command"].startswith("un")
    seconds = _seconds(arguments)
    control.ask(
        kind(
            id=new_id(),
            room=_room(arguments),
            seconds=seconds,
            reason=arguments.get("reason", ""),
            on=on,
            **whom,
        )
    )
    how = (
        f"{done}{_where(arguments)} {lasting(seconds)}" if on else f"not {done}{_where(arguments)}"
    )
    return f"{one_line(arguments['who'])} is {how}."


def _where(arguments: dict[str, Any]) -> str:
    place = _room(arguments)
    return "" if place is None else f" in {one_line(place)}"


def _purge(control: Control, arguments: dict[str, Any], data: Path) -> Iterator[str]:
    file = arguments["file"]
    room, seq = message_of(data, file)
    control.ask(Redact(id=new_id(), room=room, about=seq))
    yield f"{one_line(file)} is deleted, with its message."


def _disconnect(control: Control, arguments: dict[str, Any], _data: Path) -> Iterator[str]:
    control.ask(
        Disconnect(
            id=new_id(),
            session=arguments["session"],
            reason=arguments["reason"],
            **_whom(arguments["who"]),
        )
    )
    yield f"{one_line(arguments['who'])} is disconnected."


def _role(control: Control, arguments: dict[str, Any], _data: Path) -> Iterator[str]:
    role = arguments["role"]
    control.ask(SetRole(id=new_id(), role=role, room=_room(arguments), **_whom(arguments["who"])))
    yield f"{one_line(arguments['who'])} is {one_line(role)}{_where(arguments)}."


def _change_room(control: Control, arguments: dict[str, Any], _data: Path) -> Iterator[str]:
    room = room_name(arguments["room"])
    control.ask(ChangeRoom(id=new_id(), room=room, **modes_of(arguments["modes"])))
    yield f"{one_line(room)} is {', '.join(arguments['modes'])}."


def _resolve(control: Control, arguments: dict[str, Any], _data: Path) -> Iterator[str]:
    number = arguments["number"]
    if number < 1:
        raise UpkeepError("Reports are numbered from 1 on.")
    control.ask(Resolve(id=new_id(), report=number, text=" ".join(arguments["text"])))
    yield f"Report {number} is resolved."


def _set(control: Control, arguments: dict[str, Any], _data: Path) -> Iterator[str]:
    name, value = arguments["name"], arguments["value"]
    control.ask(SetSetting(id=new_id(), name=name, value=value))
    now = "as the server was started" if value is None else f'"{one_line(value)}"'
    yield f"{one_line(name)} is {now}."


def _invite(control: Control, arguments: dict[str, Any], data: Path) -> Iterator[str]:
    code = secrets.token_urlsafe(_CODE_BYTES)
    if arguments["uses"] < 1:
        raise UpkeepError("An invitation is for one person or more.")
    control.ask(
        MakeInvitation(
            id=new_id(),
            code=code,
            role=arguments["role"],
            uses=arguments["uses"],
            seconds=_seconds(arguments),
        )
    )
    left = left_address(data)
    if left is None:
        yield code
    else:
        here = parse_address(left)
        where = parse_address(control.address) if control.address else here
        address = str(replace(where, fp=here.fp, code=code))
        yield address
        if (sentence := only_here(address)) is not None:
            sys.stderr.write(f"asynchat-server: {sentence}\n")


def _who(control: Control, _arguments: dict[str, Any], _data: Path) -> Iterator[str]:
    found: list[Connected] = []
    more = True
    while more:
        answer = control.ask(ListClients(id=new_id(), after=found[-1].session if found else 0))
        found += answer.clients
        more = answer.more
    yield from order_tables.lines(order_tables.connections(found, _time))


def _accounts(control: Control, arguments: dict[str, Any], _data: Path) -> Iterator[str]:
    found: list[Listed] = []
    more = True
    while more:
        after = found[-1].account if found else None
        answer = control.ask(ListAccounts(id=new_id(), after=after, text=arguments["text"]))
        found += answer.accounts
        more = answer.more and bool(answer.accounts)
    yield from order_tables.lines(order_tables.accounts(found, _time))


def _rooms(control: Control, _arguments: dict[str, Any], _data: Path) -> Iterator[str]:
    found: list[Room] = []
    more = True
    while more:
        after = found[-1].name if found else None
        answer = control.ask(ListRooms(id=new_id(), after=after, hidden=True))
        found += answer.rooms
        more = answer.more and bool(answer.rooms)
    yield from order_tables.lines(order_tables.rooms(found))


def _bans(control: Control, _arguments: dict[str, Any], _data: Path) -> Iterator[str]:
    found: list[Held] = []
    more = True
    while more:
        answer = control.ask(ListBans(id=new_id(), after=found[-1].key if found else None))
        found += answer.bans
        more = answer.more and bool(answer.bans)
    yield from order_tables.lines(order_tables.bans(found, _time))


def _audit(control: Control, arguments: dict[str, Any], _data: Path) -> Iterator[str]:
    wanted = arguments["limit"]
    if wanted < 1:
        raise UpkeepError("The audit log is shown from one entry or more on.")
    found: list[Deed] = []
    more = True
    while more and len(found) < wanted:
        answer = control.ask(
            ReadAudit(
                id=new_id(),
                before=found[-1].number if found else None,
                limit=wanted - len(found),
            )
        )
        found += answer.deeds
        more = answer.more
    yield from order_tables.lines(order_tables.deeds(found, _time))


def _reports(control: Control, arguments: dict[str, Any], _data: Path) -> Iterator[str]:
    found: list[Reported] = []
    more = True
    while more:
        answer = control.ask(
            ListReports(
                id=new_id(),
                before=found[-1].number if found else None,
                resolved=arguments["all"],
            )
        )
        found += answer.reports
        more = answer.more and bool(answer.reports)
    yield from order_tables.lines(order_tables.reports(found, _time))


def _settings(control: Control, _arguments: dict[str, Any], _data: Path) -> Iterator[str]:
    answer = control.ask(ListSettings(id=new_id()))
    yield from order_tables.lines(order_tables.settings(answer.settings))


def _stats(control: Control, _arguments: dict[str, Any], _data: Path) -> Iterator[str]:
    answer = control.ask(ReadStats(id=new_id()))
    for name in answer.__struct_fields__:
        if name != "re":
            value = getattr(answer, name)
            shown = _time(value) if name in {"started", "time"} else str(value)
            yield f"{name:16}  {one_line(shown)}"


def _time(time_ms: int | None) -> str:
    if time_ms is None:
        return ""
    try:
        return f"{datetime.fromtimestamp(time_ms / 1000, UTC).astimezone():%Y-%m-%d %H:%M:%S}"
    except (OverflowError, ValueError, OSError):
        return str(time_ms)


_RUN: Final[dict[str, Callable[[Control, dict[str, Any], Path], Iterator[str]]]] = {
    "who": _who,
    "accounts": _accounts,
    "rooms": _rooms,
    "bans": _bans,
    "audit": _audit,
    "reports": _reports,
    "settings": _settings,
    "stats": _stats,
    "kick": _kick,
    "mute": _mute,
    "unmute": _mute,
    "ban": _ban,
    "unban": _ban,
    "purge": _purge,
    "disconnect": _disconnect,
    "role": _role,
    "room": _change_room,
    "resolve": _resolve,
    "set": _set,
    "invite": _invite,
}

ORDER_COMMANDS: Final = tuple(_RUN)
"""Their names, in the order of the handbook."""
