"""The log read from its beginning, and the tables beside it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from asynchat.store.frames import checksum
from asynchat.upkeep.opening import open_log
from asynchat.upkeep.replay import replayed
from tests.contracts.drafts import said
from tests.upkeep.logs import change, flip, make_log, remove

if TYPE_CHECKING:
    from pathlib import Path

NOT_COMPARED = "rooms and memberships were not compared with the log: events are missing or damaged"


def findings(path: Path) -> list[str]:
    """Return what replaying a log finds."""
    with closing(open_log(path)) as db:
        return list(replayed(db))


def write_frame(path: Path, seq: int, frame: bytes) -> None:
    """Put another frame in the place of one, with a checksum that fits."""
    with closing(sqlite3.connect(path)) as db:
        db.execute(
            "UPDATE events SET frame = ?, crc = ? WHERE seq = ?", (frame, checksum(frame), seq)
        )
        db.commit()


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("DELETE FROM events WHERE seq = 3", ["event 3 is missing", NOT_COMPARED]),
        (
            "DELETE FROM events WHERE seq BETWEEN 5 AND 8",
            ["events 5 to 8 are missing", NOT_COMPARED],
        ),
        (
            "DELETE FROM events WHERE seq > 11",
            [
                "request l1 of b1 made event 12, but the log ends at 11",
                "request j2 of b1 made event 13, but the log ends at 11",
                NOT_COMPARED,
            ],
        ),
        ("UPDATE events SET crc = crc + 1 WHERE seq = 4", ["event 4 is damaged", NOT_COMPARED]),
        ("UPDATE events SET room = 2 WHERE seq = 4", ["event 4 is damaged", NOT_COMPARED]),
        (
            "DELETE FROM requests WHERE asker = 'a1' AND id = 'm2'",
            ["request m2 of a1 made event 7: that is not noted"],
        ),
        (
            "UPDATE requests SET id = 'other' WHERE id = 'm2'",
            [
                "request other of a1 is said to have made event 7: it did not",
                "request m2 of a1 made event 7: that is not noted",
            ],
        ),
        (
            "UPDATE requests SET time = 1 WHERE id = 'm2'",
            [
                "request m2 of a1 is said to have made event 7: it did not",
                "request m2 of a1 made event 7: that is not noted",
            ],
        ),
        (
            "INSERT INTO requests VALUES ('zz', 'extra', 1, 1, x'')",
            ["request extra of zz is said to have made event 1: it did not"],
        ),
        (
            "UPDATE stays SET last = 12 WHERE account = 'a1' AND first = 1",
            ["room lobby: the stays of a1 are 1-12, by the log 1-"],
        ),
        (
            "DELETE FROM stays WHERE account = 'b1' AND room = 4 AND first = 11",
            ["room garden: the stays of b1 are 13-, by the log 11-12, 13-"],
        ),
        (
            "INSERT INTO stays VALUES (2, 'b1', 6, NULL)",
            ["room den: the stays of b1 are 6-, by the log none"],
        ),
        ("UPDATE rooms SET topic = 'x' WHERE id = 1", ["room lobby: its topic is not as"]),
        ("UPDATE rooms SET private = 0 WHERE id = 2", ["room den: its private is not as"]),
        ("UPDATE rooms SET slow_s = 9 WHERE id = 1", ["room lobby: its slow_s is not as"]),
        ("INSERT INTO moderators VALUES (1, 'b1')", ["room lobby: its moderators is not as"]),
        ("UPDATE openings SET first = 1 WHERE room = 1", ["room lobby: its openings is not as"]),
        ("UPDATE rooms SET people = 'a1' WHERE id = 3", ["room ~dir: its people is not as"]),
        (
            "INSERT INTO rooms VALUES (9, 'attic', '', 0, 0, '', 0, 'attlc', 0, 0, 0)",
            ["room attic is in its table, but the log never made it"],
        ),
        ("INSERT INTO stays VALUES (9, 'a1', 1, NULL)", ["stays: some are of rooms that are not"]),
        ("DELETE FROM accounts WHERE id = 'b1'", ["is about b1: no such account"] * 5),
    ],
)
def test_what_does_not_agree_is_found(tmp_path: Path, statement: str, expected: list[str]) -> None:
    """Each row that says other than the log is a line of its own, and nothing else is."""
    path = make_log(tmp_path)
    change(path, statement)
    found = findings(path)
    assert len(found) == len(expected), found
    for line, wanted in zip(found, expected, strict=True):
        assert wanted in line


@pytest.mark.parametrize("seq", range(1, 14))
def test_a_damaged_frame_is_found_wherever_it_is(tmp_path: Path, seq: int) -> None:
    """One changed bit of any event is that event's finding, with no others that follow from it."""
    path = make_log(tmp_path)
    with closing(sqlite3.connect(path)) as db:
        (frame,) = db.execute("SELECT frame FROM events WHERE seq = ?", (seq,)).fetchone()
    flip(path, frame)
    found = findings(path)
    assert found == [
        f"event {seq} is damaged: it is not what was written, or not where",
        NOT_COMPARED,
    ]


