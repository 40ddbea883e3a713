"""Reading through a connection that cannot write."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from asynchat.chat.state import Interval
from asynchat.store import reader as reader_module
from asynchat.store.interface import DamagedError, RequestKey, Slice, StoreError
from asynchat.store.opening import open_database, open_for_reading
from asynchat.store.reader import Reader
from asynchat.store.writer import Writer
from tests.contracts.drafts import created, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ALL = [("lobby", Interval(0))]


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    """Give the writing half of an empty database."""
    writer = Writer(open_database(tmp_path))
    yield writer
    writer.close()


@pytest.fixture
def reader(writer: Writer, tmp_path: Path) -> Iterator[Reader]:
    """Give the reading half of the same database."""
    reader = Reader(open_for_reading(tmp_path))
    yield reader
    reader.close()


def damage(writer: Writer, seq: int) -> None:
    """Change a frame behind the checksum's back."""
    writer._db.execute("UPDATE events SET frame = CAST(frame || 'x' AS BLOB) WHERE seq = ?", (seq,))


def test_a_reader_sees_what_is_committed_and_cannot_write(writer: Writer, reader: Reader) -> None:
    """Each question is answered as of now, and the connection refuses to change anything."""
    for count in (1, 2):
        writer.append([said()])
        assert len(reader.read(ALL, 99, 9999).frames) == count
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader._db.execute("DELETE FROM events")


def test_an_answer_is_as_of_one_moment(writer: Writer, reader: Reader) -> None:
    """What is committed while an answer is made is not in it, and all of it in the next."""
    writer.append([created("den"), said(room="den"), said()])
    late = iter([[said(), said(room="den")]])
    asked_for: list[str] = []

    def commit_before_the_second_room(statement: str) -> None:
        asked_for.append(statement)
        if sum(query.startswith("SELECT") for query in asked_for) == 2:
            writer.append(next(late, []))

    # SQLite calls this before each statement of the answer.
    reader._db.set_trace_callback(commit_before_the_second_room)
    both = [*ALL, ("den", Interval(0))]
    assert len(reader.read(both, 99, 9999).frames) == 3
    assert writer.head == 5
    assert len(reader.read(both, 99, 9999).frames) == 5


@pytest.mark.allow_log_errors
def test_an_answer_holds_nothing_of_the_log(writer: Writer, reader: Reader) -> None:
    """After an answer that was cut, or that failed, the write-ahead log can be emptied."""
    writer._db.execute("PRAGMA busy_timeout = 0")
    writer.append([created("den"), said(room="den"), said(), said()])
    both = [("den", Interval(0)), *ALL]
    assert len(reader.read(both, 1, 9999).frames) == 1
    page = reader.page(
        "lobby", [Interval(0)], reader="a1", before=None, after=None, limit=1, max_bytes=9999
    )
    assert page.more
    assert writer._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)
    damage(writer, 3)
    with pytest.raises(StoreError) as caught:
        reader.since(0, 4)
    assert writer._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)
    assert caught.value.__traceback__


def page(
    reader: Reader, *, before: int | None = None, after: int | None = None, limit: int = 99
) -> tuple[list[int], bool, tuple[int, ...]]:
    """Return the seqs of a page of the lobby, whether there is more, and what is damaged."""
    excerpt = reader.page(
        "lobby", [Interval(0)], reader="a1", before=before, after=after, limit=limit, max_bytes=9999
    )
    return [stored.event.seq for stored in excerpt.events], excerpt.more, excerpt.damaged


@pytest.mark.allow_log_errors
def test_a_damaged_frame_is_never_served(
    writer: Writer, reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    """It is left out and told of, once for each reader's way past it; the rest is served."""
    frames = [outcome.frame for outcome in writer.append([said() for _ in range(6)]).events]
    damage(writer, 2)
    damage(writer, 5)
    assert reader.read(ALL, 99, 9999) == Slice(
        [frames[0], frames[2], frames[3], frames[5]], Interval(0).last, (2, 5), ("lobby", "lobby")
    )
    assert reader.read(ALL, 1, 9999) == Slice(frames[:1], 1)
    lobby = ("lobby",)
    assert reader.read([("lobby", Interval(2))], 1, 9999) == Slice([frames[2]], 3, (2,), lobby)
    assert reader.read([("lobby", Interval(2, 2))], 9, 9999) == Slice([], 2, (2,), lobby)
    assert page(reader) == ([1, 3, 4, 6], False, (2, 5))
    assert page(reader, limit=1) == ([6], True, ())
    assert page(reader, limit=2) == ([4, 6], True, (5,))
    assert page(reader, before=4, limit=1) == ([3], True, ())
    assert page(reader, before=3, limit=1) == ([1], False, (2,))
    assert page(reader, after=0, limit=1) == ([1], True, ())
    assert page(reader, after=1, limit=2) == ([3, 4], True, (2,))
    assert page(reader, limit=0) == ([], True, ())
    with pytest.raises(DamagedError, match="Event 2 of the log is damaged") as caught:
        reader.since(0, 6)
    assert caught.value.code == "damaged"
    told = [record.getMessage() for record in caplog.records]
    assert [text.partition(" of the log")[0] for text in told] == ["event 2", "event 5"]
    assert "asynchat-server check" in told[0]


@pytest.mark.allow_log_errors
def test_damage_in_two_rooms_is_told_in_its_slice(writer: Writer, reader: Reader) -> None:
    """What was looked at beyond the end of a slice is told with the slice it is in."""
    writer.append([created("den"), said(), said(), said(room="den"), said(room="den"), said()])
    damage(writer, 3)
    damage(writer, 4)
    both = [*ALL, ("den", Interval(0))]
    assert reader.read(both, 2, 9999).damaged == ()
    assert reader.read(both, 3, 9999).upto == 5
    part = reader.read(both, 3, 9999)
    assert (part.damaged, part.damaged_in) == ((3, 4), ("lobby", "den"))


@pytest.mark.allow_log_errors
def test_an_event_is_never_shown_in_another_room(writer: Writer, reader: Reader) -> None:
    """Where not the frame is damaged but the row that says whose it is, nobody gets it."""
    writer.append([created("den"), said(room="den"), said()])
    writer._db.execute("UPDATE events SET room = 1 WHERE seq = 2")
    assert page(reader) == ([3], False, (2,))
    assert reader.read(ALL, 99, 9999).damaged == (2,)


def test_reading_again_is_of_every_room_and_bounded(
    writer: Writer, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stops at its bounds and at the seq asked for, and begins after the other."""
    events = writer.append([created("den"), said(), said(room="den"), said()]).events
    assert reader.since(0, 4) == events
    assert reader.since(1, 3) == events[1:3]
    monkeypatch.setattr(reader_module, "REREAD_EVENTS", 2)
    assert reader.since(0, 4) == events[:2]
    monkeypatch.setattr(reader_module, "REREAD_BYTES", 1)
    assert reader.since(0, 4) == events[:1]


def test_an_error_of_the_database_is_a_refusal(writer: Writer, reader: Reader) -> None:
    """What SQLite says becomes a sentence with our code, and the next question is answered."""
    writer.append([said()])
    writer._db.execute("DROP TABLE requests")
    with pytest.raises(StoreError, match="no such table"):
        reader.find([RequestKey("a1", "x", b"")])
    assert len(reader.read(ALL, 99, 9999).frames) == 1
