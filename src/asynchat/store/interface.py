"""What a store does, and what it answers.  No store lives here.

An event is durable when `Store.append` returns.  Delivery is made only from what
`Store.watch` or `Store.read` give back.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeAlias

import msgspec

from asynchat.errors import ChatError
from asynchat.messages import AnyEvent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping, Sequence

    from asynchat.chat.accounts import Account
    from asynchat.chat.asking import Target
    from asynchat.chat.drafts import AnyDraft
    from asynchat.chat.files import Held
    from asynchat.chat.guesses import Guesses
    from asynchat.chat.invitations import Invitation
    from asynchat.chat.restraints import Restraint
    from asynchat.chat.searching import Criteria
    from asynchat.chat.state import Interval, State
    from asynchat.messages import Deed, Reported, Tally, Unread


_SEQS_NAMED: Final = 5


class StoreError(ChatError):
    """The store cannot do this now.  Code ``read_only``; its text says why and what to do."""

    def __init__(self, text: str | None = None, *, code: str = "read_only") -> None:
        super().__init__(code, text)


class DamagedError(StoreError):
    """Events are not on disk as they were written.  Code ``damaged``; the text has their seqs.

    ``room`` is the one that all of them are of, where that is known.
    """

    def __init__(self, *seqs: int, room: str | None = None) -> None:
        named = ", ".join(map(str, seqs[:_SEQS_NAMED]))
        more = f" and {len(seqs) - _SEQS_NAMED} more" if len(seqs) > _SEQS_NAMED else ""
        subject, verb = ("Event", "is") if len(seqs) == 1 else ("Events", "are")
        super().__init__(
            f"{subject} {named}{more} of the log {verb} damaged on disk; restore the database"
            " from a backup.",
            code="damaged",
        )
        self.seqs = seqs
        self.room = room


class StoreLostError(Exception):
    """It is not known what is on disk (an fsync failed): the process must end and start anew."""


class CannotOpenError(Exception):
    """The store cannot be opened; the text is one line that says what to do."""


class Stored(msgspec.Struct, frozen=True):
    """An event of the log and the frame it is sent as, with its newline."""

    event: AnyEvent
    frame: bytes


class RequestKey(NamedTuple):
    """What a request is found by: who asked, its id, and a digest of what it asks for."""

    asker: str
    id: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Repeat:
    """The asker used this id before; ``same`` tells whether for the same request."""

    seq: int
    time: int
    same: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """Something is stored that is no event."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A unique index refused a draft, alone: the state it was judged by was not the newest."""


