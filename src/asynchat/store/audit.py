"""The audit log: entries that nobody changes, each bound to all before it by a keyed hash.

The database refuses to change or delete an entry.  Who goes around that breaks the chain, and
`audit_findings` tells where; who also reads the secret of the store can make another chain.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

from asynchat.messages import Deed, encode

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

TABLES: Final = (
    "CREATE TABLE audit (number INTEGER PRIMARY KEY, entry BLOB NOT NULL, mac BLOB NOT NULL)",
    """
    CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN
        SELECT RAISE(ABORT, 'the audit log is not changed');
    END
    """,
    """
    CREATE TRIGGER audit_remains BEFORE DELETE ON audit BEGIN
        SELECT RAISE(ABORT, 'the audit log is not deleted from');
    END
    """,
)
"""What a database gets with the first version that has an audit log."""

_MAC_BYTES: Final = 32
_ENTRY: Final = b"audit entry"
_END: Final = b"audit end"

_decoder: msgspec.json.Decoder[Deed] = msgspec.json.Decoder(Deed)


def begin_audit(db: sqlite3.Connection) -> None:
    """Make the tables, and note that there is no entry yet."""
    for statement in TABLES:
        db.execute(statement)
    db.execute("INSERT INTO meta VALUES ('audit', ?)", (_seal(_secret(db), 0, b""),))


def put_deed(db: sqlite3.Connection, deed: Deed) -> None:
    """Add an entry under the next number; its transaction is that of what it tells."""
    secret = _secret(db)
    row = db.execute("SELECT number, mac FROM audit ORDER BY number DESC LIMIT 1").fetchone()
    last, before = (0, b"") if row is None else row
    entry = encode(msgspec.structs.replace(deed, number=last + 1))
    mac = _mac(secret, before, entry)
    db.execute("INSERT INTO audit VALUES (?, ?, ?)", (last + 1, entry, mac))
    db.execute("UPDATE meta SET value = ? WHERE key = 'audit'", (_seal(secret, last + 1, mac),))


def read_deeds(db: sqlite3.Connection, before: int | None, limit: int) -> list[Deed]:
    """Return entries, newest first: the newest, or those before a number."""
    rows = db.execute(
        "SELECT entry FROM audit WHERE ?1 IS NULL OR number < ?1 ORDER BY number DESC LIMIT ?2",
        (before, limit),
    )
    return [_decoder.decode(entry) for (entry,) in rows]


def audit_findings(db: sqlite3.Connection) -> Iterator[str]:
    """Yield where the log is not as it was written: changed, cut, or with a gap."""
    secret = _secret(db)
    number, mac = 0, b""
    for number, entry, there in db.execute("SELECT number, entry, mac FROM audit ORDER BY number"):
        mac = _mac(secret, mac, entry if isinstance(entry, bytes) else b"")
        if mac != there or _decoder.decode(entry).number != number:
            yield f"audit: entry {number} is not the one that was written, or one before it is gone"
            return
    (sealed,) = db.execute("SELECT value FROM meta WHERE key = 'audit'").fetchone() or (None,)
    if sealed != _seal(secret, number, mac):
        yield f"audit: the log does not end at entry {number}, as it does here"


def _mac(secret: bytes, before: bytes, entry: bytes) -> bytes:
    hashed = hashlib.blake2b(before, digest_size=_MAC_BYTES, key=secret, person=_ENTRY)
    hashed.update(entry)
    return hashed.digest()


def _seal(secret: bytes, number: int, mac: bytes) -> bytes:
    """Return what says that the log ends with this entry."""
    hashed = hashlib.blake2b(mac, digest_size=_MAC_BYTES, key=secret, person=_END)
    hashed.update(number.to_bytes(8, "big"))
    return hashed.digest()


def _secret(db: sqlite3.Connection) -> bytes:
    (secret,) = db.execute("SELECT value FROM meta WHERE key = 'secret'").fetchone()
    return bytes(secret)
