"""Which of what was said in a room is not to be kept any more.

`cutoff` says what is old, for every store.  `Surplus` looks for it in a database, a few events
at a time, so that other readers come in between; it is used by the reader's thread only.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from asynchat.chat.state import OPEN
from asynchat.store.failures import refusal
from asynchat.store.frames import SAID, intact
from asynchat.store.interface import DamagedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DAY_MS: Final = 24 * 60 * 60 * 1000
LOOKED_AT_ONCE: Final = 500

_OF_ROOM: Final = (
    "SELECT seq, frame, crc FROM events WHERE room = ? AND seq > ? ORDER BY seq LIMIT ?"
)
_SIZES: Final = (
    "SELECT seq, length(frame), substr(frame, 1, ?) FROM events"
    " WHERE room = ? AND seq > ? AND seq < ? ORDER BY seq DESC LIMIT ?"
)
_AT: Final = "SELECT seq, frame, crc FROM events WHERE seq <= ? ORDER BY seq DESC LIMIT 1"


class _Timed(msgspec.Struct, frozen=True):
    time: int


_timed: Final = msgspec.json.Decoder(_Timed)


class Looked(NamedTuple):
    """What a look at some events found: ``upto`` is the newest seq that is to go, 0 for none.

    ``place`` is where the next look goes on, None where there is no need for one.  ``left`` are
    the bytes that may still be kept of what is older.
    """

    upto: int
    place: int | None
    left: int = 0


def cutoff(age_ms: int, now_ms: int, head: int, time_at: Callable[[int], int | None]) -> int | None:
    """Return the time before which all is older than ``age_ms``, None where nothing can be.

    A clock that is a year ahead would make everything old.  So what it says counts only as far as
    the log bears it out: up to half of ``age_ms``, at most a day, after an event that is itself
    so long ago.  After a leap there is that much time to set the clock right, also across
    restarts; and where nothing happens, nothing grows old.

    ``time_at`` returns the time of the newest event up to a seq, None where there is none.
    """
    trusted_ms = min(DAY_MS, age_ms // 2)
    low, high = 0, head + 1
    newest: int | None = None
    # The times need not be in order: any event that is long enough ago will do.
    while high - low > 1:
        middle = (low + high) // 2
        time = time_at(middle)
        if time is None or time > now_ms:  # told by a clock that was ahead: it says nothing
            low = middle
        elif time <= now_ms - trusted_ms:
            low, newest = middle, time
        else:
            high = middle
    return None if newest is None else min(now_ms, newest + trusted_ms) - age_ms


class Surplus:
    """Looks into one database."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def cutoff(self, age_ms: int, now_ms: int, head: int) -> int | None:
        """Return what the function of this name does for this log."""
        with _refused():
            return cutoff(age_ms, now_ms, head, self.time_at)

    def old(self, room: str, after: int, cutoff_ms: int, now_ms: int) -> Looked:
        """Look for what is older than a time among the events of a room after a seq."""
        with _refused():
            number, removed = self._room(room)
            rows = self._db.execute(
                _OF_ROOM, (number, max(after, removed), LOOKED_AT_ONCE)
            ).fetchall()
        upto = 0
        for seq, frame, crc in rows:
            time = _time_of(seq, frame, crc) if _is_said(frame) else None
            # A time yet to come is a clock's error: it goes with what was said after it.
            if time is None or time > now_ms:
                continue
            if time >= cutoff_ms:
                return Looked(upto, None)
            upto = seq
        return Looked(upto, rows[-1][0] if len(rows) == LOOKED_AT_ONCE else None)

    def large(self, room: str, before: int, left: int) -> Looked:
        """Look for where the newest events of a room, those before a seq, are over their bytes."""
        with _refused():
            number, removed = self._room(room)
            rows = self._db.execute(
                _SIZES, (len(SAID), number, removed, before, LOOKED_AT_ONCE)
            ).fetchall()
        for seq, size, beginning in rows:
            if beginning == SAID:
                left -= size
                if left < 0:
                    return Looked(seq, None)
        return Looked(0, rows[-1][0] if len(rows) == LOOKED_AT_ONCE else None, left)

    def _room(self, name: str) -> tuple[int, int]:
        """Return a room's row, and the newest seq that was removed of it."""
        row = self._db.execute("SELECT id, removed FROM rooms WHERE name = ?", (name,)).fetchone()
        return (0, OPEN) if row is None else (row[0], row[1])

    def time_at(self, seq: int) -> int | None:
        """Return the time of the newest event up to a seq, None where there is none."""
        while (row := self._db.execute(_AT, (seq,)).fetchone()) is not None:
            time = _time_of(*row)
            if time is not None:
                return time
            seq = row[0] - 1
        return None


def _is_said(frame: object) -> bool:
    return isinstance(frame, bytes) and frame.startswith(SAID)


def _time_of(seq: int, frame: object, crc: object) -> int | None:
    """Return the time of an event, None where it is damaged."""
    try:
        return _timed.decode(intact(seq, frame, crc)).time
    except DamagedError:
        return None


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise refusal(error) from error
