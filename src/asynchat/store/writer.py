"""Writing the log: the one connection that writes, and what each draft becomes.

Used by one thread only, the one that made the connection.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from asynchat.chat.drafts import (
    AccountDraft,
    AuditDraft,
    BlockDraft,
    Draft,
    FileDraft,
    ForgetDraft,
    GuessesDraft,
    InvitationDraft,
    MarkDraft,
    ReportDraft,
    RequestDraft,
    RestraintDraft,
    SettingDraft,
    Together,
)
from asynchat.messages import (
    AboutEvent,
    Appointed,
    Changed,
    Created,
    Edited,
    Joined,
    Left,
    Pinned,
    Reacted,
    Redacted,
    Said,
    Topic,
    encode,
)
from asynchat.store.about import change
from asynchat.store.audit import put_deed
from asynchat.store.epochs import new_epoch
from asynchat.store.failures import failure, refusal
from asynchat.store.forgetting import forget_next, put_forgetting
from asynchat.store.frames import checksum
from asynchat.store.held import offer, put_file
from asynchat.store.index import index_next
from asynchat.store.interface import Conflict, Kept, Repeat, Stored, StoreLostError
from asynchat.store.people import put_account, put_guesses, put_invitation
from asynchat.store.reader import find_request
from asynchat.store.removing import remove_said
from asynchat.store.rooms import change_room, found_room
from asynchat.store.runs import INSERT_EVENT, INSERT_REQUEST, Runs, is_plain
from asynchat.store.snapshot import load_head, load_snapshot
from asynchat.store.steering import (
    put_block,
    put_report,
    put_request,
    put_restraint,
    put_setting,
)
from asynchat.store.unread import put_mark, put_mentions
from asynchat.text import room_skeleton

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from asynchat.chat.drafts import AnyDraft
    from asynchat.messages import AnyAbout, AnyEvent
    from asynchat.store.forgetting import Step as ForgetStep
    from asynchat.store.interface import Outcome, Snapshot
    from asynchat.store.removing import Step


_Kept: TypeAlias = (
    RequestDraft | RestraintDraft | BlockDraft | ReportDraft | SettingDraft | AuditDraft | FileDraft
)
"""A draft that no index refuses, but for a request that was made before."""


@dataclass(frozen=True, slots=True)
class Committed:
    """What a batch became.

    ``epoch`` is the one that its first event begins, if it does; ``blanked`` are older events as
    a deletion left them.
    """

    outcomes: list[Outcome]
    events: list[Stored]
    epoch: str | None
    blanked: list[Stored]


class Writer:
    """The writing half of a database.

    ``head`` is the seq of the newest event.  ``lost`` is True once it is not known
    what is on disk: nothing is written any more, and the process must end.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.head = load_head(db)
        self._begun = False
        self._blanked: list[Stored] = []
        self._runs = Runs(db)
        self.lost = False

    def append(self, drafts: Sequence[AnyDraft]) -> Committed:
        """Store as `Store.append` does."""
        head = self.head
        self._blanked = []
        outcomes: list[Outcome] = []
        try:
            with self._transaction():
                for plain, group in groupby(drafts, is_plain):
                    run = list(group)
                    outcomes += self._put_run(run) if plain else map(self._put, run)
                events = [outcome for outcome in outcomes if isinstance(outcome, Stored)]
                epoch = self._begin_epoch(events)
        except BaseException:
            self.head = head
            self._runs.forget()
            raise
        self._begun = self._begun or epoch is not None
        return Committed(outcomes, events, epoch, self._blanked)

    def remove(self, room: str, *, after: int, upto: int, shown: int | None = None) -> Step:
        """Remove what was said in a room between two seqs, as much as one transaction takes.

        Of what is about it, go as far as ``shown``.  Never remove the newest event: where the log
        ends must stay known.
        """
        upto = min(upto, self.head - 1)
        shown = upto if shown is None else min(shown, self.head - 1)
        with self._transaction():
            return remove_said(self._db, room, after=after, upto=upto, shown=shown)

    def index(self) -> bool:
        """Index as `Store.index` does, as much as one transaction takes."""
        with self._transaction():
            return index_next(self._db)

    def forget(self) -> ForgetStep:
        """Forget as `Store.forget` does, as much as one transaction takes."""
        with self._transaction():
            return forget_next(self._db)

    def snapshot(self) -> Snapshot:
        """Read as `Store.snapshot` does."""
        try:
            return load_snapshot(self._db)
        except sqlite3.Error as error:
            raise refusal(error) from error

    def close(self) -> None:
        """Empty the write-ahead log into the database, and close the connection."""
        if not self.lost:
            # What cannot be moved now is safe where it is: the next start does it.
            with suppress(sqlite3.Error):
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Store all that is done within, or nothing.  Raise `StoreError`, `StoreLostError`."""
        if self.lost:
            raise StoreLostError("It is not known what is on disk since an earlier failure.")
        committing = False
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            committing = True
            self._db.execute("COMMIT")  # writes nothing where nothing was changed
        except sqlite3.Error as error:
            known = failure(error, committing=committing)
            self.lost = isinstance(known, StoreLostError)
            raise known from error
        finally:
            self._db.rollback()  # of nothing, once committed

    def _begin_epoch(self, events: list[Stored]) -> str | None:
        if self._begun or not events:
            return None
        epoch = new_epoch()
        self._db.execute(
            "INSERT INTO epochs (first, id) VALUES (?, ?)", (events[0].event.seq, epoch)
        )
        return epoch

    def _put_run(self, drafts: list[AnyDraft]) -> Sequence[Outcome]:
        stored = self._runs.put(drafts, self.head)
        if stored is None:
            return [self._put(draft) for draft in drafts]
        self.head = stored[-1].event.seq
        return stored

    def _put(self, draft: AnyDraft) -> Outcome:
        match draft:
            case Together():
                return self._put_together(draft)
            case AccountDraft():
                return Kept() if put_account(self._db, draft) else Conflict()
            case MarkDraft():
                return Kept() if put_mark(self._db, draft) else Conflict()
            case InvitationDraft():
                put_invitation(self._db, draft)
                return Kept()
            case GuessesDraft():
                put_guesses(self._db, draft.guesses)
                return Kept()
            case ForgetDraft():
                put_forgetting(self._db, draft)
                return Kept()
            case Draft():
                return self._put_asked(draft)
            case _:
                return self._keep(draft)

    def _put_asked(self, draft: Draft) -> Outcome:
        event = draft.event
        if draft.asker is None or event.id is None:
            return self._put_event(draft)
        repeat = find_request(self._db, draft.asker, event.id, draft.digest)
        if repeat is not None:
            return repeat
        outcome = self._put_event(draft)
        if isinstance(outcome, Stored):
            self._db.execute(
                INSERT_REQUEST,
                (draft.asker, event.id, outcome.event.seq, event.time, draft.digest),
            )
        return outcome

    def _keep(self, draft: _Kept) -> Outcome:
        match draft:
            case RequestDraft():
                repeat = find_request(self._db, draft.asker, draft.id, draft.digest)
                if repeat is not None:
                    return repeat
                put_request(self._db, draft)
            case RestraintDraft():
                put_restraint(self._db, draft)
            case BlockDraft():
                put_block(self._db, draft)
            case ReportDraft():
                put_report(self._db, draft.report)
            case SettingDraft():
                put_setting(self._db, draft)
            case FileDraft():
                put_file(self._db, draft)
            case _:
                put_deed(self._db, draft.deed)
        return Kept()

    def _put_together(self, together: Together) -> Outcome:
        head, blanked = self.head, len(self._blanked)
        outcome: Outcome = Kept()
        self._db.execute("SAVEPOINT together")
        for draft in together.drafts:
            outcome = self._put(draft)
            if isinstance(outcome, Repeat | Conflict):
                self._db.execute("ROLLBACK TO together")
                self.head = head
                del self._blanked[blanked:]
                break
        self._db.execute("RELEASE together")
        return outcome

    def _put_event(self, draft: Draft) -> Outcome:
        event = replace(draft.event, seq=self.head + 1)
        room = self._apply(event)
        if room is None:
            return Conflict()
        frame = encode(event)
        self._db.execute(
            INSERT_EVENT,
            (
                event.seq,
                room,
                checksum(frame),
                frame,
                event.about if isinstance(event, AboutEvent) else None,
                event.account if isinstance(event, Said) else None,
            ),
        )
        if isinstance(event, Said) and (event.mentions or event.everyone):
            put_mentions(self._db, event, room)
        self.head = event.seq
        return Stored(event, frame)

    def _apply(self, event: AnyEvent) -> int | None:
        """Change what an event changes; return its room's row, None where an index refuses."""
        if isinstance(event, Created):
            return self._create(event)
        row = self._db.execute("SELECT id FROM rooms WHERE name = ?", (event.room,)).fetchone()
        if row is None:
            return None
        room: int = row[0]
        match event:
            case Joined():
                changed = self._open_stay(room, event.account, event.seq)
            case Left():
                changed = self._close_stay(room, event.account, event.seq)
            case Changed() | Appointed():
                return room if change_room(self._db, event, room) else None
            case Topic():
                changed = self._db.execute(
                    "UPDATE rooms SET topic = ? WHERE id = ?", (event.text, room)
                ).rowcount
            case Edited() | Redacted() | Reacted() | Pinned():
                return room if self._change(event, room) else None
            case _:
                return room if offer(self._db, event) else None
        return room if changed else None

    def _change(self, event: AnyAbout, room: int) -> bool:
        blanked = change(self._db, event, room)
        self._blanked += blanked or ()
        return blanked is not None

    def _create(self, event: Created) -> int | None:
        people = sorted({person.account for person in event.people})
        row = self._db.execute(
            "INSERT INTO rooms (name, topic, private, direct, people, skeleton)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (
                event.room,
                event.topic,
                event.private,
                event.direct,
                " ".join(people),
                None if event.direct else room_skeleton(event.room),
            ),
        )
        room = row.lastrowid
        if row.rowcount == 0 or room is None:
            return None
        found_room(self._db, event, room)
        for account in people or [event.account]:
            self._open_stay(room, account, event.seq)
        return room

    def _open_stay(self, room: int, account: str, seq: int) -> int:
        return self._db.execute(
            "INSERT INTO stays (room, account, first) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (room, account, seq),
        ).rowcount

    def _close_stay(self, room: int, account: str, seq: int) -> int:
        self._db.execute("DELETE FROM moderators WHERE room = ? AND account = ?", (room, account))
        return self._db.execute(
            "UPDATE stays SET last = ? WHERE room = ? AND account = ? AND last IS NULL",
            (seq, room, account),
        ).rowcount
