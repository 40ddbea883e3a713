"""A copy of a database as of one moment, made while others write to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

STEP_PAGES: Final = 1024
"""Pages of one step: 4 MiB.  Between two steps a signal is heard."""


def copy_database(source: sqlite3.Connection, target: Path) -> None:
    """Copy what ``source`` sees now into an empty file; all of it is then in that one file.

    Raise `sqlite3.Error`.  Whoever calls waits for the disk, and throws a half copy away.
    """
    # Within a transaction the copy is as of its beginning: without one, each commit of the
    # server would make SQLite begin anew, and under load it would never end.
    source.execute("BEGIN")
    try:
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with closing(sqlite3.connect(target, isolation_level=None)) as copy:
            copy.execute("PRAGMA journal_mode = OFF")
            copy.execute("PRAGMA synchronous = OFF")
            source.backup(copy, pages=STEP_PAGES)
    finally:
        source.rollback()
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        # It says that it has a write-ahead log beside it; a copy is to have nothing beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
