"""``--follow``."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from asynchat.errors import ChatError
from asynchat.terminal import follow

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from asynchat.link.client import Client
    from tests.plugins.waiting import Until
    from tests.terminal.conftest import Printed, Stage


@asynccontextmanager
async def following(
    client: Client,
    printed: Printed,
    until: Until,
    *,
    room: str | None = None,
    as_json: bool = False,
) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(follow.run(client, printed.output, room=room, json=as_json))
        await until(lambda: client.connection.phase == "online")
        yield
        task.cancel()


async def test_what_is_said_is_printed(
    client: Callable[..., Client], printed: Printed, until: Until
) -> None:
    """Each message is one line with date, time, room, sender and text, whatever is in it."""
    async with client("ben") as ben, following(client("ada"), printed, until):
        await ben.send("lobby", "hello\n\x1b[2Jyou")
        await until(printed.text)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d #lobby ben: hello ⏎ \[2Jyou\n", printed.text())


async def test_every_room_one_is_in_is_followed(
    client: Callable[..., Client], printed: Printed, until: Until
) -> None:
    """Without a room all of them are printed, a direct one under its people's names."""
    async with client("ben") as ben, following(client("ada"), printed, until):
        await ben.send("lobby", "one")
        direct = await ben.direct("ada")
        await ben.send(direct.room, "two")
        await until(lambda: len(printed.lines()) == 2)
    assert [line.split(" ", 2)[2] for line in printed.lines()] == [
        "#lobby ben: one",
        "@ben ben: two",
    ]


async def test_one_room_is_followed_alone_and_joined(
    client: Callable[..., Client], printed: Printed, until: Until
) -> None:
    """With a room it becomes a member, and prints nothing else."""
    async with client("ben") as ben:
        await ben.create("dev")
        ada = client("ada")
        async with following(ada, printed, until, room="dev"):
            await until(lambda: "dev" in ada.rooms)
            await ben.send("lobby", "one")
            await ben.send("dev", "two")
            await until(printed.text)
    assert [line.split(" ", 2)[2] for line in printed.lines()] == ["#dev ben: two"]


async def test_json_is_the_wire(
    client: Callable[..., Client], printed: Printed, until: Until
) -> None:
    """With ``json`` each event, also a joining, is its object on the wire, one a line."""
    async with client("ben") as ben, following(client("ada"), printed, until, as_json=True):
        said = await ben.send("lobby", "hello")
        await until(lambda: len(printed.lines()) >= 2)
    joined, message = map(json.loads, printed.lines())
    assert (joined["type"], joined["sender"]) == ("joined", "ada")
    assert (message["type"], message["seq"], message["text"]) == ("said", said.seq, "hello")


async def test_what_becomes_of_a_message_is_printed(
    client: Callable[..., Client], printed: Printed, until: Until
) -> None:
    """Edits, deletions, reactions and pins are a line each."""
    async with client("ben") as ben, following(client("ada"), printed, until):
        said = await ben.send("lobby", "helo")
        await ben.edit("lobby", said.seq, "hello\nyou")
        await ben.react("lobby", said.seq, "👍")
        await ben.react("lobby", said.seq, "👍", on=False)
        await ben.pin("lobby", said.seq)
        await ben.redact("lobby", said.seq)
        await until(lambda: len(printed.lines()) == 6)
    assert [line.split(" ", 2)[2] for line in printed.lines()] == [
        "#lobby ben: helo",
        "#lobby * ben edited a message: hello ⏎ you",
        "#lobby * ben reacted with 👍",
        "#lobby * ben took back 👍",
        "#lobby * ben pinned a message",
        "#lobby * ben deleted a message",
    ]


async def test_json_has_what_becomes_of_a_message(
    client: Callable[..., Client], printed: Printed, until: Until
) -> None:
    """With ``json`` such an event names the message by its seq."""
    async with client("ben") as ben, following(client("ada"), printed, until, as_json=True):
        said = await ben.send("lobby", "helo")
        await ben.edit("lobby", said.seq, "hello")
        await ben.react("lobby", said.seq, "👍")
        await ben.pin("lobby", said.seq)
        await ben.redact("lobby", said.seq)
        await until(lambda: len(printed.lines()) >= 6)
    events = [json.loads(line) for line in printed.lines()][-4:]
    assert [event["type"] for event in events] == ["edited", "reacted", "pinned", "redacted"]
    assert {event["about"] for event in events} == {said.seq}


async def test_a_restart_of_the_server_is_survived(
    client: Callable[..., Client],
    printed: Printed,
    stage: Stage,
    until: Until,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What is said before and after a restart is printed once, and standard error tells of it."""
    async with client("ben") as ben, following(client("ada"), printed, until):
        await ben.send("lobby", "before")
        await until(printed.text)
        await stage.stop()
        await stage.start()
        await ben.send("lobby", "after")
        await until(lambda: "after" in printed.text())
    assert [line.split(": ")[1] for line in printed.lines()] == ["before", "after"]
    told = capsys.readouterr().err.splitlines()
    assert [line.split(":")[1] for line in told] == [" The connection is lost", " Connected again."]


async def test_a_reader_who_has_seen_enough_ends_it(
    client: Callable[..., Client], printed: Printed, until: Until
) -> None:
    """When nobody reads the output any more, it returns without a word."""
    async with client("ben") as ben, asyncio.timeout(10):
        ada = client("ada")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(follow.run(ada, printed.output, room=None, json=False))
            await until(lambda: ada.connection.phase == "online")
            printed.stop_reading()
            await ben.send("lobby", "hello")
    assert ada.connection.phase == "closed"


async def test_a_room_that_is_not_there_is_refused(
    client: Callable[..., Client], printed: Printed
) -> None:
    """Following a room that does not exist raises what the server says."""
    with pytest.raises(ChatError, match="no room of that name"):
        await follow.run(client("ada"), printed.output, room="nowhere", json=False)
