"""The file of one account's outbox and cached history: SQLite, held by one process.

It blocks: `asynchat.link.outbox` calls it on a thread of its own, and imports it only where
something is to be kept, so that other clients load no SQLite.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from asynchat.errors import ChatError
from asynchat.link import cache_tables
from asynchat.link.cache_tables import Tables
from asynchat.link.ids import now_ms
from asynchat.link.notices import Entry, Failed
from asynchat.lock import DirectoryLock, LockHeldError
from asynchat.messages import File

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from asynchat.link.cache import Batch, Visit
    from asynchat.link.wire import LinkSettings
    from asynchat.messages import AnyEvent

logger = logging.getLogger(__name__)

Kept: TypeAlias = Entry | Failed
"""What is kept of a text: that it is on its way, or that it failed, and why."""

FILE: Final = "outbox.db"
APPLICATION_ID: Final = 0x61636F31
VERSION: Final = 3
MAX_BYTES: Final = 512 * 1024 * 1024
"""More than a full outbox of the longest texts and the history beside it take."""

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
    error TEXT,
    file TEXT
) STRICT
"""

_PUT: Final = """
INSERT INTO entries (id, room, text, time, reply_to, file, code, error)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET code = excluded.code, error = excluded.error
"""

_LOAD: Final = (
    "SELECT id, room, text, time, reply_to, file, code, error FROM entries ORDER BY position"
)

_MIGRATIONS: Final = {
    1: (
        *cache_tables.SCHEMA,
        # Nobody refused these: they wait for the server that they are meant for.
        "UPDATE entries SET code = NULL, error = NULL WHERE code = 'other_server'",
    ),
    # What stands in JSON there is on the server's disk already.
    2: ("ALTER TABLE entries ADD COLUMN file TEXT",),
}
"""What makes the next version of each one."""

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


class HeldError(NotKeptError):
    """Another process has the file, for now."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a file has: texts in the order they were written, and where the last visit ended.

    ``sentence`` tells what was lost, if anything was.
    """

    kept: tuple[Kept, ...] = ()
    visit: Visit | None = None
    sentence: str | None = None


