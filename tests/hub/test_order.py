"""Keeping order over real sockets: what follows at once, what is told, what a restart keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.store.memory import MemoryStore
from asynchat.store.sqlite import SqliteStore
from tests.raw_client import Ended, about

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.store.interface import Store
    from tests.raw_client import Frame, Wire
    from tests.serving import Connect, Join, Operate, Serve


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Return each kind of store."""
    return MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "log")


async def refused(wire: Wire, kind: str, **fields: object) -> str:
    """Return the code that a request is refused with."""
    answer = await wire.ask(kind, **fields)
    assert answer["type"] == "error", answer
    return str(answer["code"])


async def done(wire: Wire, kind: str, **fields: object) -> Frame:
    """Ask for something that is done without an event to see."""
    answer = await wire.ask(kind, **fields)
    assert answer["type"] == "done", answer
    return answer


async def audit(operator: Wire) -> list[tuple[str, str, str, str]]:
    """Return who did what to whom and in which words, oldest first."""
    deeds = (await operator.ask("audit"))["deeds"]
    return [
        (one["by_name"], one["action"], one.get("name", ""), one.get("text", ""))
        for one in reversed(deeds)
    ]


# Kick


async def test_a_moderator_takes_somebody_out(
    serve: Serve, join: Join, operate: Operate, store: Store
) -> None:
    """Who made a room removes a member, everyone sees who did it and why, and it is audited."""
    server = await serve(store=store)
    ada, ben, cyd = [await join(server, name) for name in ("ada", "ben", "cyd")]
    await ada.ask("create", room="den")
    await ben.ask("join", room="den")
    await cyd.ask("join", room="den")
    left = await ada.ask("kick", room="den", name="ben", reason="too loud")
    assert (left["type"], left["account"], left["sender"]) == ("left", ben.account, "ben")
    assert (left["by"], left["by_name"], left["reason"]) == (ada.account, "ada", "too loud")
    assert await ben.expect("left") == left
    assert await cyd.expect("left") == left
    await ada.ask("say", room="den", text="quiet now")
    await ben.settle()
    assert "quiet now" not in ben.texts()
    assert (await ada.ask("kick", room="den", name="ben"))["type"] == "done"
    assert (await ben.ask("join", room="den"))["type"] == "joined"
    assert await refused(ben, "kick", room="den", name="cyd") == "forbidden"
    assert await refused(ben, "kick", room="den", name="ada") == "forbidden"
    assert await refused(ada, "kick", room="lobby", name="ben") == "forbidden"
    assert await audit(await operate(server)) == [("ada", "kick", "ben", "too loud")]


async def test_a_repeated_kick_is_one(serve: Serve, join: Join, operate: Operate) -> None:
    """The same request again removes nobody a second time, and is audited once."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    await ben.ask("join", room="den")
    first = await ada.ask("kick", id="k", room="den", name="ben")
    await ben.ask("join", room="den")
    again = await ada.ask("kick", id="k", room="den", name="ben")
    assert (again["type"], again["seq"]) == ("done", first["seq"])
    assert (await ben.ask("say", room="den", text="still here"))["type"] == "said"
    assert len(await audit(await operate(server))) == 1


# Mutes


async def test_a_muted_member_is_not_heard(
    serve: Serve, join: Join, operate: Operate, store: Store
) -> None:
    """It says nothing, edits, reacts and types nothing, reads on, and is told until when."""
    server = await serve(store=store)
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    await ben.ask("join", room="den")
    said = await ben.ask("say", room="den", text="spam")
    await done(ada, "mute", room="den", name="ben", seconds=3600, reason="spam")
    error = await ben.ask("say", room="den", text="more")
    assert error["code"] == "muted"
    assert error["text"].startswith("You are muted in this room until 2")
    assert error["text"].endswith("UTC: spam")
    assert 3_500_000 < error["until"] - said["time"] <= 3_700_000
    for kind, fields in (
        ("edit", {"about": said["seq"], "text": "x"}),
        ("react", {"about": said["seq"], "emoji": "👍"}),
        ("pin", {"about": said["seq"]}),
        ("topic", {"text": "x"}),
    ):
        assert await refused(ben, kind, room="den", **fields) == "muted"
    ben.send("typing", room="den")
    await ben.settle()
    assert (await ben.ask("say", room="lobby", text="hello"))["type"] == "said"
    assert (await ben.ask("redact", room="den", about=said["seq"]))["type"] == "redacted"
    assert (await ben.ask("history", room="den"))["type"] == "page"
    await ada.settle()
    assert not [frame for frame in ada.seen if frame["type"] == "typing"]
    await done(ada, "mute", room="den", name="ben", on=False)
    assert (await ben.ask("say", room="den", text="sorry"))["type"] == "said"
    assert await audit(await operate(server)) == [
        ("ada", "mute", "ben", "for 3600 s. spam"),
        ("ada", "unmute", "ben", ""),
    ]


async def test_a_mute_on_the_server_holds_everywhere(
    serve: Serve, join: Join, operate: Operate
) -> None:
    """Rooms, direct rooms, new rooms, invitations and the profile are all closed to it."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    direct = await ben.ask("direct", names=["ada"])
    direct = await ben.expect("page")
    operator = await operate(server)
    await done(operator, "mute", account=ben.account)
    assert await refused(ben, "say", room=direct["room"], text="x") == "muted"
    assert await refused(ben, "create", room="den") == "muted"
    assert await refused(ben, "direct", names=["ben"]) == "muted"
    assert await refused(ben, "invite", room="lobby", name="ada") == "muted"
    assert await refused(ben, "profile", status="rude") == "muted"
    assert (await ben.ask("join", room="lobby"))["type"] == "done"
    assert await refused(ada, "mute", name="ben", on=False) == "forbidden"


