"""Everything the rules need, read from the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.chat.state import Room, State
from asynchat.store.interface import Snapshot
from asynchat.store.people import (
    load_accounts,
    load_guesses,
    load_invitations,
    load_revoked,
)
from asynchat.store.rooms import load_use
from asynchat.store.steering import read_blocks, read_restraints, read_settings

if TYPE_CHECKING:
    import sqlite3


def load_snapshot(db: sqlite3.Connection) -> Snapshot:
    """Read it; ``db`` must be in a transaction, or the only writer."""
    return Snapshot(
        load_head(db),
        _load_state(db),
        load_accounts(db),
        load_revoked(db),
        load_invitations(db),
        load_guesses(db),
        read_restraints(db),
        read_blocks(db),
        read_settings(db),
    )


def load_head(db: sqlite3.Connection) -> int:
    """Return the seq of the newest event, 0 where there is none."""
    (head,) = db.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()
    return int(head)


def _load_state(db: sqlite3.Connection) -> State:
    rooms = {
        number: Room(
            name,
            topic=topic,
            private=bool(private),
            direct=bool(direct),
            people=tuple(people.split()),
            head=head,
            read_only=bool(read_only),
            archived=bool(archived),
            slow_s=slow_s,
        )
        for (
            number,
            name,
            topic,
            private,
            direct,
            people,
            read_only,
            archived,
            slow_s,
            head,
        ) in db.execute(
            "SELECT id, name, topic, private, direct, people, read_only, archived, slow_s,"
            " max(removed, (SELECT coalesce(max(seq), 0) FROM events WHERE room = rooms.id))"
            " FROM rooms ORDER BY id"
        )
    }
    for number, account, first, last in db.execute(
        "SELECT room, account, first, last FROM stays ORDER BY first, account"
    ):
        room = rooms[number]
        room.open(account, first)
        if last is not None:
            room.close(account, last)
    load_use(db, rooms)
    state = State()
    for room in rooms.values():
        state.add(room)
    return state
