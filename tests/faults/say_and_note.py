"""Say things to a store, and note in the journal of ``power_cut.c`` what it acknowledged."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from pathlib import Path

from asynchat.store.interface import Stored
from asynchat.store.sqlite import SqliteStore
from tests.contracts.drafts import said


async def main(directory: Path, seed: int, batches: int) -> None:
    """Store batches of one to five messages, one after the other."""
    rng = random.Random(seed)
    journal = os.open(os.environ["POWER_CUT_JOURNAL"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    async with SqliteStore(directory) as store:
        for number in range(batches):
            drafts = [
                said("x" * rng.choice([10, 500, 4_000]), id=f"m{number}-{place}")
                for place in range(rng.randrange(1, 6))
            ]
            for outcome in await store.append(drafts):
                assert isinstance(outcome, Stored)
                os.write(journal, f"A {outcome.event.id} {outcome.event.seq}\n".encode())
    os.close(journal)


asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
