"""The table of files, as the tools that read a database see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.chat.drafts import FileDraft
from asynchat.store.held import load_all
from asynchat.store.opening import open_database
from asynchat.store.writer import Writer
from tests.contracts.test_files import half, whole

if TYPE_CHECKING:
    from pathlib import Path


def test_every_file_is_there_in_order(tmp_path: Path) -> None:
    """Half ones and whole ones, as they were stored."""
    db = open_database(tmp_path)
    writer = Writer(db)
    writer.append([FileDraft(half("f2")), FileDraft(half("f1")), FileDraft(whole("f1"))])
    assert load_all(db) == [whole("f1"), half("f2")]
    writer.close()
