from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.link.client import Client
from asynchat.window import own_state
from asynchat.window.own_state import OwnState

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.plugins.waiting import Until
    from tests.serving import Serve

pytest_plugins = ["tests.serving"]
pytestmark = pytest.mark.window


@pytest.fixture
async def client(serve: Serve, tmp_path: Path) -> AsyncIterator[Client]:
    async with Client((await serve()).address, name="ada", data=tmp_path) as client:
        yield client


def seen(client: Client) -> str:
    """Return how the server told us to be."""
    return next(one.state for one in client.members("lobby") if one.account == client.account)


async def test_one_is_away_after_a_while_and_back_with_a_key(
    root: tk.Tk, client: Client, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to do anything for it, and the others see it."""
    monkeypatch.setattr(own_state, "_LOOK_EVERY_MS", 10)
    after_s = 0.05
    own = OwnState(root, client, away_after_s=lambda: after_s)
    await until(lambda: client.state == "away")
    await until(lambda: seen(client) == "away")
    after_s = 0
    root.event_generate("<Motion>", x=5, y=5)
    await until(lambda: client.state == "online")
    await until(lambda: seen(client) == "online")
    own.look()
    assert client.state == "online"
    own.close()
    client.set_state("away")
    root.event_generate("<Motion>", x=9, y=9)
    root.update()
    assert client.state == "away"


async def test_who_is_busy_stays_so(root: tk.Tk, client: Client) -> None:
    """Neither idling nor a key changes it: only saying so again."""
    own = OwnState(root, client, away_after_s=lambda: 1e-9)
    assert "do not disturb" in own.toggle_busy()
    own.look()
    root.event_generate("<Motion>", x=5, y=5)
    root.update()
    assert client.state == "busy"
    assert "online again" in own.toggle_busy()
    assert client.state == "online"
    own.close()
