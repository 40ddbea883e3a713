"""Make ``version_6.db``, as the releases of schema version 6 wrote it, and what must be read of it.

It is what version 5 has, brought to version 6, and files since: one that was said, one that waits,
one on its way, and one whose message was deleted.  Run once, when version 6 was the newest:
``python -m tests.store.golden.make_version_6``.
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

from msgspec.structs import replace

from asynchat.chat.drafts import FileDraft, OneDraft
from asynchat.chat.files import Held
from asynchat.messages import Redacted, Said
from asynchat.store.opening import DATABASE_FILE, open_database
from asynchat.store.schema import VERSION
from asynchat.store.writer import Writer
from tests.store.golden.make_version_1 import ADA, BEN, EPOCHS, event, timed
from tests.store.golden.make_version_5 import EPOCH as EPOCH_5
from tests.store.golden.make_version_5 import log, order

HERE = Path(__file__).parent
TIME = 1_763_660_100_000
EPOCH = "hR5-vK2pNc7T"


CONTENT = b"\x89PNG\r\n\x1a\n" + bytes(range(60))
HASH = sha256(CONTENT).hexdigest()


def held(id: str, **fields: Any) -> Held:
    """Return a file of ada's for the garden."""
    given: dict[str, Any] = {"account": ADA, "room": "garden", "name": "Blüte (2).png"}
    return Held(**(given | {"id": id, "size": len(CONTENT), "at_ms": TIME} | fields))


def whole(half: Held, sha256: str, **fields: Any) -> Held:
    """Return a file as it arrived."""
    return replace(half, sha256=sha256, type="image/png", **fields)


SAID = whole(held("f1"), HASH, width=4, height=3, preview=True)
GONE = whole(held("f2", name="weg.jpg"), "b2" * 32, warning="This is no .jpg file.")
WAITS = whole(held("f3", account=BEN), HASH)
HALF = held("f4", account=BEN, name="groß.iso", size=9_000_000_000)

RUN: list[OneDraft] = [
    *(FileDraft(replace(one, sha256="")) for one in (SAID, GONE, WAITS, HALF)),
    *(FileDraft(one) for one in (SAID, GONE, WAITS)),
    event(Said, ADA, "garden", "m30", text="blüht", reply_to=None, file=SAID.file),
    event(Said, ADA, "garden", "m31", text="", reply_to=None, file=GONE.file),
]


def main() -> None:
    """Write the database, and beside it what must be read of it."""
    if VERSION != 6:
        raise SystemExit("this code makes another version")
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        path = directory / DATABASE_FILE
        shutil.copy(HERE / "version_5.db", path)
        writer = Writer(open_database(directory))
        run = [*RUN, event(Redacted, ADA, "garden", "d31", about=writer.head + 2)]
        committed = writer.append([timed(draft, 11_000 + n) for n, draft in enumerate(run)])
        writer.close()
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("UPDATE epochs SET id = ? WHERE id = ?", (EPOCH, committed.epoch))
            firsts = [first for (first,) in db.execute("SELECT first FROM epochs ORDER BY first")]
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("VACUUM")
            epochs = dict(zip(firsts, ("gold", *EPOCHS, EPOCH_5, EPOCH), strict=True))
            expected = json.loads((HERE / "version_5.json").read_text("utf-8"))
            expected |= log(db, epochs) | order(db) | files(db)
        (HERE / "version_6.db").write_bytes(path.read_bytes())
    text = json.dumps(expected, ensure_ascii=False, indent=1)
    (HERE / "version_6.json").write_text(f"{text}\n", "utf-8")


def files(db: sqlite3.Connection) -> dict[str, Any]:
    """Return what version 6 added, and what is on disk beside the database."""
    return {
        "files": [list(row) for row in db.execute("SELECT * FROM files ORDER BY id")],
        "blobs": [CONTENT.hex()],
    }


if __name__ == "__main__":
    main()
