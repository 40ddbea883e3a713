"""The hub: where doors bring requests, and from where the log goes out to everyone.

It joins the parts: `batches` (requests → log), `coalescing` and `fanout` (log → writers),
`registry` (who is connected), `presence` (who is here), `answers` (reads), `retention` (what
is not kept) and `indexing` (so that search is fast).
Doors know it by the Protocol in `asynchat.doors.hub`.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import msgspec

from asynchat.chat.accounts import Directory
from asynchat.chat.asking import NO_PROOF
from asynchat.chat.drafts import AccountDraft
from asynchat.chat.entry import SIGNED_OUT, check_hello
from asynchat.chat.profile import check_state
from asynchat.chat.roles import OWNER
from asynchat.errors import ChatError
from asynchat.hub.answers import Answers
from asynchat.hub.batches import (
    Arrival,
    Batches,
    Holding,
    Noting,
    Repeated,
    Submission,
    Written,
)
from asynchat.hub.coalescing import Coalescing
from asynchat.hub.fanout import Fanout
from asynchat.hub.forgetting import Forgetting
from asynchat.hub.gate import Gate
from asynchat.hub.gauges import Gauges
from asynchat.hub.indexing import Indexing
from asynchat.hub.listing import devices_of, open_invitations
from asynchat.hub.live import LiveSettings
from asynchat.hub.marks import Marks
from asynchat.hub.operators import let_operator_in
from asynchat.hub.order import Order
from asynchat.hub.overview import Overview
from asynchat.hub.presence import PROFILE, RENAMED, ROLE, PresenceBoard
from asynchat.hub.rates import Rates
from asynchat.hub.registry import Registry
from asynchat.hub.retention import Retention
from asynchat.messages import (
    MAX_PAGE_EVENTS,
    VERSION,
    CountUnread,
    Create,
    Direct,
    Done,
    GetPicture,
    History,
    Join,
    Limits,
    ListDevices,
    ListInvitations,
    ListRooms,
    Mark,
    NewRole,
    Search,
    SomeoneTyping,
    Welcome,
    Who,
    You,
    encode,
)
from asynchat.store.interface import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from asynchat.chat.accounts import Account
    from asynchat.chat.asking import Proof
    from asynchat.chat.drafts import OneDraft
    from asynchat.chat.invitations import Invitation
    from asynchat.chat.state import Room
    from asynchat.config import Settings
    from asynchat.doors.hub import Settled
    from asynchat.doors.session import Session
    from asynchat.hub.batches import WriteResult
    from asynchat.messages import Answer, AnyEvent, Hello, Page, Query, SetState, Write
    from asynchat.store.interface import Snapshot, Store, Stored
    from asynchat.tasks import Tasks

logger = logging.getLogger(__name__)

_DIGEST_BYTES: Final = 16
_ALPHABET: Final = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_ID_CHARS: Final = 10
# One is made for each request that is judged, so it is made fast: some letters come up a little
# more often than others, which costs less than half a bit of an id.
_OF_BYTE: Final = bytes(ord(_ALPHABET[byte % len(_ALPHABET)]) for byte in range(256))
_DIRECT_PAGE: Final = 50
_DEPARTURES: Final = {"bye": "left", "lost": "is lost"}


class _Settled(msgspec.Struct, frozen=True):
    """What became of a write, in the door's words."""

    seq: int
    done: Done | None = None
    page_of: str | None = None


def fresh_id() -> str:
    """Return a random id: 56 bits, never used before for all that matters."""
    return secrets.token_bytes(_ID_CHARS).translate(_OF_BYTE).decode()


def now_ms() -> int:
    """Return what the clock says, in ms since the Unix epoch."""
    return time.time_ns() // 1_000_000


