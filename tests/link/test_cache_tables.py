"""The cached history on a real file: bounded, and without a hole, whatever cuts it short."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.link.cache import About, Batch, Cache, Older
from asynchat.link.outbox_file import FILE, OutboxFile
from asynchat.link.wire import LinkSettings
from asynchat.messages import Edited, Joined, Left, Limits, Redacted, Room, Said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from asynchat.messages import AnyEvent

ABOUT = About("ada", (Room(name="lobby", topic="t", members=2, head=1),), Limits())
SMALL = LinkSettings(cache_events=4, cache_room_bytes=2_000, cache_bytes=4_000)


def said(seq: int, room: str = "lobby", text: str = "hi") -> Said:
    """Return something said."""
    return Said(
        seq=seq, time=0, room=room, account="b", sender="ben", id=None, text=text, reply_to=None
    )


def seqs(file: OutboxFile, room: str = "lobby") -> list[int]:
    """Return the seqs of a room that are kept."""
    events = file.recent(room)
    assert events is not None
    return [event.seq for event in events]


@pytest.fixture
def file(tmp_path: Path) -> Iterator[OutboxFile]:
    file = OutboxFile(tmp_path / "mine", SMALL)
    file.open()
    yield file
    file.close()


def write(file: OutboxFile, *events: AnyEvent, **fields: Any) -> bool:
    """Write a batch with a cursor and who we are."""
    batch = {"cursor": "c", "about": ABOUT, "seq": max((e.seq for e in events), default=None)}
    return file.write({}, Batch(events=events, **{**batch, **fields}))


def test_a_visit_is_there_again(file: OutboxFile) -> None:
    """The cursor, the last seq, who we were, the rooms and what was said come back."""
    assert write(file, said(1), said(2, text="ho"), said(3, "dev"), cursor="c3")
    file.close()
    visit = file.open().visit
    assert visit is not None
    assert (visit.cursor, visit.seq, visit.about) == ("c3", 3, ABOUT)
    assert file.recent("lobby") == (said(1), said(2, text="ho"))
    assert file.recent("dev") == (said(3, "dev"),)
    assert file.recent("nowhere") == ()


def test_without_a_cursor_there_is_no_visit(file: OutboxFile) -> None:
    """Events that no cursor goes with yet are nothing to resume from."""
    write(file, said(1), cursor=None)
    file.close()
    assert file.open().visit is None


def test_a_room_keeps_its_newest(file: OutboxFile) -> None:
    """Of each room so many events stay, of long ones fewer; older ones go."""
    write(file, *(said(seq) for seq in range(1, 9)), said(9, "dev"))
    assert seqs(file) == [5, 6, 7, 8]
    write(file, *(said(seq, text="x" * 800) for seq in (10, 11, 12)))
    assert seqs(file) == [11, 12]
    assert seqs(file, "dev") == [9]


def test_all_rooms_together_are_bounded(file: OutboxFile) -> None:
    """Where all rooms have too much, those with the most give way first."""
    write(file, said(1, "small"))
    for number in range(2, 6):
        write(file, said(number, f"r{number}", text="x" * 1_000))
    file.close()
    file.open()
    write(file, said(9, "r9", text="x" * 1_000))
    kept = [room for room in ("small", "r2", "r3", "r4", "r5", "r9") if seqs(file, room)]
    assert len(kept) == 4
    assert "small" in kept


@pytest.mark.parametrize(
    ("before", "kept"), [(None, [1, 2, 5]), (5, [1, 2, 5]), (6, [1, 2, 5]), (4, [5])]
)
def test_a_page_that_leaves_a_hole_is_not_kept(
    file: OutboxFile, before: int | None, kept: list[int]
) -> None:
    """The newest page and those that join on to what is there are kept, and no others."""
    write(file, said(5))
    write(file, older=(Older("lobby", before, (said(1), said(2))),))
    assert seqs(file) == kept
    write(file, older=(Older("empty", 4, (said(3, "empty"),)),))
    assert seqs(file, "empty") == []


def test_a_restart_and_a_new_stay_forget(file: OutboxFile) -> None:
    """A room that begins anew forgets itself, a restart everything."""
    write(file, said(1), said(2, "dev"))
    write(file, begun=frozenset({"dev"}))
    assert (seqs(file), seqs(file, "dev")) == ([1], [])
    write(file, said(1, text="another"), restart=True, cursor=None)
    assert file.recent("lobby") == (said(1, text="another"),)
    file.close()
    assert file.open().visit is None


@pytest.mark.parametrize(
    "event",
    [said(2**63), said(2, text="half \ud800"), said(2, "half \ud800")],
    ids=["seq", "text", "room"],
)
def test_what_cannot_be_kept_costs_history_alone(file: OutboxFile, event: Said) -> None:
    """After an event that no disk takes, nothing is added until history begins anew."""
    write(file, said(1))
    assert not write(file, event)
    assert not write(file, said(3))
    assert seqs(file) == [1]
    assert write(file, said(4), restart=True)
    assert write(file, said(5))
    assert seqs(file) == [4, 5]


@pytest.mark.parametrize("damage", ["UPDATE events SET frame = x'00'", "DROP TABLE events"])
def test_history_that_cannot_be_read_is_lost(file: OutboxFile, tmp_path: Path, damage: str) -> None:
    """What is no event is not shown, and nothing is added to it."""
    write(file, said(1))
    with closing(sqlite3.connect(tmp_path / "mine" / FILE)) as db, db:
        db.execute(damage)
    assert file.recent("lobby") is None
    assert not write(file, said(2))


def test_a_last_visit_that_cannot_be_read_is_damage(file: OutboxFile, tmp_path: Path) -> None:
    """A file whose visit is no visit is put aside, and what was not sent is saved from it."""
    write(file, said(1))
    file.close()
    with closing(sqlite3.connect(tmp_path / "mine" / FILE)) as db, db:
        db.execute("UPDATE visit SET about = x'00'")
        db.execute("INSERT INTO entries (id, room, text, time) VALUES ('a', 'lobby', 'hi', 1)")
    found = file.open()
    assert [kept.id for kept in found.kept if hasattr(kept, "id")] == ["a"]
    assert found.visit is None
    assert found.sentence is not None
    assert "a new one begun with what could be read" in found.sentence
    assert seqs(file) == []


ROOMS = ("lobby", "dev")


class World:
    """A log, a stream that resumes, pages, and a program that is killed at any point."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.chance = chance
        self.file = OutboxFile(folder, SMALL)
        self.file.open()
        self.log: list[AnyEvent] = []
        self.member = {"lobby": True, "dev": False}
        self.begin_at(0)
        self.cache.restart()

    def step(self) -> None:
        """Let something happen."""
        steps = {
            self.say: 8,
            self.come_or_go: 1,
            self.listen: 8,
            self.page: 4,
            self.write: 8,
            self.start_again: 1,
        }
        self.chance.choices(list(steps), list(steps.values()))[0]()

    def begin_at(self, position: int) -> None:
        """Be at a place in the stream."""
        self.cache = Cache(SMALL.cache_events, lambda: ABOUT)
        self.position = position
        self.last_seq = 0
        self.shown: dict[str, dict[int, AnyEvent]] = {room: {} for room in ROOMS}

    def say(self) -> None:
        """Something is said."""
        room = self.chance.choice(ROOMS)
        for _ in range(self.chance.randint(1, 6)):
            self.log.append(said(len(self.log) + 1, room, text="x" * (len(self.log) % 7) * 60))

    def come_or_go(self) -> None:
        """We join a room, or leave it, perhaps on another device."""
        kind = Left if self.member["dev"] else Joined
        self.member["dev"] = not self.member["dev"]
        self.log.append(
            kind(seq=len(self.log) + 1, time=0, room="dev", account="a", sender="ada", id=None)
        )

    def told(self, start: int, stop: int) -> list[AnyEvent]:
        """Return what of the log the stream tells us of: our stays."""
        stay, told = {"lobby": True, "dev": False}, []
        for event in self.log[:stop]:
            own = event.account == "a"
            if own:
                stay[event.room] = isinstance(event, Joined)
            if event.seq > start and (own or stay[event.room]):
                told.append(event)
        return told

    def listen(self) -> None:
        """The stream brings a part of the log, and perhaps the cursor after it."""
        stop = min(len(self.log), self.position + self.chance.randint(1, 12))
        for event in self.told(self.position, stop):
            if event.seq > self.last_seq:
                self.last_seq = event.seq
                if event.account == "a":
                    self.shown[event.room].clear()
                if not isinstance(event, Left):
                    assert event.seq not in self.shown[event.room]
                    self.shown[event.room][event.seq] = event
                self.cache.put(event, me="a")
        self.position = stop
        if self.chance.random() < 0.7:
            self.cache.mark(str(stop))

    def page(self) -> None:
        """A page is read: the newest, or what is before all that is shown."""
        room = self.chance.choice(ROOMS)
        if self.position < len(self.log) or not self.member[room]:
            return
        before = self.chance.choice((None, min(self.shown[room], default=None)))
        events = [e for e in self.log if e.room == room and (before is None or e.seq < before)]
        page = tuple(events[-self.chance.randint(1, 4) :])
        self.shown[room].update({event.seq: event for event in page})
        self.cache.put_older(Older(room, before, page))

    def write(self) -> None:
        """What waits is written, or the disk refuses it."""
        batch = self.cache.take()
        if batch is None:
            return
        if self.chance.random() < 0.1:
            self.file._lose_history(sqlite3.OperationalError("the disk is full"))
        if not self.file.write({}, batch):
            self.cache.restart()

    def start_again(self) -> None:
        """The program is killed; the next one shows what is kept, and resumes from there."""
        self.file.close()
        visit = self.file.open().visit
        if visit is None:
            self.begin_at(len(self.log))
            self.cache.restart()
            return
        position, self.last_seq = int(visit.cursor), visit.seq
        self.begin_at(position)
        self.last_seq = visit.seq
        for room in ROOMS:
            events = self.file.recent(room)
            assert events is not None
            self.shown[room] = {event.seq: event for event in events}

    def there_is_no_hole(self) -> None:
        """Of each room that we are in, what the file has is the end of what the log has up to
        the cursor, and nothing that is not in the log.
        """
        assert self.file._tables is not None
        visit = self.file._tables.load()
        if visit is None:
            return
        cursor = max(int(visit.cursor), visit.seq)
        own = [event for event in self.log[:cursor] if event.account == "a"]
        in_dev = bool(own) and isinstance(own[-1], Joined)
        for room in ROOMS if in_dev else ROOMS[:1]:
            events = self.file.recent(room)
            assert events is not None
            assert all(self.log[event.seq - 1] == event for event in events)
            known = [event.seq for event in events if event.seq <= cursor]
            told = [e.seq for e in self.log if e.room == room and e.seq <= cursor]
            assert known == told[len(told) - len(known) :]


