"""Coming in and going: accounts, tokens, names, the welcome."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from asynchat.address import parse_address
from asynchat.config import Settings
from asynchat.link.client import Client
from asynchat.store.memory import MemoryStore
from asynchat.store.sqlite import SqliteStore
from tests.raw_client import fresh_token

if TYPE_CHECKING:
    from pathlib import Path

    from tests.plugins.waiting import Until
    from tests.serving import Connect, Join, Serve


# The welcome


async def test_the_welcome_says_everything_one_needs(serve: Serve, connect: Connect) -> None:
    """Version, server, who one is, token, where the stream starts, rooms, limits, features."""
    store = MemoryStore()
    wire = await connect(await serve(store=store))
    welcome = await wire.hello("ada", client="raw/1", token=None, password=None, cursor=None)
    assert next(iter(welcome)) == "type"
    assert welcome["version"] == 1
    assert welcome["server"] == store.server
    assert welcome["you"] == {"account": wire.account, "name": "ada", "role": "guest"}
    assert len(welcome["token"]) >= 43
    assert store.position(welcome["cursor"]) == 0
    assert welcome["resumed"] is False
    assert welcome["rooms"] == [{"name": "lobby", "topic": "", "members": 1, "head": 1}]
    assert welcome["more"] is False
    assert welcome["features"] == []
    limits = {
        "text_chars": 4000,
        "text_bytes": 16384,
        "frame_bytes": 65536,
        "topic_chars": 250,
        "direct_people": 8,
        "page_events": 500,
        "emoji_chars": 32,
        "reactions": 20,
        "pinned": 50,
        "display_chars": 50,
        "status_chars": 100,
        "picture_bytes": 24576,
        "reason_chars": 250,
        "report_chars": 1000,
        "under_way": Settings().under_way,
        "file_bytes": 100_000_000,
    }
    assert welcome["limits"] == limits


async def test_the_first_visit_joins_the_lobby(serve: Serve, connect: Connect, join: Join) -> None:
    """The stream begins with one's own `joined`, caused by no request; the others see it too."""
    server = await serve()
    ben = await join(server, "ben")
    wire = await connect(server)
    await wire.hello("ada")
    joined = await wire.expect("joined", account=wire.account)
    assert {**joined, "time": 0} == {
        "type": "joined",
        "seq": 2,
        "time": 0,
        "room": "lobby",
        "account": wire.account,
        "sender": "ada",
        "id": None,
    }
    upto = await wire.frame()
    assert server._hub._store.position(upto["cursor"]) == 2
    assert await ben.expect("joined", account=wire.account) == joined


async def test_times_are_milliseconds_of_utc(serve: Serve, join: Join) -> None:
    """``time`` is an integer, milliseconds since the Unix epoch."""
    ada = await join(await serve(), "ada")
    said = await ada.ask("say", room="lobby", text="x")
    assert isinstance(said["time"], int)
    assert 1.7e12 < said["time"] < 1e13


async def test_welcome_is_cut_off_where_rooms_are_many(serve: Serve, join: Join) -> None:
    """A welcome stays within 128 KiB and says ``more``; `rooms` gives the rest."""
    server = await serve()
    ada = await join(server, "ada")
    for n in range(400):
        ada.send("create", room=f"room{n:03}", topic="ü" * 200)
    await ada.settle()
    again = await join(server, "ada", token=ada.token)
    assert again.welcome["more"] is True
    assert len(json.dumps(again.welcome, ensure_ascii=False).encode()) < 128 * 1024
    names = [room["name"] for room in again.welcome["rooms"]]
    more = True
    while more:
        page = await again.ask("rooms", after=names[-1])
        names += [room["name"] for room in page["rooms"]]
        more = page["more"]
    assert names == ["lobby", *(f"room{n:03}" for n in range(400))]


# Accounts and tokens


async def test_a_token_never_seen_makes_the_account(serve: Serve, join: Join) -> None:
    """The first hello with a token makes an account; the same again finds it."""
    server = await serve()
    token = fresh_token()
    ada = await join(server, "ada", token=token)
    assert ada.token == token
    again = await join(server, "ada", token=token)
    other = await join(server, "ben", token=fresh_token())
    assert again.account == ada.account != other.account


async def test_without_a_token_the_server_makes_one(serve: Serve, join: Join) -> None:
    """The token of the welcome leads back to the account, with no name given."""
    server = await serve()
    ada = await join(server, "ada")
    await ada.bye()
    again = await join(server, None, token=ada.token)
    assert (again.account, again.name, again.token) == (ada.account, "ada", ada.token)


async def test_the_same_hello_twice_at_once_is_one_account(serve: Serve, connect: Connect) -> None:
    """Two connections with the same fresh token and name at the same moment are one person."""
    server = await serve()
    token = fresh_token()
    wires = [await connect(server) for _ in range(4)]
    await asyncio.gather(*(wire.hello("ada", token=token) for wire in wires))
    assert len({wire.account for wire in wires}) == 1
    assert server.others_connected(None) == 1
    await wires[0].settle()
    page = await wires[0].ask("history", room="lobby")
    assert [event["type"] for event in page["events"]] == ["joined"]


async def test_a_fresh_account_needs_a_name(serve: Serve, connect: Connect) -> None:
    """Without a name a token never seen is `bad_name`, and one may try again."""
    wire = await connect(await serve())
    assert (await wire.hello(None, token=fresh_token()))["code"] == "bad_name"
    assert (await wire.hello("ada"))["type"] == "welcome"


