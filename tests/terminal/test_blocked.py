"""What is not shown of people whom one has blocked, on each screen without a window."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.messages import Edited, Joined, Left, Pinned, Reacted, Redacted, Said
from asynchat.terminal import follow
from asynchat.terminal.blocked import is_heard
from asynchat.terminal.render import EARLIER
from tests.terminal.talking import talking

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.link.client import Client
    from asynchat.messages import AnyEvent
    from tests.plugins.waiting import Until
    from tests.terminal.conftest import Printed

WHAT: dict[str, Any] = {
    "seq": 2,
    "time": 0,
    "room": "lobby",
    "account": "ben",
    "sender": "ben",
    "id": "x",
}


@pytest.mark.parametrize(
    ("event", "heard"),
    [
        (Said(**WHAT, text="hello", reply_to=None), False),
        (Edited(**WHAT, about=1, text="hello"), False),
        (Reacted(**WHAT, about=1, emoji="👍", on=True), False),
        (Redacted(**WHAT, about=1), True),
        (Pinned(**WHAT, about=1, on=True), True),
        (Joined(**WHAT), True),
        (Left(**WHAT), True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_what_people_say_is_not_heard(event: AnyEvent, heard: bool) -> None:
    """Texts, edits and reactions of who is blocked are not; of others everything is."""
    assert is_heard(event, {"ben"}) is heard
    assert is_heard(event, {"eve"})


async def test_nothing_of_it_is_shown(client: Callable[..., Client], until: Until) -> None:
    """No edit, no reaction, no quote, and no word of what others do with their messages."""
    async with (
        talking(client("ada")) as ada,
        talking(client("ben")) as ben,
        client("eve") as eve,
    ):
        before = await ben.client.send("lobby", "helo")
        mine = await ada.client.send("lobby", "fine")
        await until(lambda: ada.conversation.numbers.of(before.seq))
        await ada.call("block", "ben")
        await until(lambda: ada.client.blocked)
        shown = len(ada.shown)
        await ben.client.edit("lobby", before.seq, "hello!")
        await ben.client.react("lobby", mine.seq, "👍")
        hidden = await ben.client.send("lobby", "can you hear me?")
        await ben.client.edit("lobby", hidden.seq, "can you?")
        await eve.react("lobby", before.seq, "🎉")
        await eve.send("lobby", "I can", reply_to=before.seq)
        await eve.send("lobby", "I can, too", reply_to=hidden.seq)
        await until(lambda: any("too" in row for row in ada.shown))
        assert [row for row in ada.shown[shown:] if "eve" not in row] == []
        assert not any("eve reacted" in row for row in ada.shown)
        assert sum(EARLIER in row for row in ada.shown[shown:]) == 2
        await ada.call("join", "lobby")
        assert not any("hello!" in row or "can you" in row for row in ada.shown)


@pytest.mark.parametrize("as_json", [False, True])
async def test_it_is_not_followed(
    client: Callable[..., Client], printed: Printed, until: Until, as_json: bool
) -> None:
    """``--follow`` prints neither what they say nor how they change it, as JSON neither."""
    async with client("ben") as ben, client("eve") as eve:
        ada = client("ada")
        async with asyncio.TaskGroup() as tasks:
            following = follow.run(ada, printed.output, room=None, json=as_json)
            task = tasks.create_task(following)
            await until(lambda: ada.connection.phase == "online")
            await ada.block("ben")
            await until(lambda: ada.blocked)
            said = await ben.send("lobby", "hello")
            await ben.edit("lobby", said.seq, "hello!")
            await eve.send("lobby", "the end")
            await until(lambda: "the end" in printed.text())
            task.cancel()
    if as_json:
        types = [json.loads(line)["type"] for line in printed.lines()]
        assert types == ["joined", "said"]
    else:
        assert len(printed.lines()) == 1