async def test_a_mute_ends_by_itself(serve: Serve, join: Join, operate: Operate) -> None:
    """When its seconds are over nobody has to lift it."""
    server = await serve()
    ben = await join(server, "ben")
    operator = await operate(server)
    await done(operator, "mute", name="ben", seconds=1)
    assert await refused(ben, "say", room="lobby", text="x") == "muted"
    while (await ben.ask("say", room="lobby", text="x"))["type"] == "error":
        pass
    assert (await operator.ask("bans"))["bans"] == []


# Bans


async def test_who_is_banned_leaves_and_stays_out(
    serve: Serve, join: Join, connect: Connect, operate: Operate, store: Store
) -> None:
    """All its connections end with the reason and the time; its next hello gets the same."""
    server = await serve(store=store)
    ben = await join(server, "ben")
    phone = await join(server, None, token=ben.token)
    operator = await operate(server)
    await done(operator, "ban", name="ben", seconds=86_400, reason="see the rules")
    for wire in (ben, phone):
        error = (await wire.rest())[-1]
        assert (error["type"], error["code"]) == ("error", "banned")
        assert error["text"].endswith(": see the rules")
    again = await connect(server)
    error = await again.hello(None, token=ben.token)
    assert (error["code"], error["until"]) == ("banned", ben.seen[-1]["until"])
    with pytest.raises(Ended):
        await again.frame()
    assert (await (await connect(server)).hello("eve"))["type"] == "welcome"
    await done(operator, "ban", account=ben.account, on=False)
    assert (await (await connect(server)).hello(None, token=ben.token))["type"] == "welcome"


async def test_an_address_is_banned(
    serve: Serve, join: Join, connect: Connect, operate: Operate
) -> None:
    """Whoever comes from a banned network is told before a hello, whatever the account."""
    server = await serve()
    ben = await join(server, "ben")
    operator = await operate(server)
    assert await refused(operator, "ban", address="not an address") == "bad_request"
    assert await refused(operator, "ban", address="127.0.0.1", room="lobby") == "bad_request"
    await done(operator, "ban", address="127.0.0.9/8", reason="a flood")
    assert (await ben.rest())[-1]["code"] == "banned"
    assert (await (await connect(server)).frame())["text"] == (
        "Your address is banned from this server: a flood"
    )
    (held,) = (await operator.ask("bans"))["bans"]
    assert (held["address"], held["by_name"], held["reason"]) == (
        "127.0.0.0/8",
        "the server",
        "a flood",
    )
    await done(operator, "ban", address="127.0.0.0/8", on=False)
    assert (await (await connect(server)).hello("ben"))["type"] == "error"  # his name is kept
    assert (await (await connect(server)).hello("eve"))["type"] == "welcome"


