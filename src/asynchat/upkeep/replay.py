"""The log read from its beginning: every frame, every seq, and what the tables should say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asynchat.chat.accounts import OPERATOR_ACCOUNT
from asynchat.chat.state import OPEN, State
from asynchat.errors import ChatError
from asynchat.messages import Appointed, Created, Joined, Left, decode_event
from asynchat.store.frames import intact, room_field
from asynchat.store.interface import DamagedError
from asynchat.store.snapshot import load_head, load_snapshot
from asynchat.text import one_line
from asynchat.upkeep.replay_about import AboutReplay
from asynchat.upkeep.replay_words import unlike_the_log

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from asynchat.chat.state import Room
    from asynchat.messages import AnyEvent

_FIELDS: Final = (
    "topic",
    "private",
    "direct",
    "people",
    "stays",
    "head",
    "read_only",
    "archived",
    "slow_s",
    "moderators",
    "openings",
)


def replayed(db: sqlite3.Connection) -> Iterator[str]:
    """Yield where the log is not whole, and where the tables say other than it."""
    replay = _Replay(db)
    yield from replay.log()
    yield from replay.requests_beyond()
    if replay.whole:
        yield from _differences(db, replay.state)
        yield from replay.about.differences()
        yield from unlike_the_log(db)
    else:
        yield (
            "rooms and memberships were not compared with the log: events are missing or damaged"
        )


class _Replay:
    """One pass over the log; ``state`` is what it makes, if it is ``whole``."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.state = State()
        self.about = AboutReplay(db)
        self.whole = True
        self._accounts = {account for (account,) in db.execute("SELECT id FROM accounts")}
        self._fields = {
            number: room_field(name) for number, name in db.execute("SELECT id, name FROM rooms")
        }
        # In the order of the log: both are read side by side, in bounded memory.
        self._requests = db.execute("SELECT seq, asker, id, time FROM requests ORDER BY seq")
        self._request = self._requests.fetchone()
        self._gaps = db.execute("SELECT first, last FROM removed ORDER BY first")
        self._gap: tuple[int, int] | None = self._gaps.fetchone()

    def log(self) -> Iterator[str]:
        """Yield what is wrong with the events themselves, and with the requests of each."""
        before = 0
        for seq, room, crc, frame in self._db.execute(
            "SELECT seq, room, crc, frame FROM events ORDER BY seq"
        ):
            yield from self._missing(before + 1, seq - 1)
            yield from self._removed_and_there(seq)
            before = seq
            try:
                # Every frame has this in it, also where the room's row is not there.
                whole = intact(seq, frame, crc, self._fields.get(room, b""))
                event = decode_event(whole)
            except DamagedError:
                self.whole = False
                yield f"event {seq} is damaged: it is not what was written, or not where"
                self._skip_requests(seq)
            except ChatError:
                self.whole = False
                yield f"event {seq} is of no kind that this version knows"
                self._skip_requests(seq)
            else:
                yield from self._requests_of(event)
                yield from self._apply(event)
                yield from self.about.take(event)

    def requests_beyond(self) -> Iterator[str]:
        """Yield the requests whose events come after the end of the log."""
        head = load_head(self._db)
        while self._request is not None:
            seq, asker, id_, _ = self._request
            self._request = self._requests.fetchone()
            if seq > head:
                self.whole = False
                yield f"{_named(asker, id_)} made event {seq}, but the log ends at {head}"

    def _missing(self, first: int, last: int) -> Iterator[str]:
        """Yield which of some seqs without events were not removed on purpose."""
        while first <= last:
            gap = self._gap_from(first)
            if gap is None or gap[0] > last:
                gap = (last + 1, last + 1)
            if gap[0] > first:
                self.whole = False
                yield f"{_stretch(first, gap[0] - 1)} missing"
            first = gap[1] + 1

    def _removed_and_there(self, seq: int) -> Iterator[str]:
        gap = self._gap_from(seq)
        if gap is not None and gap[0] <= seq:
            yield f"event {seq} is there, but it is noted that it was removed"

    def _gap_from(self, seq: int) -> tuple[int, int] | None:
        """Return the first stretch of removed seqs that does not end before this one."""
        while self._gap is not None and self._gap[1] < seq:
            self._gap = self._gaps.fetchone()
        return self._gap

    def _skip_requests(self, seq: int) -> None:
        """Pass over the requests of a seq, and of those before it that are missing."""
        while self._request is not None and self._request[0] <= seq:
            self._request = self._requests.fetchone()

    def _requests_of(self, event: AnyEvent) -> Iterator[str]:
        self._skip_requests(event.seq - 1)
        asker = getattr(event, "by", None) or event.account
        found = False
        while self._request is not None and self._request[0] == event.seq:
            _, *request = self._request
            self._request = self._requests.fetchone()
            if request == [asker, event.id, event.time] and not found:
                found = True
            else:
                yield f"{_named(*request[:2])} is said to have made event {event.seq}: it did not"
        if event.id is not None and not found:
            yield f"{_named(asker, event.id)} made event {event.seq}: that is not noted"

    def _apply(self, event: AnyEvent) -> Iterator[str]:
        if event.account not in self._accounts and event.account != OPERATOR_ACCOUNT.id:
            yield f"event {event.seq} is about {one_line(event.account)}: no such account"
        misfit = self._misfit(event)
        if misfit is None:
            self.state.apply(event)
        elif self.whole:  # else it follows from what is missing
            yield f"event {event.seq} {misfit}"

    def _misfit(self, event: AnyEvent) -> str | None:
        """Return why an event cannot follow those before it, None where it can."""
        room = self.state.rooms.get(event.room)
        name = one_line(event.room)
        match event:
            case Created():
                return None if room is None else f"makes {name}, which there is already"
            case _ if room is None:
                return f"is in {name}, which was never made"
            case Joined() if event.account in room.members:
                return f"joins {one_line(event.account)} to {name} a second time"
            case Left() if event.account not in room.members:
                return f"takes {one_line(event.account)} out of {name}: not a member"
            case Appointed() if event.account not in room.members:
                return f"gives {one_line(event.account)} a role in {name}: not a member"
            case _:
                return None


