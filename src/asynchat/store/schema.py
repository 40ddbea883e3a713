"""The tables, and how a database of an earlier release gets them.

Each migration is one transaction that ends by raising ``user_version``: an interrupted one
leaves nothing behind and is made again at the next start.  A migration that was released is
never changed.
"""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from asynchat.messages import LOBBY
from asynchat.store import held, rooms, steering
from asynchat.store.audit import begin_audit
from asynchat.store.epochs import Epochs, new_epoch
from asynchat.text import name_skeleton, room_skeleton

if TYPE_CHECKING:
    from collections.abc import Callable

APPLICATION_ID: Final = 0x61637431
"""What SQLite's header says of whose file it is: ``act1``."""

_TABLES: Final = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID",
    # A cursor names an epoch: what one process wrote, from its first event on.
    "CREATE TABLE epochs (first INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE)",
    """
    CREATE TABLE rooms (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        topic TEXT NOT NULL,
        private INTEGER NOT NULL,
        direct INTEGER NOT NULL,
        people TEXT NOT NULL -- the accounts of a direct room, in order, a space between them
    )
    """,
    "CREATE UNIQUE INDEX rooms_by_people ON rooms (people) WHERE direct",
    # The frame is what readers are sent, byte for byte; the other columns find it.
    """
    CREATE TABLE events (
        seq INTEGER PRIMARY KEY,
        room INTEGER NOT NULL REFERENCES rooms,
        crc INTEGER NOT NULL,
        frame BLOB NOT NULL
    )
    """,
    # An index ends with the rowid, which is the seq.
    "CREATE INDEX events_by_room ON events (room)",
    # A row here outlives its event: an id is never used twice.
    """
    CREATE TABLE requests (
        asker TEXT NOT NULL,
        id TEXT NOT NULL,
        seq INTEGER NOT NULL,
        time INTEGER NOT NULL,
        digest BLOB NOT NULL,
        PRIMARY KEY (asker, id)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE stays (
        room INTEGER NOT NULL REFERENCES rooms,
        account TEXT NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER, -- NULL while it lasts
        PRIMARY KEY (room, account, first)
    ) WITHOUT ROWID
    """,
    "CREATE UNIQUE INDEX stays_open ON stays (room, account) WHERE last IS NULL",
    """
    CREATE TABLE accounts (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        name TEXT,
        name_key TEXT UNIQUE,
        token_hash BLOB NOT NULL UNIQUE,
        created_ms INTEGER NOT NULL,
        was TEXT,
        role TEXT NOT NULL,
        held INTEGER NOT NULL
    )
    """,
)


def _create(db: sqlite3.Connection) -> None:
    for statement in _TABLES:
        db.execute(statement)
    db.executemany(
        "INSERT INTO meta VALUES (?, ?)",
        [("server", secrets.token_urlsafe(12)), ("secret", secrets.token_bytes(32))],
    )
    db.execute("INSERT INTO epochs (first, id) VALUES (0, ?)", (new_epoch(),))
    db.execute(
        "INSERT INTO rooms (name, topic, private, direct, people) VALUES (?, '', 0, 0, '')",
        (LOBBY,),
    )
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _add_removed(db: sqlite3.Connection) -> None:
    # The seqs that were removed on purpose, as stretches that neither touch nor overlap: a seq
    # that is missing and not among them is damage.
    db.execute("CREATE TABLE removed (first INTEGER PRIMARY KEY, last INTEGER NOT NULL)")
    # The newest seq that was removed of a room, 0 where none was: its head may be that one, and
    # all that is older and still there stays.
    db.execute("ALTER TABLE rooms ADD COLUMN removed INTEGER NOT NULL DEFAULT 0")