async def test_a_ban_from_a_room_is_of_that_room(serve: Serve, join: Join) -> None:
    """It takes the person out, and neither joining nor an invitation brings them back."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    await ben.ask("join", room="den")
    left = await ada.ask("ban", room="den", name="ben", reason="enough")
    assert (left["type"], left["reason"], left["by"]) == ("left", "enough", ada.account)
    assert await ben.expect("left") == left
    error = await ben.ask("join", room="den")
    assert (error["code"], error["text"]) == (
        "room_banned",
        "You are banned from this room: enough",
    )
    assert await refused(ada, "invite", room="den", name="ben") == "forbidden"
    assert (await ben.ask("say", room="lobby", text="hm"))["type"] == "said"
    assert [one["name"] for one in (await ada.ask("bans", room="den"))["bans"]] == ["ben"]
    assert await refused(ben, "bans", room="den") == "forbidden"
    await done(ada, "ban", room="den", name="ben", on=False)
    assert (await ben.ask("join", room="den"))["type"] == "joined"


async def test_all_of_it_outlives_a_restart(
    serve: Serve, join: Join, connect: Connect, operate: Operate, tmp_path: Path
) -> None:
    """Roles, modes, moderators, mutes, bans, blocks, reports and the audit log are on disk."""
    log = tmp_path / "log"
    server = await serve(store=SqliteStore(log))
    ada, ben, cyd = [await join(server, name) for name in ("ada", "ben", "cyd")]
    operator = await operate(server)
    await done(operator, "role", name="ada", role="admin")
    await ben.ask("create", room="den")
    await cyd.ask("join", room="den")
    await ben.ask("role", room="den", name="cyd", role="moderator")
    await ben.ask("room", room="den", read_only=True, slow_s=60)
    await done(ada, "mute", name="ben", reason="loud")
    await done(ada, "ban", address="192.0.2.7")
    await done(cyd, "block", name="ben")
    seq = (await cyd.ask("say", room="den", text="hello"))["seq"]
    await done(ben, "report", room="den", about=seq, text="rude")
    deeds = await audit(operator)
    assert len(deeds) == 5
    await serve.stop(server)

    server = await serve(store=SqliteStore(log))
    ada, ben, cyd = [await join(server, None, token=one.token) for one in (ada, ben, cyd)]
    assert ada.welcome["you"]["role"] == "admin"
    (den,) = [room for room in cyd.welcome["rooms"] if room["name"] == "den"]
    assert (den["read_only"], den["slow_s"], den["moderator"]) == (True, 60, True)
    assert await refused(ben, "say", room="lobby", text="x") == "muted"
    assert len((await ada.ask("bans"))["bans"]) == 2
    assert [one["name"] for one in (await cyd.ask("blocks"))["people"]] == ["ben"]
    assert [one["said"] for one in (await ada.ask("reports"))["reports"]] == ["hello"]
    assert await audit(await operate(server)) == deeds


# Disconnecting


async def test_somebody_is_disconnected(serve: Serve, join: Join, operate: Operate) -> None:
    """All its connections end politely, or the one that is named; it may come back."""
    server = await serve()
    ben = await join(server, "ben")
    phone = await join(server, None, token=ben.token)
    operator = await operate(server)
    clients = (await operator.ask("clients"))["clients"]
    assert [one["name"] for one in clients] == ["ben", "ben"]
    await done(operator, "disconnect", name="ben", session=clients[1]["session"], reason="old")
    goodbye = (await phone.rest())[-1]
    assert (goodbye["type"], goodbye["reason"]) == ("goodbye", "disconnected")
    assert (await ben.ask("say", room="lobby", text="still"))["type"] == "said"
    await done(operator, "disconnect", account=ben.account)
    assert (await ben.rest())[-1]["reason"] == "disconnected"
    assert (await join(server, None, token=ben.token)).name == "ben"


# Roles


async def test_a_role_is_told_to_its_bearer(serve: Serve, join: Join, operate: Operate) -> None:
    """Own connections get the role, the others presence, and what it allows is allowed."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    assert await refused(ada, "clients") == "forbidden"
    await done(await operate(server), "role", name="ada", role="admin")
    assert (await ada.expect("role"))["role"] == "admin"
    await ben.until(lambda frame: about(frame, ada.account, role="admin", reason="role"))
    assert len((await ada.ask("clients"))["clients"]) == 2
    assert await refused(ada, "role", name="ben", role="admin") == "forbidden"
    await done(ada, "role", name="ben", role="member")
    assert await refused(ben, "role", name="ada", role="guest") == "forbidden"


