"""Sending a file: a ticket, the bytes that the server has not, its hash, and the message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.errors import ChatError
from asynchat.link.ids import new_id
from asynchat.link.local_files import Source, facts_of
from asynchat.link.requests import expect
from asynchat.messages import Ready, SentFile, StoredFile, StoreFile, Ticket, Upload

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from asynchat.link.means import Means
    from asynchat.link.transfer import Transfer
    from asynchat.messages import File


async def upload(transfer: Transfer, means: Means, keep: Callable[[], Awaitable[None]]) -> None:
    """Send a file and say it; to be called again after a cut.

    ``keep`` is called where the next start has to know more.  Raise `OSError` where the
    connection is lost, and `ChatError`.
    """
    kept = transfer.kept
    room = kept.room = kept.room or await means.direct(kept.to or "")
    if kept.message is None or kept.file is None:
        kept.file = await _store(transfer, room, means, keep)
        kept.message = new_id()
        # Who is killed from here on says it again under the same id, and so once.
        await keep()
    means.post(room, kept.caption, kept.file, kept.message)
    transfer.be("saying")


async def _store(
    transfer: Transfer, room: str, means: Means, keep: Callable[[], Awaitable[None]]
) -> File:
    """Have a file on the server; return what that says of it."""
    kept = transfer.kept
    if kept.size is None:
        if kept.strip:
            kept.copy = await means.run(means.stripped, kept.path)
        _, kept.size, kept.mtime_ns = await means.run(facts_of, kept.copy or kept.path)
    size = kept.size or 0
    request = Upload(id=new_id(), room=room, name=kept.name, size=size, file=kept.begun)
    try:
        ticket = expect(await means.ask(request), Ticket)
    except ChatError as error:
        if error.code != "no_such_file" or kept.begun is None:
            raise
        # It was too old, and is begun anew.
        kept.begun = None
        return await _store(transfer, room, means, keep)
    if ticket.file != kept.begun:
        kept.begun = ticket.file
        await keep()
    transfer.be("moving")
    return (await _send(transfer, means, ticket)).file


async def _send(transfer: Transfer, means: Means, ticket: Ticket) -> StoredFile:
    kept = transfer.kept
    wire = await means.dial()
    try:
        ready = await wire.ask(StoreFile(ticket=ticket.ticket), Ready)
        offset, size = ready.offset, kept.size or 0
        if not 0 <= offset <= size:
            raise ChatError("bad_frame", "The server wants another file than this.")
        transfer.at(offset)
        path = kept.copy or kept.path
        async with means.opened(Source, path, offset, size, kept.mtime_ns) as source:
            while data := await means.run(source.read):
                await wire.send(data)
                offset += len(data)
                transfer.at(offset)
            sent = source.sha256()
        stored = await wire.ask(SentFile(sha256=sent), StoredFile)
    finally:
        await wire.close()
    if stored.file.sha256 != sent:
        raise ChatError("not_whole")
    return stored
