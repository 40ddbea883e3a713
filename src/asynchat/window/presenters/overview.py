"""What the server's window shows: its tabs as data, and the rows of each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asynchat.text import one_line
from asynchat.window.presenters.spans import since_text, until_text, when_text
from asynchat.window.presenters.tables import Column, TableRow

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from asynchat.messages import (
        Connected,
        Deed,
        Held,
        Invitation,
        Listed,
        Reported,
        Room,
        Setting,
        Stats,
    )

_STEP: Final = 1024
_FEW: Final = 10


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done: to the row that is chosen, unless it is about none.

    ``bound`` is Tk's name of its key.
    """

    name: str
    title: str
    bound: str = ""
    chosen: bool = True


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: it is read anew every so many seconds while it is on view, if that is given.

    ``searched`` tells that what is typed narrows it down on the server, ``plotted`` that plots
    stand above the table.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    acts: tuple[Act, ...] = ()
    every_s: float | None = None
    searched: bool = False
    plotted: bool = False
    nothing: str = "There is nothing here."


TABS: Final = (
    Tab(
        "connections",
        "Connections",
        (
            Column("name", "Name", 130),
            Column("address", "Address", 130),
            Column("rooms", "Rooms", 150, rank=3, wide=True),
            Column("since", "Since", 70, rank=1, right=True),
            Column("client", "Client", 120, rank=5),
            Column("sent", "Sent", 75, rank=4, right=True),
            Column("received", "Received", 75, rank=6, right=True),
            Column("lag", "Behind", 75, rank=2, right=True),
        ),
        (
            Act("disconnect", "Disconnect …", "Delete"),
            Act("mute", "Mute …"),
            Act("ban", "Ban …"),
            Act("ban-address", "Ban the address …"),
        ),
        every_s=2.0,
        nothing="Nobody is connected.",
    ),
    Tab(
        "rooms",
        "Rooms",
        (
            Column("name", "Room", 150),
            Column("members", "Members", 80, rank=1, right=True),
            Column("modes", "Used as", 160, rank=2),
            Column("topic", "Topic", 200, rank=3, wide=True),
        ),
        (Act("room-settings", "Settings …", "Return"),),
        every_s=10.0,
    ),
    Tab(
        "accounts",
        "Accounts",
        (
            Column("name", "Name", 150),
            Column("role", "Role", 80),
            Column("seen", "Last here", 150, rank=1),
            Column("created", "First here", 150, rank=2, wide=True),
        ),
        (
            Act("role", "Role …", "Return"),
            Act("disconnect", "Disconnect …", "Delete"),
            Act("mute", "Mute …"),
            Act("ban", "Ban …"),
        ),
        searched=True,
        nothing="Nobody is called that.",
    ),
    Tab(
        "bans",
        "Bans and mutes",
        (
            Column("who", "Who", 150),
            Column("kind", "What", 60),
            Column("where", "Where", 110, rank=1),
            Column("until", "Until", 150, rank=2),
            Column("by", "By", 100, rank=4),
            Column("reason", "Why", 160, rank=3, wide=True),
        ),
        (
            Act("lift", "Lift it", "Delete"),
            Act("ban-new-address", "Ban an address …", chosen=False),
        ),
        every_s=10.0,
        nothing="Nobody is banned or muted.",
    ),
    Tab(
        "invitations",
        "Invitations",
        (
            Column("role", "As", 90),
            Column("uses", "For", 80, right=True),
            Column("room", "Into", 110, rank=2),
            Column("expires", "Open until", 150),
            Column("by", "By", 120, rank=1, wide=True),
        ),
        (
            Act("withdraw", "Take back", "Delete"),
            Act("invite", "Invite …", chosen=False),
        ),
        every_s=10.0,
        nothing="No invitation is open.",
    ),
    Tab(
        "reports",
        "Reports",
        (
            Column("number", "No.", 50, right=True),
            Column("time", "When", 130, rank=3),
            Column("room", "Room", 100, rank=2),
            Column("author", "Of", 100),
            Column("by", "By", 100, rank=1),
            Column("said", "What it says", 200, rank=0, wide=True),
        ),
        (Act("resolve", "Resolve …", "Return"),),
        every_s=10.0,
        nothing="No report is open.",
    ),
    Tab(
        "audit",
        "Audit log",
        (
            Column("number", "No.", 55, rank=4, right=True),
            Column("time", "When", 150, rank=2),
            Column("by", "Who", 110),
            Column("action", "Did", 100),
            Column("whom", "To", 130),
            Column("where", "Where", 100, rank=3),
            Column("text", "Why", 160, rank=1, wide=True),
        ),
        (Act("older", "Older ones", chosen=False),),
        nothing="Nothing was done yet.",
    ),
    Tab(
        "health",
        "How it is",
        (
            Column("what", "The last ten minutes", 170, wide=True),
            Column("now", "Now", 90, right=True),
            Column("least", "Least", 90, rank=1, right=True),
            Column("mean", "On average", 100, rank=2, right=True),
            Column("most", "Most", 90, right=True),
        ),
        every_s=2.0,
        plotted=True,
        nothing="Nothing is known yet.",
    ),
    Tab(
        "settings",
        "Settings",
        (
            Column("name", "Setting", 210),
            Column("value", "Now", 150, wide=True),
            Column("started", "Started with", 150, rank=1),
        ),
        (
            Act("set", "Change …", "Return"),
            Act("reset", "As it was started", "Delete"),
        ),
        nothing="There are no settings.",
    ),
)

