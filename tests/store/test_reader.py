"""Reading through a connection that cannot write."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from asynchat.chat.state import Interval
from asynchat.store import reader as reader_module
from asynchat.store.interface import Slice, StoreError
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


def test_an_answer_holds_nothing_of_the_log(writer: Writer, reader: Reader) -> None:
    """After an answer that was cut, or that failed, the write-ahead log can be emptied."""
    writer._db.execute("PRAGMA busy_timeout = 0")
    writer.append([created("den"), said(room="den"), said(), said()])
    both = [("den", Interval(0)), *ALL]
    assert len(reader.read(both, 1, 9999).frames) == 1
    page = reader.page("lobby", [Interval(0)], before=None, after=None, limit=1, max_bytes=9999)
    assert page.more
    assert writer._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)
    damage(writer, 3)
    errors = []
    for question in (lambda: reader.read(both, 9, 9999), lambda: reader.since(0, 4)):
        with pytest.raises(StoreError) as caught:
            question()
        errors.append(caught.value)
    assert writer._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)
    assert all(error.__traceback__ for error in errors)


def test_a_damaged_frame_is_never_served(writer: Writer, reader: Reader) -> None:
    """Whatever would show it fails and says which it is; the rest of the log is served."""
    frames = [outcome.frame for outcome in writer.append([said(), said(), said()]).events]
    damage(writer, 2)
    for question in (
        lambda: reader.read(ALL, 99, 9999),
        lambda: reader.page(
            "lobby", [Interval(0)], before=None, after=None, limit=3, max_bytes=9999
        ),
        lambda: reader.since(0, 3),
    ):
        with pytest.raises(StoreError, match="Event 2 of the log is damaged"):
            question()
    assert reader.read([("lobby", Interval(3, 3))], 99, 9999) == Slice([frames[2]], 3)
    page = reader.page("lobby", [Interval(3)], before=None, after=None, limit=1, max_bytes=9999)
    assert [stored.frame for stored in page.events] == frames[2:]


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
        reader.find("a1", "x", b"")
    assert len(reader.read(ALL, 99, 9999).frames) == 1
