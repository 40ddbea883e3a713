"""How long, and how much, of what is said is kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from asynchat.hub import hub
from tests.limits.conftest import JUST_OVER_S, JUST_UNDER_S, PATIENT

if TYPE_CHECKING:
    from tests.limits.conftest import Clock
    from tests.raw_client import Wire
    from tests.serving import Join, Serve

DAY_MS = 24 * 60 * 60 * 1000
NOON_MS = 1_763_640_000_000


async def kept(wire: Wire) -> list[str]:
    """Return the texts that are left."""
    page = await wire.ask("history", room="lobby", limit=500)
    return [event["text"] for event in page["events"] if event["type"] == "said"]


@pytest.mark.parametrize(("over_ms", "left"), [(0, ["old", "a", "b"]), (1, ["a", "b"])])
async def test_what_is_said_is_kept_for_so_many_days(
    serve: Serve, join: Join, monkeypatch: pytest.MonkeyPatch, *, over_ms: int, left: list[str]
) -> None:
    """To the millisecond it is still there; a millisecond later it goes."""
    now = NOON_MS
    monkeypatch.setattr(hub, "now_ms", lambda: now)
    server = await serve(retention_days=2)
    ada = await join(server, "ada")
    await ada.ask("say", room="lobby", text="old")
    # A clock is believed as far as there is something a day old by it.
    for text, later_ms in (("a", DAY_MS), ("b", DAY_MS + 1)):
        now = NOON_MS + later_ms
        await ada.ask("say", room="lobby", text=text)
    now = NOON_MS + 2 * DAY_MS + over_ms
    await server._hub.retention.sweep()
    assert await kept(ada) == left


@pytest.mark.parametrize(("short", "left"), [(0, ["old", "a", "b"]), (1, ["a", "b"])])
async def test_so_many_bytes_of_a_room_are_kept(
    serve: Serve, join: Join, *, short: int, left: list[str]
) -> None:
    """What fits to the byte stays; where one byte is missing the oldest goes."""
    first = await join(await serve(), "ada")
    texts = ["old", "a", "b"]
    said = [await first.ask("say", room="lobby", text=text) for text in texts]
    lines = [json.dumps(event, separators=(",", ":")) + "\n" for event in said]
    server = await serve(retention_bytes=len("".join(lines)) - short)
    ada = await join(server, "ada")
    for text, event in zip(texts, said, strict=True):
        await ada.ask("say", id=event["id"], room="lobby", text=text)
    await server._hub.retention.sweep()
    assert await kept(ada) == left


async def test_it_is_looked_for_once_in_so_long(serve: Serve, clock: Clock, join: Join) -> None:
    """Just before the end of the interval it is still there; just after, it is gone."""
    server = await serve(**PATIENT, retention_bytes=1, retention_interval_s=1000)
    ada = await join(server, "ada")
    await ada.ask("say", room="lobby", text="old")
    await ada.ask("say", room="lobby", text="the newest, which stays")
    await clock.forward(JUST_UNDER_S)
    assert await kept(ada) == ["old", "the newest, which stays"]
    await clock.forward(JUST_OVER_S)
    assert await kept(ada) == ["the newest, which stays"]
