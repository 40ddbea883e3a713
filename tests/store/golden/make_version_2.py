"""Make ``version_2.db``, as the releases of schema version 2 wrote it, and what must be read of it.

It is what version 1 has, with some of what was said removed.  Run once, when version 2 was the
newest: ``python -m tests.store.golden.make_version_2``.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from asynchat.messages import Said
from asynchat.store.opening import DATABASE_FILE, open_database
from asynchat.store.schema import VERSION
from asynchat.store.writer import Writer
from tests.store.golden.make_version_1 import (
    BEN,
    EPOCHS,
    FIRST_RUN,
    SECOND_RUN,
    SECRET,
    SERVER,
    THIRD_RUN,
    content,
    event,
    timed,
)

HERE = Path(__file__).parent


def main() -> None:
    """Write the database, and beside it what must be read of it."""
    if VERSION != 2:
        raise SystemExit("this code makes another version")
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        count = 0
        for run in (FIRST_RUN, SECOND_RUN, THIRD_RUN):
            writer = Writer(open_database(directory))
            drafts = [timed(draft, n + 100 * count) for n, draft in enumerate(run)]
            count += len(writer.append(drafts).events)
            if run is THIRD_RUN:
                # In the lobby also what was said last of all, so that more has to come.
                last = event(Said, BEN, "garden", "m9", text="what was said since", reply_to=3)
                writer.append([timed(last, 100_000)])
                writer.remove("lobby", after=0, upto=writer.head)
                writer.remove("keller", after=0, upto=writer.head)
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
            expected["removed"] = [
                list(stretch)
                for stretch in db.execute("SELECT first, last FROM removed ORDER BY first")
            ]
            expected["removed_of"] = dict(db.execute("SELECT name, removed FROM rooms ORDER BY id"))
        (HERE / "version_2.db").write_bytes(path.read_bytes())
    text = json.dumps(expected, ensure_ascii=False, indent=1)
    (HERE / "version_2.json").write_text(f"{text}\n", "utf-8")


if __name__ == "__main__":
    main()
