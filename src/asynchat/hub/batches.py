"""From requests to the log: whatever queued while the last commit ran is judged and stored.

`Batches` is the only caller of `Store.append`.  It forms a batch in the order of the queue,
each rule seeing the drafts before it, and settles every submission with what became of it.
Nothing is delivered to a room from here: that is `fanout`, from what the store says.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import msgspec

from asynchat.chat.accounts import Directory
from asynchat.chat.asking import Asker, Known, Target, Verdict
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
from asynchat.chat.rules import judge
from asynchat.errors import ChatError
from asynchat.hub.lanes import Lanes
from asynchat.hub.lookups import LookedUp, apart, look_up
from asynchat.hub.submissions import (
    Admitted,
    Arrival,
    Holding,
    Item,
    Noting,
    Repeated,
    Submission,
    WriteResult,
    Written,
)
from asynchat.messages import (
    AboutEvent,
    Reported,
    Resolve,
    Said,
    Say,
)
from asynchat.store.interface import Conflict, Kept, Repeat, RequestKey, Stored, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from asynchat.chat.accounts import Account
    from asynchat.chat.asking import Access
    from asynchat.chat.drafts import AnyDraft, OneDraft
    from asynchat.chat.invitations import Invitation
    from asynchat.chat.state import State
    from asynchat.hub.gauges import Gauges
    from asynchat.hub.registry import Registry
    from asynchat.store.interface import Outcome, Store

logger = logging.getLogger(__name__)


class _Judged(msgspec.Struct, frozen=True):
    """An item of the queue, the verdict, and which draft of the batch is its own, if any."""

    item: Item
    verdict: Verdict | Entry | ChatError
    place: int | None = None


class Batches:
    """The queue before the store.

    What is known is as of the newest draft; ``on_stored`` is told of what was stored and is
    no event, ``shown`` is the state that everybody has been sent.  ``storing`` tells whether batch
    follows batch; ``on_pause`` is called when that ends, and after a batch without an event.
    Run `run` as a task; `put` only after ``queue.room`` has returned.
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
        self.queue: Lanes[Item] = Lanes(max_bytes)
        self._arrived = asyncio.Event()
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

    def put(self, item: Item) -> None:
        """Queue an item; it is settled exactly once, unless the store is lost."""
        self.queue.put(item)
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
                while self.queue:
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
        events = sum(isinstance(outcome, Stored) for outcome in outcomes)
        if drafts:
            self._gauges.committed(events, self._now() - began)
        if not events:
            self._on_pause()
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
        ended: list[tuple[_Judged, Outcome | None]] = []
        for judged in batch:
            outcome = None if judged.place is None else outcomes[judged.place]
            if isinstance(outcome, Conflict):
                again.append(judged.item)
            else:
                ended.append((judged, outcome))
        await self._settle(ended)
        if any(map(_is_unapplied, drafts, outcomes)):
            await self.load()
        self.queue.put_back(again)

    async def _next_batch(self, drafts: list[AnyDraft]) -> list[_Judged]:
        """Judge what is queued, in order; add to ``drafts`` what comes of it."""
        items = self.queue.take(self._max_events)
        chosen = items[: apart(items)]
        batch: list[_Judged] = []
        for item, found in zip(chosen, await look_up(self._store, chosen), strict=True):
            if len(drafts) >= self._max_events:
                break
            batch.append(self._judge(item, drafts, found))
        self.queue.put_back(items[len(batch) :])
        return batch

    async def _refuse_batch(self, batch: list[_Judged], error: StoreError) -> None:
        """Settle a batch of which nothing was stored."""
        await self.load()
        again: list[Item] = []
        refused: list[tuple[_Judged, Outcome | None]] = []
        others: list[tuple[_Judged, Outcome | None]] = []
        for judged in batch:
            if judged.place is not None:
                refused.append((judged, None))
            elif refused:
                # It was judged by drafts that came to nothing.
                again.append(judged.item)
            else:
                others.append((judged, None))
        await self._settle(others)
        await self._settle(refused, error)
        self.queue.put_back(again)

    def _judge(
        self,
        item: Item,
        drafts: list[AnyDraft],
        found: LookedUp,
    ) -> _Judged:
        known = self._known
        try:
            if isinstance(item, Submission):
                verdict = self._verdict(item, found)
                if found.repeated:
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

    def _verdict(self, item: Submission, found: LookedUp) -> Verdict:
        """Judge a request.  Raise `ChatError`."""
        target, offers = found.target, found.offers
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
            report = target if isinstance(target, Reported) else None
            return resolve(item.request, asker, self._known, report)
        said = target if isinstance(target, Target) else None
        return judge(item.request, asker, self._known, said)

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
        self, ended: list[tuple[_Judged, Outcome | None]], failure: StoreError | None = None
    ) -> None:
        """Tell what became of each, in order."""
        unfulfilled = [
            judged.item.key
            for judged, outcome in ended
            if isinstance(judged.item, Submission)
            and not isinstance(outcome, Repeat)
            and _fulfilled(judged.verdict, outcome) is None
        ]
        # No event came of those: an earlier one may have, and that goes before any rule.
        earlier: dict[RequestKey, Repeat | None] | StoreError = {}
        if unfulfilled:
            try:
                found = await self._store.find(unfulfilled)
                earlier = dict(zip(unfulfilled, found, strict=True))
            except StoreError as error:
                earlier = error
        for judged, outcome in ended:
            item = judged.item
            if isinstance(item, Submission):
                result = _fulfilled(judged.verdict, outcome)
                item.settle(
                    result or _unfulfilled(item.key, judged.verdict, failure, outcome, earlier)
                )
            else:
                _settle_other(judged, failure, outcome)


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


def _unfulfilled(
    key: RequestKey,
    verdict: Verdict | Entry | ChatError,
    failure: StoreError | None,
    outcome: Outcome | None,
    earlier: dict[RequestKey, Repeat | None] | StoreError,
) -> WriteResult:
    """Return what became of a request of which nothing was stored now."""
    page_of = verdict.page_of if isinstance(verdict, Verdict) else None
    repeat = outcome if isinstance(outcome, Repeat) else None
    if repeat is None:
        if isinstance(earlier, StoreError):
            return earlier
        repeat = earlier[key]
    if repeat is not None:
        if not repeat.same:
            return ChatError("id_reused")
        return Repeated(repeat.seq, repeat.time, page_of)
    if failure is not None:
        return StoreError(failure.text, code=failure.code)
    return verdict if isinstance(verdict, ChatError) else Written(0, page_of)


def _settle_other(judged: _Judged, failure: StoreError | None, outcome: Outcome | None) -> None:
    """Tell what became of what is no request."""
    item, verdict = judged.item, judged.verdict
    if isinstance(item, Arrival):
        if item.result.done():
            return
        error = failure or (verdict if isinstance(verdict, ChatError) else None)
        if error is not None:
            item.result.set_exception(error)
        elif isinstance(verdict, Entry):
            seq = outcome.event.seq if isinstance(outcome, Stored) else 0
            item.result.set_result(Admitted(verdict.account, verdict.device, seq))
    elif isinstance(item, Noting) and item.stored is not None and not item.stored.done():
        item.stored.set_result(None)


def _is_unapplied(draft: AnyDraft, outcome: Outcome) -> bool:
    """Tell whether a draft changed the state here and not in the store."""
    if not isinstance(outcome, _REFUSED):
        return False
    return not (isinstance(draft, Draft) and isinstance(draft.event, Said | AboutEvent))
