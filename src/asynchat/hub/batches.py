"""From requests to the log: whatever queued while the last commit ran is judged and stored.

`Batches` is the only caller of `Store.append`.  It forms a batch in the order of the queue,
each rule seeing the drafts before it, and settles every submission with what became of it.
Nothing is delivered to a room from here: that is `fanout`, from what the store says.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

import msgspec

from asynchat.chat.accounts import Directory
from asynchat.chat.asking import NO_PROOF, Asker, Ending, Known, Proof, Target, Verdict
from asynchat.chat.drafts import (
    AccountDraft,
    BlockDraft,
    Draft,
    InvitationDraft,
    MarkDraft,
    RestraintDraft,
    Together,
    parts,
)
from asynchat.chat.entry import Asked, Entry, admit
from asynchat.chat.invitations import Invitations
from asynchat.chat.moderating import resolve
from asynchat.chat.restraints import Restraints
from asynchat.chat.rules import judge, target_of
from asynchat.errors import ChatError
from asynchat.messages import (
    AboutEvent,
    Done,
    Hello,
    Mark,
    Reported,
    Resolve,
    Said,
    Say,
    Write,
)
from asynchat.store.interface import Conflict, Kept, Repeat, Stored, StoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from asynchat.chat.accounts import Account
    from asynchat.chat.asking import Access
    from asynchat.chat.drafts import AnyDraft, OneDraft
    from asynchat.chat.files import Held
    from asynchat.chat.invitations import Invitation
    from asynchat.chat.state import State
    from asynchat.hub.gauges import Gauges
    from asynchat.hub.registry import Registry
    from asynchat.store.interface import Outcome, Store

logger = logging.getLogger(__name__)


class Written(msgspec.Struct, frozen=True):
    """A request was fulfilled: its event is in the log at ``seq``; 0 where it needed none.

    ``unseen`` and ``ending`` are as in the `Verdict`; ``done`` is what else answers it.
    """

    seq: int = 0
    page_of: str | None = None
    unseen: bool = False
    ending: Ending | None = None
    done: Done | None = None


class Repeated(msgspec.Struct, frozen=True):
    """The request was fulfilled before."""

    seq: int
    time: int
    page_of: str | None = None


@dataclass(frozen=True, slots=True)
class Admitted:
    """An account came in, on a device; ``seq`` is that of its first event, 0 where it has none."""

    account: Account
    device: str
    seq: int = 0


WriteResult: TypeAlias = Written | Repeated | ChatError
T = TypeVar("T")
_Found: TypeAlias = "Target | Reported | ChatError | None"
Settle: TypeAlias = "Callable[[WriteResult], None]"


class Submission(msgspec.Struct, frozen=True):
    """A request of an account, on its way into the log.

    ``size`` is its bytes on the wire.  ``refused`` is what it is answered unless it is a
    repeat: those go before any limit.  ``proof`` is what its passwords are, ``device`` the one of
    the account that it comes from.
    """

    request: Write
    account: str
    digest: bytes
    size: int
    settle: Settle
    refused: ChatError | None = None
    proof: Proof = NO_PROOF
    device: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A hello from an address, on its way into the accounts."""

    hello: Hello
    token_hash: bytes
    proof: Proof
    result: asyncio.Future[Admitted]
    address: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Holding:
    """An account went, or came while its bye was on its way.

    Where its last connection went, ``seen_ms`` is when, in ms since the epoch.  Unless it was
    ``lost``, its name is held if it is here.  ``device`` is that of a connection that went at
    ``went_ms``.
    """

    account: str
    seen_ms: int = 0
    lost: bool = False
    device: str = ""
    went_ms: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class Noting:
    """What is only to be stored, each on its own; ``stored`` is set once it is."""

    drafts: tuple[OneDraft, ...]
    stored: asyncio.Future[None] | None = None
    size: int = 0


Item: TypeAlias = Submission | Arrival | Holding | Noting


class _Judged(msgspec.Struct, frozen=True):
    """An item of the queue, the verdict, and which draft of the batch is its own, if any."""

    item: Item
    verdict: Verdict | Entry | ChatError
    place: int | None = None


