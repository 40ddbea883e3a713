"""How those without a screen come in."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from asynchat.terminal.enter import be_in, complain, entered

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from asynchat.link.client import Client
    from tests.plugins.waiting import Until
    from tests.terminal.conftest import Stage


async def test_it_waits_for_a_server_and_says_so(
    client: Callable[..., Client],
    stage: Stage,
    until: Until,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """While the server is not there it waits, told once; then it is in the room."""
    await stage.stop()
    ada = client("ada")
    told = ""

    async def enter() -> None:
        async with entered(ada, "lobby"):
            assert "lobby" in ada.rooms

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(enter())
        while not told:
            await asyncio.sleep(0.01)
            told = capsys.readouterr().err
        await stage.start()
    assert told.startswith("asynchat-client: Not connected yet: ")
    assert capsys.readouterr().err == "asynchat-client: Connected again.\n"
    assert ada.connection.phase == "closed"


async def test_a_room_one_is_in_is_not_asked_for(client: Callable[..., Client]) -> None:
    """Being in a room, or in none in particular, asks for nothing."""
    async with client("ada") as ada:
        events: list[object] = []
        ada.subscribe(events.append)
        await be_in(ada, "lobby")
        await be_in(ada, None)
        assert set(ada.rooms) == {"lobby"}


def test_a_complaint_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """What is amiss is one line on standard error, whatever is in it."""
    complain("two\nlines\x1b[2J")
    assert capsys.readouterr() == ("", "asynchat-client: two ⏎ lines[2J\n")