@pytest.mark.parametrize("seed", range(40))
def test_visits_leave_no_hole(tmp_path: Path, seed: int) -> None:
    """Whatever is written, refused or cut short: what the next start shows is the end of what
    the log has, and the stream goes on after it, once each.
    """
    world = World(tmp_path / "mine", random.Random(seed))
    try:
        for _ in range(150):
            world.step()
            world.there_is_no_hole()
    finally:
        world.file.close()


def test_what_was_deleted_is_blank_on_disk(file: OutboxFile, tmp_path: Path) -> None:
    """A deletion reaches the message and its edits, and nothing else."""
    edited = Edited(
        seq=3, time=0, room="lobby", account="b", sender="ben", id=None, about=1, text="a secret!"
    )
    gone = Redacted(seq=4, time=0, room="lobby", account="b", sender="ben", id=None, about=1)
    write(file, said(1, text="a secret"), said(2, text="else"), edited)
    write(file, gone)
    events = file.recent("lobby")
    assert events is not None
    assert [getattr(event, "text", None) for event in events] == ["", "else", "", None]
    assert [getattr(event, "redacted", None) for event in events] == [True, False, True, None]
    write(file, gone)
    file.close()
    assert b"a secret" not in b"".join(
        path.read_bytes() for path in (tmp_path / "mine").iterdir() if path.is_file()
    )
