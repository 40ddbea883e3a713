"""What stands in the tables about something said, where the disk is damaged.

What every store does is in ``tests/contracts/test_about.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.chat.state import Interval
from asynchat.messages import LOBBY, decode_event
from asynchat.store.interface import DamagedError, StoreError
from asynchat.store.opening import open_database, open_for_reading
from asynchat.store.reader import Reader
from asynchat.store.writer import Writer
from tests.contracts.drafts import edited, pinned, reacted, redacted, said

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from asynchat.store.interface import Excerpt

pytestmark = pytest.mark.allow_log_errors


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    """Give the connection that writes a new database."""
    return open_database(tmp_path)


@pytest.fixture
def writer(db: sqlite3.Connection) -> Iterator[Writer]:
    """Give a writer, and close it after the test."""
    writer = Writer(db)
    yield writer
    writer.close()


@pytest.fixture
def reader(writer: Writer, tmp_path: Path) -> Iterator[Reader]:
    """Give a reader, and close it after the test."""
    reader = Reader(open_for_reading(tmp_path))
    yield reader
    reader.close()


def damage(db: sqlite3.Connection, seq: int) -> None:
    """Change a byte of an event on disk."""
    db.execute("UPDATE events SET crc = crc + 1 WHERE seq = ?", (seq,))


def page(reader: Reader) -> Excerpt:
    """Read a page of the lobby."""
    return reader.page(
        LOBBY, [Interval(0)], reader="a1", before=None, after=None, limit=9, max_bytes=9999
    )


def test_a_damaged_edit_is_named_and_not_shown(
    db: sqlite3.Connection, writer: Writer, reader: Reader
) -> None:
    """The message is shown as it was said, and what is missing is told."""
    writer.append([said("one"), edited(1), reacted(1)])
    damage(db, 2)
    got = page(reader)
    assert [stored.event.seq for stored in got.events] == [1]
    assert [stored.event.seq for stored in got.later] == [3]
    assert got.damaged == (2,)


def test_a_damaged_edit_is_passed_over_for_an_older_one(
    db: sqlite3.Connection, writer: Writer, reader: Reader
) -> None:
    """Who looks for the newest edit of one's own time does not stop at damage."""
    writer.append([said("one"), edited(1), edited(1), edited(1)])
    damage(db, 3)
    within = [Interval(0, 3)]
    got = reader.page(LOBBY, within, reader="a1", before=None, after=None, limit=9, max_bytes=9999)
    assert [stored.event.seq for stored in got.later] == [2]


def test_what_is_damaged_is_not_judged(
    db: sqlite3.Connection, writer: Writer, reader: Reader
) -> None:
    """Nobody can tell who said it: a request about it is refused."""
    writer.append([said("one"), said("two"), edited(2)])
    damage(db, 1)
    damage(db, 3)
    for seq in (1, 2):
        with pytest.raises(DamagedError):
            reader.target(seq, "a1")


def test_a_deletion_passes_over_damage(
    db: sqlite3.Connection, writer: Writer, reader: Reader
) -> None:
    """What is whole is blanked; what is damaged is served to nobody anyhow."""
    writer.append([said("one"), edited(1, "two"), edited(1, "three")])
    damage(db, 2)
    committed = writer.append([redacted(1)])
    assert [stored.event.seq for stored in committed.blanked] == [1, 3]
    assert b"three" not in b"".join(stored.frame for stored in committed.blanked)
    part = reader.read([(LOBBY, Interval(0))], 9, 9999)
    assert [decode_event(frame).seq for frame in part.frames] == [1, 3, 4]


def test_a_batch_that_fails_blanks_nothing(
    db: sqlite3.Connection, writer: Writer, reader: Reader
) -> None:
    """Only what was committed is blank in memory."""
    writer.append([said("one"), pinned(1)])
    db.execute(
        "CREATE TEMP TRIGGER no BEFORE INSERT ON requests BEGIN SELECT RAISE(FAIL, 'no'); END"
    )
    with pytest.raises(StoreError):
        writer.append([redacted(1), said("more", id="i")])
    assert page(reader).events[0].event.seq == 1
    assert not getattr(page(reader).events[0].event, "redacted", True)
    assert writer.append([edited(1)]).blanked == []
