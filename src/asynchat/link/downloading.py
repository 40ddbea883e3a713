"""Fetching a file: a ticket, the bytes that are not there yet, compared and put in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asynchat.chat.files import clean_file_name
from asynchat.errors import ChatError
from asynchat.link.ids import new_id
from asynchat.link.local_files import Goal
from asynchat.link.requests import expect
from asynchat.messages import Download, FetchFile, File, Ready, Ticket

if TYPE_CHECKING:
    from asynchat.link.means import Means
    from asynchat.link.transfer import Transfer

_ANOTHER: Final = "The server gives another file than was offered."


async def download(transfer: Transfer, means: Means) -> None:
    """Fetch a file; to be called again after a cut.

    Raise `OSError` where the connection is lost, and `ChatError`.
    """
    kept = transfer.kept
    ticket = expect(await means.ask(Download(id=new_id(), file=kept.fetched)), Ticket)
    if kept.file is not None and kept.file.size != ticket.size:
        raise ChatError("bad_frame", _ANOTHER)
    kept.name, kept.size = clean_file_name(ticket.name), ticket.size
    transfer.be("moving")
    async with means.opened(Goal, kept.path, ticket.name, kept.fetched) as goal:
        if goal.offset > ticket.size:
            await means.run(goal.drop)
            raise ChatError("not_whole")
        transfer.at(goal.offset)
        sha256 = await _receive(transfer, means, ticket, goal)
        if await means.run(goal.settle) != sha256:
            await means.run(goal.drop)
            raise ChatError("not_whole", "What arrived is not what was sent.")
        kept.path = await means.run(goal.place)
    kept.file = kept.file or File(
        id=kept.fetched, name=kept.name, size=ticket.size, type="", sha256=sha256
    )
    transfer.be("done")


async def _receive(transfer: Transfer, means: Means, ticket: Ticket, goal: Goal) -> str:
    """Write all that is not there yet; return the hash that the whole should have."""
    wire = await means.dial()
    try:
        ready = await wire.ask(FetchFile(ticket=ticket.ticket, offset=goal.offset), Ready)
        told = transfer.kept.file
        if (ready.offset, ready.size) != (goal.offset, ticket.size) or (
            told is not None and told.sha256 != ready.sha256
        ):
            raise ChatError("bad_frame", _ANOTHER)
        while goal.offset < ready.size:
            data = await wire.read(ready.size - goal.offset)
            await means.run(goal.write, data)
            transfer.at(goal.offset)
    finally:
        await wire.close()
    return ready.sha256
