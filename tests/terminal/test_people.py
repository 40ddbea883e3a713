"""The terminal client without its terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from asynchat.terminal.commands import help_lines
from tests.terminal.talking import talking

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.link.client import Client
    from tests.plugins.waiting import Until


async def test_who_and_what_there_is(client: Callable[..., Client]) -> None:
    """``/who`` lists people, ``/rooms`` rooms, ``/help`` every command."""
    async with client("ben") as ben, talking(client("ada")) as ada:
        await ben.create("dev", topic="code")
        assert await ada.call("who", None) == ["* #lobby: 2 here, 2 in all", "  ada", "  ben"]
        assert await ada.call("rooms") == [
            "* 2 rooms",
            "  #dev (not joined), 1 member: code",
            "  #lobby (on view), 2 members",
        ]
        assert await ada.call("who", "dev") == ["* You are not a member of this room."]
        assert await ada.call("help") == [f"  {line}" for line in help_lines()]


async def test_one_says_how_one_is(client: Callable[..., Client], until: Until) -> None:
    """``/status``, ``/away``, ``/busy`` and ``/back`` are seen by others, ``/whois`` shows all."""
    async with client("ben") as ben, talking(client("ada")) as ada:
        assert await ada.call("status", "in the\x1b garden") == ["* Your status is: in the garden"]
        assert await ada.call("busy") == ["* You are shown as busy now."]
        await until(lambda: any(one.state == "busy" for one in ben.members("lobby")))
        await ben.set_profile(display="Benjamin", zone="UTC")
        assert await ada.call("who", None) == [
            "* #lobby: 2 here, 2 in all",
            "  ben",
            "  ada (busy) — in the garden",
        ]
        first, since, zone = await ada.call("whois", "@Ben")
        assert first == "* Benjamin (@ben) is online"
        assert since.startswith("*   here since 2")
        assert re.fullmatch(r"\*   time zone: UTC, \d\d:\d\d there", zone)
        assert (await ada.call("whois", "eve")) == ["* Nobody called eve is here."]
        assert await ada.call("away") == ["* You are shown as away now."]
        assert await ada.call("back") == ["* You are shown as online now."]
        assert await ada.call("status", None) == ["* You have no status now."]
        assert not [line for line in ada.shown if "is here" in line and "ben" in line][1:]


async def test_one_takes_another_name(client: Callable[..., Client], until: Until) -> None:
    """``/name`` renames, which others are told; a name that is taken is refused."""
    async with client("ben") as ben, talking(client("ada")) as ada:
        assert await ada.call("name", "eve") == ["* You are called eve now."]
        assert "you are eve" in ada.conversation.status()
        await until(lambda: any(one.name == "eve" for one in ben.members("lobby")))
        await ben.set_profile(name="benny")
        await until(lambda: "* ben is now called benny" in ada.shown)
        assert await ada.call("name", "benny") == ["* Somebody else is called benny."]