class Batches:
    """The queue before the store.

    What is known is as of the newest draft; ``on_stored`` is told of what was stored and is
    no event, ``shown`` is the state that everybody has been sent.  ``storing`` tells whether batch
    follows batch; ``on_pause`` is called when that ends.
    Run `run` as a task; `put` only after `room` has returned.
    """

    def __init__(
        self,
        store: Store,
        *,
        max_events: int,
        max_bytes: int,
        registry: Registry,
        shown: State,
        check_setting: Callable[[str, str | None], None],
        on_stored: Callable[[list[OneDraft]], None],
        gauges: Gauges,
        on_pause: Callable[[], None],
        now_ms: Callable[[], int],
        fresh_id: Callable[[], str],
        access: Access = "open",
        invitation_s: int = 7 * 24 * 3600,
    ) -> None:
        self._store = store
        self._max_events = max_events
        self._max_bytes = max_bytes
        self._registry = registry
        self._shown = shown
        self._check_setting = check_setting
        self._on_stored = on_stored
        self._on_pause = on_pause
        self.storing = False
        self._gauges = gauges
        self._now = asyncio.get_running_loop().time
        self._now_ms = now_ms
        self._fresh_id = fresh_id
        self._access: Access = access
        self._invitation_s = invitation_s
        self._queue: deque[Item] = deque()
        self._bytes = 0
        self._arrived = asyncio.Event()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._closing = False
        self._ended = asyncio.Event()
        self._known: Known

    async def load(self) -> None:
        """Read the state that the next request is judged by."""
        snapshot = await self._store.snapshot()
        self._known = Known(
            snapshot.state,
            Directory(snapshot.accounts, snapshot.revoked),
            self._registry.keeps_name,
            Invitations(snapshot.invitations),
            self._access,
            self._invitation_s,
            restraints=Restraints(snapshot.restraints, snapshot.blocks),
            check_setting=self._check_setting,
            shown=self._shown,
        )

    def change(self, access: Access, invitation_s: int) -> None:
        """Judge what comes next by who may come now; who is in stays."""
        self._access, self._invitation_s = access, invitation_s
        self._known = replace(self._known, access=access, invitation_s=invitation_s)

    def invitations(self) -> Iterator[Invitation]:
        """Yield every invitation, as of the newest draft."""
        return iter(self._known.invitations)

    @property
    def queued_bytes(self) -> int:
        """How many bytes of requests wait for the store."""
        return self._bytes

    async def room(self) -> None:
        """Wait until the queue may take more."""
        # Of many who wait, each looks again: the one before may have filled it.
        while self._bytes > self._max_bytes:
            await self._has_room.wait()

    def put(self, item: Item) -> None:
        """Queue an item; it is settled exactly once, unless the store is lost."""
        self._queue.append(item)
        self._bytes += item.size
        if self._bytes > self._max_bytes:
            self._has_room.clear()
        self._arrived.set()

    async def close(self) -> None:
        """Wait until everything that is queued has been stored; `run` ends then."""
        self._closing = True
        self._arrived.set()
        await self._ended.wait()

    async def run(self) -> None:
        """Store batch after batch.

        Raise `StoreLostError`, or `StoreError` where not even the state can be read.
        """
        try:
            while not self._closing:
                await self._arrived.wait()
                self._arrived.clear()
                self.storing = True
                while self._queue:
                    await self._store_batch()
                self.storing = False
                self._on_pause()
        finally:
            self.storing = False
            self._ended.set()

    async def _store_batch(self) -> None:
        drafts: list[AnyDraft] = []
        batch = await self._next_batch(drafts)
        began = self._now()
        try:
            outcomes = await self._store.append(drafts) if drafts else []
        except StoreError as error:
            logger.warning("a batch of %d was refused: %s", len(drafts), error)
            await self._refuse_batch(batch, error)
            return
        if drafts:
            events = sum(isinstance(outcome, Stored) for outcome in outcomes)
            self._gauges.committed(events, self._now() - began)
        stored: list[OneDraft] = [
            part
            for draft, outcome in zip(drafts, outcomes, strict=True)
            if not (isinstance(draft, Draft) or isinstance(outcome, _REFUSED))
            for part in parts(draft)
            if not isinstance(part, _SHOWN_OTHERWISE)
        ]
        if stored:
            self._on_stored(stored)
        again: list[Item] = []
        for judged in batch:
            outcome = None if judged.place is None else outcomes[judged.place]
            if isinstance(outcome, Conflict):
                again.append(judged.item)
            else:
                await self._settle(judged, None, outcome)
        if any(map(_is_unapplied, drafts, outcomes)):
            await self.load()
        self._put_back(again)

    async def _next_batch(self, drafts: list[AnyDraft]) -> list[_Judged]:
        """Judge what is queued, in order; add to ``drafts`` what comes of it."""
        batch: list[_Judged] = []
        ids: set[tuple[str, str]] = set()
        abouts: set[tuple[str, int]] = set()
        taken = 0
        while self._queue and len(drafts) < self._max_events:
            item = self._queue[0]
            repeated = False
            target: _Found = None
            offers: Held | ChatError | None = None
            if isinstance(item, Submission):
                request = item.request
                about = target_of(request)
                # What changes the state must be known for a repeat before the next is judged by it.
                if not isinstance(request, _CHANGES_NO_STATE):
                    # A target is read from the log: it does not show what this batch does to it.
                    if (item.account, request.id) in ids or (item.account, about) in abouts:
                        break
                    repeated = await self._is_repeat(item)
                if about is not None:
                    abouts.add((item.account, about))
                    target = await self._read(self._store.target(about, item.account))
                elif isinstance(request, Resolve):
                    target = await self._read(self._store.report(request.report))
                if isinstance(request, Say) and request.file is not None:
                    offers = await self._read(self._store.files.get(request.file))
                ids.add((item.account, request.id))
            self._queue.popleft()
            taken += item.size
            batch.append(self._judge(item, drafts, target, offers, repeated=repeated))
        self._resize(-taken)
        return batch

    async def _read(self, reading: Awaitable[T]) -> T | ChatError:
        """Return what a request is about, or the file that it offers."""
        try:
            return await reading
        except StoreError as error:
            return error

    async def _is_repeat(self, item: Submission) -> bool:
        try:
            found = await self._store.find(item.account, item.request.id, item.digest)
        except StoreError:
            return False  # `append` looks again, and says what is wrong
        return found is not None

    async def _refuse_batch(self, batch: list[_Judged], error: StoreError) -> None:
        """Settle a batch of which nothing was stored."""
        await self.load()
        again: list[Item] = []
        drafted = False
        for judged in batch:
            if judged.place is not None:
                drafted = True
                await self._settle(judged, error, None)
            elif drafted:
                # It was judged by drafts that came to nothing.
                again.append(judged.item)
            else:
                await self._settle(judged, None, None)
        self._put_back(again)

    def _put_back(self, items: list[Item]) -> None:
        self._queue.extendleft(reversed(items))
        self._resize(sum(item.size for item in items))

    def _resize(self, by: int) -> None:
        self._bytes += by
        if self._bytes > self._max_bytes:
            self._has_room.clear()
        else:
            self._has_room.set()

    def _judge(
        self,
        item: Item,
        drafts: list[AnyDraft],
        target: _Found,
        offers: Held | ChatError | None,
        *,
        repeated: bool,
    ) -> _Judged:
        known = self._known
        try:
            if isinstance(item, Submission):
                verdict = self._verdict(item, target, offers)
                if repeated:
                    return _Judged(item, verdict)
                return _Judged(item, verdict, self._take(verdict.drafts, drafts, verdict.more))
            if isinstance(item, Arrival):
                now_ms, fresh = self._now_ms(), self._fresh_id()
                known.restraints.check_address(item.address, now_ms)
                entry = admit(Asked(item.hello, item.token_hash, item.proof, fresh, now_ms), known)
                known.restraints.check_server(entry.account.id, now_ms)
                self._registry.expect(entry.account.id)
                return _Judged(item, entry, self._take(entry.drafts, drafts, entry.more))
            if isinstance(item, Noting):
                return _Judged(item, Verdict(), self._take((), drafts, item.drafts))
            account = known.directory[item.account]
            changed = self._after(item, account)
            made = () if changed == account else (AccountDraft(changed),)
            return _Judged(item, Verdict(), self._take(made, drafts))
        except ChatError as error:
            return _Judged(item, error)

    def _verdict(
        self, item: Submission, target: _Found, offers: Held | ChatError | None
    ) -> Verdict:
        """Judge a request.  Raise `ChatError`."""
        if item.refused is not None:
            raise item.refused
        if isinstance(target, ChatError):
            raise target
        if isinstance(offers, ChatError):
            raise offers
        account = self._known.directory[item.account]
        # What is said needs no id of ours: it has its sender's.
        fresh = "" if isinstance(item.request, Say) else self._fresh_id()
        now_ms = self._now_ms()
        asker = Asker(account, now_ms, item.digest, fresh, item.proof, offers, item.device)
        if isinstance(item.request, Resolve):
            found = target if isinstance(target, Reported) else None
            return resolve(item.request, asker, self._known, found)
        found_said = target if isinstance(target, Target) else None
        return judge(item.request, asker, self._known, found_said)

    def _after(self, item: Holding, account: Account) -> Account:
        """Return an account as it is after it went, or came."""
        device = account.device(item.device)
        if device is not None:
            account = account.with_device(replace(device, seen_ms=item.went_ms))
        if item.seen_ms > (account.seen_ms or 0):
            account = replace(account, seen_ms=item.seen_ms)
        if item.lost or account.name is None or account.lasting:
            return account
        return replace(account, held=account.id in self._registry)

    def _take(
        self,
        made: tuple[OneDraft, ...],
        drafts: list[AnyDraft],
        more: tuple[OneDraft, ...] = (),
    ) -> int | None:
        """Add to the batch what is stored together, and what is stored along with it.

        What is judged next sees it.  Return the place of the first there, None where that is
        nothing.
        """
        for draft in made + more:
            match draft:
                case Draft():
                    self._known.state.apply(draft.event)
                case AccountDraft():
                    self._known.directory.put(draft.account)
                case InvitationDraft():
                    self._known.invitations.put(draft)
                case RestraintDraft():
                    self._known.restraints.take(draft.restraint, on=draft.on)
                case BlockDraft():
                    self._known.restraints.block(draft.account, draft.blocked, on=draft.on)
        place = len(drafts) if made else None
        if made:
            drafts.append(made[0] if len(made) == 1 else Together(made))
        drafts.extend(more)
        return place

    async def _settle(
        self, judged: _Judged, failure: StoreError | None, outcome: Outcome | None
    ) -> None:
        item = judged.item
        if isinstance(item, Submission):
            written = _fulfilled(judged.verdict, outcome)
            item.settle(written or await self._unfulfilled(item, judged.verdict, failure, outcome))
        elif isinstance(item, Arrival):
            if item.result.done():
                return
            error = failure or (judged.verdict if isinstance(judged.verdict, ChatError) else None)
            if error is not None:
                item.result.set_exception(error)
            elif isinstance(judged.verdict, Entry):
                entry = judged.verdict
                seq = outcome.event.seq if isinstance(outcome, Stored) else 0
                item.result.set_result(Admitted(entry.account, entry.device, seq))
        elif isinstance(item, Noting) and item.stored is not None and not item.stored.done():
            item.stored.set_result(None)

    async def _unfulfilled(
        self,
        item: Submission,
        verdict: Verdict | Entry | ChatError,
        failure: StoreError | None,
        outcome: Outcome | None,
    ) -> WriteResult:
        page_of = verdict.page_of if isinstance(verdict, Verdict) else None
        # No event came of it: an earlier one may have, and that goes before any rule.
        repeat = outcome if isinstance(outcome, Repeat) else None
        if repeat is None:
            try:
                repeat = await self._store.find(item.account, item.request.id, item.digest)
            except StoreError as error:
                return error
        if repeat is not None:
            if not repeat.same:
                return ChatError("id_reused")
            return Repeated(repeat.seq, repeat.time, page_of)
        if failure is not None:
            return StoreError(failure.text, code=failure.code)
        return verdict if isinstance(verdict, ChatError) else Written(0, page_of)


_CHANGES_NO_STATE: Final = (Say, Mark)
_REFUSED: Final = (Conflict, Repeat)
_SHOWN_OTHERWISE: Final = (Draft, MarkDraft)


def _fulfilled(verdict: Verdict | Entry | ChatError, outcome: Outcome | None) -> Written | None:
    """Return what became of a request of which something was stored."""
    if not isinstance(verdict, Verdict):
        return None
    if isinstance(outcome, Stored):
        return Written(outcome.event.seq, verdict.page_of, verdict.unseen, verdict.ending)
    if isinstance(outcome, Kept):
        return Written(0, verdict.page_of, verdict.unseen, verdict.ending)
    return None


def _is_unapplied(draft: AnyDraft, outcome: Outcome) -> bool:
    """Tell whether a draft changed the state here and not in the store."""
    if not isinstance(outcome, _REFUSED):
        return False
    return not (isinstance(draft, Draft) and isinstance(draft.event, Said | AboutEvent))
