"""``--send``: say one thing, and end once it is on the server's disk."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from asynchat.errors import ChatError
from asynchat.terminal.enter import be_in, complain
from asynchat.text import check_text

if TYPE_CHECKING:
    from asynchat.link.client import Client
    from asynchat.link.notices import Notice


async def run(
    client: Client, *, room: str, text: str, timeout_s: float, reply_to: int | None = None
) -> None:
    """Say a text in a room, within ``timeout_s`` seconds in all; ``reply_to`` is a seq.

    Raise `ChatError`; where its code is ``unreachable`` its text tells whether the message
    may have been stored nevertheless.
    """
    check_text(text)
    deadline = asyncio.get_running_loop().time() + timeout_s
    sending = False
    unsubscribe = client.subscribe(_tell)
    try:
        await client.start(timeout_s=timeout_s)
        async with asyncio.timeout_at(deadline):
            await be_in(client, room)
            sending = True
            await client.send(room, text, reply_to=reply_to)
    except TimeoutError:
        known = "it is not known whether it was stored" if sending else "nothing was sent"
        raise ChatError(
            "unreachable", f"No answer from {client.address} within {timeout_s:g} s; {known}."
        ) from None
    finally:
        unsubscribe()
        await client.close()


def _tell(notice: Notice) -> None:
    from asynchat.link.notices import FirstUse  # noqa: PLC0415 - whoever complains needs none

    if isinstance(notice, FirstUse):
        complain(notice.text)
