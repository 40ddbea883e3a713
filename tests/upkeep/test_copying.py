"""A copy as of one moment, in one file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from asynchat.store.opening import DATABASE_FILE, open_database
from asynchat.store.writer import Writer
from asynchat.upkeep import copying
from asynchat.upkeep.copying import copy_database
from asynchat.upkeep.opening import open_log
from tests.contracts.drafts import said
from tests.upkeep.logs import make_log, texts

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_copy_is_as_of_one_moment_and_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit after every step of one page neither gets into the copy nor makes it begin anew."""
    monkeypatch.setattr(copying, "STEP_PAGES", 1)
    data = tmp_path / "data"
    path = make_log(data, *(said("x" * 3000) for _ in range(50)))
    before = texts(path)
    writer = Writer(open_database(data))
    steps = 0

    class Connection(sqlite3.Connection):
        """Commits something else after each step, as a busy server does."""

        def backup(self, target: sqlite3.Connection, *, pages: int = -1, **_: object) -> None:
            def commit(*_: object) -> None:
                nonlocal steps
                steps += 1
                assert steps < 1000
                writer.append([said(f"meanwhile {steps}")])

            super().backup(target, pages=pages, progress=commit)

    uri = f"{path.as_uri()}?mode=ro"
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None, factory=Connection)) as db:
        copy_database(db, copy)
        assert not db.in_transaction
    writer.close()
    assert steps > 40
    assert texts(copy) == before
    assert len(texts(path)) == len(before) + steps


def test_a_copy_needs_nothing_beside_it(tmp_path: Path) -> None:
    """It is one file, whose header promises no write-ahead log."""
    data = tmp_path / "data"
    make_log(data)
    folder = tmp_path / "copies"
    folder.mkdir()
    with closing(open_log(data / DATABASE_FILE)) as db:
        copy_database(db, folder / "copy.db")
    assert [path.name for path in folder.iterdir()] == ["copy.db"]
    with closing(sqlite3.connect(folder / "copy.db")) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
