"""``--follow``: print what is said and what becomes of it, until interrupted."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from asynchat.messages import AboutEvent, Said, encode
from asynchat.terminal.blocked import is_heard
from asynchat.terminal.enter import entered
from asynchat.terminal.render import follow_about_line, follow_line, room_label
from asynchat.text import escaped_json

if TYPE_CHECKING:
    from asynchat.link.client import Client
    from asynchat.terminal.stdio import Output


async def run(client: Client, output: Output, *, room: str | None, json: bool) -> None:
    """Print what is said from now on, in one room or in every room one is a member of.

    Edits, deletions, reactions and pins are lines of their own, as they come.

    With ``json`` each event, of any kind, is printed as it came on the wire.  What people say whom
    one has blocked is left out.  Returns when nobody reads the output any more.  Raise `ChatError`
    where the server refuses.
    """
    # Whoever read us, as `head` does, has seen enough.
    with suppress(BrokenPipeError):
        async with entered(client, room):
            async for event in client:
                if room not in {None, event.room} or not is_heard(event, client.blocked):
                    continue
                if json:
                    await output.write(escaped_json(encode(event).decode()).encode())
                    continue
                label = room_label(event.room, client.rooms.get(event.room), client.account)
                if isinstance(event, Said):
                    await output.write_lines([follow_line(event, label)])
                elif isinstance(event, AboutEvent):
                    await output.write_lines([follow_about_line(event, label)])
