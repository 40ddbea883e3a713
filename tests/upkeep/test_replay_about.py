"""What events about others make, compared with the tables beside the log."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from asynchat.upkeep.opening import open_log
from asynchat.upkeep.replay import replayed
from tests.contracts.drafts import edited, pinned, reacted, redacted, said
from tests.upkeep.logs import change, make_log, remove

if TYPE_CHECKING:
    from pathlib import Path

# In the log of make_log, 3 and 4 are said in the lobby, and the log ends at 13.
MORE = [
    edited(3),
    reacted(3),
    reacted(3, "🎉"),
    reacted(3, on=False),
    pinned(3),
    pinned(3, on=False),
    pinned(4),
    edited(4),
    redacted(4),
    said(mentions=("b1",), everyone=True),
    pinned(3),
]


def findings(path: Path) -> list[str]:
    """Return what replaying a log finds."""
    with closing(open_log(path)) as db:
        return list(replayed(db))


def test_what_was_written_is_in_order(tmp_path: Path) -> None:
    """Nothing is found where nothing is wrong."""
    assert findings(make_log(tmp_path, *MORE)) == []


def test_what_was_removed_is_no_finding(tmp_path: Path) -> None:
    """Retention takes along what is about it; the newest event of a room stays, about nothing."""
    path = make_log(tmp_path, *MORE)
    remove(tmp_path, "lobby")
    assert findings(path) == []
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM events WHERE about = 3").fetchone() == (1,)


WHOM = "whom it mentions is not noted as it says"
NOTED = "what is noted about it is not what the log says"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE events SET edited = NULL WHERE seq = 3", f"event 3: {NOTED}"),
        ("UPDATE events SET later = 14 WHERE seq = 3", f"event 3: {NOTED}"),
        ("UPDATE events SET redacted = 22 WHERE seq = 3", f"event 3: {NOTED}"),
        ("DELETE FROM pins", f"event 3: {NOTED}"),
        ("DELETE FROM reactions", f"event 3: {NOTED}"),
        ("UPDATE reactions SET account = 'b1'", f"event 3: {NOTED}"),
        ("INSERT INTO pins VALUES (1, 4, 20)", f"event 4: {NOTED}"),
        ("DELETE FROM mentions WHERE account = ''", f"event 23: {WHOM}"),
        ("UPDATE mentions SET account = 'a1' WHERE account = 'b1'", f"event 23: {WHOM}"),
        ("INSERT INTO mentions VALUES (1, 'a1', 1)", f"event 1: {WHOM}"),
        ("INSERT INTO mentions VALUES (1, 'a1', 99)", "event 99 is not there, but it is noted"),
        ("INSERT INTO pins VALUES (1, 99, 20)", "event 99 is not there, but something is noted"),
        ("UPDATE events SET about = NULL WHERE seq = 14", "event 14 is not noted as what it is"),
        ("UPDATE events SET about = 3 WHERE seq = 5", "event 5 is not noted as what it is about"),
        ("UPDATE events SET author = 'b1' WHERE seq = 3", "event 3 is not noted as its author's"),
    ],
)
def test_what_the_tables_say_otherwise_is_found(
    tmp_path: Path, statement: str, expected: str
) -> None:
    """Each column and each table beside the log follows from it."""
    path = make_log(tmp_path, *MORE)
    change(path, statement)
    (finding,) = findings(path)
    assert finding.startswith(expected)


def test_what_was_deleted_says_nothing(tmp_path: Path) -> None:
    """A text that a deletion should have blanked is found."""
    path = make_log(tmp_path, edited(4, "old text"))
    with closing(sqlite3.connect(path)) as db:
        kept = db.execute("SELECT frame, crc FROM events WHERE seq = 14").fetchone()
    path = make_log(tmp_path / "other", edited(4, "old text"), redacted(4))
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE events SET frame = ?, crc = ? WHERE seq = 14", kept)
        db.commit()
    assert findings(path) == ["event 14 was deleted, but it still says something"]
