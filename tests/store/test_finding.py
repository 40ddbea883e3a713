"""Finding what was said, in what is indexed and in what is not yet."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from asynchat.chat.searching import Criteria, phrases_of
from asynchat.chat.state import Interval
from asynchat.messages import LOBBY
from asynchat.store import finding
from asynchat.store.finding import Searched
from asynchat.store.frames import checksum
from asynchat.store.opening import open_database, open_for_reading
from asynchat.store.reader import Reader
from asynchat.store.surplus import DAY_MS
from asynchat.store.writer import Writer
from tests.contracts.drafts import TIME, created, edited, joined, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from asynchat.store.interface import Found

EVERYTHING = [Interval(0)]


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    """Give the writer of an empty log."""
    writer = Writer(open_database(tmp_path))
    writer.append([joined()])
    yield writer
    writer.close()


def search(
    data: Path, typed: str, *rooms: str, before: int | None = None, limit: int = 99, **more: int
) -> Found:
    """Search as the store does."""
    criteria = Criteria(phrases_of(typed), **more)  # type: ignore[arg-type]
    within = dict.fromkeys(rooms or [LOBBY], EVERYTHING)
    with closing(Reader(open_for_reading(data))) as reader:
        return reader.search(Searched(criteria, within, before, limit, 10**6))


def seqs(found: Found) -> list[int]:
    """Return the seqs of what was found."""
    return [stored.event.seq for stored in found.events]


def test_what_is_indexed_and_what_is_not_are_found_together(tmp_path: Path, writer: Writer) -> None:
    """Newest first, each once, with the text that it has now."""
    writer.append([said("tea"), said("tea cup"), said("cup")])
    writer.index()
    writer.append([said("tea"), edited(4, "more tea"), edited(3, "cup"), edited(4, "teapot")])
    assert seqs(search(tmp_path, "tea")) == [5, 4, 2]
    assert seqs(search(tmp_path, "tea", before=5)) == [4, 2]
    assert seqs(search(tmp_path, "tea", before=4)) == [2]
    assert seqs(search(tmp_path, '"tea"')) == [5, 2]
    found = search(tmp_path, "teapot")
    assert [stored.event.seq for stored in found.later] == [8]
    writer.index()
    assert search(tmp_path, "teapot") == found
    assert seqs(search(tmp_path, "tea")) == [5, 4, 2]


def test_rooms_are_told_apart(tmp_path: Path, writer: Writer) -> None:
    """Whatever the number of rooms, and also where nothing else is given."""
    writer.append([created("den"), said("tea", room="den"), said("tea"), said("cup", room="den")])
    many = [f"r{n}" for n in range(finding.ROOMS_NAMED)]
    writer.append([created(room) for room in many])
    for _ in range(2):
        assert seqs(search(tmp_path, "tea", "den")) == [3]
        assert seqs(search(tmp_path, "tea", LOBBY, "den")) == [4, 3]
        assert seqs(search(tmp_path, "tea", "den", *many)) == [3]
        assert seqs(search(tmp_path, "", "den")) == [5, 3]
        assert seqs(search(tmp_path, "", "den", LOBBY)) == [5, 4, 3]
        assert seqs(search(tmp_path, "tea", "nowhere")) == []
        writer.index()


def test_one_search_looks_at_so_many_messages(
    tmp_path: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then it says where to go on; nothing is missed and nothing comes twice."""
    monkeypatch.setattr(finding, "LOOKED_AT", 4)
    writer.append([said("tea" if n % 3 == 0 else "cup") for n in range(20)])
    everything = list(range(20, 1, -3))
    for _ in range(2):
        found = search(tmp_path, "", link=1)
        assert (found.events, found.next) in [([], 18), ([], None)]
        before: int | None = None
        got: list[int] = []
        while True:
            found = search(tmp_path, "tea", before=before, limit=2)
            got += seqs(found)
            before = found.next
            if before is None:
                break
        assert got == everything
        writer.index()


def test_the_index_is_asked_a_stretch_at_a_time(
    tmp_path: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the time is over no new stretch is begun, and the search goes on from there."""
    monkeypatch.setattr(finding, "WINDOW", 5)
    writer.append([said("tea"), *[said("cup")] * 30])
    writer.index()
    assert seqs(search(tmp_path, "tea")) == [2]
    monkeypatch.setattr(finding, "MAX_S", -1.0)
    found = search(tmp_path, "tea")
    assert (found.events, found.next) == ([], 28)
    assert seqs(search(tmp_path, "tea", before=6)) == [2]


def test_times_narrow_where_it_looks(tmp_path: Path, writer: Writer) -> None:
    """A day is left on each side, and then each message's own time counts."""
    times = [TIME + n * DAY_MS for n in range(20)]
    writer.append([said("tea", time=time) for time in times])
    for _ in range(2):
        found = search(tmp_path, "tea", since=times[5], until=times[8])
        assert seqs(found) == [9, 8, 7]
        assert seqs(search(tmp_path, "tea", until=times[0])) == []
        assert seqs(search(tmp_path, "tea", since=times[19] + 1)) == []
        assert seqs(search(tmp_path, "tea", since=times[19])) == [21]
        writer.index()


@pytest.mark.allow_log_errors
def test_damage_is_told_and_the_rest_is_found(tmp_path: Path, writer: Writer) -> None:
    """Whether it is the message, its edit, or no message at all any more."""
    writer.append([said("tea"), said("tea"), edited(3, "tea!"), said("tea"), said("tea")])
    writer.index()
    frame = b'{"type":"said","seq":5,"what":0}\n'
    with closing(open_database(tmp_path)) as db:
        db.execute("UPDATE events SET crc = crc + 1 WHERE seq = 4")
        db.execute("UPDATE events SET frame = ?, crc = ? WHERE seq = 5", (frame, checksum(frame)))
        db.execute("INSERT INTO words (rowid, text) VALUES (99, ':r1 tea')")
        db.execute("INSERT INTO words (rowid, text) VALUES (1, ':r1 tea')")
        db.execute("UPDATE meta SET value = 99 WHERE key = 'indexed'")
    found = search(tmp_path, "tea")
    assert seqs(found) == [6, 2]
    assert found.damaged == (5, 3)
    assert search(tmp_path, "tea", limit=1).damaged == ()
