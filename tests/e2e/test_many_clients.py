"""Sixty who chat at once, and all see the same."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.raw_client import Frame, Wire
    from tests.serving import Join, StartProcess

CLIENTS = 60
MESSAGES = 5


@pytest.mark.parametrize("pipelined", [False, True])
async def test_sixty_who_chat_at_once_all_see_the_same(
    start_process: StartProcess, join: Join, pipelined: bool
) -> None:
    """Each message reaches each of sixty once, in one order, each sender's in its own."""
    process = await start_process()
    address = await process.listening()
    wires = [await join(address, f"c{n}") for n in range(CLIENTS)]

    async def talk(number: int, wire: Wire) -> None:
        ids = [f"m{n}" for n in range(MESSAGES)]
        for sent in ids:
            wire.send("say", id=sent, room="lobby", text=f"{number}/{sent}")
            if not pipelined:
                await wire.expect("said", id=sent, account=wire.account)
        await wire.ask("ping")

    def said(wire: Wire) -> list[Frame]:
        return [event for event in wire.events("lobby") if event["type"] == "said"]

    await asyncio.gather(*(talk(number, wire) for number, wire in enumerate(wires)))
    for wire in wires:
        await wire.settle()
    first, *others = [said(wire) for wire in wires]
    assert len(first) == CLIENTS * MESSAGES
    assert all(other == first for other in others)
    assert [event["seq"] for event in first] == sorted({event["seq"] for event in first})
    for wire in wires:
        own = [event["id"] for event in first if event["account"] == wire.account]
        assert own == [f"m{n}" for n in range(MESSAGES)]
    late = await join(address, "late")
    page = await late.ask("history", room="lobby", limit=500)
    events = {event["seq"]: event for event in first}
    assert all(events[e["seq"]] == e for e in page["events"] if e["type"] == "said")
    assert await process.stop() == 0
