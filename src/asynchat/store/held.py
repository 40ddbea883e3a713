"""The table of files: what is known of each, and which message offers it.

Their bytes are in `blobs`.  Functions that change something are called within a transaction of
the writer's connection, the others within one of the reader's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asynchat.chat.files import Held
from asynchat.store.interface import Taken

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

    from asynchat.chat.drafts import FileDraft
    from asynchat.messages import Said

TABLES: Final = (
    """
    CREATE TABLE files (
        id TEXT PRIMARY KEY,
        account TEXT NOT NULL,
        room TEXT NOT NULL, -- its name
        name TEXT NOT NULL,
        size INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        sha256 TEXT NOT NULL, -- empty while it is not whole
        type TEXT NOT NULL,
        width INTEGER,
        height INTEGER,
        preview INTEGER NOT NULL,
        warning TEXT NOT NULL,
        seq INTEGER -- of the message that offers it, NULL until it was said
    ) WITHOUT ROWID
    """,
    "CREATE UNIQUE INDEX files_by_seq ON files (seq) WHERE seq IS NOT NULL",
    "CREATE INDEX files_by_account ON files (account, size)",
    "CREATE INDEX files_by_hash ON files (sha256, size)",
)
"""What a database gets with the first version that has files."""

_COLUMNS: Final = (
    "id, account, room, name, size, at_ms, sha256, type, width, height, preview, warning, seq"
)
_NAMES: Final = _COLUMNS.split(", ")
_FILES: Final = f"SELECT {_COLUMNS} FROM files"  # noqa: S608 # nosec B608 # our own


def put_file(db: sqlite3.Connection, draft: FileDraft) -> None:
    """Keep what a draft says of a file."""
    held = draft.file
    if draft.gone:
        # As it was when that was decided: what was said meanwhile goes with its message only.
        db.execute("DELETE FROM files WHERE id = ? AND seq IS ?", (held.id, held.seq))
    elif held.sha256:
        # Whole: it is one that was begun, and neither given up nor said meanwhile.
        db.execute(
            "UPDATE files SET at_ms = ?, sha256 = ?, type = ?, width = ?, height = ?, preview = ?,"
            " warning = ? WHERE id = ? AND seq IS NULL",
            (
                held.at_ms,
                held.sha256,
                held.type,
                held.width,
                held.height,
                held.preview,
                held.warning,
                held.id,
            ),
        )
    else:
        marks = ", ".join("?" * len(_NAMES))
        db.execute(
            f"INSERT OR IGNORE INTO files ({_COLUMNS}) VALUES ({marks})",  # noqa: S608 # nosec B608 # our own
            tuple(getattr(held, name) for name in _NAMES),
        )


def offer(db: sqlite3.Connection, said: Said) -> bool:
    """Note which message offers a file; False where there is no such file, or it was said."""
    file = said.file
    return file is None or bool(
        db.execute(
            "UPDATE files SET seq = ? WHERE id = ? AND seq IS NULL AND sha256 = ?",
            (said.seq, file.id, file.sha256),
        ).rowcount
    )


def withdraw(db: sqlite3.Connection, seq: int) -> None:
    """Forget the file of a message that is gone, or blank."""
    db.execute("DELETE FROM files WHERE seq = ?", (seq,))


def load_file(db: sqlite3.Connection, id: str) -> Held | None:
    """Read as `Files.get` does."""
    row = db.execute(f"{_FILES} WHERE id = ?", (id,)).fetchone()
    return None if row is None else _held(row)


def load_taken(db: sqlite3.Connection, account: str) -> Taken:
    """Read as `Files.taken` does."""
    of_account, unsaid = db.execute(
        "SELECT coalesce(sum(size), 0), count(*) - count(seq) FROM files WHERE account = ?",
        (account,),
    ).fetchone()
    # The same file twice is on disk once; one that is on its way takes its room already.
    (of_all,) = db.execute(
        "SELECT coalesce(sum(size), 0) FROM (SELECT DISTINCT sha256, size FROM files"
        " WHERE sha256 != '' UNION ALL SELECT id, size FROM files WHERE sha256 = '')"
    ).fetchone()
    return Taken(of_account, of_all, unsaid)


def load_old(db: sqlite3.Connection, said_ms: int | None, unsaid_ms: int, limit: int) -> list[Held]:
    """Read as `Files.old` does."""
    rows = db.execute(
        f"{_FILES} WHERE at_ms < CASE WHEN seq IS NULL THEN ? ELSE ? END"
        " ORDER BY at_ms, id LIMIT ?",
        (unsaid_ms, -1 if said_ms is None else said_ms, limit),
    )
    return [_held(row) for row in rows.fetchall()]


def load_known(db: sqlite3.Connection, names: Collection[str]) -> set[str]:
    """Read as `Files.known` does."""
    return {
        name
        for name in names
        if name
        and db.execute(
            "SELECT EXISTS (SELECT 1 FROM files WHERE id = ?)"
            " OR EXISTS (SELECT 1 FROM files WHERE sha256 = ?)",
            (name, name),
        ).fetchone()[0]
    }


def load_all(db: sqlite3.Connection) -> list[Held]:
    """Return every file, in order of id."""
    rows = db.execute(f"{_FILES} ORDER BY id")
    return [_held(row) for row in rows.fetchall()]


def _held(row: tuple[object, ...]) -> Held:
    fields = dict(zip(_NAMES, row, strict=True))
    return Held(**(fields | {"preview": bool(fields["preview"])}))  # type: ignore[arg-type]