_CONVERSATION: Final = (
    # Of an event about another one: that one's seq.
    "ALTER TABLE events ADD COLUMN about INTEGER",
    # Of any other, see `about`: the seqs of the newest event about it, of its newest edit and
    # of its deletion, NULL where there is none.
    "ALTER TABLE events ADD COLUMN later INTEGER",
    "ALTER TABLE events ADD COLUMN edited INTEGER",
    "ALTER TABLE events ADD COLUMN redacted INTEGER",
    # Of what was said: by which account.
    "ALTER TABLE events ADD COLUMN author TEXT",
    """
    UPDATE events SET author = json_extract(CAST(frame AS TEXT), '$.account')
    WHERE substr(frame, 1, 14) = CAST('{"type":"said"' AS BLOB)
        AND json_valid(CAST(frame AS TEXT))
    """,
    "CREATE INDEX events_about ON events (about) WHERE about IS NOT NULL",
    # Pages have what is about no other, however much else there is between.
    "CREATE INDEX events_plain ON events (room) WHERE about IS NULL",
    """
    CREATE TABLE reactions (
        about INTEGER NOT NULL,
        emoji TEXT NOT NULL,
        account TEXT NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (about, emoji, account)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE pins (
        room INTEGER NOT NULL REFERENCES rooms,
        about INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (room, about)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX pins_by_about ON pins (about)",
    # How far an account has read a room.
    """
    CREATE TABLE marks (
        account TEXT NOT NULL,
        room INTEGER NOT NULL REFERENCES rooms,
        seq INTEGER NOT NULL,
        PRIMARY KEY (account, room)
    ) WITHOUT ROWID
    """,
    # Who was here before there were marks has read everything.
    """
    INSERT INTO marks (account, room, seq)
    SELECT account, room, coalesce((SELECT max(seq) FROM events WHERE events.room = stays.room), 0)
    FROM stays WHERE last IS NULL
    """,
    # Whom a message named; an empty account stands for everybody in the room.
    """
    CREATE TABLE mentions (
        room INTEGER NOT NULL REFERENCES rooms,
        account TEXT NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (room, account, seq)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX mentions_by_seq ON mentions (seq)",
    # What an account says of itself, and when it was last here, in ms since the epoch.
    "ALTER TABLE accounts ADD COLUMN display TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE accounts ADD COLUMN status TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE accounts ADD COLUMN zone TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE accounts ADD COLUMN picture TEXT NOT NULL DEFAULT ''",  # the hash of it
    "ALTER TABLE accounts ADD COLUMN seen_ms INTEGER",
    "CREATE TABLE pictures (account TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID",
    # The words of what was said, up to the seq in meta, see `index`; no text is stored a second
    # time.  What a word is we say ourselves: what comes in are words with a space between.
    """
    CREATE VIRTUAL TABLE words USING fts5 (
        text, content = '', prefix = '2 3 4', tokenize = "ascii tokenchars ':'"
    )
    """,
    "INSERT INTO meta VALUES ('indexed', 0)",
)


def _add_conversation(db: sqlite3.Connection) -> None:
    for statement in _CONVERSATION:
        db.execute(statement)


_PEOPLE: Final = (
    # Who has the token comes in as the account; there may be several, each on its own device.
    """
    CREATE TABLE devices (
        account TEXT NOT NULL,
        id TEXT NOT NULL,
        token_hash BLOB NOT NULL UNIQUE,
        label TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        seen_ms INTEGER,
        PRIMARY KEY (account, id)
    ) WITHOUT ROWID
    """,
    """
    INSERT INTO devices (account, id, token_hash, label, created_ms, seen_ms)
    SELECT id, 'first', token_hash, '', created_ms, seen_ms FROM accounts
    """,
    # Tokens that were good once.
    "CREATE TABLE revoked (token_hash BLOB PRIMARY KEY) WITHOUT ROWID",
    # The old one has a token for each account, which SQLite drops with the table only.
    """
    CREATE TABLE accounts_now (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        name TEXT,
        name_key TEXT UNIQUE,
        name_skeleton TEXT UNIQUE, -- see `lookalikes`
        created_ms INTEGER NOT NULL,
        was TEXT,
        role TEXT NOT NULL,
        held INTEGER NOT NULL,
        display TEXT NOT NULL,
        status TEXT NOT NULL,
        zone TEXT NOT NULL,
        picture TEXT NOT NULL, -- the hash of it
        seen_ms INTEGER,
        password TEXT, -- as argon2id gives it
        deleted INTEGER NOT NULL DEFAULT 0
    )
    """,
    """
    INSERT INTO accounts_now
        (number, id, name, name_key, created_ms, was, role, held,
        display, status, zone, picture, seen_ms)
    SELECT number, id, name, name_key, created_ms, was, role, held,
        display, status, zone, picture, seen_ms
    FROM accounts
    """,
    "DROP TABLE accounts",
    "ALTER TABLE accounts_now RENAME TO accounts",
    # NULL of a direct room, and of one that looks like another and was there before this was told.
    "ALTER TABLE rooms ADD COLUMN skeleton TEXT",
    "CREATE UNIQUE INDEX rooms_by_skeleton ON rooms (skeleton)",
    """
    CREATE TABLE invitations (
        hash BLOB PRIMARY KEY,
        role TEXT NOT NULL,
        room TEXT,
        uses_left INTEGER NOT NULL,
        expires_ms INTEGER NOT NULL,
        by TEXT,
        created_ms INTEGER NOT NULL
    )
    """,
    # Where passwords were guessed wrong, how often in a row, and when last.
    """
    CREATE TABLE guesses (
        place TEXT PRIMARY KEY,
        count INTEGER NOT NULL,
        at_ms INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE INDEX guesses_by_time ON guesses (at_ms)",
    # Accounts that were deleted, and up to which seq what they said has no name any more.
    """
    CREATE TABLE forgetting (
        account TEXT PRIMARY KEY,
        blank INTEGER NOT NULL,
        upto INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
)


def _add_people(db: sqlite3.Connection) -> None:
    for statement in _PEOPLE:
        db.execute(statement)
    taken: set[str] = set()
    for number, name in db.execute("SELECT number, name FROM accounts ORDER BY number").fetchall():
        if name is None:
            continue
        looks = name_skeleton(name)
        if looks in taken:
            # All of them are guests: it gets another name when it comes again.
            db.execute(
                "UPDATE accounts SET name = NULL, name_key = NULL, was = ? WHERE number = ?",
                (name, number),
            )
        else:
            taken.add(looks)
            db.execute("UPDATE accounts SET name_skeleton = ? WHERE number = ?", (looks, number))
    for number, name in db.execute("SELECT id, name FROM rooms WHERE NOT direct").fetchall():
        db.execute(
            "UPDATE OR IGNORE rooms SET skeleton = ? WHERE id = ?", (room_skeleton(name), number)
        )


def _add_order(db: sqlite3.Connection) -> None:
    for statement in (*rooms.TABLES, *steering.TABLES):
        db.execute(statement)
    begin_audit(db)


def _add_files(db: sqlite3.Connection) -> None:
    for statement in held.TABLES:
        db.execute(statement)


MIGRATIONS: Final[tuple[Callable[[sqlite3.Connection], None], ...]] = (
    _create,
    _add_removed,
    _add_conversation,
    _add_people,
    _add_order,
    _add_files,
)
"""What makes a database of version n one of version n + 1, for each n from 0 on."""

VERSION: Final = len(MIGRATIONS)


def version_of(db: sqlite3.Connection) -> int:
    """Return the version of the schema that a database has, 0 where it has none."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def is_foreign(db: sqlite3.Connection) -> bool:
    """Tell whether another program made this database."""
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return bool(application != APPLICATION_ID and (tables > 0 or application != 0))


def missing_from(db: sqlite3.Connection) -> list[str]:
    """Return which tables and indexes a database of the newest version lacks, or has otherwise."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as model:
        migrate(model)
        expected = _layout(model)
    there = _layout(db)
    return sorted(name for name, sql in expected.items() if there.get(name) != sql)


def _layout(db: sqlite3.Connection) -> dict[str, str]:
    return dict(db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))


def migrate(
    db: sqlite3.Connection,
    migrations: tuple[Callable[[sqlite3.Connection], None], ...] = MIGRATIONS,
) -> None:
    """Bring a database to the newest version, one transaction for each step.

    ``db`` must be in autocommit mode.  Raise `sqlite3.Error`, with nothing of the failed
    step left behind.
    """
    for version in range(version_of(db), len(migrations)):
        db.execute("BEGIN IMMEDIATE")
        try:
            migrations[version](db)
            db.execute(f"PRAGMA user_version = {version + 1}")
            db.execute("COMMIT")
        finally:
            db.rollback()  # of nothing, once committed


def load_identity(db: sqlite3.Connection) -> tuple[str, bytes, Epochs]:
    """Return the server's id, its secret and its epochs."""
    meta = dict(db.execute("SELECT key, value FROM meta"))
    epochs = Epochs(db.execute("SELECT id, first FROM epochs ORDER BY first"))
    return meta["server"], meta["secret"], epochs