Outcome: TypeAlias = Stored | Repeat | Kept | Conflict


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the rules need, as of ``head``; ``revoked`` are the hashes of tokens.

    ``blocks`` are accounts, each with one that it blocked; ``settings`` what was set while a
    server ran, by name.
    """

    head: int
    state: State
    accounts: list[Account]
    revoked: frozenset[bytes] = frozenset()
    invitations: list[Invitation] = field(default_factory=list)
    guesses: list[Guesses] = field(default_factory=list)
    restraints: list[Restraint] = field(default_factory=list)
    blocks: list[tuple[str, str]] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Slice:
    """Part of the log, oldest first.  ``upto``: nothing asked for is missing up to this seq.

    Nothing but ``damaged``: the seqs of events up to there that are not as they were written, each
    of its room in ``damaged_in``.
    """

    frames: list[bytes]
    upto: int
    damaged: tuple[int, ...] = ()
    damaged_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Part of a room, oldest first, and whether there is more of it in the direction asked.

    ``damaged`` are the seqs of events of this part that are not as they were written.  ``later``
    are the newest events about those of this part, and ``reactions`` how many put which emoji
    under them, as of the seq ``counted``.
    """

    events: list[Stored]
    more: bool
    damaged: tuple[int, ...] = ()
    later: tuple[Stored, ...] = ()
    reactions: tuple[Tally, ...] = ()
    counted: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, newest first, and the newest edits of those messages.

    ``next`` is the seq before which to go on, None where everything was looked at: there may be
    more, and nothing need have been found.  ``damaged`` are the seqs of messages of this part
    that are not as they were written.
    """

    events: list[Stored]
    later: tuple[Stored, ...] = ()
    next: int | None = None
    damaged: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Keep:
    """How much of what is said in a room is kept; None is all of it.

    ``age_ms``: for how long after it was said.  ``size``: how many bytes of frames.
    """

    age_ms: int | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed of a room: how many events, their bytes, and the seq of the newest."""

    events: int = 0
    size: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """How many bytes files take: those of an account, and all; and how many are ``unsaid``.

    What is on its way counts whole; of all, the same content counts once.
    """

    of_account: int = 0
    of_all: int = 0
    unsaid: int = 0


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was forgotten of deleted accounts: whether there may be ``more``.

    ``said`` are the rooms and seqs of messages of ``account`` that are to be deleted before it
    can go on.
    """

    account: str = ""
    said: tuple[tuple[str, int], ...] = ()
    more: bool = False


class Files(Protocol):
    """What a store knows of files, as of the last commit; see `asynchat.chat.files.Held`."""

    async def get(self, id: str) -> Held | None:
        """Return a file, None where there is none of that id."""

    async def taken(self, account: str) -> Taken:
        """Return how much room files take."""

    async def old(self, *, said_ms: int | None, unsaid_ms: int, limit: int) -> list[Held]:
        """Return the oldest files that are older than is allowed, in ms since the epoch.

        Of those that were said none where that is None.
        """

    async def known(self, names: Collection[str]) -> set[str]:
        """Return which of these are the id or the hash of a file."""


class Store(AbstractAsyncContextManager["Store"], Protocol):
    """One ordered log.  Entering opens it and raises `CannotOpenError`; leaving closes it."""

    server: str
    """A random id, made with the store and kept in it."""

    secret: bytes
    """32 random bytes, made with the store and kept in it: the key of request digests."""

    files: Files

    def head(self) -> int:
        """Return the seq of the newest event, 0 where there is none."""

    def cursor(self, seq: int) -> str:
        """Return the opaque cursor of a seq that is at most `head`."""

    def position(self, cursor: str) -> int | None:
        """Return the seq that a cursor names, None if it is not of this history."""

    async def snapshot(self) -> Snapshot:
        """Read everything the rules need afresh, as every earlier `append` left them."""

    async def append(self, drafts: Sequence[AnyDraft]) -> list[Outcome]:
        """Store a batch in one transaction; return an outcome for each draft, in order.

        A repeat or a conflict concerns its own draft alone.  Raise `StoreError` where
        nothing of the batch was stored, `StoreLostError` where nobody can tell.
        """

    def watch(self) -> AsyncIterator[list[Stored]]:
        """Yield every batch of events committed from now on, by anyone, in order of seq.

        It begins at this call, not at its first step, and ends when the store closes.  Raise
        `StoreError` from a step where the log cannot be read, or is damaged; the next step
        tries again.
        """

    async def read(
        self, spans: Sequence[tuple[str, Interval]], *, max_events: int, max_bytes: int
    ) -> Slice:
        """Read the first events of these stretches of rooms, together in order of seq.

        Stop after ``max_events`` or once ``max_bytes`` are passed; ``upto`` is then the seq
        of the last, otherwise the largest end asked for.
        """

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
        """Read events of one room, oldest first: those just before a seq, or just after one.

        With neither, the newest.  Events about another one come as ``later``; whether an emoji is
        one's own is told for the account ``reader``.  Stop before ``max_bytes`` are passed, but
        never before the first event.
        """

    async def pinned(
        self,
        room: str,
        within: Sequence[Interval],
        *,
        reader: str,
        before: int | None = None,
        max_bytes: int,
    ) -> Excerpt:
        """Read what is pinned to a room as `page` does, the newest of it or that before a seq."""

    async def search(
        self,
        criteria: Criteria,
        within: Mapping[str, Sequence[Interval]],
        *,
        before: int | None = None,
        limit: int,
        max_bytes: int,
    ) -> Found:
        """Find messages of some rooms, of stretches of the log, newest first.

        The newest text of a message counts, and a message whose newest text is not within the
        stretches is not found.  Stop before ``max_bytes`` are passed, but never before the first,
        and after a bounded amount of work.
        """

    async def index(self) -> bool:
        """Prepare a few more events for being searched; tell whether there may be more.

        What is not prepared is found all the same, with more work.  Raise `StoreError`, and
        `StoreLostError` where nobody can tell what is on disk.
        """

    async def target(self, seq: int, account: str) -> Target | None:
        """Return what a request of an account about an event is judged by, as of the last commit.

        None where there is no such event, or it is about another one itself.  Raise
        `DamagedError`.
        """

    async def picture(self, account: str) -> bytes | None:
        """Return the picture of an account, as of the last commit; None where it has none."""

    async def unread(
        self, account: str, rooms: Sequence[tuple[str, int]], *, upto: int
    ) -> list[Unread]:
        """Count what an account has not read of rooms, in the order given.

        Each comes with the seq since which the account is a member: before that nothing is
        unread.  What others said counts, unless it was deleted, up to the seq ``upto``; not more
        than `MAX_COUNTED`, and of the newest `LOOKED_AT` events.
        """

    async def audit(self, *, before: int | None = None, limit: int) -> list[Deed]:
        """Read the audit log, newest first: the newest entries, or those before a number."""

    async def reports(
        self,
        *,
        before: int | None = None,
        limit: int,
        rooms: Collection[str] | None = None,
        resolved: bool = False,
    ) -> list[Reported]:
        """Read reports, newest first: the newest, or those before a number.

        They are of these rooms, or of all where none are given; with ``resolved`` also those
        that are.
        """

    async def report(self, number: int) -> Reported | None:
        """Return the report of a number, as of the last commit."""

    async def find(self, keys: Sequence[RequestKey]) -> list[Repeat | None]:
        """Return of each request what it made, if one with its asker and id is stored."""

    async def forget(self) -> Forgotten:
        """Take the names of deleted accounts out of a few more events.

        Raise `StoreError`, and `StoreLostError` where nobody can tell what is on disk.
        """

    async def remove(self, room: str, keep: Keep, *, now_ms: int, upto: int) -> Removed:
        """Remove what was said in a room and is not to be kept, oldest first.

        Nothing after ``upto``, never the newest event of the log, and nothing but what was
        said: events that make rooms and memberships stay, and so do the ids of requests.
        Seqs are not used again, and the gap is noted, so that it is not taken for damage.
        Appends go on between its small transactions.  What is old by age is told by
        `surplus.cutoff`, so that a clock that jumps ahead does not empty the log.

        Raise `StoreError` where it could not go on, `StoreLostError` where nobody can tell;
        what was removed before that stays removed.
        """
