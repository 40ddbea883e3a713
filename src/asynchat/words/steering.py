"""Requests by which a server and its rooms are kept in order, and what their keepers ask for."""

from __future__ import annotations

from typing import TypeAlias

from asynchat.words.fields import AUDIT_ENTRIES, Id, Message, Natural, Positive


class Kick(Message, tag="kick", frozen=True):
    """Take somebody out of a room, by account or by name; they may come back."""

    id: Id
    room: str
    account: str | None = None
    name: str | None = None
    reason: str = ""


class Mute(Message, tag="mute", frozen=True):
    """Let somebody say nothing in a room, or anywhere, or with ``on`` false let them again.

    Without ``seconds`` it has no end.
    """

    id: Id
    account: str | None = None
    name: str | None = None
    room: str | None = None
    seconds: Positive | None = None
    reason: str = ""
    on: bool = True


class Ban(Message, tag="ban", frozen=True):
    """Keep an account, or whoever comes from an address, out of a room or off the server.

    ``address`` is one, or a network such as ``192.0.2.0/24``, and is of the server alone.
    Without ``seconds`` it has no end; ``on`` false lifts it.
    """

    id: Id
    account: str | None = None
    name: str | None = None
    address: str | None = None
    room: str | None = None
    seconds: Positive | None = None
    reason: str = ""
    on: bool = True


class Disconnect(Message, tag="disconnect", frozen=True):
    """End somebody's connections, or the one of this ``session``; they may come back."""

    id: Id
    account: str | None = None
    name: str | None = None
    session: Positive | None = None
    reason: str = ""


class SetRole(Message, tag="role", frozen=True):
    """Give somebody a role on the server; in a ``room`` it is ``moderator`` or ``member``."""

    id: Id
    role: str
    account: str | None = None
    name: str | None = None
    room: str | None = None


class ChangeRoom(Message, tag="room", frozen=True):
    """Change how a room is used; what is None stays as it is.

    In slow mode (``slow_s`` above 0) each member says something every so many seconds at most.
    """

    id: Id
    room: str
    private: bool | None = None
    read_only: bool | None = None
    archived: bool | None = None
    slow_s: Natural | None = None


class Report(Message, tag="report", frozen=True):
    """Tell those who keep order of something said; ``text`` is why."""

    id: Id
    room: str
    about: Positive
    text: str = ""


class Resolve(Message, tag="resolve", frozen=True):
    """Close a report, by its number; ``text`` is what was done."""

    id: Id
    report: Positive
    text: str = ""


class Block(Message, tag="block", frozen=True):
    """Want to hear nothing of somebody, or with ``on`` false want to again; one's own affair."""

    id: Id
    account: str | None = None
    name: str | None = None
    on: bool = True


class SetSetting(Message, tag="set", frozen=True):
    """Change a setting while the server runs; None goes back to what it was started with."""

    id: Id
    name: str
    value: str | None = None


class ListBlocks(Message, tag="blocks", frozen=True):
    """Ask whom one has blocked."""

    id: Id
    after: str | None = None


class ListClients(Message, tag="clients", frozen=True):
    """Ask for the connections, oldest first, those after a session."""

    id: Id
    after: Natural = 0


class ListAccounts(Message, tag="accounts", frozen=True):
    """Ask for the accounts in their order, those after one; ``text`` is in their names."""

    id: Id
    after: str | None = None
    text: str = ""


class ListBans(Message, tag="bans", frozen=True):
    """Ask for the bans and mutes that hold, in order of their keys, those after one.

    With a ``room`` only its own.
    """

    id: Id
    after: str | None = None
    room: str | None = None


class ReadAudit(Message, tag="audit", frozen=True):
    """Ask for the audit log, newest first, the entries before a number."""

    id: Id
    before: Positive | None = None
    limit: Positive = AUDIT_ENTRIES


class ListReports(Message, tag="reports", frozen=True):
    """Ask for the reports that are open, newest first, those before a number.

    With ``resolved`` the others are there, too.
    """

    id: Id
    before: Positive | None = None
    resolved: bool = False


class ListSettings(Message, tag="settings", frozen=True):
    """Ask for the settings of the server."""

    id: Id


class ReadStats(Message, tag="stats", frozen=True):
    """Ask how the server is doing."""

    id: Id


Steering: TypeAlias = (
    Kick | Mute | Ban | Disconnect | SetRole | ChangeRoom | Report | Resolve | Block | SetSetting
)
"""A request that keeps order; it changes what is stored."""

Overview: TypeAlias = (
    ListBlocks
    | ListClients
    | ListAccounts
    | ListBans
    | ReadAudit
    | ListReports
    | ListSettings
    | ReadStats
)
"""A request that reads what keeping order needs."""
