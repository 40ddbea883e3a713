"""The file of one account's outbox: a small SQLite database, held by one process.

It blocks: `asynchat.link.outbox` calls it on a thread of its own, and imports it only where
something is to be kept, so that other clients load no SQLite.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeAlias

from asynchat.errors import ChatError
from asynchat.link.ids import now_ms
from asynchat.link.notices import Entry, Failed
from asynchat.lock import DirectoryLock, LockHeldError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

logger = logging.getLogger(__name__)

Kept: TypeAlias = Entry | Failed
"""What is kept of a text: that it is on its way, or that it failed, and why."""

FILE: Final = "outbox.db"
APPLICATION_ID: Final = 0x61636F31
VERSION: Final = 1
MAX_BYTES: Final = 512 * 1024 * 1024
"""More than a full outbox of the longest texts takes."""

_PAGE_BYTES: Final = 4096

_SCHEMA: Final = """
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

_PUT: Final = """
INSERT INTO entries (id, room, text, time, reply_to, code, error) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET code = excluded.code, error = excluded.error
"""

_LOAD: Final = "SELECT id, room, text, time, reply_to, code, error FROM entries ORDER BY position"

_REASONS: Final = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk failed",
    sqlite3.SQLITE_READONLY: "the disk may not be written",
    sqlite3.SQLITE_PERM: "the disk may not be written",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened",
    sqlite3.SQLITE_BUSY: "another program holds the file",
    sqlite3.SQLITE_LOCKED: "another program holds the file",
    sqlite3.SQLITE_NOMEM: "there is no memory left",
}
"""What is no damage."""


class NotKeptError(OSError):
    """What was to be kept is not; the text is a sentence for people."""


class OutboxFile:
    """The outbox in a directory of its own, which is made and locked by `open`.

    Every call is made on the same thread.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._path = directory / FILE
        self._lock = DirectoryLock(directory)
        self._db: sqlite3.Connection | None = None

    def open(self) -> tuple[tuple[Kept, ...], str | None]:
        """Return what is kept, in the order it was written, and a sentence if any was lost.

        Raise `NotKeptError`.
        """
        try:
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock.acquire()
            try:
                return self._open()
            except BaseException:
                self.close()
                raise
        except LockHeldError:
            raise NotKeptError(
                "Another window or program of yours is here under the same name: what you write"
                " in this one is not kept on this computer until it is sent."
            ) from None
        except NotKeptError:
            raise
        except OSError as error:
            raise _not_kept(error.strerror or str(error)) from error
        except sqlite3.Error as error:
            raise _not_kept(_reason(error) or str(error)) from error

    def write(self, changes: Mapping[str, Kept | None]) -> None:
        """Keep each text as it is now, or, for None, no more.  All are on disk when it returns.

        Raise `NotKeptError`; then none is.
        """
        if self._db is None:
            raise _not_kept("the file is closed")
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                for entry_id, kept in changes.items():
                    if kept is None:
                        self._db.execute("DELETE FROM entries WHERE id = ?", (entry_id,))
                    else:
                        self._db.execute(_PUT, _row_of(kept))
                self._db.execute("COMMIT")
            finally:
                self._db.rollback()  # of nothing, once committed
        except sqlite3.Error as error:
            raise _not_kept(_reason(error) or str(error)) from error

    def close(self) -> None:
        """Close the file and let others have it."""
        if self._db is not None:
            self._db.close()
            self._db = None
        self._lock.release()

    def _open(self) -> tuple[tuple[Kept, ...], str | None]:
        try:
            return self._load(), None
        except sqlite3.Error as error:
            if _reason(error) is not None:
                raise
            logger.warning("%s is damaged: %s", self._path, error)
        aside = self._put_aside()
        return self._load(), (
            "The file of what was not sent yet was damaged; it is put aside as"
            f" {aside}, and a new one begun."
        )

    def _load(self) -> tuple[Kept, ...]:
        # SQLite gives the files beside it the same mode.
        self._path.touch(mode=0o600)
        db = self._db = sqlite3.connect(self._path, isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA fullfsync = 1")  # macOS: through the drive's own cache, too
        db.execute(f"PRAGMA max_page_count = {MAX_BYTES // _PAGE_BYTES}")
        if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("quick_check found damage")
        (application,) = db.execute("PRAGMA application_id").fetchone()
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if (application, version) == (0, 0):
            _create(db)
        elif application != APPLICATION_ID:
            raise sqlite3.DatabaseError("another program made it")
        elif version != VERSION:
            raise _not_kept("a newer version of asynchat made the file")
        return tuple(map(_kept_of, db.execute(_LOAD)))

    def _put_aside(self) -> Path:
        if self._db is not None:
            self._db.close()
            self._db = None
        aside = self._path.with_name(f"damaged-{now_ms()}.db")
        self._path.rename(aside)
        for ending in ("-wal", "-shm"):
            # SQLite takes these for the new file's, where it has left them.
            with suppress(FileNotFoundError):
                self._path.with_name(FILE + ending).rename(aside.with_name(aside.name + ending))
        return aside


def _create(db: sqlite3.Connection) -> None:
    db.execute("BEGIN IMMEDIATE")
    try:
        db.execute(_SCHEMA)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")
    finally:
        db.rollback()  # of nothing, once committed


def _row_of(kept: Kept) -> tuple[str | int | None, ...]:
    entry = kept.entry if isinstance(kept, Failed) else kept
    code, error = (kept.error.code, kept.error.text) if isinstance(kept, Failed) else (None, None)
    return entry.id, entry.room, entry.text, entry.time, entry.reply_to, code, error


def _kept_of(row: tuple[str, str, str, int, int | None, str | None, str | None]) -> Kept:
    *fields, code, error = row
    entry = Entry(*fields)  # type: ignore[arg-type]
    return entry if code is None else Failed(entry, ChatError(code, error))


def _reason(error: sqlite3.Error) -> str | None:
    """Return why SQLite could not, in a few words, or None where the file itself is bad."""
    # Errors of the module itself, such as text that is no UTF-8, have no code.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return _REASONS.get(code & 0xFF)


def _not_kept(reason: str) -> NotKeptError:
    return NotKeptError(f"What you write is not kept on this computer until it is sent: {reason}.")
