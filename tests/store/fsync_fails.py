"""Append to a data directory while fsync fails, and tell what came of it.

Run with the library made of ``fsync_fails.c`` preloaded.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from asynchat.store.interface import StoreLostError
from asynchat.store.sqlite import SqliteStore
from tests.contracts.drafts import said


async def say_in_vain(store: SqliteStore, text: str) -> None:
    """Append, and tell that nobody knows what is on disk."""
    try:
        await store.append([said(text)])
    except StoreLostError:
        print("lost")


async def main(directory: Path) -> None:
    """Say one thing that is stored, and more of which nobody can tell."""
    async with SqliteStore(directory) as store:
        await store.append([said("one")])
        print("stored")
        os.environ["FSYNC_FAILS"] = "1"
        await say_in_vain(store, "two")
        # The disk seems well again, but what it lost it does not tell.
        del os.environ["FSYNC_FAILS"]
        await say_in_vain(store, "three")
    print("closed")


asyncio.run(main(Path(sys.argv[1])))
