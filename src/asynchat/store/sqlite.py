"""The store in one SQLite database: one writer and one reader, each on a thread of its own.

Here the event loop meets the two threads: `writer` and `reader` do the work, `tail` and
`recent` are what the loop knows of it.  Only the writer commits, so cancelling who awaits it
neither loses nor splits a batch.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Self

from asynchat.chat.state import OPEN
from asynchat.store.finding import Searched
from asynchat.store.interface import Removed, StoreLostError
from asynchat.store.opening import hold, open_database, open_for_reading
from asynchat.store.reader import Reader
from asynchat.store.recent import Recent
from asynchat.store.schema import load_identity
from asynchat.store.surplus import Surplus
from asynchat.store.tail import Tail
from asynchat.store.worker import Worker
from asynchat.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from asynchat.chat.asking import Target
    from asynchat.chat.drafts import AnyDraft
    from asynchat.chat.files import Held
    from asynchat.chat.searching import Criteria
    from asynchat.chat.state import Interval
    from asynchat.messages import Deed, Reported, Unread
    from asynchat.store.forgetting import Step as ForgetStep
    from asynchat.store.interface import (
        Excerpt,
        Files,
        Forgotten,
        Found,
        Keep,
        Outcome,
        Repeat,
        RequestKey,
        Slice,
        Snapshot,
        Stored,
        Taken,
    )
    from asynchat.store.removing import Step
    from asynchat.store.tail import Watch
    from asynchat.store.writer import Committed


class _SqliteFiles:
    """What the tables know of files; see `interface.Files`."""

    def __init__(self, reading: Worker, reader: Callable[[], Reader]) -> None:
        self._reading = reading
        self._reader = reader

    async def get(self, id: str) -> Held | None:
        """Return a file, None where there is none of that id."""
        return await asyncio.wrap_future(self._reading.submit(self._reader().file, id))

    async def taken(self, account: str) -> Taken:
        """Return how much room files take."""
        return await asyncio.wrap_future(self._reading.submit(self._reader().taken, account))

    async def old(self, *, said_ms: int | None, unsaid_ms: int, limit: int) -> list[Held]:
        """Return the oldest files that are older than is allowed."""
        return await asyncio.wrap_future(
            self._reading.submit(self._reader().old_files, said_ms, unsaid_ms, limit)
        )

    async def known(self, names: Collection[str]) -> set[str]:
        """Return which of these are the id or the hash of a file."""
        return await asyncio.wrap_future(
            self._reading.submit(self._reader().known_files, tuple(names))
        )


class SqliteStore:
    """One ordered log in a data directory; see `interface.Store` for what it does.

    Enter it once.  `interface.CannotOpenError` says in one line what to do.
    """

    server: str
    secret: bytes
    _writer: Writer
    _reader: Reader
    _surplus: Surplus
    _tail: Tail
    _recent: Recent

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._writing = Worker("asynchat-writer")
        self._reading = Worker("asynchat-reader")
        self._lost = False
        self.files: Files = _SqliteFiles(self._reading, lambda: self._reader)

    async def __aenter__(self) -> Self:
        """Hold the directory and open the database, made or migrated where needed."""
        try:
            await asyncio.wrap_future(self._writing.submit(self._open_for_writing))
            await asyncio.wrap_future(self._reading.submit(self._open_for_reading))
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Store what is queued, close the database and let go of the directory."""
        try:
            await self._close()
        finally:
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
        """Read everything the rules need, as every `append` called before left them."""
        return await asyncio.wrap_future(self._writing.submit(self._writer.snapshot))

    async def append(self, drafts: Sequence[AnyDraft]) -> list[Outcome]:
        """Store a batch in one transaction; return an outcome for each draft, in order.

        Batches are stored in the order of the calls.  One that was begun is also stored and
        watched if its caller is cancelled.
        """
        done = asyncio.wrap_future(self._writing.submit(self._writer.append, tuple(drafts)))
        done.add_done_callback(self._publish)
        # wait() leaves the future alone when it is cancelled.
        await asyncio.wait((done,))
        return done.result().outcomes

    def watch(self) -> Watch:
        """Yield every batch of events committed from now on, in order of seq."""
        return self._tail.watch(self._reread)

    async def read(
        self, spans: Sequence[tuple[str, Interval]], *, max_events: int, max_bytes: int
    ) -> Slice:
        """Read the first events of these stretches of rooms, together in order of seq."""
        recent = self._recent.read(spans, max_events=max_events, max_bytes=max_bytes)
        if recent is not None:
            return recent
        return await asyncio.wrap_future(
            self._reading.submit(self._reader.read, tuple(spans), max_events, max_bytes)
        )

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
        return await asyncio.wrap_future(
            self._reading.submit(
                self._reader.page,
                room,
                tuple(within),
                reader=reader,
                before=before,
                after=after,
                limit=limit,
                max_bytes=max_bytes,
            )
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
        return await asyncio.wrap_future(
            self._reading.submit(
                self._reader.pinned,
                room,
                tuple(within),
                reader=reader,
                before=before,
                max_bytes=max_bytes,
            )
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
        searched = Searched(criteria, dict(within), before, limit, max_bytes)
        return await asyncio.wrap_future(self._reading.submit(self._reader.search, searched))

    async def index(self) -> bool:
        """Prepare a few more events for being searched; tell whether there may be more."""
        done = asyncio.wrap_future(self._writing.submit(self._writer.index))
        done.add_done_callback(self._note_lost)
        await asyncio.wait((done,))
        return done.result()

    async def target(self, seq: int, account: str) -> Target | None:
        """Return what a request of an account about an event is judged by."""
        return await asyncio.wrap_future(self._reading.submit(self._reader.target, seq, account))

    async def picture(self, account: str) -> bytes | None:
        """Return the picture of an account."""
        return await asyncio.wrap_future(self._reading.submit(self._reader.picture, account))

    async def unread(
        self, account: str, rooms: Sequence[tuple[str, int]], *, upto: int
    ) -> list[Unread]:
        """Count what an account has not read of rooms, in the order given."""
        return await asyncio.wrap_future(
            self._reading.submit(self._reader.unread, account, tuple(rooms), upto)
        )

    async def audit(self, *, before: int | None = None, limit: int) -> list[Deed]:
        """Read the audit log, newest first: the newest entries, or those before a number."""
        return await asyncio.wrap_future(self._reading.submit(self._reader.audit, before, limit))

    async def reports(
        self,
        *,
        before: int | None = None,
        limit: int,
        rooms: Collection[str] | None = None,
        resolved: bool = False,
    ) -> list[Reported]:
        """Read reports, newest first: the newest, or those before a number."""
        return await asyncio.wrap_future(
            self._reading.submit(self._reader.reports, before, limit, rooms, resolved=resolved)
        )

    async def report(self, number: int) -> Reported | None:
        """Return the report of a number, as of the last commit."""
        return await asyncio.wrap_future(self._reading.submit(self._reader.report, number))

    async def find(self, keys: Sequence[RequestKey]) -> list[Repeat | None]:
        """Return of each request what it made, if one with its asker and id is stored."""
        return await asyncio.wrap_future(self._reading.submit(self._reader.find, tuple(keys)))

    async def forget(self) -> Forgotten:
        """Take the names of deleted accounts out of a few more events."""
        done = asyncio.wrap_future(self._writing.submit(self._writer.forget))
        done.add_done_callback(self._blank)
        await asyncio.wait((done,))
        return done.result().forgotten

    async def remove(self, room: str, keep: Keep, *, now_ms: int, upto: int) -> Removed:
        """Remove what was said in a room and is not to be kept, oldest first.

        It is looked for by the reader and removed by the writer, a few events at a time.
        """
        shown, upto = upto, min(upto, await self._surplus_of(room, keep, now_ms))
        events = size = last = 0
        after: int | None = 0 if upto else None
        while after is not None:
            step = self._writing.submit(
                self._writer.remove, room, after=after, upto=upto, shown=shown
            )
            done = asyncio.wrap_future(step)
            done.add_done_callback(self._forget)
            await asyncio.wait((done,))
            removed, after = done.result()
            events += removed.events
            size += removed.size
            last = max(last, removed.last)
        return Removed(events, size, last)

    async def _surplus_of(self, room: str, keep: Keep, now_ms: int) -> int:
        """Return the newest seq in a room that is not to be kept, 0 where there is none."""
        upto = 0
        place: int | None
        if keep.age_ms is not None:
            cutoff = await asyncio.wrap_future(
                self._reading.submit(self._surplus.cutoff, keep.age_ms, now_ms, self.head())
            )
            place = None if cutoff is None else 0
            while cutoff is not None and place is not None:
                found, place, _ = await asyncio.wrap_future(
                    self._reading.submit(self._surplus.old, room, place, cutoff, now_ms)
                )
                upto = max(upto, found)
        if keep.size is not None:
            place, left = OPEN, keep.size
            while place is not None:
                found, place, left = await asyncio.wrap_future(
                    self._reading.submit(self._surplus.large, room, place, left)
                )
                upto = max(upto, found)
        return upto

    def _open_for_writing(self) -> None:
        lock = hold(self._directory)
        self._writing.resources.callback(lock.release)
        db = open_database(self._directory)
        self._writer = Writer(db)
        self._writing.resources.callback(self._writer.close)
        self.server, self.secret, epochs = load_identity(db)
        self._tail = Tail(self._writer.head, epochs)
        self._recent = Recent(self._writer.head)

    def _open_for_reading(self) -> None:
        db = open_for_reading(self._directory)
        self._reader = Reader(db)
        self._surplus = Surplus(db)
        self._reading.resources.callback(self._reader.close)

    async def _reread(self, after: int, upto: int) -> list[Stored]:
        return await asyncio.wrap_future(self._reading.submit(self._reader.since, after, upto))

    def _publish(self, done: asyncio.Future[Committed]) -> None:
        if self._note_lost(done):
            return
        committed = done.result()
        if committed.events:
            self._recent.add(committed.events)
            self._recent.blank(committed.blanked)
            self._tail.add(committed.events, committed.epoch)

    def _blank(self, done: asyncio.Future[ForgetStep]) -> None:
        if not self._note_lost(done):
            self._recent.blank(done.result().changed)

    def _forget(self, done: asyncio.Future[Step]) -> None:
        if not self._note_lost(done):
            self._recent.forget(done.result().removed.last)

    def _note_lost(self, done: asyncio.Future[Any]) -> bool:
        """Tell whether some writing failed, and note where nobody can tell what is on disk."""
        error = done.exception()
        self._lost = self._lost or isinstance(error, StoreLostError)
        return error is not None

    async def _close(self) -> None:
        # The connection that is closed last empties the write-ahead log into the database.
        # Not so where it is unknown what is on disk: the reader cannot write, and the next
        # start reads of the log what is whole.
        first, last = self._reading, self._writing
        if self._lost:
            first, last = last, first
        closed = first.stop()
        closing = [asyncio.wrap_future(future) for future in (closed, last.stop(closed))]
        await asyncio.wait(closing)
        for future in closing:
            future.result()
