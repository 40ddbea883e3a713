"""Taking the names of deleted accounts out of the log, a few events at a time.

Called within a transaction of the writer's connection.  Frames are append-only but for
this and for deletions: the seqs stay, and so does what was said, unless that is to go, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from msgspec.structs import replace

from asynchat.messages import Created, decode_event, encode
from asynchat.store.frames import checksum, intact
from asynchat.store.interface import DamagedError, Forgotten, Stored

if TYPE_CHECKING:
    import sqlite3

    from asynchat.chat.drafts import ForgetDraft
    from asynchat.messages import AnyEvent

LOOKED_AT: Final = 500
"""How many events one transaction looks at: a few milliseconds, in which no append is stored."""
SAID_AT_ONCE: Final = 100
"""How many messages are told at once that are to be deleted."""


class Step(NamedTuple):
    """What one transaction did, and the events whose frames it changed."""

    forgotten: Forgotten
    changed: list[Stored]


def put_forgetting(db: sqlite3.Connection, draft: ForgetDraft) -> None:
    """Note that an account is to be forgotten."""
    db.execute(
        "INSERT OR IGNORE INTO forgetting (account, blank, upto) VALUES (?, ?, 0)",
        (draft.account, draft.blank),
    )


def forget_next(db: sqlite3.Connection) -> Step:
    """Take the name of one account out of the events that come next.

    It goes on behind them once nothing there is left to be deleted.
    """
    row = db.execute("SELECT account, blank, upto FROM forgetting ORDER BY account").fetchone()
    if row is None:
        return Step(Forgotten(), [])
    account, blank, upto = row
    rows = db.execute(
        "SELECT seq, frame, crc FROM events WHERE seq > ? ORDER BY seq LIMIT ?", (upto, LOOKED_AT)
    ).fetchall()
    last = rows[-1][0] if rows else upto
    changed = _without_name(db, rows, account)
    said = db.execute(
        "SELECT rooms.name, seq FROM events JOIN rooms ON rooms.id = events.room"
        " WHERE seq > ? AND seq <= ? AND author = ? AND redacted IS NULL ORDER BY seq LIMIT ?",
        (upto, last, account, SAID_AT_ONCE),
    ).fetchall()
    if blank and said:
        return Step(Forgotten(account, tuple(said), more=True), changed)
    if len(rows) == LOOKED_AT:
        db.execute("UPDATE forgetting SET upto = ? WHERE account = ?", (last, account))
    else:
        db.execute("DELETE FROM forgetting WHERE account = ?", (account,))
    return Step(Forgotten(more=True), changed)


def unnamed(event: AnyEvent, account: str) -> AnyEvent:
    """Return an event without the name of an account."""
    fields: dict[str, Any] = {}
    if event.account == account and event.sender:
        fields["sender"] = ""
    if getattr(event, "by", None) == account and getattr(event, "by_name", None) is not None:
        fields["by_name"] = None
    if isinstance(event, Created) and any(one.account == account for one in event.people):
        fields["people"] = tuple(
            replace(one, name=None, was=None) if one.account == account else one
            for one in event.people
        )
    return replace(event, **fields) if fields else event


def _without_name(
    db: sqlite3.Connection, rows: list[tuple[int, object, object]], account: str
) -> list[Stored]:
    mark = account.encode()
    changed: list[Stored] = []
    for seq, frame, crc in rows:
        try:
            whole = intact(seq, frame, crc)
        except DamagedError:
            continue  # nobody is shown it
        if mark not in whole:
            continue
        event = unnamed(decode_event(whole), account)
        stored = Stored(event, encode(event))
        if stored.frame != whole:
            db.execute(
                "UPDATE events SET frame = ?, crc = ? WHERE seq = ?",
                (stored.frame, checksum(stored.frame), seq),
            )
            changed.append(stored)
    return changed
