"""P11: whatever is not as it was written is found, and nothing else is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from asynchat.store.opening import open_database
from asynchat.upkeep.check import check
from tests.contracts.drafts import said
from tests.upkeep.logs import change, make_log, remove

if TYPE_CHECKING:
    from pathlib import Path


def test_a_sound_log_has_no_findings(tmp_path: Path) -> None:
    """Every kind of event, room and account is as it should be, and nothing is changed."""
    path = make_log(tmp_path)
    before = path.read_bytes()
    assert list(check(tmp_path)) == []
    assert path.read_bytes() == before


def test_an_empty_log_is_sound(tmp_path: Path) -> None:
    """A server that nobody ever came to left nothing to find."""
    open_database(tmp_path).close()
    assert list(check(tmp_path)) == []


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("DROP INDEX stays_open", "stays_open is not there, or not as it was made"),
        ("DROP TABLE requests", "log: cannot be read on: no such table: requests"),
        ("UPDATE events SET room = 99 WHERE seq = 13", "events, row 13, refers to one of rooms"),
        ("DELETE FROM meta WHERE key = 'server'", "meta: the server's id is missing"),
        ("UPDATE meta SET value = 'x' WHERE key = 'secret'", "meta: the secret"),
        ("DELETE FROM epochs WHERE first = 0", "epochs: none begins at seq 0"),
        (
            "INSERT INTO epochs VALUES (99, 'late')",
            "epochs: one begins at seq 99, after the end of the log at 13",
        ),
        ("INSERT INTO marks VALUES ('a1', 1, 99)", "marks: a1 cannot have read lobby up to 99"),
        ("INSERT INTO marks VALUES ('zz', 1, 1)", "marks: zz cannot have read lobby up to 1, or"),
        ("UPDATE accounts SET name_key = 'x' WHERE id = 'a1'", "a1: its name is not the one"),
        ("UPDATE accounts SET name = 'a b' WHERE id = 'a1'", "a1: a b is no name"),
        (
            "UPDATE accounts SET name = x'01' WHERE id = 'a1'",
            "accounts: a column is not of its type",
        ),
        ("UPDATE accounts SET picture = 'x' WHERE id = 'a1'", "a1: its picture is not the one"),
        ("INSERT INTO pictures VALUES ('a1', x'01')", "a1: its picture is not the one"),
        ("INSERT INTO pictures VALUES ('zz', x'01')", "zz, and there is no such account"),
    ],
)
def test_what_is_wrong_beside_the_log_is_found(
    tmp_path: Path, statement: str, finding: str
) -> None:
    """Schema, references, identity, epochs and accounts, each in a line that says what it is."""
    change(make_log(tmp_path), statement)
    found = list(check(tmp_path))
    assert any(finding in line for line in found), found
    assert not any("\n" in line for line in found)


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE removed SET last = 5 WHERE first = 3", "event 5 is there, but it is noted"),
        ("UPDATE removed SET last = 2 WHERE first = 3", "removed: 3 to 2 cannot have been"),
        ("INSERT INTO removed VALUES (5, 6)", "removed: 5 to 6 cannot have been removed"),
        ("INSERT INTO removed VALUES (0, 1)", "removed: 0 to 1 cannot have been removed"),
        ("INSERT INTO removed VALUES (13, 13)", "removed: 13 to 13 cannot have been removed"),
        ("UPDATE removed SET last = 'x' WHERE first = 3", "removed: a column is not of its type"),
        (
            "UPDATE rooms SET removed = 6 WHERE name = 'den'",
            "room den: what was removed of it last is not noted",
        ),
        ("DROP TABLE removed", "removed: cannot be read on: no such table: removed"),
    ],
)
def test_what_is_noted_as_removed_must_make_sense(
    tmp_path: Path, statement: str, finding: str
) -> None:
    """A log that something was removed of is sound; a note that cannot be true is found."""
    path = make_log(tmp_path)
    remove(tmp_path, "lobby", "den")
    assert list(check(tmp_path)) == []
    change(path, statement)
    found = list(check(tmp_path))
    assert any(finding in line for line in found), found


@pytest.mark.parametrize("place", range(8))
def test_a_flipped_bit_anywhere_in_the_file_is_noticed(tmp_path: Path, place: int) -> None:
    """In every page that holds something of the log, a changed byte of it is a finding."""
    words = [b'"hello"', b"nobody else", b"only for you", b"garden", b"tea"]
    # Two columns side by side: what is short may also stand in an id drawn at random.
    words += [b"b1j1", b"b1l1", b"a1adaada"]
    path = make_log(tmp_path)
    content = bytearray(path.read_bytes())
    at = content.index(words[place])
    content[at] ^= 1
    path.write_bytes(content)
    assert list(check(tmp_path))


def pages_of(path: Path, name: str) -> tuple[int, list[int]]:
    """Return the size of a page, and the numbers of those that a table or an index is on."""
    with closing(sqlite3.connect(path)) as db:
        (size,) = db.execute("PRAGMA page_size").fetchone()
        query = "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path"
        return size, [page for (page,) in db.execute(query, (name,))]


def test_a_damaged_page_does_not_end_the_check(tmp_path: Path) -> None:
    """What can still be read is still looked at, and each part that cannot be says so."""
    path = make_log(tmp_path, *(said("x" * 3000) for _ in range(60)))
    change(path, "DELETE FROM meta WHERE key = 'server'")
    size, pages = pages_of(path, "events")
    content = bytearray(path.read_bytes())
    content[(pages[9] - 1) * size : pages[9] * size] = b"\xff" * size
    path.write_bytes(content)
    found = list(check(tmp_path))
    assert "pages: cannot be read on: database disk image is malformed" in found
    assert "meta: the server's id is missing" in found
    assert "log: cannot be read on: database disk image is malformed" in found


def test_what_sqlite_finds_is_told(tmp_path: Path) -> None:
    """An index that says other than its table is in no frame, and is found all the same."""
    path = make_log(tmp_path)
    size, (page,) = pages_of(path, "sqlite_autoindex_rooms_1")
    content = bytearray(path.read_bytes())
    content[content.index(b"garden", (page - 1) * size)] ^= 1
    path.write_bytes(content)
    assert any(line.startswith("pages: ") for line in check(tmp_path))


def test_it_is_as_of_one_moment(tmp_path: Path) -> None:
    """What is committed while it looks is not half of what it sees."""
    make_log(tmp_path)
    with closing(open_database(tmp_path)) as writer:
        writer.execute("DROP INDEX stays_open")
        running = check(tmp_path)
        first = next(running)
        writer.execute("DELETE FROM requests")
        writer.execute("DELETE FROM epochs")
        assert "stays_open is not there" in first
        assert list(running) == []
    assert len(list(check(tmp_path))) > 5
