"""Profiles, renaming and states, as clients see them, and what is left after a restart."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from asynchat.store.sqlite import SqliteStore
from asynchat.upkeep.check import check
from tests.raw_client import about

if TYPE_CHECKING:
    from pathlib import Path

    from tests.plugins.waiting import Until
    from tests.raw_client import Wire
    from tests.serving import Connect, Join, Serve

GIF = b"GIF89a" + b"x" * 20
HASH_CHARS = 16


def base64(data: bytes) -> str:
    """Return a picture as frames have it."""
    return b64encode(data).decode()


async def person(wire: Wire, account: str, room: str | None = "lobby") -> dict[str, Any]:
    """Return how `who` tells of an account."""
    people = (await wire.ask("who", room=room))["people"]
    return next(one for one in people if one["account"] == account)


async def test_a_profile_is_told_to_the_rooms(serve: Serve, join: Join) -> None:
    """The answer is `done`; who shares a room is told all of it, who comes later reads it."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    answer = await ada.ask(
        "profile", display="Ada L.", status="out", zone="Europe/London", picture=base64(GIF)
    )
    assert answer["type"] == "done"
    told = await ben.until(lambda frame: about(frame, ada.account, reason="profile"))
    (shown,) = [one for one in told["people"] if one["account"] == ada.account]
    profile = {"display": "Ada L.", "status": "out", "zone": "Europe/London"}
    assert shown.items() >= profile.items()
    assert len(shown["picture"]) == HASH_CHARS
    cyd = await join(server, "cyd")
    for room in ("lobby", None):
        assert (await person(cyd, ada.account, room)).items() >= profile.items()
    assert (await ada.ask("profile", status="", zone=""))["type"] == "done"
    left = await person(cyd, ada.account)
    assert ("status" in left, "zone" in left, left["display"]) == (False, False, "Ada L.")


async def test_a_profile_is_told_to_nobody_else(serve: Serve, join: Join) -> None:
    """It makes no event, goes to rooms one is in only, and nothing is told that did not change."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    await ada.ask("profile", status="out")
    await ben.until(lambda frame: about(frame, ada.account, reason="profile"))
    before = len(ben.seen)
    assert (await ada.ask("profile", status="out", display=None))["type"] == "done"
    await ada.ask("say", room="lobby", text="after that")
    await ben.expect("said", text="after that")
    await ben.settle()
    assert not [one for one in ben.seen[before:] if one["type"] == "presence"]
    assert {one["room"] for one in ben.seen if one["type"] == "presence"} == {"lobby"}
    assert [event["type"] for event in ada.events()] == ["joined", "joined", "created", "said"]


async def test_renaming_oneself(serve: Serve, join: Join) -> None:
    """All devices and others learn the new name; what is said next has it; the old one is free."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    also = await join(server, None, token=ada.token)
    assert (await ada.ask("profile", name="Eve"))["type"] == "done"
    for wire in (ben, also):
        await wire.until(lambda f: about(f, ada.account, name="Eve", reason="renamed"))
    assert (await also.ask("say", room="lobby", text="hi"))["sender"] == "Eve"
    other = await join(server, "ada")
    assert other.account != ada.account
    error = await ben.ask("profile", name="eve")
    assert (error["code"], error["suggestion"]) == ("name_taken", "eve2")
    assert (await ben.ask("profile", name="a b"))["code"] == "bad_name"


async def test_of_many_who_want_a_name_one_gets_it(serve: Serve, join: Join) -> None:
    """Requests and hellos at the same moment are judged one after the other."""
    server = await serve()
    wires = [await join(server, f"w{n}") for n in range(6)]
    answers = await asyncio.gather(*(wire.ask("profile", name="ada") for wire in wires))
    kinds = sorted(answer.get("code", "done") for answer in answers)
    assert kinds == ["done", *["name_taken"] * 5]
    winner = next(w for w, answer in zip(wires, answers, strict=True) if answer["type"] == "done")
    people = (await winner.ask("who", room="lobby"))["people"]
    assert [one["account"] for one in people if one["name"] == "ada"] == [winner.account]


async def test_names_may_go_round(serve: Serve, join: Join) -> None:
    """One takes the name that another gave up, and each says things under its own."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("profile", name="cyd")
    await ben.ask("profile", name="ada")
    await ada.ask("profile", name="ben")
    assert (await ada.ask("say", room="lobby", text="1"))["sender"] == "ben"
    assert (await ben.ask("say", room="lobby", text="2"))["sender"] == "ada"


async def test_the_largest_picture_comes_and_goes(serve: Serve, join: Join) -> None:
    """24 KiB fit into both frames; another picture has another hash; none is null."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    none = await ben.ask("picture", account=ada.account)
    assert (none["hash"], none["data"]) == ("", None)
    largest = base64(GIF.ljust(24 * 1024, b"x"))
    assert (await ada.ask("profile", picture=largest))["type"] == "done"
    found = await ben.ask("picture", account=ada.account)
    assert (found["type"], found["account"], found["data"]) == ("picture", ada.account, largest)
    assert (await person(ben, ada.account))["picture"] == found["hash"]
    await ada.ask("profile", picture=base64(GIF))
    other = await ben.ask("picture", account=ada.account)
    assert other["hash"] != found["hash"]
    await ada.ask("profile", picture="")
    assert (await ben.ask("picture", account=ada.account))["data"] is None
    assert (await ben.ask("picture", account="nobody"))["code"] == "no_such_person"
    assert (await ada.ask("profile", picture=base64(b"<svg/>")))["code"] == "bad_profile"