BY_NAME: Final = {tab.name: tab for tab in TABS}


def bytes_text(count: int) -> str:
    """Return ``310 B``, ``4.2 KiB``, ``18 MiB``."""
    if count < _STEP:
        return f"{count} B"
    size, unit, units = float(count), "B", ["TiB", "GiB", "MiB", "KiB"]
    while size >= _STEP and units:
        size, unit = size / _STEP, units.pop()
    return f"{size:.1f} {unit}" if size < _FEW else f"{size:,.0f} {unit}"


def connections(those: Iterable[Connected], *, now_ms: int) -> tuple[TableRow, ...]:
    """Return the connections, the oldest first."""
    found = []
    for one in those:
        name = one_line(one.name or "(no name)")
        rooms = ", ".join(f"#{one_line(room)}" for room in one.rooms)
        further = one.room_count - len(one.rooms)
        rooms += f" and {further} more" if further > 0 else ""
        seconds = (now_ms - one.since) / 1000
        behind = bytes_text(one.unsent_bytes) if one.unsent_bytes or one.lagging else ""
        client = one_line(one.client)
        cells = (
            name,
            one.address,
            rooms,
            since_text(seconds),
            client,
            bytes_text(one.sent_bytes),
            bytes_text(one.received_bytes),
            f"{behind} ↓" if one.lagging else behind,
        )
        detail = (
            f"{name} from {one.address}, {client or 'an unknown client'}, for"
            f" {since_text(seconds)}, in {rooms or 'no room'}"
            + (", behind the others" if one.lagging else "")
        )
        order = (
            name.casefold(),
            _by_number(one.address),
            one.room_count,
            seconds,
            client.casefold(),
            one.sent_bytes,
            one.received_bytes,
            (one.lagging, one.unsent_bytes),
        )
        found.append(TableRow(str(one.session), cells, order, detail, value=one))
    return tuple(found)


def rooms(those: Iterable[Room]) -> tuple[TableRow, ...]:
    """Return the rooms, in order of name."""
    found = []
    for one in those:
        modes = ", ".join(
            word
            for on, word in (
                (one.private, "private"),
                (one.archived, "archived"),
                (one.read_only, "read-only"),
                (one.slow_s, f"slow {one.slow_s} s"),
            )
            if on
        )
        name, topic = f"#{one_line(one.name)}", one_line(one.topic)
        cells = (name, f"{one.members:,}", modes, topic)
        detail = f"{name}, {one.members:,} members" + (f": {topic}" if topic else "")
        order = (name, one.members, modes, topic.casefold())
        found.append(TableRow(one.name, cells, order, detail, dim=one.archived, value=one))
    return tuple(found)


def accounts(those: Iterable[Listed], *, now: datetime, twelve: bool) -> tuple[TableRow, ...]:
    """Return accounts, the oldest first."""
    found = []
    for one in those:
        name = one_line(one.name or (f"was {one.was}" if one.was else "(no name)"))
        seen = "now" if one.online else "—"
        if not one.online and one.seen is not None:
            seen = when_text(one.seen, now=now, twelve=twelve)
        created = when_text(one.created, now=now, twelve=twelve)
        detail = f"{name}, {one.role}, last here {seen}, first {created} · id:{one.account}"
        order = (name.casefold(), one.role, (one.online, one.seen or 0), one.created)
        found.append(
            TableRow(
                one.account, (name, one.role, seen, created), order, detail, not one.online, one
            )
        )
    return tuple(found)


def bans(those: Iterable[Held], *, now: datetime, twelve: bool) -> tuple[TableRow, ...]:
    """Return bans and mutes."""
    found = []
    for one in those:
        who = one_line(one.name or one.address or one.account or "")
        where = f"#{one_line(one.room)}" if one.room else "the server"
        until = until_text(one.until, now=now, twelve=twelve)
        reason, by = one_line(one.reason), one_line(one.by_name)
        since = when_text(one.since, now=now, twelve=twelve)
        verb = "banned from" if one.kind == "ban" else "muted in"
        because = f": {reason}" if reason else ""
        detail = f"{who}, {verb} {where} {until}, by {by}, {since}{because}"
        order = (who.casefold(), one.kind, where, one.until or 10**15, by.casefold(), reason)
        found.append(
            TableRow(one.key, (who, one.kind, where, until, by, reason), order, detail, value=one)
        )
    return tuple(found)


