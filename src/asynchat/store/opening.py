"""Opening a data directory: everything that can be wrong with it, each in one sentence.

Blocks on the disk.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from asynchat.lock import DirectoryLock, LockHeldError
from asynchat.store.frames import intact
from asynchat.store.interface import CannotOpenError, StoreError
from asynchat.store.schema import VERSION, is_foreign, migrate, missing_from, version_of
from asynchat.text import one_line

if TYPE_CHECKING:
    from pathlib import Path

DATABASE_FILE: Final = "asynchat.db"
ADDRESS_FILE: Final = "address"
"""Where a running server leaves its address, for who finds its directory locked."""

CHECKED_AT_START: Final = 1024
"""How many of the newest events are read at the start: more than a batch has."""

BUSY_TIMEOUT_S: Final = 5.0


def hold(directory: Path) -> DirectoryLock:
    """Make the directory where there is none, and hold it.  Raise `CannotOpenError`."""
    lock = DirectoryLock(directory)
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire()
    except FileExistsError:
        raise CannotOpenError(f"{directory} is a file; choose a directory for the data.") from None
    except LockHeldError:
        raise CannotOpenError(
            f"{directory} is already served by an asynchat server{_address(directory)}:"
            " connect to that one, stop it, or choose another data directory."
        ) from None
    except OSError as error:
        raise CannotOpenError(
            f"{directory} cannot be used for the data ({error.strerror}): make it a directory"
            " that you may write to, or choose another."
        ) from error
    return lock


def open_database(directory: Path) -> sqlite3.Connection:
    """Open the database for writing, made or migrated where needed.  Raise `CannotOpenError`."""
    path = directory / DATABASE_FILE
    try:
        # SQLite gives its other files the mode of this one.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise CannotOpenError(
            f"{path} cannot be opened ({error.strerror}): make it a file that you may write to,"
            " or choose another data directory."
        ) from error
    db = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    try:
        _check_and_migrate(db, path)
    except BaseException as error:
        db.close()
        if isinstance(error, sqlite3.Error):
            raise CannotOpenError(
                f"{path} cannot be read as a database ({error}): restore it from a backup, or"
                " move it away to begin anew."
            ) from error
        raise
    return db


def open_for_reading(directory: Path) -> sqlite3.Connection:
    """Open the database of a directory that this process holds and has opened for writing."""
    uri = f"{(directory / DATABASE_FILE).absolute().as_uri()}?mode=ro"
    db = sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    db.execute("PRAGMA query_only = 1")
    db.execute("PRAGMA cache_size = -16384")  # the upper pages of the search index
    # From its first question on it holds the write-ahead log: a writer that closes before it
    # cannot then move into the database what may be lost.
    db.execute("SELECT 1 FROM meta").fetchone()
    return db


def _check_and_migrate(db: sqlite3.Connection, path: Path) -> None:
    if is_foreign(db):
        raise CannotOpenError(
            f"{path} is the database of another program: choose another data directory."
        )
    if version_of(db) > VERSION:
        raise CannotOpenError(
            f"{path} was made by a newer asynchat: upgrade this one, or choose another data"
            " directory."
        )
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA fullfsync = 1")  # macOS: through the drive's own cache, too
    db.execute("PRAGMA secure_delete = 1")  # what is removed is overwritten with zeros
    db.execute("PRAGMA cache_size = -16384")
    db.execute(f"PRAGMA journal_size_limit = {64 * 1024 * 1024}")
    migrate(db)
    missing = missing_from(db)
    if missing:
        raise CannotOpenError(
            f"{path} is damaged: {', '.join(missing)} is not there, or not as it was made; restore"
            " it from a backup."
        )
    with closing(
        db.execute(
            "SELECT seq, frame, crc FROM events ORDER BY seq DESC LIMIT ?", (CHECKED_AT_START,)
        )
    ) as newest:
        for seq, frame, crc in newest:
            try:
                intact(seq, frame, crc)
            except StoreError as error:
                raise CannotOpenError(f"{path}: {error.text}") from None


def _address(directory: Path) -> str:
    try:
        address = (directory / ADDRESS_FILE).read_text("utf-8")
    except (OSError, UnicodeDecodeError):  # the sentence is as true without it
        return ""
    return f" at {one_line(address.strip())[:200]}"
