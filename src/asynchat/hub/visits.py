"""From hello to goodbye: who is let in and what the welcome says, and what is kept of who goes."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from asynchat.chat.entry import SIGNED_OUT, check_hello
from asynchat.errors import ChatError
from asynchat.hub.ids import now_ms
from asynchat.hub.operators import let_operator_in
from asynchat.hub.submissions import Arrival, Holding
from asynchat.messages import VERSION, Limits, Welcome, You

if TYPE_CHECKING:
    from asynchat.chat.accounts import Account, Directory
    from asynchat.doors.session import Session
    from asynchat.hub.answers import Answers
    from asynchat.hub.batches import Batches
    from asynchat.hub.fanout import Fanout
    from asynchat.hub.gate import Gate
    from asynchat.hub.gauges import Gauges
    from asynchat.hub.live import LiveSettings
    from asynchat.hub.order import Order
    from asynchat.hub.presence import PresenceBoard
    from asynchat.hub.registry import Registry
    from asynchat.messages import Hello
    from asynchat.store.interface import Store

logger = logging.getLogger(__name__)

_DEPARTURES: Final = {"bye": "left", "lost": "is lost"}


class Visits:
    """Lets sessions of one hub in, and forgets them."""

    def __init__(
        self,
        store: Store,
        fanout: Fanout,
        directory: Directory,
        *,
        registry: Registry,
        presence: PresenceBoard,
        batches: Batches,
        gate: Gate,
        order: Order,
        answers: Answers,
        gauges: Gauges,
        settings: LiveSettings,
    ) -> None:
        self._store = store
        self._fanout = fanout
        self._directory = directory
        self._registry = registry
        self._presence = presence
        self._batches = batches
        self._gate = gate
        self._order = order
        self._answers = answers
        self._gauges = gauges
        self._settings = settings
        self.next_key: str | None = None
        """The fingerprint of the key that the server goes over to, where there is one."""
        self.address = ""
        """Where others reach the server, if anybody but its own computer does."""

    async def admit(self, session: Session, hello: Hello) -> Welcome:
        """Let a session in; see `asynchat.doors.hub.Hub.admit`."""
        if session.operator:
            session.start_at(self._fanout.position)
            return let_operator_in(
                session,
                hello,
                server=self._store.server,
                cursor=self._store.cursor(self._fanout.position),
                under_way=self._settings.now.under_way,
                address=self.address,
                now_ms=now_ms(),
            )
        check_hello(hello)
        token = hello.token or secrets.token_urlsafe(32)
        token_hash = hashlib.sha256(token.encode(errors="surrogatepass")).digest()
        proof = await self._gate.prove_hello(hello, token_hash, session.wire.address)
        start = self._fanout.position
        await self._batches.queue.room()
        result = asyncio.get_running_loop().create_future()
        arrival = Arrival(hello, token_hash, proof, result, session.wire.address)
        self._batches.put(arrival)
        admitted = await arrival.result
        await self._fanout.reached(admitted.seq)
        if session.ended:
            raise ConnectionAbortedError
        if not admitted.seq:
            start = self._fanout.position
        resumed = False
        if hello.cursor is not None:
            position = self._store.position(hello.cursor)
            if position is not None and position <= self._fanout.position:
                resumed, start = True, position
        account = self._directory[admitted.account.id]
        if account.device(admitted.device) is None:
            raise ChatError("bad_credentials", SIGNED_OUT)  # meanwhile, from another device
        session.account, session.name = account.id, account.name or ""
        session.device = admitted.device
        session.client = hello.client
        session.since_ms = now_ms()
        session.start_at(start)
        if self._registry.add(session):
            self._presence.came(account.id)
        else:
            self._presence.changed(account.id)
        if not account.held:
            self._batches.put(Holding(account.id))
        rooms, more = self._answers.rooms(self._fanout.state.rooms_of(account.id), account.id)
        return Welcome(
            version=VERSION,
            server=self._store.server,
            you=You(account=account.id, name=account.name, role=account.role),
            token=token,
            cursor=hello.cursor if resumed and hello.cursor else self._store.cursor(start),
            resumed=resumed,
            rooms=rooms,
            more=more,
            limits=Limits(
                under_way=self._settings.now.under_way, file_bytes=self._settings.now.file_bytes
            ),
            features=(),
            notice=self._settings.now.welcome_text,
            blocked=tuple(sorted(self._order.restraints.blocks_of(account.id))),
            next_key=self.next_key,
            address=self.address,
        )

    def dismiss(self, session: Session, reason: str) -> None:
        """Forget a session; ``reason`` is ``bye`` or ``lost``."""
        logger.info("%s (%s) %s", session.name, session.wire.peer, _DEPARTURES[reason])
        self._fanout.leave(session)
        if session.operator:
            return
        self._gauges.received_bytes += session.wire.received_bytes
        self._gauges.sent_bytes += session.wire.sent_bytes
        account = session.account
        last = self._registry.remove(session, lost=reason != "bye")
        seen_ms = now_ms()
        if not last:
            self._presence.changed(account)
            if len(self._directory[account].devices) > 1:
                went = Holding(account, lost=True, device=session.device, went_ms=seen_ms)
                self._batches.put(went)
                self._note_seen(session, self._directory[account], seen_ms)
            return
        lost = reason != "bye"
        self._batches.put(Holding(account, seen_ms, lost, session.device, seen_ms))
        self._note_seen(session, replace(self._directory[account], seen_ms=seen_ms), seen_ms)
        self._presence.went(account, reason)

    def _note_seen(self, session: Session, account: Account, seen_ms: int) -> None:
        """Tell at once what is stored when its turn comes: when a device was seen."""
        device = account.device(session.device)
        if device is not None:
            account = account.with_device(replace(device, seen_ms=seen_ms))
        self._directory.put(account)
