"""Opening a log that is only to be read, whether a server serves it or not."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from asynchat.store.opening import BUSY_TIMEOUT_S
from asynchat.store.schema import VERSION, is_foreign, version_of

if TYPE_CHECKING:
    from pathlib import Path


class UpkeepError(Exception):
    """It cannot be done; the text is one sentence that says why and what to do."""


def open_log(path: Path, *, any_version: bool = False) -> sqlite3.Connection:
    """Open a database that must be there and be ours, to be read only.

    With ``any_version`` it may be of an earlier release.  Raise `UpkeepError`.
    """
    try:
        if not path.is_file():
            raise UpkeepError(f"There is no log at {path}: is this the right directory?")
        db = _connect(path)
    except OSError as error:
        raise UpkeepError(f"{path} cannot be read: {error.strerror or error}.") from error
    except sqlite3.Error as error:
        raise UpkeepError(f"{path} cannot be read as a database ({error}).") from error
    try:
        _check(db, path, any_version=any_version)
    except BaseException as error:
        db.close()
        if isinstance(error, sqlite3.Error):
            raise UpkeepError(f"{path} cannot be read as a database ({error}).") from error
        raise
    return db


def _connect(path: Path) -> sqlite3.Connection:
    try:
        return _connect_as(path, "mode=ro")
    except sqlite3.Error:
        if path.with_name(f"{path.name}-wal").exists():
            raise
        # Nobody writes to it: it needs none of SQLite's other files beside it, and may lie where
        # none can be made.
        return _connect_as(path, "mode=ro&immutable=1")


def _connect_as(path: Path, how: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?{how}"
    db = sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    try:
        db.execute("PRAGMA query_only = 1")
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def _check(db: sqlite3.Connection, path: Path, *, any_version: bool) -> None:
    if is_foreign(db):
        raise UpkeepError(f"{path} is the database of another program.")
    version = version_of(db)
    if version == 0:
        raise UpkeepError(f"There is no log at {path} yet: nothing was ever stored in it.")
    if version > VERSION:
        raise UpkeepError(f"{path} was made by a newer asynchat: upgrade this one.")
    if version < VERSION and not any_version:
        raise UpkeepError(
            f"{path} was made by an earlier asynchat: start the server once, which brings it up"
            " to date."
        )