@pytest.mark.parametrize("name", ["", "a b", "x" * 33, "a/b", "~a", "a\n", "\u202eada", "☃"])
async def test_a_bad_name_is_refused(serve: Serve, connect: Connect, name: str) -> None:
    """A name is 1 to 32 letters, digits, ``_ - .``; another is `bad_name`, and one may retry."""
    wire = await connect(await serve())
    assert (await wire.hello(name))["code"] == "bad_name"
    assert (await wire.hello("x" * 32))["type"] == "welcome"


# Names


async def test_a_taken_name_comes_with_a_suggestion(
    serve: Serve, connect: Connect, join: Join
) -> None:
    """`name_taken`, compared without case, suggests a free variant and names the server."""
    server = await serve()
    ada = await join(server, "ada")
    wire = await connect(server)
    error = await wire.hello("ADA")
    assert (error["code"], error["suggestion"]) == ("name_taken", "ADA2")
    assert error["server"] == ada.welcome["server"]
    assert (await wire.hello(error["suggestion"]))["you"]["name"] == "ADA2"
    third = await connect(server)
    assert (await third.hello("ada"))["suggestion"] == "ada3"


async def test_the_case_of_a_name_may_change(serve: Serve, join: Join) -> None:
    """One is never refused a name because of oneself."""
    server = await serve()
    ada = await join(server, "ada")
    again = await join(server, "Ada", token=ada.token)
    assert (again.account, again.name) == (ada.account, "Ada")


async def test_a_rename_to_a_taken_name_changes_nothing(
    serve: Serve, connect: Connect, join: Join
) -> None:
    """`name_taken` leaves the account its name."""
    server = await serve()
    ada, _ = await join(server, "ada"), await join(server, "ben")
    wire = await connect(server)
    error = await wire.hello("ben", token=ada.token)
    assert (error["code"], error["suggestion"]) == ("name_taken", "ben2")
    assert (await wire.hello(None, token=ada.token))["you"]["name"] == "ada"


async def test_bye_frees_the_name_at_once(serve: Serve, connect: Connect, join: Join) -> None:
    """After the last connection's bye another may have the name; its account shows ``was``."""
    server = await serve()
    first = await join(server, "ada")
    also = await join(server, "ada", token=first.token)
    await first.bye()
    wire = await connect(server)
    assert (await wire.hello("ada"))["code"] == "name_taken"
    await also.bye()
    second = await join(server, "ada")
    assert second.account != first.account
    people = (await second.ask("who", room="lobby"))["people"]
    (former,) = [person for person in people if person["account"] == first.account]
    assert (former["name"], former["was"], former["state"]) == (None, "ada", "offline")
    error = await wire.hello(None, token=first.token)
    assert (error["code"], error["suggestion"]) == ("name_taken", "ada2")
    assert (await wire.hello("ada2", token=first.token))["you"]["account"] == first.account
    people = (await second.ask("who", room="lobby"))["people"]
    (back,) = [person for person in people if person["account"] == first.account]
    assert (back["name"], back.get("was")) == ("ada2", None)


async def test_who_said_bye_may_come_back_by_its_name(serve: Serve, join: Join) -> None:
    """A name that was freed and that nobody took is the account's again, and held again."""
    server = await serve()
    ada = await join(server, "ada")
    await ada.bye()
    again = await join(server, None, token=ada.token)
    assert again.name == "ada"
    again.cut()
    other = await join(server, "ada2")
    assert other.account != ada.account


async def test_who_was_lost_keeps_the_name_for_a_while(
    serve: Serve, connect: Connect, join: Join, until: Until
) -> None:
    """Another gets the name of a lost connection only after the time that it is kept."""
    server = await serve(lost_name_kept_s=0.3)
    ada = await join(server, "ada")
    ada.cut()
    await until(lambda: server.others_connected(None) == 0)
    wire = await connect(server)
    assert (await wire.hello("ada"))["code"] == "name_taken"
    async with asyncio.timeout(10):
        while (await wire.hello("ada"))["type"] != "welcome":
            await asyncio.sleep(0.05)
    assert wire.account != ada.account


@pytest.mark.parametrize("bye", [False, True])
async def test_a_restart_counts_as_lost(
    serve: Serve, connect: Connect, join: Join, tmp_path: Path, bye: bool
) -> None:
    """After a restart a name is kept for a while, unless its account had said bye."""
    first = await serve(store=SqliteStore(tmp_path / "data"))
    ada = await join(first, "ada")
    if bye:
        await ada.bye()
    ada.cut()
    await serve.stop(first)
    second = await serve(store=SqliteStore(tmp_path / "data"))
    wire = await connect(second)
    answer = await wire.hello("ada")
    if bye:
        assert answer["type"] == "welcome"
    else:
        assert answer["code"] == "name_taken"
        again = await join(second, None, token=ada.token)
        assert (again.account, again.name) == (ada.account, "ada")


@pytest.mark.parametrize("tls", [True])
async def test_the_welcome_says_where_others_find_it(serve: Serve, tmp_path: Path) -> None:
    """The name that others know it by, if there is one: a program here may know a number only."""
    server = await serve(public_host="chat.example.org")
    port = parse_address(server.address).port
    async with Client(server.address, name="ada", data=tmp_path / "ada") as ada:
        others = parse_address(ada.address_for_others)
    assert (others.host, others.port, others.fp) == ("chat.example.org", port, server.fingerprint)
    assert server._hub.visits.address == f"asynchat://chat.example.org:{port}"


async def test_the_welcome_says_nothing_where_nobody_else_finds_it(
    serve: Serve, connect: Connect
) -> None:
    """On loopback, and where what is said is not encrypted."""
    for name in ("", "chat.example.org"):
        server = await serve(public_host=name)
        wire = await connect(server)
        assert (await wire.hello("ada")).get("address", "") == ""
        await serve.stop(server)
