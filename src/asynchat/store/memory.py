"""A store that keeps everything in this process only: for tests, and as the reference.

It is written to be read: what `sqlite` does by indexes is done here by looking.
"""

from __future__ import annotations

import secrets
from copy import deepcopy
from typing import TYPE_CHECKING, Self

from msgspec.structs import replace

from asynchat.chat.accounts import without
from asynchat.chat.drafts import (
    AccountDraft,
    Draft,
    ForgetDraft,
    GuessesDraft,
    InvitationDraft,
    MarkDraft,
    RequestDraft,
    Together,
)
from asynchat.chat.guesses import forgotten_before
from asynchat.chat.invitations import Invitations
from asynchat.chat.state import State
from asynchat.messages import AboutEvent, Appointed, Created, Joined, Left, Redacted, Said, encode
from asynchat.store.about import excerpt_of
from asynchat.store.epochs import Epochs, new_epoch
from asynchat.store.forgetting import unnamed
from asynchat.store.interface import (
    Conflict,
    Forgotten,
    Found,
    Kept,
    Removed,
    Repeat,
    Slice,
    Snapshot,
    Stored,
    StoreError,
)
from asynchat.store.kept import FilesInMemory, KeptInMemory
from asynchat.store.looking import (
    blanked,
    found_in,
    is_refused_by,
    later_in,
    pinned_in,
    target_in,
    unread_in,
)
from asynchat.store.surplus import cutoff
from asynchat.store.tail import Tail
from asynchat.text import name_skeleton

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from asynchat.chat.accounts import Account
    from asynchat.chat.asking import Target
    from asynchat.chat.drafts import AnyDraft
    from asynchat.chat.guesses import Guesses
    from asynchat.chat.searching import Criteria
    from asynchat.chat.state import Interval
    from asynchat.messages import AnyEvent, Deed, Reported, Unread
    from asynchat.store.about import Later
    from asynchat.store.interface import Excerpt, Files, Keep, Outcome, RequestKey
    from asynchat.store.tail import Watch


