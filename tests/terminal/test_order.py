"""What is typed to keep order, without a terminal."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from asynchat.config import left_owner_code
from tests.terminal.talking import talking

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from asynchat.link.client import Client
    from tests.plugins.waiting import Until
    from tests.terminal.talking import Talk


@pytest.fixture
def owner_code(tmp_path: Path) -> str:
    """Return the code by which one becomes the owner of the server."""
    code = left_owner_code(tmp_path / "server") or left_owner_code(tmp_path)
    assert code is not None
    return code


async def both_in_den(ada: Talk, ben: Talk) -> None:
    """Let ada make the den, and ben come in."""
    await ada.call("create", "den", None)
    await ben.call("join", "den")


async def test_a_moderator_keeps_order_in_the_open_room(
    client: Callable[..., Client], until: Until
) -> None:
    """A mute with a time and a reason, modes, a moderator, a kick, a ban of the room."""
    async with talking(client("ada")) as ada, talking(client("ben")) as ben:
        await both_in_den(ada, ben)
        assert (await ada.call("mute", "@ben", "10m spam"))[-1] == (
            "* @ben is muted here for 10 minutes."
        )
        assert (await ada.call("mute", "ben", "10x"))[-1].startswith("* A time is written like")
        assert (await ada.call("bans", None))[1].split()[:3] == ["mute", "ben", "den"]
        assert (await ada.call("unmute", "ben", None))[-1] == "* ben may speak here."
        assert (await ada.call("bans", None))[-1] == "* Nothing is banned or muted."
        await ada.call("moderator", "ben")
        await until(lambda: ben.client.rooms["den"].moderator)
        await ben.call("unmoderator", "ben")
        await ada.call("mode", "slow=30 read-only")
        await until(lambda: any("slow: a message every 30 s" in row for row in ben.shown))
        assert (await ada.call("mode", "secret"))[0].startswith("* A room is made private")
        assert await ada.call("kick", "ben", "too loud") == ["* ada removed ben: too loud"]
        await until(lambda: "* ada took you out of #den: too loud" in ben.shown)
        assert (await ada.call("ban", "ben", None))[-1] == "* ben is banned here for good."
        assert (await ben.call("join", "den"))[-1] == "* You are banned from this room."
        assert (await ada.call("unban", "ben", None))[-1] == "* ben may come in again here."


async def test_who_is_taken_out_is_in_the_lobby(
    client: Callable[..., Client], until: Until
) -> None:
    """The room that was open is closed, and what is typed goes to the lobby; so with a ban."""
    async with talking(client("ada")) as ada, talking(client("ben")) as ben:
        await both_in_den(ada, ben)
        assert ben.conversation.label() == "#den"
        await ada.call("kick", "ben", "too loud")
        await until(lambda: ben.conversation.label() == "#lobby")
        assert ben.shown.index("* ada took you out of #den: too loud") < len(ben.shown) - 1
        await ben.say("sorry")
        await until(lambda: any(row.endswith("sorry") for row in ben.shown))
        await ben.call("join", "den")
        await ada.call("ban", "ben", None)
        await until(lambda: ben.conversation.label() == "#lobby")


async def test_who_is_taken_out_of_another_room_stays(
    client: Callable[..., Client], until: Until
) -> None:
    """It is told, and the open room stays open."""
    async with talking(client("ada")) as ada, talking(client("ben")) as ben:
        await both_in_den(ada, ben)
        await ben.call("create", "nook", None)
        await ada.call("kick", "ben", "too loud")
        await until(lambda: "* ada took you out of #den: too loud" in ben.shown)
        assert ben.conversation.label() == "#nook"


async def test_a_room_that_was_left_elsewhere_is_closed(
    client: Callable[..., Client], until: Until, tmp_path: Path
) -> None:
    """Also while another was being opened that cannot be."""
    async with talking(client("ada")) as ada, talking(client("ben")) as ben:
        await both_in_den(ada, ben)
        ada.client.post("den", "bye")
        await ben.client.leave("den")
        await until(lambda: ben.conversation.label() == "#lobby")
        await ben.call("join", "den")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(ben.client.leave("den"))
            tasks.create_task(ben.call("join", "nowhere"))
        await until(lambda: ben.conversation.label() == "#lobby")


async def test_an_administrator_keeps_order_everywhere(
    client: Callable[..., Client], until: Until, owner_code: str
) -> None:
    """Roles, mutes and bans of the server, addresses too, and everything there is to see."""
    async with talking(client("ada")) as ada, talking(client("ben")) as ben:
        refused = ["* Only the administrators of this server may do this."]
        assert (await ben.call("clients"))[-1:] == refused
        await ada.call("redeem", owner_code)
        await until(lambda: "* You are owner on this server now." in ada.shown)
        assert (await ada.call("role", "ben", "member"))[-1] == "* ben is member on this server."
        assert (await ada.call("mute", "ben", "everywhere 1h"))[
            -1
        ] == "* ben is muted everywhere for 1 hour."
        assert (await ada.call("unmute", "ben", "everywhere"))[-1] == "* ben may speak everywhere."
        network = "192.0.2.0/24"
        assert (await ada.call("ban", network, "everywhere a flood"))[
            -1
        ] == f"* {network} is banned everywhere for good."
        assert any(network in row for row in await ada.call("bans", "everywhere"))
        assert len(await ada.call("unban", network, "everywhere")) == 1
        assert len(await ada.call("clients")) == 3
        assert len(await ada.call("accounts", "be")) == 2
        assert len(await ada.call("audit", "3")) == 4
        assert (await ada.call("set", "welcome_text", "be kind"))[
            -1
        ] == '* welcome_text is "be kind".'
        assert any("welcome_text" in row for row in await ada.call("settings"))
        assert (await ada.call("set", "welcome_text", None))[
            -1
        ] == "* welcome_text is as the server was started."
        (told,) = await ada.call("stats")
        assert told.startswith("* 2 people on 2 connections")
        assert (await ada.call("disconnect", "ben", None))[-1] == "* ben is disconnected."
        await until(lambda: ben.client.connection.phase != "online")
        assert (await ada.call("ban", "ben", "everywhere see the rules"))[
            -1
        ] == "* ben is banned everywhere for good."
        ben.client.retry_now()
        await until(lambda: ben.conversation.ended)
        assert any("see the rules" in row for row in ben.shown)
        assert (await ada.call("unban", "ben", "everywhere"))[
            -1
        ] == "* ben may come in again everywhere."


async def test_a_report_is_made_and_resolved(client: Callable[..., Client], until: Until) -> None:
    """By the number of a message, and then of a report."""
    async with talking(client("ada")) as ada, talking(client("ben")) as ben:
        await both_in_den(ada, ben)
        ada.client.post("den", "an insult")
        await until(lambda: any("an insult" in row for row in ben.shown))
        number = ben.number("an insult")
        assert (await ben.call("report", str(number), "look"))[
            -1
        ] == "* Those who keep order are told."
        assert (await ben.call("report", "999", None))[0].startswith("* No message here")
        (_, row) = await ada.call("reports")
        assert "an insult" in row
        assert (await ada.call("resolve", "1", "my fault"))[-1] == "* Report 1 is resolved."
        assert (await ada.call("resolve", "0", None))[0].startswith("* There is no report")
        assert (await ada.call("reports"))[-1] == "* Nothing is reported."


async def test_who_is_blocked_is_not_shown(client: Callable[..., Client], until: Until) -> None:
    """Neither as it is said nor when a room is opened; taken back, all of it is."""
    async with talking(client("ada")) as ada, talking(client("ben")) as ben:
        await both_in_den(ada, ben)
        assert (await ada.call("blocks"))[-1] == "* You have blocked nobody."
        (told,) = await ada.call("block", "ben")
        assert told.startswith("* You hear nothing of ben any more")
        assert (await ada.call("blocks"))[-1] == "* You have blocked ben."
        ben.client.post("den", "can you hear me?")
        ben.client.post("den", "hello?")
        await until(lambda: any("hello?" in row for row in ben.shown))
        await ada.call("join", "den")
        assert not any("hear me" in row for row in ada.shown)
        await ada.call("unblock", "ben")
        await ada.call("join", "den")
        assert any("hear me" in row for row in ada.shown)
