"""What SQLite's errors mean."""

from __future__ import annotations

import sqlite3

import pytest

from asynchat.store.failures import failure, refusal
from asynchat.store.interface import StoreError, StoreLostError


def error(code: int | None = None) -> sqlite3.Error:
    """Return an error as SQLite's module raises it."""
    error = sqlite3.OperationalError("the reason")
    if code is not None:
        error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (sqlite3.SQLITE_FULL, "disk is full"),
        (sqlite3.SQLITE_IOERR_WRITE, "disk failed"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "may not write"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "Another program"),
        (sqlite3.SQLITE_CORRUPT_INDEX, "damaged"),
        (sqlite3.SQLITE_NOTADB, "damaged"),
        (sqlite3.SQLITE_TOOBIG, "refused: the reason"),
        (None, "refused: the reason"),
    ],
)
def test_a_refusal_says_what_is_wrong(code: int | None, sentence: str) -> None:
    """Each kind of error has its sentence, under a stable code: damage has its own."""
    refused = refusal(error(code))
    assert refused.code == ("damaged" if sentence == "damaged" else "read_only")
    assert sentence in refused.text


@pytest.mark.parametrize(
    ("code", "committing", "lost"),
    [
        (sqlite3.SQLITE_FULL, False, False),
        (sqlite3.SQLITE_FULL, True, False),
        (sqlite3.SQLITE_BUSY, True, False),
        (sqlite3.SQLITE_IOERR_WRITE, True, False),
        (sqlite3.SQLITE_IOERR_WRITE, False, False),
        (sqlite3.SQLITE_IOERR_READ, False, False),
        (sqlite3.SQLITE_IOERR_READ, True, True),
        (sqlite3.SQLITE_IOERR_SHMSIZE, True, True),
        (sqlite3.SQLITE_IOERR_FSYNC, True, True),
        (sqlite3.SQLITE_IOERR_FSYNC, False, True),
        (sqlite3.SQLITE_IOERR_DIR_FSYNC, False, True),
        (None, False, False),
        (None, True, True),
    ],
)
def test_a_failure_is_lost_where_nobody_can_tell(
    code: int | None, *, committing: bool, lost: bool
) -> None:
    """A failed fsync, and any end of a COMMIT that may have been written, ends the process."""
    kind = StoreLostError if lost else StoreError
    assert type(failure(error(code), committing=committing)) is kind
