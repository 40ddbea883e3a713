"""What ``/search`` and ``/more`` show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from asynchat.terminal.render import row_text
from tests.terminal.talking import talking

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.link.client import Client
    from tests.plugins.waiting import Until


async def test_what_was_said_is_found(client: Callable[..., Client]) -> None:
    """Newest first, with day, room and sender, and the words marked; more on demand."""
    async with talking(client("ada")) as ada:
        for number in range(25):
            await ada.client.send("lobby", f"Tea\n{number}")
        shown = await ada.type("/search tea")
        assert len(shown) == 21
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d \d+ #lobby ada: Tea ⏎ 24", shown[0])
        assert shown[-1] == "* /more shows older ones."
        assert ("class:match", "Tea") in ada.rows[-21]
        shown = await ada.type("/more")
        assert [line.rsplit(" ", 1)[-1] for line in shown[:-1]] == ["4", "3", "2", "1", "0"]
        assert shown[-1] == "* That is all."
        assert await ada.type("/more") == [
            "* There is nothing more; /search begins another search."
        ]


async def test_what_was_found_has_a_number(client: Callable[..., Client], until: Until) -> None:
    """Though it was never shown it is replied to by it, and what becomes of it is told."""
    async with talking(client("ben")) as ben:
        await ben.client.send("lobby", "Earl Grey")
        for milk in range(30):
            await ben.client.send("lobby", f"Milk {milk}")
        async with talking(client("ada")) as ada:
            which = (await ada.type("/search earl"))[0].split()[2]
            assert (await ada.type("/search earl"))[0].split()[2] == which
            await ada.type(f"/reply {which} yes please")
            await until(lambda: any("yes please" in line for line in ada.shown))
            assert any("Earl Grey\n" in line for line in ada.shown)
            await ben.type(f"/edit {ben.number('Earl Grey')} Assam")
            await until(lambda: f"* ben edited {which}: Assam" in ada.shown)


async def test_what_is_not_there_is_told(client: Callable[..., Client]) -> None:
    """Nothing found, and a search that cannot be."""
    async with talking(client("ada")) as ada:
        assert await ada.type("/search cake") == ["* Nothing was found."]
        (refused,) = await ada.type("/search from:nobody")
        assert refused.startswith("* There is nobody")
        assert "2026-11-20" in (await ada.type("/search before:soon"))[0]
        assert all("\n" not in row_text(row) for row in ada.rows)
