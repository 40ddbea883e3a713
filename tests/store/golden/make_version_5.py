"""Make ``version_5.db``, as the releases of schema version 5 wrote it, and what must be read of it.

It is what version 4 has, brought to version 5, and order kept since: modes of rooms, a moderator,
somebody taken out, mutes, bans, a block, reports, a setting and the audit log.  Run once, when
version 5 was the newest: ``python -m tests.store.golden.make_version_5``.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

from asynchat.chat.drafts import (
    AuditDraft,
    BlockDraft,
    OneDraft,
    ReportDraft,
    RequestDraft,
    RestraintDraft,
    SettingDraft,
)
from asynchat.chat.restraints import Restraint
from asynchat.messages import Appointed, Changed, Deed, Joined, Left, Reported, Said
from asynchat.store.opening import DATABASE_FILE, open_database
from asynchat.store.schema import VERSION
from asynchat.store.writer import Writer
from tests.store.golden.make_version_1 import ADA, BEN, CYD, EPOCHS, ZOE, event, timed

HERE = Path(__file__).parent
TIME = 1_763_660_000_000
EPOCH = "gP3-xW8sLm0Q"


def request(asker: str, id: str) -> RequestDraft:
    """Return a request that makes no event."""
    return RequestDraft(asker, id, sha256(f"{asker} {id}".encode()).digest()[:16], TIME)


def reported(number: int, **fields: Any) -> ReportDraft:
    """Return a report of what was said in the garden."""
    return ReportDraft(
        Reported(
            number=number,
            time=TIME,
            room="garden",
            about=35,
            account=BEN,
            name="Bén",
            author=CYD,
            author_name="cyd",
            text="grüßt nicht\N{PILE OF POO}",
            **fields,
        )
    )


def deed(action: str, **fields: Any) -> AuditDraft:
    """Return an entry of the audit log."""
    return AuditDraft(Deed(number=0, time=TIME, by=ADA, by_name="ada", action=action, **fields))


RUN: list[OneDraft] = [
    event(Joined, CYD, "garden", "j4"),
    event(Appointed, BEN, "garden", "a1", role="moderator", by=ADA, by_name="ada"),
    deed("role", account=BEN, name="Bén", room="garden", text="moderator"),
    event(Changed, ADA, "garden", "r1", slow_s=30),
    event(Changed, ADA, "garden", "r2", private=True),
    event(Said, BEN, "garden", "m20", text="unter uns", reply_to=None),
    event(Changed, ADA, "garden", "r3", private=False, read_only=True),
    event(Left, CYD, "garden", "k1", reason="zu laut", by=BEN, by_name="Bén"),
    deed("kick", account=CYD, name="cyd", room="garden", text="zu laut"),
    event(Changed, BEN, "keller", "r1", archived=True),
    request(ADA, "b1"),
    RestraintDraft(Restraint("ban", ZOE, "", TIME, ADA, "ada", reason="Fälschung")),
    deed("ban", account=ZOE, name="Ζωή", text="Fälschung"),
    RestraintDraft(Restraint("ban", "192.0.2.0/24", "", TIME, ADA, "ada")),
    RestraintDraft(Restraint("mute", CYD, "garden", TIME, BEN, "Bén", until_ms=4_102_444_800_000)),
    request(BEN, "bl1"),
    BlockDraft(BEN, CYD),
    reported(0, said="laut"),
    reported(0, said="lauter"),
    reported(2, resolved=TIME + 1, by=ADA, by_name="ada", answer="gemahnt"),
    SettingDraft("welcome_text", "Willkommen\nim Garten"),
]


def main() -> None:
    """Write the database, and beside it what must be read of it."""
    if VERSION != 5:
        raise SystemExit("this code makes another version")
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        path = directory / DATABASE_FILE
        shutil.copy(HERE / "version_4.db", path)
        writer = Writer(open_database(directory))
        committed = writer.append([timed(draft, 10_000 + n) for n, draft in enumerate(RUN)])
        writer.close()
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("UPDATE epochs SET id = ? WHERE id = ?", (EPOCH, committed.epoch))
            firsts = [first for (first,) in db.execute("SELECT first FROM epochs ORDER BY first")]
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("VACUUM")
            epochs = dict(zip(firsts, ("gold", *EPOCHS, EPOCH), strict=True))
            expected = json.loads((HERE / "version_4.json").read_text("utf-8"))
            expected |= log(db, epochs) | order(db)
        (HERE / "version_5.db").write_bytes(path.read_bytes())
    text = json.dumps(expected, ensure_ascii=False, indent=1)
    (HERE / "version_5.json").write_text(f"{text}\n", "utf-8")


def log(db: sqlite3.Connection, epochs: dict[int, str]) -> dict[str, Any]:
    """Return what went on as in the versions before."""
    rooms = {
        number: {
            "name": name,
            "topic": topic,
            "private": bool(private),
            "direct": bool(direct),
            "people": people.split(),
            "stays": [],
        }
        for number, name, topic, private, direct, people in db.execute(
            "SELECT id, name, topic, private, direct, people FROM rooms ORDER BY id"
        )
    }
    for number, *stay in db.execute(
        "SELECT room, account, first, last FROM stays ORDER BY first, account"
    ):
        rooms[number]["stays"].append(stay)
    return {
        "epochs": [[epoch, first] for first, epoch in epochs.items()],
        "frames": [
            frame.decode() for (frame,) in db.execute("SELECT frame FROM events ORDER BY seq")
        ],
        "requests": [
            [asker, id_, seq, time, digest.hex()]
            for asker, id_, seq, time, digest in db.execute(
                "SELECT asker, id, seq, time, digest FROM requests ORDER BY seq"
            )
        ],
        "rooms": list(rooms.values()),
    }


def order(db: sqlite3.Connection) -> dict[str, Any]:
    """Return what version 5 added."""
    return {
        "use": {
            name: [bool(read_only), bool(archived), slow_s]
            for name, read_only, archived, slow_s in db.execute(
                "SELECT name, read_only, archived, slow_s FROM rooms ORDER BY id"
            )
        },
        "openings": [
            list(row)
            for row in db.execute(
                "SELECT name, first, last FROM openings JOIN rooms ON rooms.id = room"
                " ORDER BY name, first"
            )
        ],
        "moderators": [
            list(row)
            for row in db.execute(
                "SELECT name, account FROM moderators JOIN rooms ON rooms.id = room"
                " ORDER BY name, account"
            )
        ],
        "restraints": [
            list(row) for row in db.execute("SELECT * FROM restraints ORDER BY kind, room, subject")
        ],
        "blocks": [list(row) for row in db.execute("SELECT * FROM blocks")],
        "settings": dict(db.execute("SELECT * FROM settings")),
        "reports": [
            json.loads(report)
            for (report,) in db.execute("SELECT report FROM reports ORDER BY number")
        ],
        "audit": [
            json.loads(entry) for (entry,) in db.execute("SELECT entry FROM audit ORDER BY number")
        ],
    }


if __name__ == "__main__":
    main()