class Hub:
    """One server's hub over one store.

    Make it with `open`; `run_batches`, `run_fanout`, ``retention.run`` and ``indexing.run`` are its
    tasks; `close` ends it.
    """

    def __init__(self, store: Store, snapshot: Snapshot, settings: Settings, tasks: Tasks) -> None:
        loop = asyncio.get_running_loop()
        self._store = store
        self.settings = LiveSettings(settings, snapshot.settings)
        settings = self.settings.now
        self._clock = loop.time
        self._rates = Rates(settings, loop.time)
        self.settings.tell(self._rates.change)
        self.registry = Registry(lost_name_kept_s=settings.lost_name_kept_s, now=loop.time)
        self._directory = Directory(snapshot.accounts, snapshot.revoked)
        self._fanout = Fanout(
            store,
            snapshot.state,
            tasks,
            position=snapshot.head,
            lagging_bytes=settings.lagging_bytes,
            slice_events=settings.slice_events,
            slice_bytes=settings.slice_bytes,
            sessions_of=self.registry.sessions,
            on_move=self._on_move,
        )
        self._presence = PresenceBoard(
            self.registry,
            self._fanout,
            self._directory,
            interval_s=settings.presence_interval_s,
            lost_shown_after_s=settings.lost_shown_after_s,
            named_up_to=settings.presence_people,
            now_ms=now_ms,
        )
        self._marks = Marks(store, self._fanout, tasks)
        self._coalescing = Coalescing(self._deliver, more=lambda: self._batches.storing)
        self.next_key: str | None = None
        self.order = Order(snapshot, self.registry, self._fanout, self._directory, now_ms=now_ms)
        self._gauges = Gauges(loop.time)
        self._overview = Overview(
            store,
            self._fanout,
            self._directory,
            registry=self.registry,
            order=self.order,
            gauges=self._gauges,
            settings=self.settings,
            queued_bytes=lambda: self._batches.queued_bytes,
            now_ms=now_ms,
        )
        self._answers = Answers(store, self._fanout, self._directory, self._presence)
        self._batches = Batches(
            store,
            max_events=settings.batch_events,
            max_bytes=settings.store_queue_bytes,
            registry=self.registry,
            shown=snapshot.state,
            check_setting=self.settings.check,
            on_stored=self._on_stored,
            gauges=self._gauges,
            on_pause=self._coalescing.flush,
            now_ms=now_ms,
            fresh_id=fresh_id,
            access=settings.who_may_come(),
            invitation_s=max(1, round(settings.invitation_days * 24 * 3600)),
        )
        self._gate = Gate(
            self._directory,
            snapshot.guesses,
            settings,
            store=self.note,
            now=loop.time,
            now_ms=now_ms,
        )
        self.retention = Retention(
            store,
            settings,
            rooms=lambda: self._fanout.state.rooms,
            shown=self._shown,
            now_ms=now_ms,
        )
        self.indexing = Indexing(store)
        self.forgetting = Forgetting(store, self.store_all, now_ms=now_ms)
        self._keyed = hashlib.blake2b(digest_size=_DIGEST_BYTES, key=store.secret)
        self._watch = store.watch()
        self._moved_on = asyncio.Event()
        self.on_owner: Callable[[], None] = lambda: None
        """Called once somebody has become an owner."""

    @classmethod
    async def open(cls, store: Store, settings: Settings, tasks: Tasks) -> Hub:
        """Return a hub that goes on where the store is; none of its tasks runs yet."""
        hub = cls(store, await store.snapshot(), settings, tasks)
        await hub._batches.load()
        return hub

    async def run_batches(self) -> None:
        """Bring requests into the log until `close`.  Raise `StoreLostError`."""
        await self._batches.run()

    async def run_fanout(self) -> None:
        """Bring the log to the writers until the store closes."""
        async for batch in self._watch:
            self._coalescing.take(batch)
        self._coalescing.flush()

    async def close(self) -> None:
        """Store what is queued and write it to everyone; then nothing more comes in."""
        try:
            await self._batches.close()
            await self._reached(self._store.head())
            self._presence.close()
        finally:
            self._gate.close()

    def tidy(self) -> None:
        """Drop what is remembered of those who left long ago."""
        self.registry.forget_long_lost()
        self._gate.tidy()
        self._rates.tidy(self.registry.__contains__)

    # What the server asks

    def has_owner(self) -> bool:
        """Tell whether this server has an owner."""
        return any(account.role == OWNER for account in self._directory)

    def invitations(self) -> Iterator[Invitation]:
        """Yield every invitation."""
        return self._batches.invitations()

    def note(self, *drafts: OneDraft) -> None:
        """Have something stored that nobody asked for, each on its own."""
        self._batches.put(Noting(drafts))

    async def store_all(self, *drafts: OneDraft) -> None:
        """Have something stored that nobody asked for, and wait until that was tried."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        await self._batches.room()
        self._batches.put(Noting(drafts, stored))
        await stored

    # What doors ask

    @property
    def server(self) -> str:
        """The server's id."""
        return self._store.server

    @property
    def position(self) -> int:
        """The seq up to which everything was fanned out."""
        return self._fanout.position

    def check_address(self, address: str) -> None:
        """Raise `ChatError` ``banned`` for an address from which nobody may come."""
        self.order.check_address(address)

    def cursor(self, seq: int) -> str:
        """Return the cursor of a seq that is at most `position`."""
        return self._store.cursor(seq)

    async def admit(self, session: Session, hello: Hello) -> Welcome:
        """Let a session in; see `asynchat.doors.hub.Hub`."""
        if session.operator:
            session.start_at(self.position)
            return let_operator_in(
                session,
                hello,
                server=self.server,
                cursor=self.cursor(self.position),
                under_way=self.settings.now.under_way,
                now_ms=now_ms(),
            )
        check_hello(hello)
        token = hello.token or secrets.token_urlsafe(32)
        token_hash = hashlib.sha256(token.encode(errors="surrogatepass")).digest()
        proof = await self._gate.prove_hello(hello, token_hash, session.wire.address)
        start = self.position
        await self._batches.room()
        result = asyncio.get_running_loop().create_future()
        arrival = Arrival(hello, token_hash, proof, result, session.wire.address)
        self._batches.put(arrival)
        admitted = await arrival.result
        await self._reached(admitted.seq)
        if session.ended:
            raise ConnectionAbortedError
        if not admitted.seq:
            start = self.position
        resumed = False
        if hello.cursor is not None:
            position = self._store.position(hello.cursor)
            if position is not None and position <= self.position:
                resumed, start = True, position
        account = self._directory[admitted.account.id]
        if account.device(admitted.device) is None:
            raise ChatError("bad_credentials", SIGNED_OUT)  # meanwhile, from another device
        session.account, session.name = account.id, account.name or ""
        session.device = admitted.device
        session.client = hello.client
        session.since_ms = now_ms()
        session.start_at(start)
        if self.registry.add(session):
            self._presence.came(account.id)
        else:
            self._presence.changed(account.id)
        if not account.held:
            self._batches.put(Holding(account.id))
        rooms, more = self._answers.rooms(self._fanout.state.rooms_of(account.id), account.id)
        return Welcome(
            version=VERSION,
            server=self.server,
            you=You(account=account.id, name=account.name, role=account.role),
            token=token,
            cursor=hello.cursor if resumed and hello.cursor else self.cursor(start),
            resumed=resumed,
            rooms=rooms,
            more=more,
            limits=Limits(under_way=self.settings.now.under_way),
            features=(),
            notice=self.settings.now.welcome_text,
            blocked=tuple(sorted(self.order.restraints.blocks_of(account.id))),
            next_key=self.next_key,
        )

    def follow(self, session: Session) -> None:
        """Begin the stream of a session that is welcome."""
        self._fanout.follow(session, session.position)

    def dismiss(self, session: Session, reason: str) -> None:
        """Forget a session; ``reason`` is ``bye`` or ``lost``."""
        logger.info("%s (%s) %s", session.name, session.wire.peer, _DEPARTURES[reason])
        self._fanout.leave(session)
        if session.operator:
            return
        self._gauges.received_bytes += session.wire.received_bytes
        self._gauges.sent_bytes += session.wire.sent_bytes
        account = session.account
        last = self.registry.remove(session, lost=reason != "bye")
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

    def wait_for(self, session: Session) -> None:
        """Call `Session.pump` when the stream has moved on."""
        self._fanout.wait_for(session)

    async def delay_s(self, session: Session, request: Write | SetState | Search) -> float:
        """Take a request from its account's budget; return how many seconds it has to wait."""
        if session.operator:
            return 0.0
        if isinstance(request, Mark):
            return self._rates.of(session.account).marks.take(self._clock())
        if isinstance(request, Search):
            return self._rates.of(session.account).searches.take(self._clock())
        wait_s = self._rates.take_message(session.account, session.wire.address)
        if wait_s and await self._is_repeat(session.account, request):
            return 0.0
        return wait_s

    async def room(self) -> None:
        """Wait until the queue before the store may take more."""
        await self._batches.room()

    async def prove(self, session: Session, request: Write) -> Proof:
        """Find out about the passwords of a request.  Raise `ChatError`."""
        account = self._directory[session.account]
        return await self._gate.prove(request, account, session.wire.address)

    def submit(
        self,
        session: Session,
        request: Write,
        size: int,
        settle: Callable[[Settled | ChatError], None],
        proof: Proof | ChatError = NO_PROOF,
    ) -> None:
        """Queue a request for the log; ``settle`` is called once with what became of it."""
        account = session.account
        address = session.wire.address
        refused = None if session.operator else self._rates.refused(account, request)
        if isinstance(proof, ChatError):
            refused, proof = proof, NO_PROOF

        def settled(result: WriteResult) -> None:
            if isinstance(result, Written) and result.ending is not None:
                self.order.end(result.ending)
            match result:
                case Written(seq=0):
                    if isinstance(request, Mark):
                        self._marks.moved(account, request.room)
                    # The page alone answers a direct whose room there was already.
                    done = None if isinstance(request, Direct) else Done(re=request.id)
                    settle(_Settled(0, done, result.page_of))
                case Written():
                    # Who is not shown the event is told that it is there.
                    unseen = result.unseen or session.operator
                    done = Done(re=request.id, seq=result.seq) if unseen else None
                    settle(_Settled(result.seq, done, result.page_of))
                case Repeated():
                    self._rates.give_back_message(account, address)
                    if isinstance(request, Create) and refused is None:
                        self._rates.of(account).creates.give_back()
                    done = Done(re=request.id, seq=result.seq or None, time=result.time)
                    settle(_Settled(result.seq, done, result.page_of))
                case ChatError():
                    settle(result)

        digest = self._digest(request)
        self._batches.put(Submission(request, account, digest, size, settled, refused, proof))

    def set_state(self, session: Session, request: SetState) -> None:
        """Take how somebody is on a connection.  Raise `ChatError`."""
        session.state = check_state(request.state)
        self._presence.changed(session.account)

    async def answer(self, session: Session, query: Query) -> Answer:
        """Read what was asked for.  Raise `ChatError`."""
        match query:
            case ListDevices():
                return devices_of(query, session, self._directory, self.registry)
            case ListInvitations():
                return open_invitations(
                    query,
                    self._directory[session.account],
                    self._batches.invitations(),
                    self._directory,
                    now_ms(),
                )
            case ListRooms() | Who() | History() | GetPicture() | CountUnread() | Search():
                return await self._answers.answer(session.account, query, session.refuse)
            case _:
                return await self._overview.answer(self._directory[session.account], query)

    async def page_after(self, session: Session, request: Write, settled: Settled) -> Page | None:
        """Read the page that answers a join or a direct; None if one is no longer a member."""
        room = self._fanout.state.rooms.get(settled.page_of or "")
        if room is None or session.account not in room.members:
            return None
        first_time = settled.seq and settled.done is None
        wanted = request.history if isinstance(request, Join) else _DIRECT_PAGE
        return await self._answers.page(
            session.account,
            room,
            re=request.id,
            before=settled.seq if first_time else None,
            limit=min(wanted, MAX_PAGE_EVENTS),
            refuse=session.refuse,
        )

    def typing(self, session: Session, room: str) -> None:
        """Tell the others of a room that somebody is typing."""
        found = self._fanout.state.rooms.get(room)
        if found is None or session.account not in found.members:
            return
        if self.order.is_muted(session.account, room):
            return
        budget = self._rates.of(session.account).typing
        if budget.take(self._clock()):
            budget.give_back()
            return
        data = encode(SomeoneTyping(room=room, account=session.account, name=session.name))
        self._fanout.tell(room, data, besides=session.account)

    # What the parts tell

    def _deliver(self, batch: list[Stored]) -> None:
        self._fanout.deliver(batch)
        self._moved_on.set()
        self._moved_on = asyncio.Event()

    def _on_stored(self, drafts: list[OneDraft]) -> None:
        accounts = [draft.account for draft in drafts if isinstance(draft, AccountDraft)]
        if accounts:
            self._on_accounts(accounts)
        for draft in drafts:
            self.order.stored(draft)
            self.settings.stored(draft)

    def _on_accounts(self, accounts: list[Account]) -> None:
        for account in accounts:
            before = self._directory.get(account.id)
            self._directory.put(account)
            if account.role == OWNER:
                self.on_owner()
            if account.deleted:
                self.forgetting.wake()
            if not account.held and account.id in self.registry:
                # It came while the bye of its other connection was being stored.
                self._batches.put(Holding(account.id))
            if before is not None:
                self._changed(before, account)

    def _changed(self, before: Account, account: Account) -> None:
        """Tell of an account that is not as it was."""
        if before.devices != account.devices:
            self._sign_out(account)
        if before.role != account.role:
            self._fanout.tell_account(account.id, encode(NewRole(role=account.role)))
            self._presence.told_anew(account.id, ROLE)
        if before.name != account.name:
            if account.id in self.registry and account.name is not None:
                self.registry.rename(account.id, account.name)
            self._presence.told_anew(account.id, RENAMED)
        elif _shown_of(before) != _shown_of(account):
            self._presence.told_anew(account.id, PROFILE)

    def _sign_out(self, account: Account) -> None:
        """End the connections of the devices that an account has no more."""
        for session in self.registry.sessions(account.id):
            if account.device(session.device) is None:
                why = "This account was deleted." if account.deleted else SIGNED_OUT
                session.sign_out(ChatError("bad_credentials", why))

    def _on_move(self, event: AnyEvent) -> None:
        room: Room = self._fanout.state.rooms[event.room]
        for account in room.people or (event.account,):
            if account in self.registry and account in room.members:
                self._presence.moved(account, room.name)

    def _shown(self) -> int:
        """Return the seq up to which everyone got what answers his own requests."""
        behind = (
            session.position
            for account in self.registry
            for session in self.registry.sessions(account)
            if session.waits
        )
        return min(behind, default=self.position)

    async def _reached(self, seq: int) -> None:
        while self.position < seq:
            await self._moved_on.wait()

    async def _is_repeat(self, account: str, request: Write | SetState) -> bool:
        try:
            found = await self._store.find(account, request.id, self._digest(request))
        except StoreError:
            # It waits like any other; whether it is a repeat is asked again when it is stored.
            return False
        return found is not None and found.same

    def _digest(self, request: Write | SetState) -> bytes:
        # How many events a join asks for does not make it another request.
        same = msgspec.structs.replace(request, history=0) if isinstance(request, Join) else request
        digest = self._keyed.copy()
        digest.update(encode(same))
        return digest.digest()


def _shown_of(account: Account) -> tuple[str, ...]:
    """Return what an account says of itself besides its name."""
    return account.display, account.status, account.zone, account.picture
