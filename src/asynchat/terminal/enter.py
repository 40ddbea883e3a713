"""How those without a screen come in: connected, in the room, with what is amiss told."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from asynchat.terminal.connection import ConnectionNews
from asynchat.text import one_line

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from asynchat.link.client import Client
    from asynchat.link.notices import Notice


@asynccontextmanager
async def entered(client: Client, room: str | None) -> AsyncIterator[None]:
    """Start a client, join the room unless it is in it, and close it at the end.

    It waits for as long as the server is not there, and tells on standard error when it
    comes and goes.  Raise `ChatError` where the server or the room refuses.
    """
    # Not before: whoever only complains needs no client.
    from asynchat.link.notices import Connection, FirstUse, WasReset  # noqa: PLC0415

    loop = asyncio.get_running_loop()
    news = ConnectionNews()

    def tell(notice: Notice) -> None:
        match notice:
            case Connection(phase="connecting" | "online" | "waiting"):
                sentence = news.tell(notice, loop.time())
                if sentence is not None:
                    complain(sentence)
            case WasReset(reason=reason):
                complain(reason)
            case FirstUse():
                complain(notice.text)

    unsubscribe = client.subscribe(tell)
    try:
        await client.start()
        await be_in(client, room)
        yield
    finally:
        unsubscribe()
        await client.close()


async def be_in(client: Client, room: str | None) -> None:
    """Join a room unless the client is in it.  Raise `ChatError`."""
    if room is not None and room not in client.rooms:
        await client.join(room, history=0)


def complain(sentence: str) -> None:
    """Say one line on standard error, whatever is in it."""
    # Where there is no standard error nobody can be told; print() would take standard output.
    if sys.stderr is not None:
        print(f"asynchat-client: {one_line(sentence)}", file=sys.stderr, flush=True)
