"""The servers of a window, as pictures in a column and as names."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from asynchat.address import DEFAULT_PORT, parse_address
from asynchat.window.look.avatars import initials
from asynchat.window.presenters.sidebar import badge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from asynchat.link.notices import Connection, Entry
    from asynchat.messages import Unread

Trouble: TypeAlias = Literal["", "busy", "bad"]

_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Tile:
    """One server: ``letters`` on the colour that belongs to ``seed``, and how it is there.

    ``badge`` counts what mentions one, ``unread`` tells whether there is anything at all;
    ``trouble`` is how bad it is where there is no connection.
    """

    key: str
    letters: str
    seed: str
    tip: str
    badge: str = ""
    unread: bool = False
    trouble: Trouble = ""
    selected: bool = False


def host_label(address: str) -> str:
    """Return what to call a server: its host, and its port if that is not the usual one."""
    where = parse_address(address)
    return where.host if where.port == DEFAULT_PORT else f"{where.host}:{where.port}"


def labels(servers: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return what to call servers given as address and name, each in a way of its own."""
    hosts = [host_label(address) for address, _ in servers]
    return tuple(
        f"{host} ({name})" if hosts.count(host) > 1 else host
        for host, (_, name) in zip(hosts, servers, strict=True)
    )


def letters(address: str) -> str:
    """Return one or two signs for a server: ``CE`` for chat.example.org.

    Of one that has numbers for a name the port tells more.
    """
    where = parse_address(address)
    try:
        ipaddress.ip_address(where.host)
    except ValueError:
        return initials(where.host)
    return str(where.port)[-2:]


def tile(
    key: str,
    *,
    address: str,
    name: str,
    connection: Connection,
    unread: Iterable[Unread],
    selected: bool,
) -> Tile:
    """Return the picture of a server."""
    counts = tuple(unread)
    new = sum(one.unread for one in counts)
    mentions = sum(one.mentions for one in counts)
    told = f"{address}\nas {name}, {_state(connection)}"
    if new:
        told += f"\n{_counted(new, 'unread message')}"
    if mentions:
        told += f", {_counted(mentions, 'mention')}"
    return Tile(
        key,
        letters(address),
        address,
        told,
        badge=badge(mentions),
        unread=new > 0,
        trouble=_trouble(connection),
        selected=selected,
    )


def unsent(entries: Sequence[Entry]) -> str:
    """Return a sentence about texts that are not sent yet, or nothing."""
    if not entries:
        return ""
    shown = [f"“{_short(entry.text)}”" for entry in entries[:_NAMED]]
    more = len(entries) - len(shown)
    listed = ", ".join(shown) + (f" and {more} more" if more else "")
    one = len(entries) == 1
    return (
        f"{_counted(len(entries), 'message')} {'is' if one else 'are'} not sent yet: {listed}."
        f" {'It is' if one else 'They are'} kept, and sent if you add the server again."
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"  # noqa: PLR2004 - fits a line


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _state(connection: Connection) -> str:
    match connection.phase:
        case "online":
            return "connected"
        case "connecting":
            return "connecting …"
        case "waiting":
            why = (connection.reason or "no connection").rstrip(". ")
            return f"waiting: {why}"
        case _:
            why = (connection.reason or "").rstrip(". ")
            return f"disconnected: {why}" if why else "disconnected"


def _trouble(connection: Connection) -> Trouble:
    match connection.phase:
        case "online":
            return ""
        case "closed":
            return "bad"
        case _:
            return "busy"
