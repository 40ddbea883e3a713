"""Make ``version_4.db``, as the releases of schema version 4 wrote it, and what must be read of it.

It is what version 3 has, with devices, a password, an invitation, and a guest that was deleted.
Run once, when version 4 was the newest: ``python -m tests.store.golden.make_version_4``.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from asynchat.chat.accounts import Account, Device
from asynchat.chat.drafts import AccountDraft, GuessesDraft, InvitationDraft
from asynchat.chat.guesses import Guesses
from asynchat.chat.invitations import Invitation
from asynchat.store.opening import DATABASE_FILE, open_database
from asynchat.store.schema import VERSION
from asynchat.store.writer import Writer
from tests.store.golden.make_version_1 import ADA, SECRET, TIME

HERE = Path(__file__).parent

DAN, EVE = "d4nDanDanD", "e5eEveEveE"
PASSWORD = "$argon2id$v=19$m=19456,t=2,p=1$YXN5bmNoYXQtbm9ib2R5IQ$NPuBGNKGjYI9tBJDMAKJFp"


def hash_of(text: str) -> bytes:
    """Return what is kept of a token or a code."""
    return sha256(text.encode()).digest()


PEOPLE = [
    Account(
        DAN,
        "dаn",  # a Cyrillic letter in it
        TIME + 1,
        (
            Device("lap", hash_of("token of lap"), "laptop", TIME + 2),
            Device("old", hash_of("token of old"), "old", TIME + 3, TIME + 4),
            Device("tel", hash_of("token of tel"), "téléphone", TIME + 5, TIME + 6),
        ),
        role="owner",
        password=PASSWORD,
    ),
    Account(EVE, "eve", TIME + 7, (Device("eve", hash_of("token of eve"), "", TIME + 7),)),
]
LATER = [
    replace(PEOPLE[0], devices=(PEOPLE[0].devices[0], PEOPLE[0].devices[2])),
    Account(EVE, None, TIME + 7, held=False, deleted=True),
]
INVITATIONS = [
    Invitation(hash_of("a code"), "member", "garden", 3, TIME + 10**9, DAN, TIME + 8),
    Invitation(hash_of("the owner's"), "owner", None, 1, TIME + 10**12, None, TIME + 9),
]
GUESSES = [Guesses("192.0.2.7", 4, TIME + 20), Guesses("192.0.2.7 dan", 3, TIME + 21)]


def main() -> None:
    """Write the database, and beside it what must be read of it."""
    if len(("1", "2", "3", "4")) != VERSION:
        raise SystemExit("this code makes another version")
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        path = directory / DATABASE_FILE
        shutil.copy(HERE / "version_3.db", path)
        writer = Writer(open_database(directory))
        writer.append([AccountDraft(one) for one in (*PEOPLE, *LATER)])
        writer.append([InvitationDraft(one) for one in INVITATIONS])
        writer.append([GuessesDraft(one) for one in GUESSES])
        writer.close()
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("VACUUM")
        (HERE / "version_4.db").write_bytes(path.read_bytes())
    expected = json.loads((HERE / "version_3.json").read_text("utf-8")) | more()
    if (expected["secret"], expected["accounts"][0][0]) != (SECRET.hex(), ADA):
        raise SystemExit("version 3 is not what it was")
    text = json.dumps(expected, ensure_ascii=False, indent=1)
    (HERE / "version_4.json").write_text(f"{text}\n", "utf-8")


def more() -> dict[str, Any]:
    """Return what version 4 added."""
    before = json.loads((HERE / "version_3.json").read_text("utf-8"))
    dan, eve = LATER
    return {
        "accounts": [
            *before["accounts"],
            [DAN, dan.name, hash_of("token of lap").hex(), dan.created_ms, None, "owner", True],
            [EVE, None, "", eve.created_ms, None, "guest", False],
        ],
        "people": {
            "devices": [told(one) for one in dan.devices],
            "password": PASSWORD,
            "deleted": [EVE],
            "revoked": sorted(hash_of(f"token of {one}").hex() for one in ("old", "eve")),
            "invitations": [told(one) for one in INVITATIONS],
            "guesses": [told(one) for one in GUESSES],
            "of": DAN,
        },
    }


def told(one: Device | Invitation | Guesses) -> dict[str, Any]:
    """Return what is kept of something, as JSON takes it."""
    fields = asdict(one).items()
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in fields}


if __name__ == "__main__":
    main()
