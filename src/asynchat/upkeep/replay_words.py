"""The search index compared with the log: how often each word is there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from asynchat.store.index import indexed_document, indexed_upto
from asynchat.store.snapshot import load_head

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_SAID = "SELECT seq FROM events WHERE author IS NOT NULL AND redacted IS NULL AND seq <= ?"


def unlike_the_log(db: sqlite3.Connection) -> Iterator[str]:
    """Yield what of the index is not as the log makes it, as far as it goes."""
    upto = indexed_upto(db)
    if not 0 <= upto <= load_head(db):
        yield f"words: they are indexed up to seq {upto}, which the log has not"
        return
    expected: Counter[str] = Counter()
    for (seq,) in db.execute(_SAID, (upto,)):
        # What is damaged is told elsewhere, and may or may not stand here.
        expected.update((indexed_document(db, seq, upto) or "").split())
    there = dict(_indexed(db))
    wrong = sum(there.get(word) != expected.get(word) for word in there.keys() | expected.keys())
    if wrong:
        yield f"words: {wrong} of the search index are not there as often as the log has them"


def _indexed(db: sqlite3.Connection) -> Iterator[tuple[str, int]]:
    (reading,) = db.execute("PRAGMA query_only").fetchone()
    db.execute("PRAGMA query_only = 0")  # it is a table of this connection alone
    try:
        db.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, words, row)"
        )
    finally:
        db.execute(f"PRAGMA query_only = {reading}")
    yield from db.execute("SELECT term, cnt FROM temp.vocabulary")