def invitations(
    those: Iterable[Invitation], *, now: datetime, twelve: bool
) -> tuple[TableRow, ...]:
    """Return the invitations that are open."""
    found = []
    for one in those:
        people = "1 person" if one.uses == 1 else f"{one.uses:,} people"
        into = f"#{one_line(one.room)}" if one.room else ""
        until = when_text(one.expires, now=now, twelve=twelve)
        by = one_line(one.by_name or "")
        made = when_text(one.created, now=now, twelve=twelve)
        room = f", into {into}" if into else ""
        detail = f"For {people}, as {one.role}{room}, open until {until}; made {made} by {by}"
        order = (one.role, one.uses, into, one.expires, by.casefold())
        found.append(
            TableRow(one.id, (one.role, people, into, until, by), order, detail, value=one)
        )
    return tuple(found)


def reports(those: Iterable[Reported], *, now: datetime, twelve: bool) -> tuple[TableRow, ...]:
    """Return the reports that are open, newest first."""
    found = []
    for one in those:
        when = when_text(one.time, now=now, twelve=twelve)
        author, by, said = map(one_line, (one.author_name, one.name, one.said))
        room, text = one_line(one.room), one_line(one.text)
        because = f" — {by} says: {text}" if text else f" — reported by {by}"
        detail = f"{author} in {room}, {when}: “{said}”{because}"
        order = (one.number, one.time, room, author.casefold(), by.casefold(), said)
        cells = (str(one.number), when, room, author, by, said)
        found.append(TableRow(str(one.number), cells, order, detail, value=one))
    return tuple(found)


def audit(those: Iterable[Deed], *, now: datetime, twelve: bool) -> tuple[TableRow, ...]:
    """Return entries of the audit log, newest first."""
    found = []
    for one in those:
        when = when_text(one.time, now=now, twelve=twelve)
        whom = one_line(one.name or one.address or one.account)
        by, where, text = one_line(one.by_name), one_line(one.room), one_line(one.text)
        parts = [f"{one.number}. {when}: {by} — {one.action}", whom]
        parts += [f"in #{where}" if where else "", f"({text})" if text else ""]
        detail = " ".join(part for part in parts if part)
        order = (one.number, one.time, by.casefold(), one.action, whom.casefold(), where, text)
        cells = (str(one.number), when, by, one.action, whom, where, text)
        found.append(TableRow(str(one.number), cells, order, detail, value=one))
    return tuple(found)


def settings(those: Iterable[Setting]) -> tuple[TableRow, ...]:
    """Return the settings, first those that may change while the server runs."""
    found = []
    for one in sorted(those, key=lambda each: (not each.live, each.name)):
        value, started = one_line(written(one.value)), one_line(written(one.started_with))
        detail = f"{one.name} = {value}" + ("" if one.live else "; it changes with a restart only")
        cells = (one.name, value, "" if value == started else started)
        order = (one.name, _by_number(value), _by_number(started))
        found.append(TableRow(one.name, cells, order, detail, dim=not one.live, value=one))
    return tuple(found)


def written(value: str) -> str:
    """Return a setting's value as it is typed, not as JSON."""
    try:
        read = json.loads(value)
    except ValueError:
        return value
    if isinstance(read, bool):
        return str(read).lower()
    if isinstance(read, str | int | float):
        return str(read)
    return "" if read is None else value


def summary(stats: Stats) -> str:
    """Return a line of how the server is doing."""
    memory = "" if stats.memory_bytes is None else f" · {bytes_text(stats.memory_bytes)} memory"
    up = since_text((stats.time - stats.started) / 1000)
    return (
        f"{stats.connections:,} connection{'' if stats.connections == 1 else 's'}"
        f" · {stats.events_per_s:g} messages/s · commit {stats.commit_ms:.1f} ms{memory} · up {up}"
    )


def _by_number(text: str) -> tuple[int, float | str]:
    """Return what orders addresses and values: numbers as such, and before all others."""
    parts = text.split(".")
    if len(parts) == 4 and all(part.isascii() and part.isdigit() for part in parts):  # noqa: PLR2004 - of an IPv4 address
        number = 0
        for part in parts:
            number = number * 256 + int(part)
        return (0, number)
    try:
        return (0, float(text))
    except ValueError:
        return (1, text.casefold())