def _differences(db: sqlite3.Connection, expected: State) -> Iterator[str]:
    try:
        stored = load_snapshot(db).state
    except KeyError:
        yield "stays: some are of rooms that are not there"
        return
    # Its newest event may be one that was removed.
    for name, removed in db.execute("SELECT name, removed FROM rooms"):
        room = expected.rooms.get(name)
        if room is not None:
            room.head = max(room.head, removed)
    for name in sorted(expected.rooms.keys() | stored.rooms.keys()):
        made, there = expected.rooms.get(name), stored.rooms.get(name)
        if there is None:
            yield f"room {one_line(name)} is in the log, but not in its table"
        elif made is None:
            yield f"room {one_line(name)} is in its table, but the log never made it"
        else:
            yield from _unlike(made, there)


def _unlike(made: Room, there: Room) -> Iterator[str]:
    for field in _FIELDS:
        if getattr(made, field) == getattr(there, field):
            continue
        if field == "stays":
            for account in sorted(made.stays.keys() | there.stays.keys()):
                if made.stays.get(account) != there.stays.get(account):
                    yield (
                        f"room {one_line(made.name)}: the stays of {one_line(account)} are"
                        f" {_stays(there, account)}, by the log {_stays(made, account)}"
                    )
        else:
            yield f"room {one_line(made.name)}: its {field} is not as the log made it"


def _stays(room: Room, account: str) -> str:
    stays = [
        f"{stay.first}-{'' if stay.last == OPEN else stay.last}"
        for stay in room.stays.get(account, ())
    ]
    return ", ".join(stays) or "none"


def _stretch(first: int, last: int) -> str:
    return f"event {first} is" if first == last else f"events {first} to {last} are"


def _named(asker: str, id_: str | None) -> str:
    return f"request {one_line(str(id_))} of {one_line(asker)}"
