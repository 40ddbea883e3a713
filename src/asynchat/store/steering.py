"""What keeps order, in its tables: mutes and bans, blocks, reports and settings.

Used by the writer, but for what is `read_`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import msgspec

from asynchat.chat.restraints import Restraint
from asynchat.messages import Reported, encode

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

    from asynchat.chat.drafts import BlockDraft, RequestDraft, RestraintDraft, SettingDraft

TABLES: Final = (
    # In an empty room: on the whole server.
    """
    CREATE TABLE restraints (
        kind TEXT NOT NULL,
        room TEXT NOT NULL,
        subject TEXT NOT NULL,
        since_ms INTEGER NOT NULL,
        by TEXT NOT NULL,
        by_name TEXT NOT NULL,
        until_ms INTEGER,
        reason TEXT NOT NULL,
        PRIMARY KEY (kind, room, subject)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE blocks (
        account TEXT NOT NULL,
        blocked TEXT NOT NULL,
        PRIMARY KEY (account, blocked)
    ) WITHOUT ROWID
    """,
    # The report is what those who keep order are sent, byte for byte.
    """
    CREATE TABLE reports (
        number INTEGER PRIMARY KEY,
        room TEXT NOT NULL,
        resolved INTEGER NOT NULL,
        report BLOB NOT NULL
    )
    """,
    "CREATE INDEX reports_open ON reports (number) WHERE NOT resolved",
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)

_decoder: msgspec.json.Decoder[Reported] = msgspec.json.Decoder(Reported)


def put_request(db: sqlite3.Connection, draft: RequestDraft) -> None:
    """Use up the id of a request that makes no event."""
    db.execute(
        "INSERT INTO requests (asker, id, seq, time, digest) VALUES (?, ?, 0, ?, ?)",
        (draft.asker, draft.id, draft.time_ms, draft.digest),
    )


def put_restraint(db: sqlite3.Connection, draft: RestraintDraft) -> None:
    """Keep or lift a mute or a ban, and forget those that are over."""
    one = draft.restraint
    db.execute("DELETE FROM restraints WHERE until_ms <= ?", (one.since_ms,))
    if not draft.on:
        db.execute("DELETE FROM restraints WHERE kind = ? AND room = ? AND subject = ?", one.key)
        return
    db.execute(
        "INSERT OR REPLACE INTO restraints VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*one.key, one.since_ms, one.by, one.by_name, one.until_ms, one.reason),
    )


def put_block(db: sqlite3.Connection, draft: BlockDraft) -> None:
    """Keep or lift a block."""
    statement = (
        "INSERT OR IGNORE INTO blocks (account, blocked) VALUES (?, ?)"
        if draft.on
        else "DELETE FROM blocks WHERE account = ? AND blocked = ?"
    )
    db.execute(statement, (draft.account, draft.blocked))


def put_report(db: sqlite3.Connection, report: Reported) -> None:
    """Keep a report under the next number, or in the place of the one with its number."""
    if not report.number:
        (last,) = db.execute("SELECT coalesce(max(number), 0) FROM reports").fetchone()
        report = msgspec.structs.replace(report, number=last + 1)
    db.execute(
        "INSERT OR REPLACE INTO reports (number, room, resolved, report) VALUES (?, ?, ?, ?)",
        (report.number, report.room, report.resolved is not None, encode(report)),
    )


def put_setting(db: sqlite3.Connection, draft: SettingDraft) -> None:
    """Keep what a setting is while the server runs, or forget it."""
    if draft.value is None:
        db.execute("DELETE FROM settings WHERE name = ?", (draft.name,))
    else:
        db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (draft.name, draft.value))


def read_restraints(db: sqlite3.Connection) -> list[Restraint]:
    """Return every mute and ban, in order of its key."""
    return [
        Restraint(kind, subject, room, since, by, by_name, until_ms=until, reason=reason)
        for kind, room, subject, since, by, by_name, until, reason in db.execute(
            "SELECT * FROM restraints ORDER BY kind, room, subject"
        )
    ]


def read_blocks(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return who has blocked whom, in order."""
    return db.execute("SELECT account, blocked FROM blocks ORDER BY account, blocked").fetchall()


def read_settings(db: sqlite3.Connection) -> dict[str, str]:
    """Return what was set while a server ran."""
    return dict(db.execute("SELECT name, value FROM settings"))


def read_report(db: sqlite3.Connection, number: int) -> Reported | None:
    """Return the report of a number."""
    row = db.execute("SELECT report FROM reports WHERE number = ?", (number,)).fetchone()
    return None if row is None else _decoder.decode(row[0])


def read_reports(
    db: sqlite3.Connection,
    before: int | None,
    limit: int,
    rooms: Collection[str] | None,
    *,
    resolved: bool,
) -> list[Reported]:
    """Return reports, newest first, of some rooms or all; see `Store.reports`."""
    rows = db.execute(
        "SELECT report FROM reports WHERE (?1 IS NULL OR number < ?1) AND (?2 OR NOT resolved)"
        " AND (?3 IS NULL OR room IN (SELECT value FROM json_each(?3)))"
        " ORDER BY number DESC LIMIT ?4",
        (before, resolved, None if rooms is None else json.dumps(list(rooms)), limit),
    )
    return [_decoder.decode(report) for (report,) in rows]
