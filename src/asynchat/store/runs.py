"""What is said, stored many messages at a time: most of a busy log comes this way.

A batch is mostly messages that change nothing besides.  Of those in a row each table takes all by
one statement, which costs half of what they cost one after the other.  Used by the writer, within
its transaction.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final, cast

from msgspec.structs import replace

from asynchat.chat.drafts import Draft
from asynchat.messages import Said, encode
from asynchat.store.frames import checksum
from asynchat.store.interface import Stored

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asynchat.chat.drafts import AnyDraft

INSERT_REQUEST: Final = "INSERT INTO requests (asker, id, seq, time, digest) VALUES (?, ?, ?, ?, ?)"
INSERT_EVENT: Final = (
    "INSERT INTO events (seq, room, crc, frame, about, author) VALUES (?, ?, ?, ?, ?, ?)"
)


def is_plain(draft: AnyDraft) -> bool:
    """Tell whether a draft is something that somebody asked to say, and no more.

    It mentions nobody and offers no file.
    """
    if not isinstance(draft, Draft) or draft.asker is None:
        return False
    event = draft.event
    return (
        isinstance(event, Said)
        and event.id is not None
        and not (event.mentions or event.everyone or event.file)
    )


class Runs:
    """Stores plain messages in a row."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._rooms: dict[str, int] = {}

    def put(self, drafts: Sequence[AnyDraft], head: int) -> list[Stored] | None:
        """Store messages after ``head``, all of which `is_plain`.

        None, with nothing stored, where one is a repeat or has no room: then each is to be
        looked at alone.
        """
        stored: list[Stored] = []
        requests: list[tuple[object, ...]] = []
        events: list[tuple[object, ...]] = []
        for seq, draft in enumerate(cast("Sequence[Draft]", drafts), head + 1):
            event = replace(draft.event, seq=seq)
            room = self._rooms.get(event.room) or self._find(event.room)
            if room is None:
                return None
            frame = encode(event)
            stored.append(Stored(event, frame))
            requests.append((draft.asker, event.id, seq, event.time, draft.digest))
            events.append((seq, room, checksum(frame), frame, None, event.account))
        self._db.execute("SAVEPOINT run")
        try:
            self._db.executemany(INSERT_REQUEST, requests)
        except sqlite3.IntegrityError:
            self._db.execute("ROLLBACK TO run")
            self._db.execute("RELEASE run")
            return None
        self._db.execute("RELEASE run")
        self._db.executemany(INSERT_EVENT, events)
        return stored

    def forget(self) -> None:
        """Forget which rooms there are: one may have been made by what was undone."""
        self._rooms.clear()

    def _find(self, name: str) -> int | None:
        row = self._db.execute("SELECT id FROM rooms WHERE name = ?", (name,)).fetchone()
        if row is None:
            return None
        # Its row stays the same for as long as there is the database.
        self._rooms[name] = row[0]
        return self._rooms[name]
