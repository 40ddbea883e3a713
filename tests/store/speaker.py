"""Say one thing after the other into a data directory, and tell what is stored, until killed."""

from __future__ import annotations

import asyncio
import sys
from itertools import count
from pathlib import Path

from asynchat.store.interface import Stored
from asynchat.store.sqlite import SqliteStore
from tests.contracts.drafts import said


async def speak(store: SqliteStore, name: str) -> None:
    """Append small batches, and tell each one's seqs once it is durable."""
    for number in count():
        batch = [said(f"{name}-{number}-{part}", id=f"{name}_{number}_{part}") for part in "abc"]
        for draft, outcome in zip(batch, await store.append(batch), strict=True):
            assert isinstance(outcome, Stored)
            sys.stdout.write(f"{outcome.event.seq} {getattr(draft.event, 'text', '')}\n")
        sys.stdout.flush()


async def main(directory: Path) -> None:
    """Let several speak at once."""
    async with SqliteStore(directory) as store, asyncio.TaskGroup() as group:
        for name in ("ada", "ben", "eva"):
            group.create_task(speak(store, name))


asyncio.run(main(Path(sys.argv[1])))
