"""What tests see of a client: what it hears, what it knows, and what the server says of that."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from asynchat.link import notices
from asynchat.messages import Said

if TYPE_CHECKING:
    from asynchat.link.client import Client
    from asynchat.messages import AnyEvent
    from tests.plugins.waiting import Until

DEADLINE_S = 10


async def said_until(client: Client, last: str) -> list[str]:
    """Return what was said, as one who iterates hears it, up to a last text."""
    heard: list[str] = []
    async with asyncio.timeout(DEADLINE_S):
        async for event in client:
            if isinstance(event, Said):
                heard.append(event.text)
                if event.text == last:
                    break
    return heard


async def log_of(client: Client, room: str = "lobby") -> list[str]:
    """Return everything said in a room, as the server's disk has it."""
    events: list[AnyEvent] = []
    after = 0
    while True:
        page = await client.history(room, after=after, limit=500)
        events += page.events
        if not page.more:
            return [event.text for event in events if isinstance(event, Said)]
        after = page.events[-1].seq


def listen(client: Client) -> list[notices.Notice]:
    """Return the list that everything a client tells is going to be in."""
    heard: list[notices.Notice] = []
    client.subscribe(heard.append)
    return heard


def texts(heard: list[notices.Notice]) -> list[str]:
    """Return what was said, as it arrived."""
    return [
        notice.event.text
        for notice in heard
        if isinstance(notice, notices.Arrived) and isinstance(notice.event, Said)
    ]


def people(client: Client, room: str) -> dict[str | None, str]:
    """Return how everybody in a room is, as a client knows it."""
    return {person.name: person.state for person in client.members(room)}


async def truth(client: Client, room: str) -> dict[str | None, str]:
    """Return how everybody in a room is, as the server says now."""
    return {person.name: person.state for person in await client.who(room)}


async def is_right(client: Client, until: Until) -> None:
    """Wait until a client knows of its rooms what the server says when it is asked."""
    rooms = {room.name: room for room in await client.list_rooms() if room.member}
    await until(lambda: set(client.rooms) == set(rooms), what=f"rooms {sorted(rooms)}")
    for name, room in rooms.items():
        right = await truth(client, name)
        await until(
            lambda name=name, right=right: people(client, name) == right,  # type: ignore[misc]
            what=f"{right} in {name}",
        )
        online = sum(state == "online" for state in right.values())
        await until(
            lambda name=name, online=online: client.online(name) == online,  # type: ignore[misc]
            what=f"{online} online in {name}",
        )
        assert client.rooms[name].topic == room.topic
        assert client.rooms[name].members == len(right)
        assert [one.name for one in client.rooms[name].people] == [one.name for one in room.people]
