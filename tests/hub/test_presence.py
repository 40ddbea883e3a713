"""Who is shown as here, to whom, and how often."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.raw_client import about

if TYPE_CHECKING:
    from tests.plugins.waiting import Until
    from tests.raw_client import Frame, Wire
    from tests.serving import Join, Serve


def changes(wire: Wire, account: str) -> list[tuple[str, str | None]]:
    """Return the states and reasons of an account that a client was told."""
    return [
        (person["state"], person.get("reason"))
        for frame in wire.seen
        if frame["type"] == "presence"
        for person in frame["people"]
        if person["account"] == account
    ]


async def test_coming_and_going_is_told_by_account(serve: Serve, join: Join) -> None:
    """The first connection of an account and the bye of its last are told, those between not."""
    server = await serve()
    ada = await join(server, "ada")
    ben = await join(server, "ben")
    came = await ada.until(lambda frame: about(frame, ben.account, state="online"))
    assert (came["room"], came["online"]) == ("lobby", 2)
    (person,) = [one for one in came["people"] if one["account"] == ben.account]
    assert person["name"] == "ben"
    also = await join(server, "ben", token=ben.token)
    await ben.bye()
    await also.bye()
    went = await ada.until(lambda frame: about(frame, ben.account, state="offline"))
    assert (went["online"], went["people"][0]["reason"]) == (1, "bye")
    assert changes(ada, ben.account) == [("online", None), ("offline", "bye")]


async def test_who_was_lost_is_shown_offline_after_a_while(
    serve: Serve, join: Join, until: Until
) -> None:
    """Until then it counts as online, also in `who`; then it is offline, lost."""
    server = await serve(lost_shown_after_s=0.5)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    ben.cut()
    await until(lambda: server.others_connected(ada.account) == 0)
    people = (await ada.ask("who"))["people"]
    assert {person["account"]: person["state"] for person in people} == {
        ada.account: "online",
        ben.account: "online",
    }
    await ada.until(lambda frame: about(frame, ben.account, state="offline", reason="lost"))
    assert [person["account"] for person in (await ada.ask("who"))["people"]] == [ada.account]


async def test_who_comes_back_in_time_was_never_away(
    serve: Serve, join: Join, until: Until
) -> None:
    """A short cut is told to nobody; a later bye still is."""
    server = await serve(lost_shown_after_s=30)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.until(lambda frame: about(frame, ben.account))
    ben.cut()
    await until(lambda: server.others_connected(ada.account) == 0)
    (timer,) = server._hub._presence._lost.values()
    again = await join(server, None, token=ben.token)
    assert timer.cancelled()
    await again.bye()
    await ada.until(lambda frame: about(frame, ben.account, state="offline"))
    assert changes(ada, ben.account) == [("online", None), ("offline", "bye")]


async def test_a_new_member_is_told_of_in_its_room(serve: Serve, join: Join) -> None:
    """Who joins a room is shown there as it is, with how many are online now."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    await ben.ask("join", room="den")
    told = await ada.until(lambda frame: frame.get("room") == "den" and about(frame, ben.account))
    assert (told["people"][-1]["state"], told["online"]) == ("online", 2)
    direct = await ben.ask("direct", names=["ada"])
    told = await ada.until(
        lambda frame: frame["type"] == "presence" and frame["room"] == direct["room"]
    )
    assert told["online"] == 2


async def test_presence_is_gathered(serve: Serve, join: Join) -> None:
    """A room is told at most once in an interval: many who come at once are one frame."""
    server = await serve(presence_interval_s=0.3)
    ada = await join(server, "ada")
    loop = asyncio.get_running_loop()
    before = loop.time()
    others = [await join(server, f"w{n}") for n in range(20)]
    await others[-1].bye()
    told: list[Frame] = []
    states: dict[str, str] = {}
    while len(states) < 20:
        told.append(await ada.expect("presence"))
        states |= {person["account"]: person["state"] for person in told[-1]["people"]}
        states.pop(ada.account, None)
    assert len(told) <= 2 + (loop.time() - before) / 0.3
    assert states.pop(others[-1].account) == "offline"
    assert set(states.values()) == {"online"}


async def test_who_looks_in_for_a_moment_has_not_gone(serve: Serve, join: Join) -> None:
    """Nobody was told that they came: how they are is told, and no reason that says they left."""
    server = await serve(presence_interval_s=0.3)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.until(lambda frame: about(frame, ben.account, state="online"))
    await ben.bye()
    await ada.until(lambda frame: about(frame, ben.account, state="offline"))
    again = await join(server, None, token=ben.token)
    await again.bye()
    await ada.until(lambda frame: about(frame, ben.account, state="offline"))
    assert changes(ada, ben.account) == [
        ("online", None),
        ("offline", "bye"),
        ("offline", "state"),
    ]


async def test_in_a_crowd_only_the_count_is_told(serve: Serve, join: Join, until: Until) -> None:
    """With more than so many connected, or changed, names are left to `who`."""
    server = await serve(presence_people=2)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.until(lambda frame: about(frame, ben.account))
    eve = await join(server, "eve")
    told = await ada.until(lambda frame: frame["type"] == "presence" and frame["online"] == 3)
    assert told["people"] == []
    await eve.bye()
    told = await ada.until(lambda frame: frame["type"] == "presence" and frame["online"] == 2)
    assert [person["account"] for person in told["people"]] == [eve.account]


async def test_a_crowd_that_goes_at_once_is_a_count(serve: Serve, join: Join, until: Until) -> None:
    """Also when few are left, a frame names no more people than it may."""
    server = await serve(presence_people=4, presence_interval_s=0.2, lost_shown_after_s=0.01)
    ada = await join(server, "ada")
    others = [await join(server, f"w{n}") for n in range(8)]
    await ada.until(lambda frame: frame["type"] == "presence" and frame["online"] == 9)
    for wire in others:
        wire.cut()
    await ada.until(lambda frame: frame["type"] == "presence" and frame["online"] == 1)
    assert all(len(f["people"]) <= 4 for f in ada.seen if f["type"] == "presence")


async def test_presence_is_for_members(serve: Serve, join: Join) -> None:
    """A room's presence goes to its members, and never into the log."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    await ada.until(lambda frame: frame["type"] == "presence" and frame["room"] == "den")
    await ben.settle()
    assert [f for f in ben.seen if f["type"] == "presence" and f["room"] == "den"] == []
    page = await ada.ask("history", room="den")
    assert [event["type"] for event in page["events"]] == ["created"]


async def test_a_stop_leaves_no_timers(serve: Serve, join: Join) -> None:
    """Whoever is lost by the stop itself is told to nobody, and nothing is left to do."""
    server = await serve(lost_shown_after_s=30)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    ben.cut()
    stopping = asyncio.gather(serve.stop(server), ada.rest())
    await stopping
    presence = server._hub._presence
    assert not presence._lost
    assert not presence._timers
