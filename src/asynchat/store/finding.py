"""Finding what was said: the index proposes, the log decides.

What is not indexed yet is looked through as it is.  One search looks at so many messages, and
takes about so long; then it ends, with the seq before which to go on.  Used by the reader's
thread, within a transaction.
"""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from heapq import merge
from typing import TYPE_CHECKING, Final

from asynchat.chat.state import OPEN
from asynchat.errors import ChatError
from asynchat.messages import Edited, Said, decode_event
from asynchat.store.frames import intact
from asynchat.store.index import EDITED, LINK, author_tag, indexed_upto, room_tag
from asynchat.store.interface import DamagedError, Found, Stored
from asynchat.store.surplus import DAY_MS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

    from asynchat.chat.searching import Criteria, Phrase
    from asynchat.chat.state import Interval

LOOKED_AT: Final = 1_000
"""How many messages one search looks at."""
WINDOW: Final = 2_000_000
"""How many seqs the index is asked for at first; then for twice as many, and so on."""
MAX_S: Final = 0.05
"""After how many seconds no new window is begun."""
ROOMS_NAMED: Final = 64
"""In more rooms than this it is faster to look where a message was said."""

_INDEXED: Final = (
    "SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC"
)
_SAID: Final = (
    "SELECT seq FROM events WHERE seq BETWEEN ? AND ? AND author IS NOT NULL ORDER BY seq DESC"
)
_SAID_IN: Final = (
    "SELECT seq FROM events WHERE room = ? AND about IS NULL AND seq BETWEEN ? AND ?"
    " AND author IS NOT NULL ORDER BY seq DESC"
)
_EDITED: Final = (
    "SELECT about FROM (SELECT about, frame FROM events WHERE seq > ? ORDER BY seq DESC LIMIT ?)"
    " WHERE about < ? AND about <= ? AND substr(frame, 1, ?) = ?"
)
_ONE: Final = "SELECT room, frame, crc, edited FROM events WHERE seq = ?"
_TEXT: Final = "SELECT frame, crc FROM events WHERE seq = ?"


@dataclass(frozen=True, slots=True)
class Searched:
    """What is searched for, in which rooms, and which stretches of the log may be read of each."""

    criteria: Criteria
    within: Mapping[str, Sequence[Interval]]
    before: int | None
    limit: int
    max_bytes: int


def find_said(
    db: sqlite3.Connection, searched: Searched, time_at: Callable[[int], int | None]
) -> Found:
    """Find as `Store.search` does; ``time_at`` returns the time of the newest event up to a seq."""
    search = _Search(db, searched)
    low, high = _bounds(searched, time_at, search.head)
    with closing(search.proposed(low, high)) as proposed:
        return search.take(proposed)


