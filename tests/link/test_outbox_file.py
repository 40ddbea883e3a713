from __future__ import annotations

import os
import sqlite3
import stat
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.errors import ChatError
from asynchat.link import outbox_file
from asynchat.link.notices import Entry, Failed
from asynchat.link.outbox_file import FILE, VERSION, Found, NotKeptError, OutboxFile
from asynchat.link.wire import LinkSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from asynchat.link.outbox_file import Kept


@pytest.fixture
def file(tmp_path: Path) -> Iterator[OutboxFile]:
    file = OutboxFile(tmp_path / "mine", LinkSettings())
    yield file
    file.close()


def entry(number: int, **fields: object) -> Entry:
    """Return a text."""
    shown = {"id": f"id{number}", "room": "lobby", "text": f"text {number}", "time": number}
    return Entry(**{**shown, **fields})  # type: ignore[arg-type]


def told(kept: tuple[Kept, ...]) -> list[tuple[Entry, str | None, str | None]]:
    """Return what is kept so that it can be compared."""
    return [
        (each.entry, each.error.code, each.error.text)
        if isinstance(each, Failed)
        else (each, None, None)
        for each in kept
    ]


def test_what_is_kept_is_there_again(file: OutboxFile, tmp_path: Path) -> None:
    """Texts come back in the order they were written first, with what became of them."""
    assert file.open() == Found()
    file.write({f"id{n}": entry(n, reply_to=n or None) for n in (3, 1, 2, 0)})
    failed = Failed(entry(1, reply_to=1), ChatError("banned", "Out."))
    file.write({"id1": failed, "id2": None, "id9": None})
    file.close()
    again = OutboxFile(tmp_path / "mine", LinkSettings())
    found = again.open()
    again.close()
    assert found.sentence is None
    assert told(found.kept) == [
        (entry(3, reply_to=3), None, None),
        (entry(1, reply_to=1), "banned", "Out."),
        (entry(0), None, None),
    ]


@given(text=st.text(st.characters(codec="utf-8")), room=st.text(st.characters(codec="utf-8")))
def test_any_text_is_kept_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, text: str, room: str
) -> None:
    """Whatever is in a text or a room's name comes back the same."""
    file = OutboxFile(tmp_path_factory.mktemp("any"), LinkSettings())
    file.open()
    one = entry(1, text=text, room=room)
    file.write({"id1": one})
    file.close()
    assert file.open() == Found((one,))
    file.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_only_its_owner_can_read_it(file: OutboxFile, tmp_path: Path) -> None:
    """The directory and every file in it, also what SQLite puts beside, are the owner's alone."""
    before = os.umask(0)
    try:
        file.open()
        file.write({"id1": entry(1)})
    finally:
        os.umask(before)
    paths = sorted((tmp_path / "mine").iterdir())
    assert {path.name for path in paths} == {FILE, f"{FILE}-wal", f"{FILE}-shm", "lock"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    assert stat.S_IMODE((tmp_path / "mine").stat().st_mode) == 0o700


def test_one_holds_it_at_a_time(file: OutboxFile, tmp_path: Path) -> None:
    """A second one is refused with a sentence until the first is closed."""
    file.open()
    second = OutboxFile(tmp_path / "mine", LinkSettings())
    with pytest.raises(NotKeptError, match="Another window or program of yours"):
        second.open()
    file.close()
    assert second.open() == Found()
    second.close()


def damage_header(path: Path) -> None:
    """Write over the first page."""
    path.write_bytes(b"\0" * 100 + path.read_bytes()[100:])


def damage_tail(path: Path) -> None:
    """Write over everything but the first page."""
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))