async def test_the_state_of_an_account_is_that_of_its_connections(serve: Serve, join: Join) -> None:
    """Busy on one device is busy, online on one is online, else it is away; each is told once."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    also = await join(server, None, token=ada.token)
    for wire, own, expected in [
        (ada, "away", "online"),
        (also, "away", "away"),
        (ada, "busy", "busy"),
        (also, "online", "busy"),
        (ada, "away", "online"),
        (also, "away", "away"),
    ]:
        assert (await wire.ask("state", state=own))["type"] == "done"
        assert (await person(ben, ada.account))["state"] == expected
    third = await join(server, None, token=ada.token)
    assert (await person(ben, ada.account))["state"] == "online"
    await third.bye()
    await ben.until(lambda frame: about(frame, ada.account, state="away"))
    assert (await ada.ask("state", state="offline"))["code"] == "bad_request"


async def test_another_state_is_no_coming(serve: Serve, join: Join) -> None:
    """It is told as `state`; who comes and is busy at once has come, and is told once."""
    server = await serve(presence_interval_s=0.3)
    ada = await join(server, "ada")
    await ada.until(lambda frame: about(frame, ada.account))
    ben = await join(server, "ben")
    await ben.ask("profile", status="out")
    await ben.ask("state", state="busy")
    told = await ada.until(lambda frame: about(frame, ben.account))
    assert told["people"][-1].items() >= {"state": "busy", "status": "out"}.items()
    assert "reason" not in told["people"][-1]
    await ben.ask("state", state="online")
    await ada.until(lambda frame: about(frame, ben.account, state="online", reason="state"))


async def test_who_comes_back_is_as_its_connections_say(
    serve: Serve, join: Join, until: Until
) -> None:
    """Lost while busy it is busy until it is gone; a new connection begins as online."""
    server = await serve(lost_shown_after_s=30)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("state", state="busy")
    ada.cut()
    await until(lambda: server.others_connected(ben.account) == 0)
    assert (await person(ben, ada.account))["state"] == "busy"
    again = await join(server, None, token=ada.token)
    assert (await person(ben, ada.account))["state"] == "online"
    await again.bye()


async def test_who_is_gone_was_seen(serve: Serve, join: Join) -> None:
    """Offline is told with when it was last here, which is not before it came."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    came = (await person(ada, ben.account))["since"]
    await ben.bye()
    told = await ada.until(lambda frame: about(frame, ben.account, state="offline"))
    (gone,) = [one for one in told["people"] if one["account"] == ben.account]
    assert gone["since"] >= came
    assert (await person(ada, ben.account))["since"] == gone["since"]


async def test_all_of_it_is_there_after_a_restart(serve: Serve, join: Join, tmp_path: Path) -> None:
    """Profile, picture, name and last seen are on disk, states are not; check is content."""
    server = await serve(store=SqliteStore(tmp_path))
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ben.ask("profile", name="Ben2", status="out", picture=base64(GIF))
    await ben.ask("state", state="busy")
    picture = (await ada.ask("picture", account=ben.account))["hash"]
    await ben.bye()
    seen = (await person(ada, ben.account))["since"]
    await asyncio.gather(serve.stop(server), ada.rest())
    assert list(check(tmp_path)) == []
    server = await serve(store=SqliteStore(tmp_path))
    ada = await join(server, None, token=ada.token)
    assert (await person(ada, ben.account)).items() >= {
        "name": "Ben2",
        "status": "out",
        "picture": picture,
        "state": "offline",
        "since": seen,
    }.items()
    assert (await ada.ask("picture", account=ben.account))["data"] == base64(GIF)
    ben = await join(server, None, token=ben.token)
    assert (await person(ada, ben.account))["state"] == "online"


async def test_an_id_of_an_event_is_not_used_again(serve: Serve, join: Join) -> None:
    """A profile under the id of something said is refused, and changes nothing."""
    ada = await join(await serve(), "ada")
    said = await ada.ask("say", room="lobby", text="hi")
    answer = await ada.ask("profile", id=said["id"], status="out")
    assert answer["code"] == "id_reused"
    assert "status" not in await person(ada, ada.account)


async def test_the_server_says_something_to_all_who_come(serve: Serve, connect: Connect) -> None:
    """The welcome has the text of the settings, cleaned; without one it has none."""
    wire = await connect(await serve(welcome_text="Be kind."))
    assert (await wire.hello("ada"))["notice"] == "Be kind."
    wire = await connect(await serve())
    assert "notice" not in await wire.hello("ada")
