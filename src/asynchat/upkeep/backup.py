"""`asynchat-server backup`: the log as of one moment, in one file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from asynchat.store.blobs import Blobs
from asynchat.store.failures import refusal
from asynchat.store.opening import DATABASE_FILE
from asynchat.store.schema import VERSION, version_of
from asynchat.store.snapshot import load_head
from asynchat.upkeep.check import findings
from asynchat.upkeep.copying import copy_database
from asynchat.upkeep.files import placed
from asynchat.upkeep.opening import UpkeepError, open_log
from asynchat.upkeep.stored_files import copy_files, folder_of

if TYPE_CHECKING:
    from pathlib import Path


def backup(data: Path, file: Path, *, force: bool = False) -> tuple[int, list[Path]]:
    """Write everything in a data directory into a file; return the seq of its newest event.

    Return also the files that are left out, because they are missing or damaged.

    What was sent as files goes into a folder beside it, before the file is there.  A server may
    serve the directory meanwhile.  The copy is checked before it takes its name, so that a
    damaged one never replaces a good one.  Raise `UpkeepError`.
    """
    with (
        closing(open_log(data / DATABASE_FILE, any_version=True)) as db,
        placed(file, force=force, data=data) as copy,
    ):
        try:
            copy_database(db, copy)
        except sqlite3.Error as error:
            raise UpkeepError(f"{file} was not written: {refusal(error).text}") from error
        head = check_copy(copy, f"the log in {data} is damaged, and {file} was not written")
        return head, copy_files(Blobs(data), Blobs.at(folder_of(file)), copy)


def check_copy(copy: Path, consequence: str) -> int:
    """Return the head of a copy that is sound.  Raise `UpkeepError` where it is not.

    One of an earlier release is only read: what it must be like that release knew.
    """
    with closing(open_log(copy, any_version=True)) as db:
        found = findings(db) if version_of(db) == VERSION else iter(())
        first = next(found, None)
        if first is not None:
            more = sum(1 for _ in found)
            others = f", and {more} more" if more else ""
            raise UpkeepError(
                f"{consequence[0].upper()}{consequence[1:]}: {first}{others}; `asynchat-server"
                " check` tells all of it."
            )
        return load_head(db)
