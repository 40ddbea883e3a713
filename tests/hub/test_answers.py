"""Reading: rooms, who, history."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.raw_client import Frame, Wire
    from tests.serving import Join, Serve

MOST_BYTES = 128 * 1024


def size_of(frame: Frame) -> int:
    """Return how long a frame was on the wire, about."""
    return len(json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode())


# rooms


async def test_rooms_are_those_one_may_know_of(serve: Serve, join: Join) -> None:
    """Public rooms and one's own, in order of name, each with topic, members and head."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="public")
    await ada.ask("create", room="hidden", private=True)
    said = await ada.ask("say", room="hidden", text="x")
    mine = await ada.ask("rooms")
    assert [room["name"] for room in mine["rooms"]] == ["hidden", "lobby", "public"]
    hidden = mine["rooms"][0]
    assert (hidden["private"], hidden["members"], hidden["head"]) == (True, 1, said["seq"])
    theirs = await ben.ask("rooms")
    assert [room["name"] for room in theirs["rooms"]] == ["lobby", "public"]
    assert [room.get("member", True) for room in theirs["rooms"]] == [True, False]
    assert theirs["more"] is False
    after = await ben.ask("rooms", after="lobby")
    assert [room["name"] for room in after["rooms"]] == ["public"]


# who


async def test_who_tells_how_the_members_are(serve: Serve, join: Join) -> None:
    """Account, name, role, state and since of a room's members, in order of account."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    await ben.ask("join", room="den")
    await join(server, "eve")
    await ben.bye()
    who = await ada.ask("who", room="den")
    assert (who["room"], who["more"]) == ("den", False)
    people = {person["account"]: person for person in who["people"]}
    assert list(people) == sorted([ada.account, ben.account])
    here, gone = people[ada.account], people[ben.account]
    assert (here["name"], here["role"], here["state"]) == ("ada", "guest", "online")
    assert here["since"] > 1.7e12
    seen = max(here["since"], gone["since"])
    assert (gone["name"], gone["state"], gone.get("since")) == ("ben", "offline", seen)


async def test_who_without_a_room_is_everybody_connected(serve: Serve, join: Join) -> None:
    """Whoever is connected, in order of account, those after ``after``."""
    server = await serve()
    wires = [await join(server, f"w{n}") for n in range(4)]
    await wires[3].bye()
    who = await wires[0].ask("who")
    accounts = [person["account"] for person in who["people"]]
    assert accounts == sorted(wire.account for wire in wires[:3])
    rest = await wires[0].ask("who", after=accounts[0])
    assert [person["account"] for person in rest["people"]] == accounts[1:]


async def test_who_is_for_members(serve: Serve, join: Join) -> None:
    """Of a room one is no member of there is nothing to learn."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    assert (await ben.ask("who", room="den"))["code"] == "not_a_member"
    assert (await ben.ask("who", room="nowhere"))["code"] == "no_such_room"


# history


async def speak(wire: Wire, room: str, count: int) -> list[Frame]:
    """Say so many things in a room; return the events."""
    for n in range(count):
        wire.send("say", room=room, text=str(n))
    await wire.settle()
    return [event for event in wire.events(room) if event["type"] == "said"]


async def test_history_is_read_in_any_direction(serve: Serve, join: Join) -> None:
    """The newest, those before, after or around a seq, always oldest first; ``more`` if cut."""
    ada = await join(await serve(), "ada")
    said = await speak(ada, "lobby", 20)
    everything = [*(e for e in ada.events("lobby") if e["type"] == "joined"), *said]
    for fields, first, end, more in (
        ({}, 0, 21, False),
        ({"limit": 5}, 16, 21, True),
        ({"before": said[4]["seq"], "limit": 3}, 2, 5, True),
        ({"before": said[1]["seq"], "limit": 3}, 0, 2, False),
        ({"before": said[1]["seq"], "limit": 2}, 0, 2, False),
        ({"after": said[4]["seq"], "limit": 3}, 6, 9, True),
        ({"after": said[16]["seq"], "limit": 3}, 18, 21, False),
        ({"after": 0, "limit": 2}, 0, 2, True),
        ({"after": 10**9}, 0, 0, False),
        ({"before": 0}, 0, 0, False),
        ({"around": said[9]["seq"], "limit": 4}, 8, 12, True),
        ({"around": said[9]["seq"], "limit": 5}, 8, 13, True),
        ({"around": said[9]["seq"], "limit": 1}, 10, 11, True),
        ({"around": said[9]["seq"], "limit": 100}, 0, 21, False),
        ({"around": 0, "limit": 4}, 0, 2, True),
    ):
        page = await ada.ask("history", room="lobby", **fields)
        assert (page["type"], page["room"], page["later"]) == ("page", "lobby", [])
        assert page["events"] == everything[first:end], fields
        assert page["more"] is more, fields


async def test_history_has_one_direction(serve: Serve, join: Join) -> None:
    """Two of before, after and around are `bad_request`."""
    ada = await join(await serve(), "ada")
    assert (await ada.ask("history", room="lobby", before=1, after=1))["code"] == "bad_request"
    assert (await ada.ask("history", room="lobby", before=1, around=1))["code"] == "bad_request"


async def test_history_is_at_most_five_hundred_events(serve: Serve, join: Join) -> None:
    """A limit over 500 gives 500, and none gives 50."""
    ada = await join(await serve(), "ada")
    await speak(ada, "lobby", 510)
    page = await ada.ask("history", room="lobby", limit=100_000)
    assert (len(page["events"]), page["more"]) == (500, True)
    assert len((await ada.ask("history", room="lobby"))["events"]) == 50


@pytest.mark.parametrize("direction", ["before", "after", "around"])
async def test_a_page_stops_early_and_says_more(serve: Serve, join: Join, direction: str) -> None:
    """A frame of the server stays within 128 KiB; paging on misses nothing and repeats nothing."""
    ada = await join(await serve(), "ada")
    for _ in range(20):
        ada.send("say", room="lobby", text="🙂" * 4000)
    await ada.settle()
    said = ada.events("lobby")
    where = said[10]["seq"] if direction == "around" else said[0]["seq"] - 1
    where = 10**9 if direction == "before" else where
    page = await ada.ask("history", room="lobby", limit=500, **{direction: where})
    assert size_of(page) <= MOST_BYTES
    assert page["more"]
    assert 1 < len(page["events"]) < 21
    seqs = [event["seq"] for event in page["events"]]
    assert seqs == list(range(seqs[0], seqs[-1] + 1))
    if direction == "around":
        assert where in seqs
        return
    got = list(seqs)
    while page["more"]:
        on = got[0] if direction == "before" else got[-1]
        page = await ada.ask("history", room="lobby", limit=500, **{direction: on})
        seqs = [event["seq"] for event in page["events"]]
        got = [*seqs, *got] if direction == "before" else [*got, *seqs]
    assert got == [event["seq"] for event in said]


async def test_history_is_for_members(serve: Serve, join: Join) -> None:
    """In a public room a member reads everything; who is none gets `not_a_member`."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    await speak(ada, "den", 3)
    assert (await ben.ask("history", room="den"))["code"] == "not_a_member"
    assert (await ben.ask("history", room="nowhere"))["code"] == "no_such_room"
    await ben.ask("join", room="den")
    await ben.expect("page")
    page = await ben.ask("history", room="den")
    assert [event["type"] for event in page["events"]] == ["created", *["said"] * 3, "joined"]
    await ben.ask("leave", room="den")
    assert (await ben.ask("history", room="den"))["code"] == "not_a_member"
