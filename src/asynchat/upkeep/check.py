"""`asynchat-server check`: whether everything is stored as it was written, and is of one piece.

Every finding is one line.  It only reads; what it compares is as of one moment, also while a
server writes.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Final

from asynchat.chat.profile import picture_hash
from asynchat.errors import ChatError
from asynchat.store.audit import audit_findings
from asynchat.store.opening import DATABASE_FILE
from asynchat.store.schema import missing_from
from asynchat.store.snapshot import load_head
from asynchat.text import name_key, name_skeleton, one_line, room_skeleton
from asynchat.upkeep.opening import open_log
from asynchat.upkeep.replay import replayed
from asynchat.upkeep.stored_files import file_findings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_PAGE_FINDINGS: Final = 100
_SECRET_BYTES: Final = 32


def check(data: Path) -> Iterator[str]:
    """Yield what is wrong with the log of a data directory.  Raise `UpkeepError`."""
    with closing(open_log(data / DATABASE_FILE)) as db:
        db.execute("BEGIN")
        try:
            yield from findings(db)
            yield from _files(db, data)
        finally:
            db.rollback()


def _files(db: sqlite3.Connection, data: Path) -> Iterator[str]:
    try:
        yield from file_findings(db, data)
    except (sqlite3.Error, TypeError) as error:
        yield f"files: cannot be read on: {one_line(str(error))}"


def findings(db: sqlite3.Connection) -> Iterator[str]:
    """Yield what is wrong with a database of this version; ``db`` sees it as of one moment."""
    for name, part in _PARTS.items():
        try:
            yield from part(db)
        except sqlite3.Error as error:
            yield f"{name}: cannot be read on: {one_line(str(error))}"
        except (TypeError, ValueError, AttributeError) as error:
            # Damage may change of which type SQLite finds a column to be.
            yield f"{name}: a column is not of its type: {one_line(str(error))}"


def _schema(db: sqlite3.Connection) -> Iterator[str]:
    for name in missing_from(db):
        yield f"{name} is not there, or not as it was made"


def _pages(db: sqlite3.Connection) -> Iterator[str]:
    for (text,) in db.execute(f"PRAGMA integrity_check({_PAGE_FINDINGS})"):
        if text != "ok":
            yield from (f"pages: {line}" for line in map(one_line, text.splitlines()) if line)


def _references(db: sqlite3.Connection) -> Iterator[str]:
    broken = db.execute("PRAGMA foreign_key_check")
    for table, row, parent, _ in islice(broken, _PAGE_FINDINGS):
        where = table if row is None else f"{table}, row {row},"
        yield f"{where} refers to one of {parent} that is not there"


def _identity(db: sqlite3.Connection) -> Iterator[str]:
    meta = dict(db.execute("SELECT key, value FROM meta"))
    server, secret = meta.get("server"), meta.get("secret")
    if not isinstance(server, str) or not server:
        yield "meta: the server's id is missing"
    if not isinstance(secret, bytes) or len(secret) != _SECRET_BYTES:
        yield "meta: the secret that repeats are told by is missing"


def _epochs(db: sqlite3.Connection) -> Iterator[str]:
    head = load_head(db)
    firsts = [first for (first,) in db.execute("SELECT first FROM epochs ORDER BY first")]
    if not firsts or firsts[0] != 0:
        yield "epochs: none begins at seq 0"
    yield from (
        f"epochs: one begins at seq {first}, after the end of the log at {head}"
        for first in firsts
        if first > head
    )


def _removed(db: sqlite3.Connection) -> Iterator[str]:
    head = load_head(db)
    before = -1
    for first, last in db.execute("SELECT first, last FROM removed ORDER BY first"):
        # Where two touch they were noted as one; the newest event is never removed.
        if not before + 1 < first <= last < head:
            yield f"removed: {first} to {last} cannot have been removed"
        before = max(before, last)
    for (name,) in db.execute(
        "SELECT name FROM rooms WHERE rooms.removed != 0 AND NOT EXISTS"
        " (SELECT 1 FROM removed WHERE rooms.removed BETWEEN first AND last)"
    ):
        yield f"room {one_line(name)}: what was removed of it last is not noted"


def _accounts(db: sqlite3.Connection) -> Iterator[str]:
    for account, name, key, looks in db.execute(
        "SELECT id, name, name_key, name_skeleton FROM accounts ORDER BY number"
    ):
        try:
            expected = (None, None) if name is None else (name_key(name), name_skeleton(name))
        except ChatError:
            yield f"account {one_line(account)}: {one_line(name)} is no name"
        else:
            if expected != (key, looks):
                yield f"account {one_line(account)}: its name is not the one it is found by"
    for account, device in db.execute(
        "SELECT account, id FROM devices WHERE account NOT IN (SELECT id FROM accounts)"
        " OR token_hash IN (SELECT token_hash FROM revoked) ORDER BY account, id"
    ):
        yield f"devices: {one_line(device)} of {one_line(account)} cannot be one of it"
    for name, direct, looks in db.execute(
        "SELECT name, direct, skeleton FROM rooms WHERE skeleton IS NOT NULL ORDER BY id"
    ):
        if direct or room_skeleton(name) != looks:
            yield f"room {one_line(name)}: its name is not the one it is found by"


def _pictures(db: sqlite3.Connection) -> Iterator[str]:
    for account, expected, data in db.execute(
        "SELECT id, picture, data FROM accounts LEFT JOIN pictures ON account = id ORDER BY number"
    ):
        if picture_hash(data or b"") != expected:
            yield f"account {one_line(account)}: its picture is not the one it is told by"
    for (account,) in db.execute(
        "SELECT account FROM pictures WHERE account NOT IN (SELECT id FROM accounts)"
    ):
        yield f"pictures: one is of {one_line(account)}, and there is no such account"


def _marks(db: sqlite3.Connection) -> Iterator[str]:
    for account, name, seq in db.execute(
        "SELECT account, name, seq FROM marks JOIN rooms ON rooms.id = marks.room WHERE seq >"
        " max(rooms.removed, coalesce((SELECT max(seq) FROM events WHERE room = rooms.id), 0))"
        " OR seq < 0 OR account NOT IN (SELECT id FROM accounts)"
    ):
        who = one_line(account)
        yield f"marks: {who} cannot have read {one_line(name)} up to {seq}, or is not there"


_PARTS: Final[dict[str, Callable[[sqlite3.Connection], Iterator[str]]]] = {
    "schema": _schema,
    "pages": _pages,
    "references": _references,
    "meta": _identity,
    "epochs": _epochs,
    "removed": _removed,
    "accounts": _accounts,
    "pictures": _pictures,
    "marks": _marks,
    "audit": audit_findings,
    "log": replayed,
}