class MemoryStore:
    """One ordered log in memory; see `interface.Store` for what it does."""

    def __init__(self) -> None:
        self.server = secrets.token_urlsafe(12)
        self.secret = secrets.token_bytes(32)
        self._log: list[Stored] = []
        self._seq = 0
        self._requests: dict[tuple[str, str], tuple[int, int, bytes]] = {}
        self._accounts: dict[str, Account] = {}
        self._revoked: set[bytes] = set()
        self._pictures: dict[str, bytes] = {}
        self._invitations = Invitations()
        self._guesses: dict[str, Guesses] = {}
        self._forgetting: dict[str, bool] = {}
        self._marks: dict[tuple[str, str], int] = {}
        self._kept = KeptInMemory()
        self.files: Files = FilesInMemory(lambda: self._kept)
        self._state = State()
        self._tail = Tail(0, Epochs([(new_epoch(), 0)]))
        self._closed = False

    async def __aenter__(self) -> Self:
        """Open it: nothing is to be done."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """End every watch."""
        self._closed = True
        self._tail.close()

    def head(self) -> int:
        """Return the seq of the newest event, 0 where there is none."""
        return self._tail.head

    def cursor(self, seq: int) -> str:
        """Return the opaque cursor of a seq that is at most `head`."""
        return self._tail.cursor(seq)

    def position(self, cursor: str) -> int | None:
        """Return the seq that a cursor names, None if it is not of this history."""
        return self._tail.position(cursor)

    async def snapshot(self) -> Snapshot:
        """Copy everything the rules need."""
        self._check_open()
        return Snapshot(
            self.head(),
            deepcopy(self._state),
            list(self._accounts.values()),
            frozenset(self._revoked),
            list(self._invitations),
            sorted(self._guesses.values(), key=lambda one: (one.at_ms, one.place)),
            [self._kept.restraints[key] for key in sorted(self._kept.restraints)],
            sorted(self._kept.blocks),
            dict(self._kept.settings),
        )

    async def append(self, drafts: Sequence[AnyDraft]) -> list[Outcome]:
        """Store a batch; return an outcome for each draft, in order."""
        self._check_open()
        outcomes = [self._put(draft) for draft in drafts]
        # As they were stored, also where a later one of the batch blanked them.
        batch = [outcome for outcome in outcomes if isinstance(outcome, Stored)]
        if batch:
            self._tail.add(batch, new_epoch() if self.head() == 0 else None)
        return outcomes

    def watch(self) -> Watch:
        """Yield every batch of events from now on, in order of seq."""
        return self._tail.watch(self._reread)

    async def read(
        self, spans: Sequence[tuple[str, Interval]], *, max_events: int, max_bytes: int
    ) -> Slice:
        """Read the first events of these stretches of rooms, together in order of seq."""
        self._check_open()
        frames: list[bytes] = []
        size = 0
        for stored in self._log:
            event = stored.event
            if any(event.room == room and event.seq in interval for room, interval in spans):
                frames.append(stored.frame)
                size += len(stored.frame)
                if len(frames) >= max_events or size > max_bytes:
                    return Slice(frames, event.seq)
        return Slice(frames, max((interval.last for _, interval in spans), default=0))

    async def page(
        self,
        room: str,
        within: Sequence[Interval],
        *,
        reader: str,
        before: int | None = None,
        after: int | None = None,
        limit: int,
        max_bytes: int,
    ) -> Excerpt:
        """Read events of one room, oldest first: those just before a seq, or just after one."""
        self._check_open()
        there = [
            stored
            for stored in self._log
            if stored.event.room == room
            and not isinstance(stored.event, AboutEvent)
            and (before is None or stored.event.seq < before)
            and (after is None or stored.event.seq > after)
        ]
        if after is None:
            there.reverse()
        return self._excerpt(
            there, within, reader=reader, limit=limit, max_bytes=max_bytes, turned=after is None
        )

    async def pinned(
        self,
        room: str,
        within: Sequence[Interval],
        *,
        reader: str,
        before: int | None = None,
        max_bytes: int,
    ) -> Excerpt:
        """Read what is pinned to a room, the newest of it or that before a seq."""
        self._check_open()
        there = [
            stored
            for stored in reversed(pinned_in(self._log, room))
            if before is None or stored.event.seq < before
        ]
        return self._excerpt(
            there, within, reader=reader, limit=len(there), max_bytes=max_bytes, turned=True
        )

    async def search(
        self,
        criteria: Criteria,
        within: Mapping[str, Sequence[Interval]],
        *,
        before: int | None = None,
        limit: int,
        max_bytes: int,
    ) -> Found:
        """Find messages of some rooms, of stretches of the log, newest first."""
        self._check_open()
        taken: list[Stored] = []
        later: list[Stored] = []
        size = 0
        for found in found_in(self._log, criteria, within):
            seq = found[0].event.seq
            if before is not None and seq >= before:
                continue
            size += sum(len(stored.frame) for stored in found)
            if len(taken) == limit or (taken and size > max_bytes):
                return Found(taken, tuple(later), next=taken[-1].event.seq)
            taken.append(found[0])
            later += found[1:]
        return Found(taken, tuple(later))

    async def index(self) -> bool:
        """Do nothing: it is always looked through."""
        self._check_open()
        return False

    async def target(self, seq: int, account: str) -> Target | None:
        """Return what a request of an account about an event is judged by."""
        self._check_open()
        return target_in(self._log, seq, account)

    async def picture(self, account: str) -> bytes | None:
        """Return the picture of an account."""
        self._check_open()
        return self._pictures.get(account)

    async def unread(
        self, account: str, rooms: Sequence[tuple[str, int]], *, upto: int
    ) -> list[Unread]:
        """Count what an account has not read of rooms, in the order given."""
        self._check_open()
        marks = self._marks
        return [
            unread_in(self._log, account, room, max(since, marks.get((account, room), 0)), upto)
            for room, since in rooms
        ]

    def _excerpt(
        self,
        there: list[Stored],
        within: Sequence[Interval],
        *,
        reader: str,
        limit: int,
        max_bytes: int,
        turned: bool,
    ) -> Excerpt:
        """Return the first of these that a reader may see; ``turned`` if the newest come first."""
        there = [s for s in there if any(s.event.seq in interval for interval in within)]
        taken: list[Stored] = []
        later: list[Later] = []
        size = 0
        about = [stored for stored in self._log if isinstance(stored.event, AboutEvent)]
        for stored in there:
            # What is about none of them is not looked through for each.
            extra = later_in([stored, *about], stored.event.seq, within, reader)
            size += len(stored.frame) + extra.size
            if len(taken) == limit or (taken and size > max_bytes):
                break
            taken.append(stored)
            later.append(extra)
        more = len(taken) < len(there)
        if turned:
            taken.reverse()
            later.reverse()
        return excerpt_of(taken, later, more=more, counted=self.head())

    async def audit(self, *, before: int | None = None, limit: int) -> list[Deed]:
        """Read the audit log, newest first: the newest entries, or those before a number."""
        self._check_open()
        deeds = [one for one in self._kept.deeds if before is None or one.number < before]
        return deeds[::-1][:limit]

    async def reports(
        self,
        *,
        before: int | None = None,
        limit: int,
        rooms: Collection[str] | None = None,
        resolved: bool = False,
    ) -> list[Reported]:
        """Read reports, newest first: the newest, or those before a number."""
        self._check_open()
        wanted = [
            one
            for one in reversed(self._kept.reports)
            if (before is None or one.number < before)
            and (rooms is None or one.room in rooms)
            and (resolved or one.resolved is None)
        ]
        return wanted[:limit]

    async def report(self, number: int) -> Reported | None:
        """Return the report of a number."""
        self._check_open()
        return next((one for one in self._kept.reports if one.number == number), None)

    async def find(self, keys: Sequence[RequestKey]) -> list[Repeat | None]:
        """Return of each request what it made, if one with its asker and id is stored."""
        self._check_open()
        return [self._find(*key) for key in keys]

    async def forget(self) -> Forgotten:
        """Take the name of a deleted account out of every event."""
        self._check_open()
        if not self._forgetting:
            return Forgotten()
        account = min(self._forgetting)
        events = [unnamed(stored.event, account) for stored in self._log]
        self._log = [Stored(event, encode(event)) for event in events]
        said = [
            (event.room, event.seq)
            for event in events
            if isinstance(event, Said) and event.account == account and not event.redacted
        ]
        if said and self._forgetting[account]:
            return Forgotten(account, tuple(said), more=True)
        del self._forgetting[account]
        return Forgotten(more=True)

    async def remove(self, room: str, keep: Keep, *, now_ms: int, upto: int) -> Removed:
        """Remove what was said in a room and is not to be kept, oldest first."""
        self._check_open()
        said = [
            stored
            for stored in self._log
            if isinstance(stored.event, Said) and stored.event.room == room
        ]
        end = min(upto, self.head() - 1, max(self._old(said, keep, now_ms), _large(said, keep)))
        gone = {stored.event.seq: len(stored.frame) for stored in said if stored.event.seq <= end}
        # What is about them goes with them, but for the newest event of the room.
        newest = max((s.event.seq for s in self._log if s.event.room == room), default=0)
        gone |= {
            stored.event.seq: len(stored.frame)
            for stored in self._log
            if isinstance(stored.event, AboutEvent)
            and stored.event.about in gone
            and stored.event.seq <= min(upto, self.head() - 1)
            and stored.event.seq < newest
        }
        self._log = [stored for stored in self._log if stored.event.seq not in gone]
        self._kept.withdraw(gone)
        return Removed(len(gone), sum(gone.values()), max(gone, default=0))

    def _old(self, said: list[Stored], keep: Keep, now_ms: int) -> int:
        """Return the seq of the newest event that is too old, 0 where none is."""
        if keep.age_ms is None:
            return 0
        before_ms = cutoff(keep.age_ms, now_ms, self.head(), self._time_at)
        old = 0
        for stored in said:
            if before_ms is None or before_ms <= stored.event.time <= now_ms:
                break
            if stored.event.time < before_ms:
                old = stored.event.seq
        return old

    def _time_at(self, seq: int) -> int | None:
        times = [stored.event.time for stored in self._log if stored.event.seq <= seq]
        return times[-1] if times else None

    def _find(self, asker: str | None, id: str | None, digest: bytes) -> Repeat | None:
        if asker is None or id is None or (asker, id) not in self._requests:
            return None
        seq, time, stored = self._requests[asker, id]
        return Repeat(seq, time, same=stored == digest)

    def _put(self, draft: AnyDraft) -> Outcome:
        match draft:
            case Together():
                return self._put_together(draft)
            case AccountDraft():
                return self._put_account(draft.account, draft.picture)
            case MarkDraft():
                return self._put_mark(draft)
            case InvitationDraft():
                self._invitations.put(draft)
            case GuessesDraft():
                self._put_guesses(draft.guesses)
            case ForgetDraft():
                self._forgetting.setdefault(draft.account, draft.blank)
            case RequestDraft():
                return self._put_request(draft)
            case Draft():
                found = self._find(draft.asker, draft.event.id, draft.digest)
                return found or self._put_event(draft)
            case _:
                self._kept.put(draft)
        return Kept()

    def _put_request(self, draft: RequestDraft) -> Outcome:
        repeat = self._find(draft.asker, draft.id, draft.digest)
        if repeat is None:
            self._requests[draft.asker, draft.id] = (0, draft.time_ms, draft.digest)
        return repeat or Kept()

    def _put_together(self, together: Together) -> Outcome:
        # An event is the last of them: where one is refused, none was applied yet.
        before = self._accounts.copy(), self._pictures.copy(), self._marks.copy()
        other = (
            self._revoked.copy(),
            Invitations(self._invitations),
            self._guesses.copy(),
            self._forgetting.copy(),
        )
        kept = self._requests.copy(), deepcopy(self._kept)
        outcome: Outcome = Kept()
        for draft in together.drafts:
            outcome = self._put(draft)
            if isinstance(outcome, Repeat | Conflict):
                self._accounts, self._pictures, self._marks = before
                self._revoked, self._invitations, self._guesses, self._forgetting = other
                self._requests, self._kept = kept
                break
        return outcome

    def _put_account(self, account: Account, picture: bytes | None) -> Outcome:
        for other in self._accounts.values():
            if other.id != account.id and (_same_token(other, account) or _alike(other, account)):
                return Conflict()
        before = self._accounts.get(account.id)
        if before is not None:
            self._revoked |= without(before, account)
        self._accounts[account.id] = account
        if not account.picture:
            self._pictures.pop(account.id, None)
        elif picture is not None:
            self._pictures[account.id] = picture
        return Kept()

    def _put_guesses(self, guesses: Guesses) -> None:
        self._guesses.pop(guesses.place, None)
        if guesses.count:
            old = forgotten_before(guesses.at_ms)
            self._guesses = {
                place: one for place, one in self._guesses.items() if one.at_ms >= old
            } | {guesses.place: guesses}

    def _put_mark(self, draft: MarkDraft) -> Outcome:
        if draft.room not in self._state.rooms:
            return Conflict()
        there = (stored.event.seq for stored in self._log if stored.event.room == draft.room)
        self._marks[draft.account, draft.room] = min(draft.seq, max(there, default=0))
        return Kept()

    def _put_event(self, draft: Draft) -> Outcome:
        if self._is_refused(draft.event):
            return Conflict()
        self._seq += 1
        event = replace(draft.event, seq=self._seq)
        stored = Stored(event, encode(event))
        if isinstance(event, Redacted):
            self._log = blanked(self._log, event)
            self._kept.withdraw((event.about,))
        self._log.append(stored)
        if draft.asker is not None and event.id is not None:
            self._requests[draft.asker, event.id] = (event.seq, event.time, draft.digest)
        self._state.apply(event)
        return stored

    def _is_refused(self, event: AnyEvent) -> bool:
        room = self._state.rooms.get(event.room)
        if isinstance(event, Created):
            people = tuple(sorted(person.account for person in event.people))
            if event.direct:
                return room is not None or self._state.direct_of(people) is not None
            return room is not None or self._state.like(event.room) is not None
        if room is None:
            return True
        if isinstance(event, AboutEvent):
            return is_refused_by(self._log, event)
        if isinstance(event, Joined):
            return event.account in room.members
        if isinstance(event, Said):
            return not self._kept.offer(replace(event, seq=self._seq + 1))
        return isinstance(event, Left | Appointed) and event.account not in room.members

    async def _reread(self, after: int, upto: int) -> list[Stored]:
        return [stored for stored in self._log if after < stored.event.seq <= upto]

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError("The store is closed.")


def _large(said: list[Stored], keep: Keep) -> int:
    """Return the seq of the newest event over the bytes that are kept, 0 where none is."""
    size = 0
    for stored in reversed(said):
        size += len(stored.frame)
        if keep.size is not None and size > keep.size:
            return stored.event.seq
    return 0


def _alike(one: Account, other: Account) -> bool:
    return (
        one.name is not None
        and other.name is not None
        and name_skeleton(one.name) == name_skeleton(other.name)
    )


def _same_token(one: Account, other: Account) -> bool:
    return any(other.device_with(device.token_hash) for device in one.devices)
