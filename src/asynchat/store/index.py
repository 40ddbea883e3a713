"""The index that search goes by: the words of what was said, kept by the writer.

It follows the log, in order, up to the seq in ``meta``, a few events at a time: until then it
is as if the log ended there.  A message stands in it with its newest text of that part.  What is
deleted or removed is taken out at once, in the transaction that does so.

It only proposes: `finding` looks at each message before it is shown.  So where damage hides what
stood in it of a message, that is left as it is.  Functions are called within a transaction of the
writer's connection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asynchat.chat.searching import has_link, words_of
from asynchat.errors import ChatError
from asynchat.messages import Edited, Said, decode_event
from asynchat.store.frames import SAID, intact
from asynchat.store.interface import DamagedError

if TYPE_CHECKING:
    import sqlite3

    from asynchat.messages import AnyEvent

INDEXED_AT_ONCE: Final = 250
"""How many events one transaction takes in: a few milliseconds, in which no append is stored."""

EDITED: Final = b'{"type":"edited",'
"""What the frame of an edit begins with, and that of nothing else."""

LINK: Final = ":l"

_NEXT: Final = "SELECT seq, room, frame, crc FROM events WHERE seq > ? ORDER BY seq LIMIT ?"
_EDITS: Final = (
    "SELECT seq, frame, crc FROM events WHERE about = ? AND seq <= ? AND substr(frame, 1, ?) = ?"
    " ORDER BY seq DESC LIMIT 1"
)


def room_tag(room: int) -> str:
    """Return what stands for a room among the words; no word has a colon."""
    return f":r{room}"


def author_tag(account: str) -> str:
    """Return what stands for an author among the words, where case does not count."""
    return f":u{account.encode().hex()}"


def document(room: int, account: str, text: str) -> str:
    """Return what is indexed of a message: tags and words, a space between."""
    tags = [room_tag(room), author_tag(account)]
    if has_link(text):
        tags.append(LINK)
    return " ".join(tags + words_of(text))


def indexed_upto(db: sqlite3.Connection) -> int:
    """Return the seq up to which the log is indexed."""
    (seq,) = db.execute("SELECT value FROM meta WHERE key = 'indexed'").fetchone()
    return int(seq)


def index_next(db: sqlite3.Connection) -> bool:
    """Index what comes next in the log; tell whether there may be more."""
    rows = db.execute(_NEXT, (indexed_upto(db), INDEXED_AT_ONCE)).fetchall()
    for seq, room, frame, crc in rows:
        event = _event(seq, frame, crc)
        if isinstance(event, Said) and not event.redacted:
            _put(db, seq, document(room, event.account, event.text))
        elif isinstance(event, Edited) and not event.redacted:
            before = indexed_document(db, event.about, seq - 1)
            if before is not None:
                _take(db, event.about, before)
                _put(db, event.about, document(room, event.account, event.text))
    if rows:
        db.execute("UPDATE meta SET value = ? WHERE key = 'indexed'", (rows[-1][0],))
    return len(rows) == INDEXED_AT_ONCE


def unindex(db: sqlite3.Connection, seq: int) -> None:
    """Take a message out of the index, while its text and those of its edits are still there."""
    upto = indexed_upto(db)
    there = indexed_document(db, seq, upto) if seq <= upto else None
    if there is not None:
        _take(db, seq, there)


def indexed_document(db: sqlite3.Connection, seq: int, upto: int) -> str | None:
    """Return what is indexed of a message once the log is up to a seq.

    None where it is not there, or blank, or nobody can tell.
    """
    row = db.execute("SELECT room, frame, crc FROM events WHERE seq = ?", (seq,)).fetchone()
    if row is None:
        return None
    room, *stored = row
    said = _event(seq, *stored)
    if not isinstance(said, Said) or said.redacted:
        return None
    text = said.text
    for edit, frame, crc in db.execute(_EDITS, (seq, upto, len(EDITED), EDITED)).fetchall():
        edited = _event(edit, frame, crc)
        if not isinstance(edited, Edited):
            return None
        text = edited.text
    return document(room, said.account, text)


def _put(db: sqlite3.Connection, seq: int, words: str) -> None:
    db.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (seq, words))


def _take(db: sqlite3.Connection, seq: int, words: str) -> None:
    db.execute("INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)", (seq, words))


def _event(seq: int, frame: object, crc: object) -> AnyEvent | None:
    """Return something said or an edit, None for anything else or where it is damaged."""
    if not isinstance(frame, bytes) or not frame.startswith((SAID, EDITED)):
        return None
    try:
        return decode_event(intact(seq, frame, crc))
    except (DamagedError, ChatError):
        return None
