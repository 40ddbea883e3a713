"""What those who keep order are answered: connections, accounts, bans, the audit log and the rest.

Times are ms since the epoch.
"""

from __future__ import annotations

from typing import TypeAlias

from asynchat.words.events import Person
from asynchat.words.fields import Message


class Connected(Message, tag=False, frozen=True):
    """One connection.  ``unsent`` bytes wait for it; ``lagging`` if it is behind the stream.

    ``rooms`` are some of the rooms it is in that are not direct, of so many in all.
    """

    session: int
    account: str
    name: str | None
    address: str
    client: str
    since: int
    rooms: tuple[str, ...] = ()
    room_count: int = 0
    received_bytes: int = 0
    sent_bytes: int = 0
    unsent_bytes: int = 0
    lagging: bool = False


class Clients(Message, tag="clients", frozen=True):
    """Answer `ListClients`."""

    re: str
    clients: tuple[Connected, ...]
    more: bool


class Listed(Message, tag=False, frozen=True):
    """One account, as those who keep order see it; ``seen`` is when it was last here."""

    account: str
    name: str | None
    role: str
    created: int
    was: str | None = None
    seen: int | None = None
    online: bool = False


class Accounts(Message, tag="accounts", frozen=True):
    """Answer `ListAccounts`."""

    re: str
    accounts: tuple[Listed, ...]
    more: bool


class Held(Message, tag=False, frozen=True):
    """Somebody who may not speak or not come in: ``kind`` is ``mute`` or ``ban``.

    ``address`` is a network; without a ``room`` it is the whole server, without ``until`` for
    good.  ``key`` tells it from the others.
    """

    key: str
    kind: str
    since: int
    by: str
    by_name: str
    account: str | None = None
    name: str | None = None
    address: str | None = None
    room: str | None = None
    until: int | None = None
    reason: str = ""


class Bans(Message, tag="bans", frozen=True):
    """Answer `ListBans`."""

    re: str
    bans: tuple[Held, ...]
    more: bool


class Deed(Message, tag=False, frozen=True):
    """One entry of the audit log: who did what to whom, where, and in which words.

    ``number`` counts from 1 without a gap.
    """

    number: int
    time: int
    by: str
    by_name: str
    action: str
    account: str = ""
    name: str = ""
    address: str = ""
    room: str = ""
    text: str = ""


class AuditLog(Message, tag="audit", frozen=True):
    """Answer `ReadAudit`, newest first."""

    re: str
    deeds: tuple[Deed, ...]
    more: bool


class Reported(Message, tag=False, frozen=True):
    """A report: who told of what, said by whom, and what came of it.

    ``said`` is the text as it was then; it goes when the report is resolved.
    """

    number: int
    time: int
    room: str
    about: int
    account: str
    name: str
    author: str
    author_name: str
    said: str = ""
    text: str = ""
    resolved: int | None = None
    by: str | None = None
    by_name: str | None = None
    answer: str = ""


class Reports(Message, tag="reports", frozen=True):
    """Answer `ListReports`, newest first."""

    re: str
    reports: tuple[Reported, ...]
    more: bool


class Setting(Message, tag=False, frozen=True):
    """A setting: what holds, and what the server was started with, both as JSON.

    ``live`` tells that it may be set while the server runs.
    """

    name: str
    value: str
    started_with: str
    live: bool = False


class SettingList(Message, tag="settings", frozen=True):
    """Answer `ListSettings`."""

    re: str
    settings: tuple[Setting, ...]


class Stats(Message, tag="stats", frozen=True):
    """Answer `ReadStats`.

    What is per second, and ``commit_ms``, is of the last ten seconds; ``memory_bytes`` is None
    where the system does not tell.
    """

    re: str
    version: str
    started: int
    time: int
    connections: int
    online: int
    accounts: int
    rooms: int
    head: int
    events_per_s: float
    commit_ms: float
    commit_worst_ms: float
    queued_bytes: int
    received_bytes: int
    sent_bytes: int
    memory_bytes: int | None


class BlockList(Message, tag="blocks", frozen=True):
    """Answer `ListBlocks`."""

    re: str
    people: tuple[Person, ...]
    more: bool


class Blocked(Message, tag="blocked", frozen=True):
    """Tell all connections of an account whom it has blocked, or not any more."""

    account: str
    name: str | None
    on: bool


class NewRole(Message, tag="role", frozen=True):
    """Tell all connections of an account which role it has on the server now."""

    role: str


OverviewAnswer: TypeAlias = (
    Clients | Accounts | Bans | AuditLog | Reports | SettingList | Stats | BlockList
)
"""What answers those who keep order."""
