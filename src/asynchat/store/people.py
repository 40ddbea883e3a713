"""Accounts, their devices, invitations and wrong guesses in the tables.

Functions that change something are called within a transaction of the writer's connection.
"""

from __future__ import annotations

import sqlite3
from itertools import groupby
from typing import TYPE_CHECKING, Final

from asynchat.chat.accounts import Account, Device, without
from asynchat.chat.guesses import Guesses, forgotten_before
from asynchat.chat.invitations import Invitation
from asynchat.text import name_key, name_skeleton

if TYPE_CHECKING:
    from asynchat.chat.drafts import AccountDraft, InvitationDraft

_PUT_ACCOUNT: Final = """
    INSERT INTO accounts
        (id, name, name_key, name_skeleton, created_ms, was, role, held,
        display, status, zone, picture, seen_ms, password, deleted)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key,
        name_skeleton = excluded.name_skeleton, created_ms = excluded.created_ms,
        was = excluded.was, role = excluded.role, held = excluded.held,
        display = excluded.display, status = excluded.status, zone = excluded.zone,
        picture = excluded.picture, seen_ms = excluded.seen_ms, password = excluded.password,
        deleted = excluded.deleted
"""
_PUT_DEVICE: Final = """
    INSERT INTO devices (account, id, token_hash, label, created_ms, seen_ms)
    VALUES (?, ?, ?, ?, ?, ?)
"""


def put_account(db: sqlite3.Connection, draft: AccountDraft) -> bool:
    """Store an account; return False, with nothing changed, where another has its name or token."""
    account = draft.account
    before = load_devices(db, account.id)
    db.execute("SAVEPOINT account")
    try:
        db.execute(
            _PUT_ACCOUNT,
            (
                account.id,
                account.name,
                None if account.name is None else name_key(account.name),
                None if account.name is None else name_skeleton(account.name),
                account.created_ms,
                account.was,
                account.role,
                account.held,
                account.display,
                account.status,
                account.zone,
                account.picture,
                account.seen_ms,
                account.password,
                account.deleted,
            ),
        )
        if before != account.devices:
            _put_devices(db, account, before)
    except sqlite3.IntegrityError:
        db.execute("ROLLBACK TO account")
        return False
    finally:
        db.execute("RELEASE account")
    if not account.picture:
        db.execute("DELETE FROM pictures WHERE account = ?", (account.id,))
    elif draft.picture is not None:
        db.execute(
            "INSERT OR REPLACE INTO pictures (account, data) VALUES (?, ?)",
            (account.id, draft.picture),
        )
    return True


def put_invitation(db: sqlite3.Connection, draft: InvitationDraft) -> None:
    """Store an invitation, or forget it."""
    invitation = draft.invitation
    if draft.gone:
        db.execute("DELETE FROM invitations WHERE hash = ?", (invitation.hash,))
        return
    db.execute(
        "INSERT INTO invitations (hash, role, room, uses_left, expires_ms, by, created_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (hash) DO UPDATE SET role = excluded.role, room = excluded.room,"
        " uses_left = excluded.uses_left, expires_ms = excluded.expires_ms,"
        " by = excluded.by, created_ms = excluded.created_ms",
        (
            invitation.hash,
            invitation.role,
            invitation.room,
            invitation.uses_left,
            invitation.expires_ms,
            invitation.by,
            invitation.created_ms,
        ),
    )


def put_guesses(db: sqlite3.Connection, guesses: Guesses) -> None:
    """Store where it was guessed wrong, and forget what is old."""
    if not guesses.count:
        db.execute("DELETE FROM guesses WHERE place = ?", (guesses.place,))
        return
    db.execute("DELETE FROM guesses WHERE at_ms < ?", (forgotten_before(guesses.at_ms),))
    db.execute(
        "INSERT OR REPLACE INTO guesses (place, count, at_ms) VALUES (?, ?, ?)",
        (guesses.place, guesses.count, guesses.at_ms),
    )


def load_devices(db: sqlite3.Connection, account: str) -> tuple[Device, ...]:
    """Read the devices of one account."""
    rows = db.execute(
        "SELECT id, token_hash, label, created_ms, seen_ms FROM devices WHERE account = ?"
        " ORDER BY created_ms, id",
        (account,),
    )
    return tuple(Device(*row) for row in rows)


def load_accounts(db: sqlite3.Connection) -> list[Account]:
    """Read every account, in the order in which they first came."""
    rows = db.execute(
        "SELECT account, id, token_hash, label, created_ms, seen_ms FROM devices"
        " ORDER BY account, created_ms, id"
    )
    devices = {
        account: tuple(Device(*row[1:]) for row in group)
        for account, group in groupby(rows, key=lambda row: row[0])
    }
    return [
        Account(
            id=account,
            name=name,
            created_ms=created_ms,
            devices=devices.get(account, ()),
            was=was,
            role=role,
            held=bool(held),
            display=display,
            status=status,
            zone=zone,
            picture=picture,
            seen_ms=seen_ms,
            password=password,
            deleted=bool(deleted),
        )
        for (
            account,
            name,
            created_ms,
            was,
            role,
            held,
            display,
            status,
            zone,
            picture,
            seen_ms,
            password,
            deleted,
        ) in db.execute(
            "SELECT id, name, created_ms, was, role, held, display, status, zone, picture,"
            " seen_ms, password, deleted FROM accounts ORDER BY number"
        )
    ]


def load_revoked(db: sqlite3.Connection) -> frozenset[bytes]:
    """Read the hashes of the tokens that are good for nothing any more."""
    return frozenset(token_hash for (token_hash,) in db.execute("SELECT token_hash FROM revoked"))


def load_invitations(db: sqlite3.Connection) -> list[Invitation]:
    """Read every invitation, in the order in which they were made."""
    rows = db.execute(
        "SELECT hash, role, room, uses_left, expires_ms, by, created_ms FROM invitations"
        " ORDER BY rowid"
    )
    return [Invitation(*row) for row in rows]


def load_guesses(db: sqlite3.Connection) -> list[Guesses]:
    """Read where it was guessed wrong, the oldest first."""
    rows = db.execute("SELECT place, count, at_ms FROM guesses ORDER BY at_ms, place")
    return [Guesses(*row) for row in rows]


def _put_devices(db: sqlite3.Connection, account: Account, before: tuple[Device, ...]) -> None:
    """Store the devices of an account; a token that it has no more is revoked."""
    for device in before:
        if device not in account.devices:
            db.execute("DELETE FROM devices WHERE account = ? AND id = ?", (account.id, device.id))
    for device in account.devices:
        if device not in before:
            db.execute(
                _PUT_DEVICE,
                (
                    account.id,
                    device.id,
                    device.token_hash,
                    device.label,
                    device.created_ms,
                    device.seen_ms,
                ),
            )
    gone = without(Account(account.id, None, 0, before), account)
    db.executemany(
        "INSERT OR IGNORE INTO revoked (token_hash) VALUES (?)", ((one,) for one in sorted(gone))
    )
