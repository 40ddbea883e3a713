"""What the tests of files on their way have in common."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from asynchat.errors import ChatError
from asynchat.link import notices
from tests.file_client import content_of

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.link.client import Client
    from asynchat.link.transfer import Transfer
    from asynchat.messages import File, Said

CONTENT = content_of(1_500_000)


def names(folder: Path) -> list[str]:
    """Return what is in a folder."""
    return sorted(path.name for path in folder.iterdir())


async def within(transfer: Transfer) -> File:
    """Wait until a transfer is whole."""
    async with asyncio.timeout(20):
        return await transfer.whole()


async def failure(transfer: Transfer) -> str:
    """Return the code that a transfer fails with."""
    with pytest.raises(ChatError) as caught:
        await within(transfer)
    assert caught.value.text
    return caught.value.code


async def sent(client: Client, path: Path, room: str = "lobby") -> File:
    """Send a file and return it."""
    return await within(client.send_file(path, room=room))


def heard(client: Client) -> list[Said]:
    """Collect what is said from now on."""
    said: list[Said] = []

    def take(notice: notices.Notice) -> None:
        if isinstance(notice, notices.Arrived) and notice.event.__class__.__name__ == "Said":
            said.append(notice.event)  # type: ignore[arg-type]

    client.subscribe(take)
    return said