def test_a_room_whose_row_is_gone_is_found(tmp_path: Path) -> None:
    """Its events are still read, and it is missing from its table."""
    path = make_log(tmp_path)
    change(
        path,
        "DELETE FROM stays WHERE room = 4",
        "DELETE FROM openings WHERE room = 4",
        "DELETE FROM moderators WHERE room = 4",
        "DELETE FROM rooms WHERE id = 4",
    )
    assert findings(path) == ["room garden is in the log, but not in its table"]


@pytest.mark.parametrize(
    ("seq", "frame", "finding"),
    [
        (
            4,
            b'{"type":"joined","seq":4,"time":0,"room":"lobby","account":"a1","sender":"","id":null}\n',
            "event 4 joins a1 to lobby a second time",
        ),
        (
            5,
            b'{"type":"left","seq":5,"time":0,"room":"lobby","account":"zz","sender":"","id":null}\n',
            "event 5 takes zz out of lobby: not a member",
        ),
        (
            5,
            (
                b'{"type":"created","seq":5,"time":0,"room":"lobby","account":"a1","sender":"","id":null'
                b',"topic":"","private":false}\n'
            ),
            "event 5 makes lobby, which there is already",
        ),
        (
            9,
            (
                b'{"type":"said","seq":9,"time":0,"room":"~dir","account":"a1","sender":"","id":null'
                b',"text":"","reply_to":null}\n'
            ),
            "",
        ),
        (5, b'{"type":"other","seq":5,"room":"lobby","time":0}\n', "event 5 is of no kind"),
    ],
)
def test_what_cannot_follow_is_found(tmp_path: Path, seq: int, frame: bytes, finding: str) -> None:
    """An event that is whole but makes no sense after those before it is told, not obeyed."""
    path = make_log(tmp_path)
    write_frame(path, seq, frame)
    assert any(line.startswith(finding) for line in findings(path))


def test_what_follows_from_damage_is_not_told_again(tmp_path: Path) -> None:
    """Where the making of a room is lost, what was said in it is no finding of its own."""
    path = make_log(tmp_path)
    change(path, "DELETE FROM events WHERE seq = 6")
    assert findings(path) == ["event 6 is missing", NOT_COMPARED]
    write_frame(
        path,
        5,
        b'{"type":"topic","seq":5,"time":0,"room":"lobby","account":"a1","sender":"","id":null'
        b',"text":""}\n',
    )
    assert findings(path) == ["event 6 is missing", NOT_COMPARED]


def test_a_room_that_was_never_made_is_found(tmp_path: Path) -> None:
    """What is said in a room that only its table knows is told."""
    path = make_log(tmp_path, said())
    change(
        path,
        "INSERT INTO rooms VALUES (9, 'attic', '', 0, 0, '', 0, 'attlc', 0, 0, 0)",
        "UPDATE events SET room = 9 WHERE seq = 14",
    )
    frame = (
        b'{"type":"said","seq":14,"time":0,"room":"attic","account":"a1","sender":"","id":null'
        b',"text":"","reply_to":null}\n'
    )
    write_frame(path, 14, frame)
    assert "event 14 is in attic, which was never made" in findings(path)


def test_what_was_removed_is_no_damage(tmp_path: Path) -> None:
    """The gaps that retention left are meant, also where the newest event of a room was in one."""
    path = make_log(tmp_path)
    remove(tmp_path, "lobby", "den", "~dir")
    assert findings(path) == []


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("DELETE FROM events WHERE seq = 2", ["event 2 is missing", NOT_COMPARED]),
        ("DELETE FROM events WHERE seq = 5", ["event 5 is missing", NOT_COMPARED]),
        ("DELETE FROM removed WHERE first = 7", ["event 7 is missing", NOT_COMPARED]),
        (
            "DELETE FROM events WHERE seq BETWEEN 2 AND 8",
            ["event 2 is missing", "events 5 to 6 are missing", "event 8 is missing", NOT_COMPARED],
        ),
        (
            "UPDATE removed SET first = 2 WHERE first = 3",
            ["event 2 is there, but it is noted that it was removed"],
        ),
    ],
)
def test_a_gap_that_is_not_noted_is_damage(
    tmp_path: Path, statement: str, expected: list[str]
) -> None:
    """Beside gaps that are meant, and within their neighbourhood, another one is found."""
    path = make_log(tmp_path)
    remove(tmp_path, "lobby", "den", "~dir")
    change(path, statement)
    found = findings(path)
    assert len(found) == len(expected), found
    for line, wanted in zip(found, expected, strict=True):
        assert wanted in line
