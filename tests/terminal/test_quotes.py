"""What replies are to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.errors import ChatError
from tests.terminal.talking import talking

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from asynchat.link.client import Client
    from tests.plugins.waiting import Until


async def far_up(ben: Client) -> int:
    """Say something, and more than a page after it; return its seq."""
    said = await ben.send("lobby", "far up")
    for number in range(20):
        await ben.send("lobby", f"{number}")
    return said.seq


async def test_a_page_quotes_what_lies_before_it(client: Callable[..., Client]) -> None:
    """The server is asked for what a reply on the page is to; it is quoted as it is now."""
    async with client("ben") as ben:
        seq = await far_up(ben)
        await ben.send("lobby", "see above", reply_to=seq)
        await ben.edit("lobby", seq, "higher up")
        async with talking(client("ada")) as ada:
            assert ada.shown[-2].startswith("      ↪ ben: higher up\n")
        await ben.redact("lobby", seq)
        async with talking(client("eve")) as eve:
            quotes = [line for line in eve.shown if "↪" in line]
        assert [line.partition("\n")[0] for line in quotes] == ["      ↪ ben: (deleted)"]


async def test_a_reply_to_what_was_not_shown_is_told_afterwards(
    client: Callable[..., Client], until: Until
) -> None:
    """What comes by the stream is shown at once; what it replies to follows with its number."""
    async with client("ben") as ben:
        seq = await far_up(ben)
        async with talking(client("ada")) as ada:
            await ben.send("lobby", "see above", reply_to=seq)
            told = "↪ {} replies to ben: far up"
            await until(lambda: ada.shown[-1] == told.format(ada.number("see above")))
            assert ada.shown[-2].startswith("      ↪ an earlier message\n")
            assert ada.shown[-2].endswith(" ben: see above")


async def test_where_nobody_answers_it_is_an_earlier_message(
    client: Callable[..., Client],
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the server does not tell what a reply is to, the reply is shown all the same."""
    async with client("ben") as ben:
        seq = await far_up(ben)
        async with talking(client("ada")) as ada:
            asked: list[object] = []

            async def damaged(*_: object, around: int, **__: object) -> None:
                asked.append(around)
                raise ChatError("damaged")

            monkeypatch.setattr(ada.client, "history", damaged)
            await ben.send("lobby", "see above", reply_to=seq)
            await until(lambda: asked == [seq])
            await ben.send("lobby", "after")
            await until(lambda: ada.shown[-1] == "ben: after")
            assert ada.shown[-2].startswith("      ↪ an earlier message\n")
