"""The search index, compared with the log."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from asynchat.store.opening import open_database
from asynchat.store.writer import Writer
from asynchat.upkeep.opening import open_log
from asynchat.upkeep.replay_words import unlike_the_log
from tests.contracts.drafts import edited, redacted, said
from tests.upkeep.logs import change, make_log, remove

if TYPE_CHECKING:
    from pathlib import Path

# In the log of make_log, 3 and 4 are said in the lobby, and the log ends at 13.
MORE = [edited(3, "anew"), redacted(4), said("at last")]


def index(data: Path) -> None:
    """Index what there is, as a server does."""
    writer = Writer(open_database(data))
    assert not writer.index()
    writer.close()


def findings(path: Path) -> list[str]:
    """Return what comparing the index finds."""
    with closing(open_log(path)) as db:
        return list(unlike_the_log(db))


def test_an_index_is_as_the_log_makes_it(tmp_path: Path) -> None:
    """Nothing is found where nothing is wrong, however far the index has got."""
    path = make_log(tmp_path)
    assert findings(path) == []
    index(tmp_path)
    assert findings(path) == []
    changed = make_log(tmp_path / "changed", *MORE)
    index(tmp_path / "changed")
    assert findings(changed) == []
    remove(tmp_path, "lobby")
    assert findings(path) == []


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE meta SET value = 12 WHERE key = 'indexed'", "words: "),
        ("UPDATE meta SET value = 99 WHERE key = 'indexed'", "words: they are indexed up to"),
        ("INSERT INTO words (rowid, text) VALUES (99, 'more')", "words: 1 of the search index"),
        ("INSERT INTO words (words, rowid, text) VALUES ('delete', 14, 'last')", "words: 1 of the"),
        ("INSERT INTO words (words) VALUES ('delete-all')", "words: "),
    ],
)
def test_an_index_that_is_not_as_the_log_makes_it_is_told(
    tmp_path: Path, statement: str, expected: str
) -> None:
    """Words that are missing, or there too often, and an index that is ahead of the log."""
    path = make_log(tmp_path, said("at last"))
    index(tmp_path)
    change(path, statement)
    (finding,) = findings(path)
    assert finding.startswith(expected)
