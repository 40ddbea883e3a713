"""Say things at a steady rate: ``python -m benchmarks.crowd ADDRESS ROOM RATE SECONDS``.

Four people say what the corpus has, ``RATE`` messages a second among them.  It prints a line once
they are there, and one with how many messages were acknowledged.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack
from typing import Final

from asynchat.link.client import Client, connect
from benchmarks.corpus import SEED, Corpus

_PEOPLE: Final = 4
_TICK_S: Final = 0.01


async def main(address: str, room: str, rate: float, seconds: float) -> None:
    """Say so many messages a second for so long."""
    corpus = Corpus(SEED + 1)
    texts = [corpus.text() for _ in range(int(rate * seconds))]
    async with AsyncExitStack() as stack:
        people: list[Client] = []
        for number in range(_PEOPLE):
            client = connect(address, name=f"talker{number}")
            people.append(await stack.enter_async_context(client))
            await people[-1].join(room)
        _tell("there")
        loop = asyncio.get_running_loop()
        began = loop.time()
        said = 0
        while said < len(texts):
            due = min(len(texts), int((loop.time() - began) * rate) + 1)
            for number in range(said, due):
                people[number % _PEOPLE].post(room, texts[number])
            said = due
            await asyncio.sleep(_TICK_S)
        async with asyncio.timeout(60):
            while any(person.outbox for person in people):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(_TICK_S)
        took = loop.time() - began
        failed = sum(len(person.failed) for person in people)
        _tell(f"{said - failed} {took:.2f}")


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])))
