"""`asynchat-server export`: what was said, oldest first, for other programs and for people.

Events are read a few at a time, each time in a transaction of its own: memory stays bounded,
and a server that writes meanwhile is not held up.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from asynchat.chat.formats import jsonl, txt
from asynchat.chat.page import html
from asynchat.errors import ChatError
from asynchat.messages import Said, decode_event
from asynchat.store.failures import refusal
from asynchat.store.frames import intact, room_field
from asynchat.store.interface import DamagedError, Stored
from asynchat.store.opening import DATABASE_FILE
from asynchat.store.snapshot import load_head, load_snapshot
from asynchat.text import one_line, room_name
from asynchat.upkeep.opening import UpkeepError, open_log

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from asynchat.chat.formats import Form
    from asynchat.chat.state import Room
    from asynchat.messages import File

CHUNK_EVENTS: Final = 100

FORMATS: Final[dict[str, Form]] = {"jsonl": jsonl, "txt": txt, "html": html}

_OF_ALL: Final = (
    "SELECT seq, room, crc, frame FROM events WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?"
)
_OF_ONE: Final = (
    "SELECT seq, room, crc, frame FROM events WHERE seq > ? AND seq <= ? AND room = ?"
    " ORDER BY seq LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to export: ``rooms`` by name, or all public ones, or with ``everything`` all.

    ``since_ms`` is in ms since the Unix epoch; events whose time is before it are left out.
    """

    rooms: Sequence[str] = ()
    everything: bool = False
    since_ms: int | None = None
    form: str = "jsonl"


@dataclass(slots=True)
class Export:
    """An export of a data directory: iterate over it for its bytes.

    ``damaged`` has then the seqs of the events that were left out because they are, and ``files``
    what was offered in the others, once each.
    """

    data: Path
    wanted: Wanted
    damaged: set[int] = field(default_factory=set)
    files: dict[str, File] = field(default_factory=dict)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the export in pieces.  Raise `UpkeepError`."""
        with closing(open_log(self.data / DATABASE_FILE)) as db:
            try:
                yield from self._pieces(db)
            except sqlite3.Error as error:
                raise UpkeepError(f"The export stopped: {refusal(error).text}") from error

    def _pieces(self, db: sqlite3.Connection) -> Iterator[bytes]:
        rooms, titles = _rooms(db, self.wanted)
        # What is said from now on is not waited for, or the end might never come.
        head = load_head(db)

        def events(room: str | None = None) -> Iterator[Stored]:
            chosen = {number: name for number, name in rooms.items() if room in {None, name}}
            return self._events(db, chosen, head)

        yield from FORMATS[self.wanted.form](events, titles)

    def _events(self, db: sqlite3.Connection, rooms: dict[int, str], head: int) -> Iterator[Stored]:
        """Yield the events of some rooms in the order of the log."""
        query, numbers = (_OF_ONE, tuple(rooms)) if len(rooms) == 1 else (_OF_ALL, ())
        fields = {number: room_field(name) for number, name in rooms.items()}
        since_ms = self.wanted.since_ms
        after = 0
        while rows := db.execute(query, (after, head, *numbers, CHUNK_EVENTS)).fetchall():
            after = rows[-1][0]
            for seq, room, crc, frame in rows:
                if room not in fields:
                    continue
                try:
                    whole = intact(seq, frame, crc, fields[room])
                except DamagedError:
                    self.damaged.add(seq)
                    continue
                event = decode_event(whole)
                if since_ms is None or event.time >= since_ms:
                    if isinstance(event, Said) and event.file is not None:
                        self.files[event.file.id] = event.file
                    yield Stored(event, whole)


def _rooms(db: sqlite3.Connection, wanted: Wanted) -> tuple[dict[int, str], dict[str, str]]:
    """Return the wanted rooms by their number, and what people call each."""
    db.execute("BEGIN")
    try:
        numbers = {name: number for number, name in db.execute("SELECT id, name FROM rooms")}
        snapshot = load_snapshot(db)
    finally:
        db.rollback()
    rooms = snapshot.state.rooms
    people = {
        account.id: account.name or account.was or account.id for account in snapshot.accounts
    }
    if wanted.rooms:
        chosen = [_meant(room, numbers) for room in wanted.rooms]
    else:
        chosen = [
            name
            for name, room in rooms.items()
            if wanted.everything or not (room.private or room.direct)
        ]
    titles = {name: _title(rooms[name], people) for name in chosen}
    return {numbers[name]: name for name in chosen}, titles


def _meant(room: str, numbers: dict[str, int]) -> str:
    """Return the name of a room that somebody named.  Raise `UpkeepError`."""
    try:
        name = room_name(room)
    except ChatError:
        name = ""
    if name not in numbers:
        raise UpkeepError(f"There is no room called {one_line(room)} in this log.")
    return name


def _title(room: Room, people: dict[str, str]) -> str:
    if not room.direct:
        return f"#{one_line(room.name)}"
    return "@" + ",".join(one_line(people.get(account, account)) for account in room.people)
