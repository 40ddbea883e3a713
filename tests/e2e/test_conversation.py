from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING, TypeVar

import pytest

from asynchat.link.client import Client
from asynchat.messages import AnyEvent, Edited, Pinned, Reacted, Redacted, Said
from tests.e2e.windows import DEADLINE_S, Window, shown, xdotool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.serving import Serve

pytest_plugins = ["tests.serving"]
pytestmark = [
    pytest.mark.window,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("xdotool") is None, reason="there is no xdotool"),
]

E = TypeVar("E", bound=AnyEvent)


@pytest.fixture
async def ben(serve: Serve, tmp_path: Path) -> AsyncIterator[Client]:
    server = await serve()
    async with Client(server.address, name="ben", data=tmp_path / "ben") as client:
        yield client


async def heard(client: Client, kind: type[E]) -> E:
    """Wait for the next event of a kind by somebody else."""
    async with asyncio.timeout(DEADLINE_S):
        async for event in client:
            if isinstance(event, kind) and event.account != client.account:
                return event
    raise AssertionError


async def test_a_conversation_by_keys(display: str, ben: Client, tmp_path: Path) -> None:
    """Reply, edit, react, pin and delete, with a person's keys, and another one sees each."""
    await ben.create("zoo")
    asked = await ben.send("lobby", "shall we?")
    window = await Window.open(tmp_path / "ada", ben.address, "--name", "ada")
    try:
        await window.titled("#lobby")
        await ben.invite("zoo", "ada")
        await window.front()
        await window.type("one")
        await window.keys("Return")
        assert (await heard(ben, Said)).text == "one"
        # The newest is one's own; the one above is what was asked.
        await window.keys("ctrl+Up", "ctrl+Up", "ctrl+r")
        await window.type("yes")
        await window.keys("Return")
        reply = await heard(ben, Said)
        assert (reply.text, reply.reply_to) == ("yes", asked.seq)
        # What comes later tells that the reply has its number in the window.
        await ben.send("zoo", "psst")
        await window.titled("(1)")
        await window.keys("Escape", "Up")
        await window.type(" please")
        await window.keys("Return")
        edited = await heard(ben, Edited)
        assert (edited.text, edited.about) == ("yes please", reply.seq)
        await window.keys("ctrl+shift+e")
        await window.type("rocket")
        await window.keys("Return")
        reacted = await heard(ben, Reacted)
        assert (reacted.emoji, reacted.about, reacted.on) == ("🚀", reply.seq, True)
        await window.type("/pin")
        await window.keys("Return")
        assert (await heard(ben, Pinned)).about == reply.seq
        windows = await shown()
        await window.type("/delete")
        await window.keys("Return")
        async with asyncio.timeout(DEADLINE_S):
            while not (asking := await shown() - windows):
                await asyncio.sleep(0.05)
        await xdotool("windowfocus", "--sync", asking.pop())
        await window.keys("Return")
        assert (await heard(ben, Redacted)).about == reply.seq
        await window.keys("ctrl+q")
        async with asyncio.timeout(DEADLINE_S):
            assert await window.process.wait() == 0, window.log
        assert "Traceback" not in window.log
    finally:
        await window.end()