class OutboxFile:
    """The outbox in a directory of its own, which is made and locked by `open`.

    Every call is made on the same thread.
    """

    def __init__(self, directory: Path, settings: LinkSettings) -> None:
        self._directory = directory
        self._path = directory / FILE
        self._lock = DirectoryLock(directory)
        self._settings = settings
        self._db: sqlite3.Connection | None = None
        self._tables: Tables | None = None
        self._history_lost = False

    def open(self) -> Found:
        """Return what is kept.  Raise `NotKeptError`, `HeldError` where another has the file."""
        try:
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock.acquire()
            try:
                return self._open()
            except BaseException:
                self.close()
                raise
        except LockHeldError:
            raise HeldError(
                "Another window or program of yours is here under the same name: what you write"
                " in this one is not kept on this computer until it is sent."
            ) from None
        except NotKeptError:
            raise
        except OSError as error:
            raise _not_kept(error.strerror or str(error)) from error
        except sqlite3.Error as error:
            raise _not_kept(_reason(error) or str(error)) from error

    def write(self, changes: Mapping[str, Kept | None], batch: Batch | None = None) -> bool:
        """Keep each text as it is now, or, for None, no more, and history beside it.

        All are on disk when it returns; return whether history is, too.  Raise `NotKeptError`;
        then no text is, and no history.
        """
        if self._db is None or self._tables is None:
            raise _not_kept("the file is closed")
        # After what is missing only a new beginning can follow.
        if batch is not None and (batch.restart or not self._history_lost):
            try:
                self._write(self._db, self._tables, changes, batch)
            except (sqlite3.Error, OverflowError, ChatError) as error:
                # History can be asked for again, what was typed cannot: that goes by itself.
                self._lose_history(error)
            else:
                self._history_lost = False
                return True
        if changes:
            try:
                self._write(self._db, self._tables, changes, None)
            except sqlite3.Error as error:
                raise _not_kept(_reason(error) or str(error)) from error
        return batch is None

    def recent(self, room: str) -> tuple[AnyEvent, ...] | None:
        """Return the cached events of a room, oldest first, or None where they are lost."""
        if self._tables is None:
            return ()
        try:
            return self._tables.recent(room)
        except (sqlite3.Error, ChatError) as error:
            self._lose_history(error)
            return None

    def close(self) -> None:
        """Close the file and let others have it."""
        if self._db is not None:
            self._db.close()
            self._db = self._tables = None
        self._lock.release()

    def remove(self) -> None:
        """Keep nothing of it any more, and let others have the directory.  Raise `NotKeptError`.

        Only the lock's file stays.
        """
        try:
            if self._db is not None:
                self._db.close()
                self._db = self._tables = None
                for path in self._directory.iterdir():
                    if path != self._lock.path:
                        path.unlink()
        except OSError as error:
            raise NotKeptError(
                f"What was kept on this computer cannot be removed: {error.strerror or error}."
            ) from error
        finally:
            self._lock.release()

    def _lose_history(self, error: Exception) -> None:
        if not self._history_lost:
            logger.warning("recent history is not kept for the next start: %s", error)
        self._history_lost = True

    @staticmethod
    def _write(
        db: sqlite3.Connection,
        tables: Tables,
        changes: Mapping[str, Kept | None],
        batch: Batch | None,
    ) -> None:
        # A power cut may take history's last moments: both it and its cursor are then older.
        db.execute(f"PRAGMA synchronous = {'FULL' if changes else 'NORMAL'}")
        db.execute("BEGIN IMMEDIATE")
        try:
            for entry_id, kept in changes.items():
                if kept is None:
                    db.execute("DELETE FROM entries WHERE id = ?", (entry_id,))
                else:
                    db.execute(_PUT, _row_of(kept))
            if batch is not None:
                tables.write(batch)
            db.execute("COMMIT")
        finally:
            db.rollback()  # of nothing, once committed

    def _open(self) -> Found:
        try:
            return self._load()
        except sqlite3.Error as error:
            if _reason(error) is not None:
                raise
            logger.warning("%s is damaged: %s", self._path, error)
        saved = self._save()
        aside = self._put_aside()
        self._load()
        if saved:
            self.write({_entry(kept).id: kept for kept in saved})
        return Found(
            kept=saved,
            sentence="The file of what was not sent yet was damaged; it is put aside as"
            f" {aside}, and a new one begun{' with what could be read' if saved else ''}.",
        )

    def _load(self) -> Found:
        # SQLite gives the files beside it the same mode.
        self._path.touch(mode=0o600)
        db = self._db = sqlite3.connect(self._path, isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA fullfsync = 1")  # macOS: through the drive's own cache, too
        db.execute("PRAGMA secure_delete = 1")  # what was deleted is not to be read any more
        db.execute(f"PRAGMA max_page_count = {MAX_BYTES // _PAGE_BYTES}")
        (application,) = db.execute("PRAGMA application_id").fetchone()
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("quick_check found damage")
        if (application, version) == (0, 0):
            _create(db)
        elif application != APPLICATION_ID:
            raise sqlite3.DatabaseError("another program made it")
        elif version > VERSION:
            raise _not_kept("a newer version of asynchat made the file")
        else:
            _migrate(db, version)
        settings = self._settings
        self._tables = Tables(
            db,
            max_events=settings.cache_events,
            max_room_bytes=settings.cache_room_bytes,
            max_bytes=settings.cache_bytes,
        )
        return Found(kept=_kept_in(db), visit=self._tables.load())

    def _save(self) -> tuple[Kept, ...]:
        """Return the texts of a damaged file, where they can be read."""
        try:
            if self._db is not None and _is_ours(self._db):
                return _kept_in(self._db)
        except sqlite3.Error as error:
            logger.warning("what was not sent cannot be read: %s", error)
        return ()

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
        for statement in cache_tables.SCHEMA:
            db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")
    finally:
        db.rollback()  # of nothing, once committed


def _migrate(db: sqlite3.Connection, version: int) -> None:
    """Make the newest version of an older one, each step whole or not at all."""
    for older in range(version, VERSION):
        db.execute("BEGIN IMMEDIATE")
        try:
            for statement in _MIGRATIONS[older]:
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {older + 1}")
            db.execute("COMMIT")
        finally:
            db.rollback()  # of nothing, once committed


def _is_ours(db: sqlite3.Connection) -> bool:
    (application,) = db.execute("PRAGMA application_id").fetchone()
    return bool(application == APPLICATION_ID)


def _kept_in(db: sqlite3.Connection) -> tuple[Kept, ...]:
    return tuple(map(_kept_of, db.execute(_LOAD)))


def _entry(kept: Kept) -> Entry:
    return kept.entry if isinstance(kept, Failed) else kept


def _row_of(kept: Kept) -> tuple[str | int | None, ...]:
    entry = _entry(kept)
    code, error = (kept.error.code, kept.error.text) if isinstance(kept, Failed) else (None, None)
    file = None if entry.file is None else msgspec.json.encode(entry.file).decode()
    return entry.id, entry.room, entry.text, entry.time, entry.reply_to, file, code, error


def _kept_of(
    row: tuple[str, str, str, int, int | None, str | None, str | None, str | None],
) -> Kept:
    *fields, file, code, error = row
    offered = None if file is None else msgspec.json.decode(file, type=File)
    entry = Entry(*fields, offered)  # type: ignore[arg-type, call-arg]
    return entry if code is None else Failed(entry, ChatError(code, error))


def _reason(error: sqlite3.Error) -> str | None:
    """Return why SQLite could not, in a few words, or None where the file itself is bad."""
    # Errors of the module itself, such as text that is no UTF-8, have no code.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return _REASONS.get(code & 0xFF)


def _not_kept(reason: str) -> NotKeptError:
    return NotKeptError(f"What you write is not kept on this computer until it is sent: {reason}.")