def change(*statements: str) -> object:
    """Return what does something to a database."""

    def do(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            for statement in statements:
                db.execute(statement)

    return do


@pytest.mark.parametrize(
    "damage",
    [
        damage_header,
        damage_tail,
        change("DROP TABLE entries"),
        change("PRAGMA application_id = 7"),
        change("UPDATE entries SET text = CAST(x'ff' AS TEXT)"),
    ],
    ids=["header", "tail", "table", "foreign", "utf-8"],
)
def test_a_damaged_file_is_put_aside(file: OutboxFile, tmp_path: Path, damage: object) -> None:
    """What is no outbox is kept beside the new one that is begun, and a sentence says where."""
    file.open()
    file.write({"id1": entry(1)})
    file.close()
    path = tmp_path / "mine" / FILE
    damage(path)  # type: ignore[operator]
    damaged = path.read_bytes()
    found = file.open()
    sentence = found.sentence
    assert found.kept == ()
    (aside,) = path.parent.glob("damaged-*.db")
    assert sentence is not None
    assert str(aside) in sentence
    assert aside.read_bytes() == damaged
    file.write({"id2": entry(2)})
    file.close()
    assert file.open() == Found((entry(2),))


def test_what_was_beside_a_damaged_file_is_not_the_new_one_s(
    file: OutboxFile, tmp_path: Path
) -> None:
    """A log of writes belongs to the file that is put aside: the new one must not take it."""
    file.open()
    file.close()
    path = tmp_path / "mine" / FILE
    path.write_bytes(b"no database " * 1000)
    path.with_name(f"{FILE}-wal").write_bytes(b"no log")
    found = file.open()
    assert (found.kept, bool(found.sentence)) == ((), True)
    file.write({"id2": entry(2)})
    file.close()
    assert file.open() == Found((entry(2),))


def test_a_file_of_a_newer_version_is_left_alone(file: OutboxFile, tmp_path: Path) -> None:
    """What a newer version made is neither read nor put aside."""
    file.open()
    file.close()
    path = tmp_path / "mine" / FILE
    change(f"PRAGMA user_version = {VERSION + 1}")(path)  # type: ignore[operator]
    with pytest.raises(NotKeptError, match="newer version of asynchat"):
        file.open()
    assert not list(path.parent.glob("damaged-*"))


def test_a_full_disk_refuses_all_of_a_write(
    file: OutboxFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what does not fit nothing is kept, and what was kept stays."""
    monkeypatch.setattr(outbox_file, "MAX_BYTES", 12 * 4096)
    file.open()
    file.write({"id1": entry(1)})
    with pytest.raises(NotKeptError, match="the disk is full"):
        file.write({"id2": entry(2), "id3": entry(3, text="long " * 10_000)})
    file.write({"id4": entry(4)})
    file.close()
    assert file.open() == Found((entry(1), entry(4)))


def test_a_disk_too_small_to_begin_with(file: OutboxFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where not even an empty outbox fits, that is a full disk and no damage."""
    monkeypatch.setattr(outbox_file, "MAX_BYTES", 4096)
    with pytest.raises(NotKeptError, match="the disk is full"):
        file.open()


@pytest.mark.parametrize("where", [".", FILE])
def test_a_place_that_is_taken(file: OutboxFile, tmp_path: Path, where: str) -> None:
    """Where something else is in the place of the directory or the file, nothing is kept."""
    place = tmp_path / "mine" / where
    if where == ".":
        place.write_bytes(b"")
    else:
        place.mkdir(parents=True)
    with pytest.raises(NotKeptError, match="not kept on this computer until it is sent: "):
        file.open()


def test_a_closed_file_takes_nothing(file: OutboxFile) -> None:
    """What comes too late is refused, not lost in silence."""
    with pytest.raises(NotKeptError, match="is closed"):
        file.write({"id1": entry(1)})


V1 = """
CREATE TABLE entries (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    room TEXT NOT NULL,
    text TEXT NOT NULL,
    time INTEGER NOT NULL,
    reply_to INTEGER,
    code TEXT,
    error TEXT
) STRICT
"""
"""The first version of the file, as it was."""


@pytest.mark.parametrize("killed", [False, True])
def test_a_file_of_the_first_version_opens(
    file: OutboxFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed: bool
) -> None:
    """An older file becomes one of now, whole or not at all, with its texts; what failed because
    another server answered waits again.
    """
    path = tmp_path / "mine" / FILE
    path.parent.mkdir()
    change(
        V1,
        f"PRAGMA application_id = {outbox_file.APPLICATION_ID}",
        "PRAGMA user_version = 1",
        "INSERT INTO entries VALUES (1, 'id1', 'lobby', 'text 1', 1, NULL, NULL, NULL)",
        "INSERT INTO entries VALUES (2, 'id2', 'lobby', 'text 2', 2, NULL, 'other_server', 'No.')",
        "INSERT INTO entries VALUES (3, 'id3', 'lobby', 'text 3', 3, NULL, 'banned', 'Out.')",
    )(path)  # type: ignore[operator]
    if killed:
        with monkeypatch.context() as patch:
            statements = (*outbox_file._MIGRATIONS[1][:2], "DROP TABLE nothing_of_that_name")
            patch.setitem(outbox_file._MIGRATIONS, 1, statements)
            with closing(sqlite3.connect(path, isolation_level=None)) as db:
                with pytest.raises(sqlite3.Error):
                    outbox_file._migrate(db, 1)
                assert db.execute("PRAGMA user_version").fetchone() == (1,)
    found = file.open()
    assert told(found.kept) == [
        (entry(1), None, None),
        (entry(2), None, None),
        (entry(3), "banned", "Out."),
    ]
    assert (found.visit, found.sentence) == (None, None)
    file.close()
    assert told(file.open().kept) == told(found.kept)
