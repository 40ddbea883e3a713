"""Make ``version_1.db``, as the releases of schema version 1 wrote it, and what must be read of it.

It was run once, when version 1 was the newest, and is kept to say where the file came from:
``python -m tests.store.golden.make_version_1``.  Whoever makes a new version writes a new script
beside it.  Ids and times are fixed, so that the same code makes the same file again.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from asynchat.chat.accounts import Account, Device
from asynchat.chat.drafts import AccountDraft, AnyDraft, Draft
from asynchat.messages import Created, Event, Joined, Left, Person, Said, Topic
from asynchat.store.opening import DATABASE_FILE, open_database
from asynchat.store.schema import VERSION
from asynchat.store.writer import Writer

if TYPE_CHECKING:
    from asynchat.store.interface import Stored

HERE = Path(__file__).parent
TIME = 1_763_650_000_000
SERVER = "XZDll7aApiBINXvX"
SECRET = sha256(b"the golden secret").digest()
EPOCHS = ("Xh-prS0NwQiQ", "CDUVxd38joNP", "aFR2uQ1_y8Zk")

ADA, BEN, CYD, ZOE = "po9GShns7M", "b09LmTqWxY", "c7RtYuVbNm", "z2XcVbNmQw"
DIRECT, TRIO = "~Ru4PG4zQ2h", "~k8JhGfDsAq"
NAMES = {ADA: "ada", BEN: "Bén", CYD: "cyd", ZOE: "Ζωή"}


def account(id: str, name: str | None, **fields: Any) -> AccountDraft:
    """Return a draft of an account."""
    token_hash = sha256(f"token of {id}".encode()).digest()
    return AccountDraft(Account(id, name, TIME, (Device("first", token_hash, "", TIME),), **fields))


def event(kind: type[Event], who: str, room: str, id: str | None = None, **fields: Any) -> Draft:
    """Return a draft of an event that this account asked for, or the one in ``by``."""
    made = kind(seq=0, time=0, room=room, account=who, sender=NAMES[who], id=id, **fields)
    asker = fields.get("by", who)
    digest = sha256(f"{asker} {id}".encode()).digest()[:16]
    return Draft(made, None, b"") if id is None else Draft(made, asker, digest)  # type: ignore[arg-type]


def people(*accounts: str) -> tuple[Person, ...]:
    """Return people as an event names them."""
    return tuple(Person(account=one, name=NAMES[one]) for one in sorted(accounts))


FIRST_RUN: list[AnyDraft] = [
    account(ADA, "ada", role="admin"),
    event(Joined, ADA, "lobby"),
    account(BEN, "Bén"),
    event(Joined, BEN, "lobby"),
    event(Said, ADA, "lobby", "m1", text="hello, and welcome", reply_to=None),
    event(Said, BEN, "lobby", "m1", text="grüß dich 👋\nzweite Zeile\tTab", reply_to=3),
    event(Topic, ADA, "lobby", "t1", text="Tea, “and what goes with it” ☕"),
    event(Created, ADA, "garden", "c1", topic="", private=False),
    event(Joined, BEN, "garden", "j1"),
    event(Created, BEN, "keller", "c2", topic="still", private=True),
    event(Joined, ADA, "keller", "i1", by=BEN, by_name="Bén"),
    event(Said, ADA, "keller", "m2", text='a "quote", a \\ and </b>', reply_to=None),
    event(Left, ADA, "keller", "l1"),
]
SECOND_RUN: list[AnyDraft] = [
    account(CYD, "cyd"),
    event(Joined, CYD, "lobby"),
    event(Created, CYD, DIRECT, "d1", topic="", private=True, direct=True, people=people(ADA, CYD)),
    event(Said, CYD, DIRECT, "m1", text="nur für dich: 秘密 🤫", reply_to=None),
    event(
        Said,
        ADA,
        DIRECT,
        "m3",
        text="\u202eabc\u202c \u0627\u0644\u0633\u0644\u0627\u0645",
        reply_to=15,
    ),
    event(Said, CYD, "lobby", "m2", text="x" * 4000, reply_to=None),
    event(Left, BEN, "garden", "l1", reason="bed", by=ADA, by_name="ada"),
    event(Joined, BEN, "garden", "j2"),
    account(CYD, None, was="cyd"),
    account(ZOE, "Ζωή", held=False),
    event(Joined, ZOE, "lobby"),
]
THIRD_RUN: list[AnyDraft] = [
    event(Joined, ADA, "keller", "i2", by=BEN, by_name="Bén"),
    event(
        Created, ZOE, TRIO, "d1", topic="", private=True, direct=True, people=people(ADA, BEN, ZOE)
    ),
    event(Said, ZOE, TRIO, "m1", text="e\u0301 👨‍👩‍👧 ́", reply_to=None),
    event(Topic, BEN, "garden", "t1", text="Rosen"),
    event(Topic, ADA, "lobby", "t2", text=""),
    event(Left, ZOE, "lobby", None, reason="gone"),
    event(Said, BEN, "lobby", None, text="what no request caused", reply_to=None),
]


def main() -> None:
    """Write the database, and beside it what must be read of it."""
    if VERSION != 1:
        raise SystemExit("this code makes another version")
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        stored: list[Stored] = []
        for run in (FIRST_RUN, SECOND_RUN, THIRD_RUN):
            writer = Writer(open_database(directory))
            timed = [timed(draft, n + 100 * len(stored)) for n, draft in enumerate(run)]
            stored += writer.append(timed).events
            writer.close()
        path = directory / DATABASE_FILE
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("UPDATE meta SET value = ? WHERE key = 'server'", (SERVER,))
            db.execute("UPDATE meta SET value = ? WHERE key = 'secret'", (SECRET,))
            firsts = [first for (first,) in db.execute("SELECT first FROM epochs ORDER BY first")]
            ids = ("gold", *EPOCHS)
            db.executemany(
                "UPDATE epochs SET id = ? WHERE first = ?", zip(ids, firsts, strict=True)
            )
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("VACUUM")
            expected = content(db, dict(zip(firsts, ids, strict=True)))
        (HERE / "version_1.db").write_bytes(path.read_bytes())
    text = json.dumps(expected, ensure_ascii=False, indent=1)
    (HERE / "version_1.json").write_text(f"{text}\n", "utf-8")


def timed(draft: AnyDraft, number: int) -> AnyDraft:
    if not isinstance(draft, Draft):
        return draft
    made = replace(draft.event, time=TIME + 1000 * number)
    return Draft(made, draft.asker, draft.digest)


def content(db: sqlite3.Connection, epochs: dict[int, str]) -> dict[str, Any]:
    """Return everything in the tables, read by SQL alone: no code of later releases."""
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
        "server": SERVER,
        "secret": SECRET.hex(),
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
        "accounts": [
            [id_, name, token_hash.hex(), created_ms, was, role, bool(held)]
            for id_, name, token_hash, created_ms, was, role, held in db.execute(
                "SELECT id, name, token_hash, created_ms, was, role, held FROM accounts"
                " ORDER BY number"
            )
        ],
    }


if __name__ == "__main__":
    main()
