"""`asynchat-server restore`: a backup becomes the log of a data directory."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Final

from asynchat.files import sync
from asynchat.store.blobs import Blobs
from asynchat.store.epochs import new_epoch
from asynchat.store.failures import refusal
from asynchat.store.opening import DATABASE_FILE, hold
from asynchat.store.schema import migrate
from asynchat.upkeep.backup import check_copy
from asynchat.upkeep.copying import copy_database
from asynchat.upkeep.opening import UpkeepError, open_log
from asynchat.upkeep.stored_files import copy_files, folder_of

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_COMING_FILE: Final = "restoring.db"
_SIDE_FILES: Final = ("-wal", "-shm")
_ALL_FILES: Final = ("", "-journal", *_SIDE_FILES)


def restore(
    data: Path, file: Path, *, force: bool, now: datetime
) -> tuple[int, Path | None, list[Path]]:
    """Make a backup the log of a data directory, which no server may serve.

    ``force`` says that there may be a log already; it is kept beside the new one, and where is
    returned, after the seq of the newest event; after both, the backup's files that are missing
    or damaged.  Raise `UpkeepError` or `CannotOpenError`.
    """
    try:
        if not file.is_file():
            raise UpkeepError(f"There is no backup at {file}.")
    except OSError as error:
        raise UpkeepError(f"{file} cannot be read: {error.strerror or error}.") from error
    with closing(open_log(file, any_version=True)) as backup:
        lock = hold(data)
        try:
            return _restore(data, file, backup, force=force, now=now)
        except OSError as error:
            raise UpkeepError(f"{data} cannot be written: {error.strerror or error}.") from error
        except sqlite3.Error as error:
            raise UpkeepError(f"{file} was not restored: {refusal(error).text}") from error
        finally:
            lock.release()


def _restore(
    data: Path, file: Path, backup: sqlite3.Connection, *, force: bool, now: datetime
) -> tuple[int, Path | None, list[Path]]:
    path = data / DATABASE_FILE
    if path.exists() and path.samefile(file):
        raise UpkeepError(f"{file} is the log of {data} itself: name a backup.")
    if path.exists() and not force:
        raise UpkeepError(
            f"{data} has a log already: give --force to put the backup in its place; what is there"
            " now is kept beside it."
        )
    coming = data / _COMING_FILE
    _clear(coming)  # a restore that was killed may have left some of it
    try:
        os.close(os.open(coming, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        copy_database(backup, coming)
        with closing(sqlite3.connect(coming, isolation_level=None)) as db:
            migrate(db)
        head = check_copy(coming, f"{file} is damaged, and nothing was changed")
        left_out = copy_files(Blobs.at(folder_of(file)), Blobs(data), coming)
        with closing(sqlite3.connect(coming, isolation_level=None)) as db:
            _begin_anew(db)
        sync(coming)
        kept = _set_aside(path, now) if path.exists() else None
        coming.replace(path)
        sync(data)
    finally:
        _clear(coming)
    return head, kept, left_out


def _clear(path: Path) -> None:
    for end in _ALL_FILES:
        path.with_name(path.name + end).unlink(missing_ok=True)


def _begin_anew(db: sqlite3.Connection) -> None:
    # A cursor from before the backup names a place in it, and yet whoever holds it may have been
    # sent more: a slice that was cut off before its `upto`, a page.  So no cursor stays valid,
    # and everybody reads afresh.
    db.execute("BEGIN IMMEDIATE")
    db.execute("DELETE FROM epochs")
    db.execute("INSERT INTO epochs (first, id) VALUES (0, ?)", (new_epoch(),))
    db.execute("COMMIT")


def _set_aside(path: Path, now: datetime) -> Path:
    """Give the log a second, dated name; it keeps the first until it is replaced.

    So there is no moment without a log: a server that started then would begin an empty one.
    """
    kept = _free(path.with_name(f"{path.name}.{now:%Y-%m-%d-%H%M%S}"))
    # What a server that was killed left in its write-ahead log goes where it belongs.  Where that
    # cannot be, or where the database cannot even be read, its files are kept as they are.
    with suppress(UpkeepError, sqlite3.Error):
        open_log(path, any_version=True).close()
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    sides = [
        (path.with_name(path.name + end), kept.with_name(kept.name + end)) for end in _SIDE_FILES
    ]
    try:
        kept.hardlink_to(path)
    except OSError:
        # Not every file system has links: then there is such a moment, but a short one.
        path.rename(kept)
    # With another database under its name, SQLite would put the old log's changes into it.
    for side, kept_side in sides:
        if side.exists():
            side.rename(kept_side)
    sync(path.parent)
    return kept


def _free(path: Path) -> Path:
    """Return the path, or one with a number after it that is not there yet."""
    candidate, number = path, 1
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{path.name}-{number}")
    return candidate
