"""What stands in the tables about something said: edits, deletions, reactions, pins.

The event that was said is a row of ``events`` whose ``about`` is NULL.  In it ``later`` is the
seq of the newest event about it, of any kind, ``edited`` and ``redacted`` those of its newest
edit and of its deletion; all are NULL where there is none.  Functions that change something are
called within a transaction of the writer's connection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec.structs import replace

from asynchat.chat.asking import Target
from asynchat.messages import (
    Edited,
    Pinned,
    Reacted,
    Redacted,
    Said,
    Tally,
    decode_event,
    encode,
)
from asynchat.store.frames import checksum, intact
from asynchat.store.held import withdraw
from asynchat.store.index import unindex
from asynchat.store.interface import DamagedError, Excerpt, Stored

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from asynchat.chat.state import Interval
    from asynchat.messages import AnyAbout, AnyEvent

REACTIONS_NAMED: Final = 20
"""Of how many people who reacted to one message a page says who they are."""

_EDITS_LOOKED_AT: Final = 200
_TALLY_BYTES: Final = 250
"""A tally with the longest emoji, escaped."""

_Row = tuple[int, object, object]


class Later(NamedTuple):
    """What is shown with an event: the newest events about it, and how often each emoji."""

    events: tuple[Stored, ...] = ()
    tallies: tuple[Tally, ...] = ()

    @property
    def size(self) -> int:
        """Return about how many bytes of a page it takes."""
        return sum(len(stored.frame) for stored in self.events) + _TALLY_BYTES * len(self.tallies)


NOTHING_LATER: Final = Later()


def excerpt_of(
    events: list[Stored],
    later: Sequence[Later],
    *,
    more: bool,
    counted: int,
    damaged: Iterable[int] = (),
) -> Excerpt:
    """Return an excerpt of events and what is shown with each."""
    about = sorted((stored for one in later for stored in one.events), key=_seq)
    tallies = tuple(tally for one in later for tally in one.tallies)
    return Excerpt(events, more, tuple(damaged), tuple(about), tallies, counted)


def change(db: sqlite3.Connection, event: AnyAbout, room: int) -> list[Stored] | None:
    """Change what an event changes; return what it blanked, None where it cannot be.

    It cannot where another came first: it was judged by what the message was before.
    """
    row = db.execute(
        "SELECT redacted FROM events WHERE seq = ? AND room = ? AND about IS NULL",
        (event.about, room),
    ).fetchone()
    if row is None:
        return None
    redacted = row[0] is not None
    blanked: list[Stored] = []
    if isinstance(event, Edited):
        done = not redacted and _edit(db, event)
    elif isinstance(event, Redacted):
        done = not redacted
        blanked = _blank(db, event) if done else []
    elif redacted and event.on:
        done = False
    elif isinstance(event, Reacted):
        done = _react(db, event)
    else:
        done = _pin(db, event, room)
    if not done:
        return None
    db.execute("UPDATE events SET later = ? WHERE seq = ?", (event.seq, event.about))
    return blanked


def forget(db: sqlite3.Connection, seq: int) -> None:
    """Take away what is noted about an event that is gone, or blank."""
    db.execute("DELETE FROM reactions WHERE about = ?", (seq,))
    db.execute("DELETE FROM pins WHERE about = ?", (seq,))
    db.execute("DELETE FROM mentions WHERE seq = ?", (seq,))
    withdraw(db, seq)


def blank_of(event: Said | Edited) -> Said | Edited:
    """Return something said as a deletion leaves it: it says nothing, to nobody."""
    blank = replace(event, text="", redacted=True)
    if not isinstance(blank, Said):
        return blank
    return replace(blank, mentions=(), everyone=False, file=None)


def load_target(db: sqlite3.Connection, seq: int, account: str) -> Target | None:
    """Return what a request about an event is judged by; None where there is no such event.

    Raise `DamagedError`.
    """
    row = db.execute(
        "SELECT rooms.name, rooms.id, frame, crc, edited, redacted FROM events"
        " JOIN rooms ON rooms.id = events.room WHERE seq = ? AND about IS NULL",
        (seq,),
    ).fetchone()
    if row is None:
        return None
    name, room, frame, crc, edited, redacted = row
    event = decode_event(intact(seq, frame, crc))
    if not isinstance(event, Said):
        return Target(seq, name, None)
    text = event.text
    if edited is not None:
        newest = _stored(db, edited).event
        text = newest.text if isinstance(newest, Edited) else text
    reactions = db.execute("SELECT emoji, account FROM reactions WHERE about = ?", (seq,))
    emoji: set[str] = set()
    mine: set[str] = set()
    for one, whose in reactions:
        emoji.add(one)
        if whose == account:
            mine.add(one)
    pins = [about for (about,) in db.execute("SELECT about FROM pins WHERE room = ?", (room,))]
    return Target(
        seq,
        name,
        event.account,
        text=text,
        redacted=redacted is not None,
        pinned=seq in pins,
        mine=frozenset(mine),
        emoji=frozenset(emoji),
        pinned_in_room=len(pins),
    )


def load_later(
    db: sqlite3.Connection,
    seq: int,
    within: Sequence[Interval],
    reader: str,
    damaged: list[int],
) -> Later:
    """Return what is shown with an event that has something about it, to a reader.

    ``within`` are the stretches of the log that the reader may see; ``damaged`` gets the seqs of
    what is not as it was written.
    """
    edited, redacted = db.execute(
        "SELECT edited, redacted FROM events WHERE seq = ?", (seq,)
    ).fetchone()
    wanted = [] if redacted is None else [redacted]
    if edited is not None:
        wanted.append(edited if _sees(within, edited) else _edit_within(db, seq, within))
    tallies = tuple(
        Tally(about=seq, emoji=emoji, count=count, mine=bool(mine))
        for emoji, count, mine in db.execute(
            "SELECT emoji, count(*), max(account = ?) FROM reactions WHERE about = ?"
            " GROUP BY emoji ORDER BY min(seq)",
            (reader, seq),
        )
    )
    wanted += (
        reacted
        for (reacted,) in db.execute(
            "SELECT seq FROM reactions WHERE about = ? ORDER BY seq DESC LIMIT ?",
            (seq, REACTIONS_NAMED),
        )
    )
    wanted += (pinned for (pinned,) in db.execute("SELECT seq FROM pins WHERE about = ?", (seq,)))
    events: list[Stored] = []
    for one in sorted(one for one in wanted if one and _sees(within, one)):
        try:
            events.append(_stored(db, one))
        except DamagedError:
            damaged.append(one)
    return Later(tuple(events), tallies)


def _edit(db: sqlite3.Connection, edited: Edited) -> bool:
    db.execute("UPDATE events SET edited = ? WHERE seq = ?", (edited.seq, edited.about))
    return True


def _react(db: sqlite3.Connection, reacted: Reacted) -> bool:
    key = (reacted.about, reacted.emoji, reacted.account)
    if reacted.on:
        changed = db.execute(
            "INSERT INTO reactions (about, emoji, account, seq) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (*key, reacted.seq),
        )
    else:
        changed = db.execute(
            "DELETE FROM reactions WHERE about = ? AND emoji = ? AND account = ?", key
        )
    return changed.rowcount > 0


def _pin(db: sqlite3.Connection, pinned: Pinned, room: int) -> bool:
    if pinned.on:
        changed = db.execute(
            "INSERT INTO pins (room, about, seq) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (room, pinned.about, pinned.seq),
        )
    else:
        changed = db.execute("DELETE FROM pins WHERE room = ? AND about = ?", (room, pinned.about))
    return changed.rowcount > 0


def _blank(db: sqlite3.Connection, redacted: Redacted) -> list[Stored]:
    """Blank a message and its edits; return them as they are now."""
    unindex(db, redacted.about)
    rows: list[_Row] = db.execute(
        "SELECT seq, frame, crc FROM events WHERE seq = ? OR about = ?",
        (redacted.about, redacted.about),
    ).fetchall()
    blanked: list[Stored] = []
    for seq, event in _events(iter(rows)):
        if isinstance(event, Said | Edited):
            blank = blank_of(event)
            stored = Stored(blank, encode(blank))
            db.execute(
                "UPDATE events SET frame = ?, crc = ? WHERE seq = ?",
                (stored.frame, checksum(stored.frame), seq),
            )
            blanked.append(stored)
    db.execute("UPDATE events SET redacted = ? WHERE seq = ?", (redacted.seq, redacted.about))
    forget(db, redacted.about)
    return blanked


def _edit_within(db: sqlite3.Connection, about: int, within: Sequence[Interval]) -> int:
    """Return the newest edit that a reader may see, 0 for none among the newest."""
    rows = db.execute(
        "SELECT seq, frame, crc FROM events WHERE about = ? ORDER BY seq DESC LIMIT ?",
        (about, _EDITS_LOOKED_AT),
    )
    seen = (row for row in rows if _sees(within, row[0]))
    return next((seq for seq, event in _events(seen) if isinstance(event, Edited)), 0)


def _events(rows: Iterator[_Row]) -> Iterator[tuple[int, AnyEvent]]:
    for seq, frame, crc in rows:
        try:
            yield seq, decode_event(intact(seq, frame, crc))
        except DamagedError:
            continue  # nobody is shown it


def _stored(db: sqlite3.Connection, seq: int) -> Stored:
    frame, crc = db.execute("SELECT frame, crc FROM events WHERE seq = ?", (seq,)).fetchone()
    whole = intact(seq, frame, crc)
    return Stored(decode_event(whole), whole)


def _seq(stored: Stored) -> int:
    return stored.event.seq


def _sees(within: Sequence[Interval], seq: int) -> bool:
    return any(seq in interval for interval in within)