async def test_a_moderator_is_appointed(serve: Serve, join: Join) -> None:
    """An event tells it; leaving the room ends it."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    await ben.ask("join", room="den")
    assert await refused(ben, "room", room="den", archived=True) == "forbidden"
    told = await ada.ask("role", room="den", name="ben", role="moderator")
    assert (told["type"], told["account"], told["role"]) == ("appointed", ben.account, "moderator")
    assert (told["by"], told["by_name"]) == (ada.account, "ada")
    people = (await ada.ask("who", room="den"))["people"]
    assert all(one["moderator"] for one in people)
    assert (await ben.ask("room", room="den", slow_s=5))["type"] == "changed"
    await ben.ask("leave", room="den")
    await ben.ask("join", room="den")
    assert await refused(ben, "room", room="den", slow_s=0) == "forbidden"


# Rooms


async def test_a_read_only_room_is_for_moderators(serve: Serve, join: Join) -> None:
    """The others read and react, and no more."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="news")
    await ben.ask("join", room="news")
    changed = await ada.ask("room", room="news", read_only=True)
    assert (changed["type"], changed["read_only"]) == ("changed", True)
    assert "archived" not in changed
    said = await ada.ask("say", room="news", text="hear")
    assert await refused(ben, "say", room="news", text="x") == "room_read_only"
    assert await refused(ben, "topic", room="news", text="x") == "room_read_only"
    assert await refused(ben, "pin", room="news", about=said["seq"]) == "room_read_only"
    reacted = await ben.ask("react", room="news", about=said["seq"], emoji="👍")
    assert reacted["type"] == "reacted"


async def test_nothing_is_added_to_an_archived_room(serve: Serve, join: Join) -> None:
    """Not even by its moderator, who may bring it back."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="old")
    said = await ada.ask("say", room="old", text="x")
    await ada.ask("room", room="old", archived=True)
    assert await refused(ada, "say", room="old", text="y") == "archived"
    assert await refused(ada, "topic", room="old", text="y") == "archived"
    assert await refused(ada, "react", room="old", about=said["seq"], emoji="x") == "archived"
    await ben.ask("join", room="old", history=5)
    assert (await ben.expect("page"))["events"][-1]["type"] == "changed"
    await ada.ask("room", room="old", archived=False)
    assert (await ada.ask("say", room="old", text="y"))["type"] == "said"


async def test_slow_mode_makes_the_others_wait(serve: Serve, join: Join) -> None:
    """One message every so many seconds; a moderator goes as fast as ever."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    await ben.ask("join", room="den")
    await ada.ask("room", room="den", slow_s=60)
    for _ in range(3):
        assert (await ada.ask("say", room="den", text="x"))["type"] == "said"
    assert (await ben.ask("say", room="den", text="x"))["type"] == "said"
    error = await ben.ask("say", room="den", text="y")
    assert error["code"] == "too_fast"
    assert 50 < error["retry_after"] <= 60
    await ada.ask("room", room="den", slow_s=0)
    assert (await ben.ask("say", room="den", text="y"))["type"] == "said"


async def test_what_was_private_stays_with_those_who_were_there(
    serve: Serve, join: Join, store: Store
) -> None:
    """Each event is read by what the room was when it was said; streams are by membership alone."""
    server = await serve(store=store)
    ada, ben, cyd = [await join(server, name) for name in ("ada", "ben", "cyd")]
    await ada.ask("create", room="den")
    await ada.ask("say", room="den", text="public 1")
    await ada.ask("room", room="den", private=True)
    await ada.ask("say", room="den", text="private 1")
    assert await refused(ben, "join", room="den") == "no_such_room"
    await ada.ask("invite", room="den", name="ben")
    await ada.ask("say", room="den", text="private 2")
    await ada.ask("room", room="den", private=False)
    await ada.ask("say", room="den", text="public 2")
    await cyd.ask("join", room="den")
    await ada.ask("say", room="den", text="public 3")

    async def reads(wire: Wire) -> list[str]:
        page = await wire.ask("history", room="den", limit=50)
        return [event["text"] for event in page["events"] if event["type"] == "said"]

    assert await reads(ada) == ["public 1", "private 1", "private 2", "public 2", "public 3"]
    assert await reads(ben) == ["public 1", "private 2", "public 2", "public 3"]
    assert await reads(cyd) == ["public 1", "public 2", "public 3"]
    found = await cyd.ask("search", text="private")
    assert found["events"] == []
    await cyd.settle()
    assert cyd.texts("den") == ["public 3"]


# Deleting what others said