class _Search:
    """One search in one database."""

    def __init__(self, db: sqlite3.Connection, searched: Searched) -> None:
        self._db = db
        self._searched = searched
        self._rooms = {
            number: searched.within[name]
            for number, name in db.execute("SELECT id, name FROM rooms")
            if name in searched.within
        }
        self._began = time.perf_counter()
        self._damaged: list[int] = []
        self.head: int = db.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()[0]

    def proposed(self, low: int, high: int) -> Generator[tuple[int, bool], None, None]:
        """Yield seqs of what may have been said, newest first.

        Each comes with True; a seq with False is not to be looked at: one got so far.
        """
        query = _query(self._searched.criteria, list(self._rooms))
        indexed = indexed_upto(self._db) if query is not None else 0
        yield from ((seq, True) for seq in self._looking(max(low, indexed + 1), high))
        if query is None:
            return
        # Of what was edited lately the index has another text.
        edited = {
            about
            for (about,) in self._db.execute(
                _EDITED, (indexed, LOOKED_AT, high + 1, indexed, len(EDITED), EDITED)
            )
            if about >= low
        }
        anew = ((seq, True) for seq in sorted(edited, reverse=True))
        known = self._indexed(query, low, min(high, indexed))
        before: tuple[int, bool] | None = None
        for proposal in merge(anew, known, reverse=True):
            if proposal != before:
                yield proposal
            before = proposal

    def take(self, proposed: Iterator[tuple[int, bool]]) -> Found:
        """Return what fits among what is proposed, as much as one answer takes."""
        searched = self._searched
        events: list[Stored] = []
        later: list[Stored] = []
        size = looked_at = 0
        last: int | None = None
        ahead: int | None = None
        for seq, is_message in proposed:
            if not is_message or looked_at == LOOKED_AT:
                ahead = seq + 1 if is_message else seq
                break
            looked_at += 1
            found = self._look(seq)
            if found is None:
                continue
            size += sum(len(stored.frame) for stored in found)
            if len(events) == searched.limit or (events and size > searched.max_bytes):
                ahead = last
                break
            events.append(found[0])
            later += found[1:]
            last = seq
        damaged = tuple(seq for seq in self._damaged if ahead is None or seq >= ahead)
        return Found(events, tuple(later), ahead, damaged)

    def _look(self, seq: int) -> list[Stored] | None:
        """Return a message that fits, and its newest edit if it has one."""
        row = self._db.execute(_ONE, (seq,)).fetchone()
        if row is None:
            return None
        room, frame, crc, edited = row
        within = self._rooms.get(room, ())
        if not _sees(within, seq) or (edited is not None and not _sees(within, edited)):
            return None
        try:
            found = [self._stored(seq, frame, crc)]
            if edited is not None:
                found.append(self._stored(edited, *self._db.execute(_TEXT, (edited,)).fetchone()))
        except DamagedError:
            self._damaged.append(seq)
            return None
        said, newest = found[0].event, found[-1].event
        if not isinstance(said, Said) or said.redacted or not isinstance(newest, Said | Edited):
            return None
        return found if self._searched.criteria.fits(said, newest.text) else None

    def _stored(self, seq: int, frame: object, crc: object) -> Stored:
        whole = intact(seq, frame, crc)
        try:
            return Stored(decode_event(whole), whole)
        except ChatError:
            raise DamagedError(seq) from None

    def _looking(self, low: int, high: int) -> Iterator[int]:
        """Yield the seqs of all that was said, by the rows themselves."""
        if len(self._rooms) == 1:
            asked: tuple[int, ...] = (*self._rooms, low, high)
            rows = self._db.execute(_SAID_IN, asked)
        else:
            rows = self._db.execute(_SAID, (low, high))
        with closing(rows):
            yield from (seq for (seq,) in rows)

    def _indexed(self, query: str, low: int, high: int) -> Iterator[tuple[int, bool]]:
        """Yield what the index has, a window after the other, for as long as there is time."""
        width = WINDOW
        late = False
        while high >= low and not late:
            bottom = max(low, high - width + 1)
            with closing(self._db.execute(_INDEXED, (query, bottom, high))) as rows:
                yield from ((seq, True) for (seq,) in rows)
            high = bottom - 1
            width *= 2
            late = time.perf_counter() - self._began > MAX_S
        if high >= low:
            yield high + 1, False


def _query(criteria: Criteria, rooms: list[int]) -> str | None:
    """Return what to ask of the index; None where it would be everything.

    Whatever was typed is in it only as words, which have no quotes.
    """
    parts = [_quoted(phrase) for phrase in criteria.phrases]
    if criteria.account is not None:
        parts.append(f'"{author_tag(criteria.account)}"')
    if criteria.link:
        parts.append(f'"{LINK}"')
    if parts and len(rooms) <= ROOMS_NAMED:
        parts.insert(0, "(" + " OR ".join(f'"{room_tag(room)}"' for room in rooms) + ")")
    return " AND ".join(parts) if parts and rooms else None


def _quoted(phrase: Phrase) -> str:
    return '"' + " ".join(phrase.words) + '"' + (" *" if phrase.prefix else "")


def _bounds(searched: Searched, time_at: Callable[[int], int | None], head: int) -> tuple[int, int]:
    """Return between which seqs to look.

    Times may go back a little, so that a day is looked at on each side.
    """
    criteria = searched.criteria
    low, high = 0, OPEN - 1 if searched.before is None else searched.before - 1
    if criteria.until is not None:
        high = min(high, _first_from(criteria.until + DAY_MS, time_at, head))
    if criteria.since is not None:
        low = _first_from(criteria.since - DAY_MS, time_at, head)
    return low, high


def _first_from(ms: int, time_at: Callable[[int], int | None], head: int) -> int:
    """Return a seq before which all is older than a time, as far as times grow."""
    low, high = 0, head + 1
    while high - low > 1:
        middle = (low + high) // 2
        when = time_at(middle)
        if when is None or when < ms:
            low = middle
        else:
            high = middle
    return high


def _sees(within: Sequence[Interval], seq: int) -> bool:
    return any(seq in interval for interval in within)
