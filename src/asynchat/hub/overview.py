"""What those who keep order may read: connections, accounts, bans, reports, settings and deeds.

Each query asks `roles` first, and stops early where its frame would grow too long.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from asynchat.chat.asking import room_of
from asynchat.chat.restraints import SERVER
from asynchat.chat.roles import JUDGE, OVERSEE, demand, may
from asynchat.errors import ChatError
from asynchat.hub.fitting import fitting
from asynchat.hub.gauges import memory_bytes
from asynchat.messages import (
    MAX_AUDIT_ENTRIES,
    Accounts,
    AuditLog,
    Bans,
    BlockList,
    Clients,
    Connected,
    Held,
    ListAccounts,
    ListBans,
    ListBlocks,
    ListClients,
    Listed,
    ListReports,
    ListSettings,
    ReadAudit,
    ReadStats,
    Reports,
    SettingList,
    Stats,
)
from asynchat.text import name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from asynchat.chat.accounts import Account, Directory
    from asynchat.chat.restraints import Restraint
    from asynchat.doors.session import Session
    from asynchat.hub.fanout import Fanout
    from asynchat.hub.gauges import Gauges
    from asynchat.hub.live import LiveSettings
    from asynchat.hub.order import Order
    from asynchat.hub.registry import Registry
    from asynchat.messages import Overview as Query
    from asynchat.messages import OverviewAnswer as Answer
    from asynchat.store.interface import Store

_ROOMS_NAMED: Final = 10
"""How many rooms of a connection are named."""

_LOOKED_AT: Final = 1_000
"""How many entries of a list one answer looks at."""


class Overview:
    """The reads of one hub that keeping order needs; ``queued_bytes`` tells what waits for disk."""

    def __init__(
        self,
        store: Store,
        fanout: Fanout,
        directory: Directory,
        *,
        registry: Registry,
        order: Order,
        gauges: Gauges,
        settings: LiveSettings,
        queued_bytes: Callable[[], int],
        now_ms: Callable[[], int],
    ) -> None:
        self._store = store
        self._fanout = fanout
        self._directory = directory
        self._registry = registry
        self._order = order
        self._gauges = gauges
        self._settings = settings
        self._queued_bytes = queued_bytes
        self._now_ms = now_ms
        self._started_ms = now_ms()

    async def answer(self, asker: Account, query: Query) -> Answer:
        """Read what was asked for.  Raise `ChatError`."""
        match query:
            case ListBlocks():
                return self._blocks(asker, query)
            case ListReports():
                return await self._reports(asker, query)
            case ListBans():
                return self._bans(asker, query)
            case _:
                demand(asker, OVERSEE)
        match query:
            case ListClients():
                return self._clients(query)
            case ListAccounts():
                return self._accounts(query)
            case ReadAudit():
                return await self._audit(query)
            case ListSettings():
                return SettingList(re=query.id, settings=self._settings.told())
            case ReadStats():
                return self._stats(query)

    def _blocks(self, asker: Account, query: ListBlocks) -> BlockList:
        blocked = sorted(self._order.restraints.blocks_of(asker.id))
        after = query.after or ""
        people = (self._directory[one].person for one in blocked if one > after)
        listed, more = fitting(people)
        return BlockList(re=query.id, people=listed, more=more)

    def _bans(self, asker: Account, query: ListBans) -> Bans:
        if query.room is None:
            demand(asker, OVERSEE)
        else:
            demand(asker, JUDGE, room_of(query.room, asker, self._fanout.state))
        now_ms = self._now_ms()
        held = (
            self._held(restraint)
            for restraint in self._order.restraints
            if restraint.holds(now_ms) and query.room in {None, restraint.room}
        )
        after = query.after or ""
        listed, more = fitting(
            sorted((one for one in held if one.key > after), key=lambda one: one.key)
        )
        return Bans(re=query.id, bans=listed, more=more)

    def _held(self, restraint: Restraint) -> Held:
        account = None if restraint.of_network else self._directory.get(restraint.subject)
        return Held(
            key=" ".join(restraint.key),
            kind=restraint.kind,
            since=restraint.since_ms,
            by=restraint.by,
            by_name=restraint.by_name,
            account=None if restraint.of_network else restraint.subject,
            name=None if account is None else account.called,
            address=restraint.subject if restraint.of_network else None,
            room=None if restraint.room == SERVER else restraint.room,
            until=restraint.until_ms,
            reason=restraint.reason,
        )

    async def _reports(self, asker: Account, query: ListReports) -> Reports:
        rooms = None
        if not may(asker, JUDGE):
            own = self._fanout.state.rooms_of(asker.id)
            rooms = [room.name for room in own if may(asker, JUDGE, room)]
            if not rooms:
                raise ChatError("forbidden", "Only who keeps order in a room reads its reports.")
        found = await self._store.reports(
            before=query.before,
            limit=MAX_AUDIT_ENTRIES + 1,
            rooms=rooms,
            resolved=query.resolved,
        )
        listed, more = fitting(found[:MAX_AUDIT_ENTRIES])
        return Reports(re=query.id, reports=listed, more=more or len(found) > MAX_AUDIT_ENTRIES)

    def _clients(self, query: ListClients) -> Clients:
        sessions = sorted(
            (one for one in self._registry.all_sessions() if one.number > query.after),
            key=lambda one: one.number,
        )
        listed, more = fitting(map(self._connected, sessions[:_LOOKED_AT]))
        return Clients(re=query.id, clients=listed, more=more or len(sessions) > _LOOKED_AT)

    def _connected(self, session: Session) -> Connected:
        rooms = [
            room.name for room in self._fanout.state.rooms_of(session.account) if not room.direct
        ]
        return Connected(
            session=session.number,
            account=session.account,
            name=self._directory[session.account].name,
            address=session.wire.address,
            client=session.client,
            since=session.since_ms,
            rooms=tuple(rooms[:_ROOMS_NAMED]),
            room_count=len(rooms),
            received_bytes=session.wire.received_bytes,
            sent_bytes=session.wire.sent_bytes,
            unsent_bytes=session.wire.unsent(),
            lagging=not session.live,
        )

    def _accounts(self, query: ListAccounts) -> Accounts:
        wanted = list(islice(self._found(query), _LOOKED_AT + 1))
        listed, more = fitting(map(self._listed, wanted[:_LOOKED_AT]))
        return Accounts(re=query.id, accounts=listed, more=more or len(wanted) > _LOOKED_AT)

    def _found(self, query: ListAccounts) -> Iterator[Account]:
        try:
            text = name_key(query.text)
        except ChatError:
            text = query.text.casefold()
        everybody = iter(self._directory)
        if query.after is not None:
            if self._directory.get(query.after) is None:
                raise ChatError("no_such_person")
            for account in everybody:
                if account.id == query.after:
                    break
        return (
            one
            for one in everybody
            if not one.deleted and (not text or text in one.called.casefold())
        )

    def _listed(self, account: Account) -> Listed:
        return Listed(
            account=account.id,
            name=account.name,
            was=None if account.name else account.was,
            role=account.role,
            created=account.created_ms,
            seen=account.seen_ms,
            online=account.id in self._registry,
        )

    async def _audit(self, query: ReadAudit) -> AuditLog:
        limit = min(query.limit, MAX_AUDIT_ENTRIES)
        found = await self._store.audit(before=query.before, limit=limit + 1)
        listed, more = fitting(found[:limit])
        return AuditLog(re=query.id, deeds=listed, more=more or len(found) > limit)

    def _stats(self, query: ReadStats) -> Stats:
        from importlib.metadata import version  # noqa: PLC0415 - it takes a while to load

        sessions = list(self._registry.all_sessions())
        mean_ms, worst_ms = self._gauges.commit_ms()
        return Stats(
            re=query.id,
            version=version("asynchat"),
            started=self._started_ms,
            time=self._now_ms(),
            connections=len(sessions),
            online=len(self._registry),
            accounts=len(self._directory),
            rooms=len(self._fanout.state.rooms),
            head=self._fanout.position,
            events_per_s=round(self._gauges.events_per_s(), 1),
            commit_ms=mean_ms,
            commit_worst_ms=worst_ms,
            queued_bytes=self._queued_bytes(),
            received_bytes=self._gauges.received_bytes
            + sum(session.wire.received_bytes for session in sessions),
            sent_bytes=self._gauges.sent_bytes
            + sum(session.wire.sent_bytes for session in sessions),
            memory_bytes=memory_bytes(),
        )