async def test_a_moderator_deletes(serve: Serve, join: Join, operate: Operate) -> None:
    """What another said is blank for all, and the audit log has no copy of it."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den")
    await ben.ask("join", room="den")
    said = await ben.ask("say", room="den", text="an insult")
    mine = await ada.ask("say", room="den", text="mine")
    assert await refused(ben, "redact", room="den", about=mine["seq"]) == "forbidden"
    assert (await ada.ask("redact", room="den", about=said["seq"]))["type"] == "redacted"
    operator = await operate(server)
    assert await audit(operator) == [("ada", "delete", "ben", f"message {said['seq']}")]
    # Who is no member is told that it is done.
    gone = await operator.ask("redact", room="den", about=mine["seq"])
    assert (gone["type"], gone["seq"] > mine["seq"]) == ("done", True)
    page = await ben.ask("history", room="den")
    assert not [one["text"] for one in page["events"] if one["type"] == "said" and one["text"]]


# Reports


async def test_a_report_is_read_and_resolved(
    serve: Serve, join: Join, operate: Operate, store: Store
) -> None:
    """It quotes what was said, also after that was deleted; once resolved, it quotes no more."""
    server = await serve(store=store)
    ada, ben, cyd = [await join(server, name) for name in ("ada", "ben", "cyd")]
    await ada.ask("create", room="den")
    for wire in (ben, cyd):
        await wire.ask("join", room="den")
    said = await ben.ask("say", room="den", text="an insult")
    await done(cyd, "report", room="den", about=said["seq"], text="look")
    await ben.ask("redact", room="den", about=said["seq"])
    assert await refused(cyd, "report", room="den", about=said["seq"]) == "no_such_message"
    assert await refused(cyd, "reports") == "forbidden"
    (told,) = (await ada.ask("reports"))["reports"]
    assert (told["number"], told["room"], told["about"]) == (1, "den", said["seq"])
    assert (told["name"], told["author_name"]) == ("cyd", "ben")
    assert (told["said"], told["text"]) == ("an insult", "look")
    assert await refused(cyd, "resolve", report=1) == "no_such_report"
    assert await refused(ada, "resolve", report=2) == "no_such_report"
    await done(ada, "resolve", report=1, text="talked to him")
    await done(ada, "resolve", report=1)
    assert (await ada.ask("reports"))["reports"] == []
    (closed,) = (await ada.ask("reports", resolved=True))["reports"]
    assert (closed["by_name"], closed["answer"]) == ("ada", "talked to him")
    assert "said" not in closed
    assert await audit(await operate(server)) == [
        ("ada", "resolve", "ben", "report 1. talked to him")
    ]


# Blocks


async def test_who_is_blocked_does_not_reach_one(serve: Serve, join: Join) -> None:
    """Direct messages, new direct rooms and invitations are refused; other rooms go on."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    phone = await join(server, None, token=ada.token)
    await ben.ask("direct", names=["ada"])
    room = (await ben.expect("page"))["room"]
    await done(ada, "block", name="ben")
    told = await phone.expect("blocked")
    assert (told["account"], told["name"], told["on"]) == (ben.account, "ben", True)
    assert await refused(ben, "say", room=room, text="x") == "blocked"
    await ben.ask("create", room="den")
    assert await refused(ben, "invite", room="den", name="ada") == "blocked"
    assert (await ben.ask("say", room="lobby", text="hi"))["type"] == "said"
    assert (await ada.ask("say", room=room, text="listen"))["type"] == "said"
    assert await refused(ada, "block", name="ada") == "forbidden"
    cyd = await join(server, "cyd")
    await done(cyd, "block", name="ben")
    assert await refused(ben, "direct", names=["cyd"]) == "blocked"
    await done(ada, "block", name="ben", on=False)
    assert (await ben.ask("say", room=room, text="thanks"))["type"] == "said"
    assert (await ada.ask("blocks"))["people"] == []


# Nobody else's


async def test_the_server_is_nobodys_company(serve: Serve, join: Join, operate: Operate) -> None:
    """Who came by the control socket is in no room, no list of people, and cannot be acted on."""
    server = await serve()
    ada = await join(server, "ada")
    operator = await operate(server)
    assert operator.welcome["you"]["role"] == "operator"
    assert operator.welcome["rooms"] == []
    for kind, key in (("who", "people"), ("accounts", "accounts"), ("clients", "clients")):
        wire = operator if kind != "who" else ada
        assert [one["name"] for one in (await wire.ask(kind))[key]] == ["ada"]
    assert await refused(operator, "say", room="lobby", text="x") == "not_a_member"
    assert await refused(operator, "kick", room="lobby", account="operator") == "no_such_person"
    assert await refused(ada, "direct", accounts=["operator"]) == "no_such_person"
    assert (await operator.bye())["reason"] == "bye"
