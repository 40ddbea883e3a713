"""Removing what was said, and noting which seqs are missing on purpose.

Called within a transaction of the writer's connection.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from asynchat.store.about import forget
from asynchat.store.frames import SAID, intact
from asynchat.store.index import unindex
from asynchat.store.interface import DamagedError, Removed

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

REMOVED_AT_ONCE: Final = 250
"""How many events one transaction looks at: a few milliseconds, in which no append is stored."""

_OF_ROOM: Final = (
    "SELECT seq, frame, crc FROM events WHERE room = ? AND seq > ? AND seq <= ?"
    " ORDER BY seq LIMIT ?"
)


class Step(NamedTuple):
    """What one transaction removed, and after which seq to go on, None where it is done."""

    removed: Removed
    after: int | None


def remove_said(db: sqlite3.Connection, room: str, *, after: int, upto: int, shown: int) -> Step:
    """Remove what was said in a room between two seqs, as much as one transaction takes.

    What is about it goes along as far as ``shown``.

    What is damaged stays: nobody can tell what it was.
    """
    row = db.execute("SELECT id, removed FROM rooms WHERE name = ?", (room,)).fetchone()
    if row is None:
        return Step(Removed(), None)
    number, removed = row
    rows = db.execute(_OF_ROOM, (number, max(after, removed), upto, REMOVED_AT_ONCE)).fetchall()
    sizes = {seq: len(frame) for seq, frame, crc in rows if _is_said(seq, frame, crc)}
    seqs = list(sizes)
    if seqs:
        db.execute("UPDATE rooms SET removed = ? WHERE id = ?", (seqs[-1], number))
        sizes |= _about(db, number, seqs, shown)
        for seq in seqs:
            unindex(db, seq)
            forget(db, seq)
        seqs = sorted(sizes)
        db.executemany("DELETE FROM events WHERE seq = ?", ((seq,) for seq in seqs))
        for first, last in stretches(seqs):
            _note(db, first, last)
    what = Removed(len(seqs), sum(sizes.values()), seqs[-1] if seqs else 0)
    return Step(what, rows[-1][0] if len(rows) == REMOVED_AT_ONCE else None)


def _about(db: sqlite3.Connection, room: int, seqs: Sequence[int], shown: int) -> dict[int, int]:
    """Return the sizes of the events about others, but for the newest event of the room."""
    (newest,) = db.execute("SELECT max(seq) FROM events WHERE room = ?", (room,)).fetchone()
    found: dict[int, int] = {}
    for seq in seqs:
        found |= db.execute(
            "SELECT seq, length(frame) FROM events WHERE about = ? AND seq <= ? AND seq < ?",
            (seq, shown, newest),
        ).fetchall()
    return found


def stretches(seqs: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield ascending seqs as stretches without gaps, first and last."""
    for _, places in groupby(enumerate(seqs), key=lambda place: place[1] - place[0]):
        stretch = [seq for _, seq in places]
        yield stretch[0], stretch[-1]


def _note(db: sqlite3.Connection, first: int, last: int) -> None:
    """Note that a stretch was removed, as one with those that it touches."""
    before = db.execute(
        "SELECT first, last FROM removed WHERE first < ? ORDER BY first DESC LIMIT 1", (first,)
    ).fetchone()
    if before is not None and before[1] == first - 1:
        first = before[0]
    behind = db.execute("SELECT last FROM removed WHERE first = ?", (last + 1,)).fetchone()
    if behind is not None:
        db.execute("DELETE FROM removed WHERE first = ?", (last + 1,))
        last = behind[0]
    db.execute("INSERT OR REPLACE INTO removed (first, last) VALUES (?, ?)", (first, last))


def _is_said(seq: int, frame: object, crc: object) -> bool:
    try:
        return intact(seq, frame, crc).startswith(SAID)
    except DamagedError:
        return False
