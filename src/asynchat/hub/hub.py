"""The hub: where doors bring requests, and from where the log goes out to everyone.

It joins the parts: `batches` (requests → log), `coalescing` and `fanout` (log → writers),
`registry` (who is connected), `presence` (who is here), `answers` (reads), `retention` (what
is not kept), `indexing` (so that search is fast), `visits` (who comes and goes) and
`account_changes` (who is told of an account).
Doors know it by the Protocol in `asynchat.doors.hub`.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

import msgspec

from asynchat.chat.accounts import Directory
from asynchat.chat.asking import NO_PROOF
from asynchat.chat.drafts import AccountDraft
from asynchat.chat.profile import check_state
from asynchat.chat.roles import OWNER
from asynchat.errors import ChatError
from asynchat.hub.account_changes import AccountChanges
from asynchat.hub.answers import Answers
from asynchat.hub.batches import Batches
from asynchat.hub.coalescing import Coalescing
from asynchat.hub.fanout import Fanout
from asynchat.hub.forgetting import Forgetting
from asynchat.hub.gate import Gate
from asynchat.hub.gauges import Gauges
from asynchat.hub.ids import fresh_id, now_ms
from asynchat.hub.indexing import Indexing
from asynchat.hub.listing import devices_of, open_invitations
from asynchat.hub.live import LiveSettings
from asynchat.hub.marks import Marks
from asynchat.hub.order import Order
from asynchat.hub.overview import Overview
from asynchat.hub.presence import PresenceBoard
from asynchat.hub.rates import Rates
from asynchat.hub.registry import Registry
from asynchat.hub.repeats import Repeats
from asynchat.hub.retention import Retention
from asynchat.hub.storage import Storage
from asynchat.hub.submissions import Holding, Noting, Repeated, Submission, Written
from asynchat.hub.transfers import Transfers
from asynchat.hub.visits import Visits
from asynchat.messages import (
    MAX_PAGE_EVENTS,
    CountUnread,
    Create,
    Direct,
    Discard,
    Done,
    Download,
    GetPicture,
    History,
    Join,
    ListDevices,
    ListInvitations,
    ListRooms,
    Mark,
    Search,
    SomeoneTyping,
    Upload,
    Welcome,
    Who,
    encode,
)
from asynchat.store.blobs import Blobs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from asynchat.chat.asking import Proof
    from asynchat.chat.drafts import OneDraft
    from asynchat.chat.invitations import Invitation
    from asynchat.chat.state import Room
    from asynchat.config import Settings
    from asynchat.doors.hub import Settled
    from asynchat.doors.session import Session
    from asynchat.hub.submissions import WriteResult
    from asynchat.messages import Answer, AnyEvent, Hello, Page, Query, SetState, Write
    from asynchat.store.interface import Snapshot, Store
    from asynchat.tasks import Tasks

logger = logging.getLogger(__name__)

_DIGEST_BYTES: Final = 16
_DIRECT_PAGE: Final = 50


class _Settled(msgspec.Struct, frozen=True):
    """What became of a write, in the door's words."""

    seq: int
    done: Done | None = None
    page_of: str | None = None


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
        self._coalescing = Coalescing(self._fanout.deliver, more=lambda: self._batches.storing)
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
            queued_bytes=lambda: self._batches.queue.bytes,
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
            invitation_s=_invitation_s(settings),
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
        self.account_changes = AccountChanges(
            self._directory,
            self.registry,
            self._fanout,
            self._presence,
            hold=lambda account: self._batches.put(Holding(account)),
            on_deleted=self.forgetting.wake,
        )
        self.visits = Visits(
            store,
            self._fanout,
            self._directory,
            registry=self.registry,
            presence=self._presence,
            batches=self._batches,
            gate=self._gate,
            order=self.order,
            answers=self._answers,
            gauges=self._gauges,
            settings=self.settings,
        )
        self._transfers = Transfers(
            store,
            Blobs(settings.data),
            settings,
            state=lambda: self._fanout.state,
            directory=self._directory,
            registry=self.registry,
            order=self.order,
            store_all=self.store_all,
            now_ms=now_ms,
        )
        self.storage = Storage(
            store, self._transfers, settings, store_all=self.store_all, now_ms=now_ms
        )
        self._repeats = Repeats(store)
        for part in (
            self.registry,
            self._fanout,
            self._presence,
            self._gate,
            self.retention,
            self.storage,
            self.transfers,
        ):
            self.settings.tell(part.change)
        self.settings.tell(self._change)
        self._watch = store.watch()

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
            self.storage.saw(batch)
        self._coalescing.flush()

    async def close(self) -> None:
        """Store what is queued and write it to everyone; then nothing more comes in."""
        await self._batches.close()
        await self._fanout.reached(self._store.head())
        self._presence.close()

    def release(self) -> None:
        """Let its threads go, once none of its tasks runs."""
        self._gate.close()
        self._transfers.close()

    def tidy(self) -> None:
        """Drop what is remembered of those who left long ago."""
        self.registry.forget_long_lost()
        self._gate.tidy()
        self._transfers.tidy()
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
        await self._batches.queue.room()
        self._batches.put(Noting(drafts, stored))
        await stored

    # What doors ask

    @property
    def server(self) -> str:
        """The server's id."""
        return self._store.server

    @property
    def transfers(self) -> Transfers:
        """The files that come and go."""
        return self._transfers

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
        return await self.visits.admit(session, hello)

    def follow(self, session: Session) -> None:
        """Begin the stream of a session that is welcome."""
        self._fanout.follow(session, session.position)

    def dismiss(self, session: Session, reason: str) -> None:
        """Forget a session; ``reason`` is ``bye`` or ``lost``."""
        self.visits.dismiss(session, reason)

    def wait_for(self, session: Session) -> None:
        """Call `Session.pump` when the stream has moved on."""
        self._fanout.wait_for(session)

    async def delay_s(
        self, session: Session, request: Write | SetState | Search | Upload | Discard
    ) -> float:
        """Take a request from its account's budget; return how many seconds it has to wait."""
        if session.operator:
            return 0.0
        if isinstance(request, Mark):
            return self._rates.of(session.account).marks.take(self._clock())
        if isinstance(request, Search):
            return self._rates.of(session.account).searches.take(self._clock())
        wait_s = self._rates.take_message(session.account, session.wire.address)
        if not wait_s or isinstance(request, Upload | Discard):
            return wait_s
        return 0.0 if await self._repeats.has(session.account, request) else wait_s

    async def room(self) -> None:
        """Wait until the queue before the store may take more."""
        await self._batches.queue.room()

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
            if isinstance(result, Written):
                settle(self._written(session, request, result))
            elif isinstance(result, Repeated):
                self._rates.give_back_message(account, address)
                if isinstance(request, Create) and refused is None:
                    self._rates.of(account).creates.give_back()
                done = Done(re=request.id, seq=result.seq or None, time=result.time)
                settle(_Settled(result.seq, done, result.page_of))
            else:
                settle(result)

        digest = self._repeats.digest(request)
        self._batches.put(
            Submission(request, account, digest, size, settled, refused, proof, session.device)
        )

    def _written(self, session: Session, request: Write, result: Written) -> Settled:
        """Act on what was stored of a request, and return what answers it."""
        if result.ending is not None:
            self.order.end(result.ending)
        if result.seq:
            if not (result.unseen or session.operator):
                return result  # its event is the answer
            done: Done | None = Done(re=request.id, seq=result.seq)
        else:
            if isinstance(request, Mark):
                self._marks.moved(session.account, request.room)
            # The page alone answers a direct whose room there was already.
            done = None if isinstance(request, Direct) else Done(re=request.id)
        return _Settled(result.seq, done, result.page_of)

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
            case Upload() | Download() | Discard():
                if session.operator:
                    raise ChatError("forbidden")
                return await self._transfers.answer(session.account, session.device, query)
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

    def _change(self, settings: Settings) -> None:
        self._batches.change(settings.who_may_come(), _invitation_s(settings))

    # What the parts tell

    def _on_stored(self, drafts: list[OneDraft]) -> None:
        accounts = [draft.account for draft in drafts if isinstance(draft, AccountDraft)]
        if accounts:
            self.account_changes.stored(accounts)
        for draft in drafts:
            self.order.stored(draft)
            self.settings.stored(draft)

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


def _invitation_s(settings: Settings) -> int:
    return max(1, round(settings.invitation_days * 24 * 3600))
