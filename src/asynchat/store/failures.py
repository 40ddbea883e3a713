"""What SQLite's errors mean for us: refused, or nobody can tell."""

from __future__ import annotations

import sqlite3
from typing import Final

from asynchat.store.interface import StoreError, StoreLostError

_SENTENCES: Final = {
    sqlite3.SQLITE_FULL: "The server's disk is full; nothing can be stored until there is room.",
    sqlite3.SQLITE_IOERR: "The server's disk failed; nothing can be stored or read there now.",
    sqlite3.SQLITE_READONLY: "The server may not write its database any more.",
    sqlite3.SQLITE_CANTOPEN: "The server cannot open its database any more.",
    sqlite3.SQLITE_BUSY: "Another program holds the server's database.",
    sqlite3.SQLITE_LOCKED: "Another program holds the server's database.",
    sqlite3.SQLITE_CORRUPT: "The server's database is damaged; restore it from a backup.",
    sqlite3.SQLITE_NOTADB: "The server's database is damaged; restore it from a backup.",
}

_FSYNC: Final = {sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC}

# When these end a COMMIT, its last frame was not written whole: no restart can bring it back.
_NOTHING_COMMITTED: Final = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR_WRITE,
}


_DAMAGE: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def refusal(error: sqlite3.Error) -> StoreError:
    """Return the error to raise where it is known that nothing was stored."""
    primary = _code(error) & 0xFF
    return StoreError(
        _SENTENCES.get(primary, f"The server's database refused: {error}."),
        code="damaged" if primary in _DAMAGE else "read_only",
    )


def failure(error: sqlite3.Error, *, committing: bool) -> StoreError | StoreLostError:
    """Return the error to raise where a transaction failed, maybe in its COMMIT."""
    code = _code(error)
    if code in _FSYNC or (committing and code not in _NOTHING_COMMITTED):
        return StoreLostError(f"It is not known what is on disk: {error}.")
    return refusal(error)


def _code(error: sqlite3.Error) -> int:
    # Errors of the module itself, such as a wrong number of parameters, have no code.
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
