"""What those who keep order read, and nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.serving import Join, Operate, Serve

OVERSEEING = ("clients", "accounts", "bans", "audit", "settings", "stats")


@pytest.mark.parametrize("kind", [*OVERSEEING, "reports"])
async def test_only_administrators_oversee(
    serve: Serve, join: Join, operate: Operate, kind: str
) -> None:
    """A member and a moderator are refused; an administrator and an owner read."""
    server = await serve()
    ada = await join(server, "ada")
    operator = await operate(server)
    for role in ("guest", "bot", "member"):
        await operator.ask("role", name="ada", role=role)
        assert (await ada.ask(kind))["code"] == "forbidden"
    await ada.ask("create", room="den")
    answer = await ada.ask(kind)
    assert answer.get("code", answer["type"]) == ("reports" if kind == "reports" else "forbidden")
    for role in ("admin", "owner"):
        await operator.ask("role", name="ada", role=role)
        assert (await ada.ask(kind))["type"] == kind


async def test_connections_are_told_as_they_are(serve: Serve, join: Join, operate: Operate) -> None:
    """Who, from where, with what, since when, in which rooms, and how many bytes."""
    server = await serve()
    ada = await join(server, "ada")
    await ada.ask("create", room="den", private=True)
    await ada.ask("direct", names=["ada"])
    operator = await operate(server)
    ben = await join(server, "ben", client="probe/7")
    first, second = (await operator.ask("clients"))["clients"]
    assert (first["name"], first["account"], first["address"]) == ("ada", ada.account, "127.0.0.1")
    assert (first["client"], second["client"]) == ("raw", "probe/7")
    assert (sorted(first["rooms"]), first["room_count"]) == (["den", "lobby"], 2)
    assert first["received_bytes"] > 100
    assert first["sent_bytes"] > 500
    assert first["since"] <= second["since"]
    rest = (await operator.ask("clients", after=first["session"]))["clients"]
    assert [one["session"] for one in rest] == [second["session"]]
    await ben.bye()
    assert len((await operator.ask("clients"))["clients"]) == 1


async def test_accounts_are_found_by_a_part_of_their_name(
    serve: Serve, join: Join, operate: Operate
) -> None:
    """In the order in which they came, in any case, and on after one of them."""
    server = await serve()
    ada, ben = await join(server, "Ada"), await join(server, "ben")
    await join(server, "adam")
    await ben.bye()
    operator = await operate(server)
    accounts = (await operator.ask("accounts"))["accounts"]
    assert [one["name"] for one in accounts] == ["Ada", "ben", "adam"]
    assert [one.get("online", False) for one in accounts] == [True, False, True]
    found = (await operator.ask("accounts", text="AD"))["accounts"]
    assert [one["name"] for one in found] == ["Ada", "adam"]
    after = (await operator.ask("accounts", text="ad", after=ada.account))["accounts"]
    assert [one["name"] for one in after] == ["adam"]
    assert (await operator.ask("accounts", text="\x1b["))["accounts"] == []
    assert (await operator.ask("accounts", after="nobody"))["code"] == "no_such_person"


async def test_long_lists_come_in_parts(serve: Serve, join: Join, operate: Operate) -> None:
    """Each part fits into a frame and says how to go on; together they are everything."""
    server = await serve()
    ada = await join(server, "ada")
    operator = await operate(server)
    reason = "\N{GRINNING FACE}" * 250
    for n in range(150):
        operator.send("ban", address=f"192.0.2.{n}", reason=reason)
    await operator.settle()
    bans: list[str] = []
    parts = 0
    more = True
    while more:
        answer = await operator.ask("bans", after=bans[-1] if bans else None)
        bans += [one["key"] for one in answer["bans"]]
        more = answer["more"]
        parts += 1
    assert (len(bans), bans) == (150, sorted(bans))
    assert parts > 1
    numbers: list[int] = []
    more = True
    while more:
        before = numbers[-1] if numbers else None
        answer = await operator.ask("audit", limit=10_000, before=before)
        numbers += [one["number"] for one in answer["deeds"]]
        more = answer["more"]
    assert numbers == list(range(150, 0, -1))
    seq = (await ada.ask("say", room="lobby", text="x" * 4000))["seq"]
    for _ in range(60):
        ada.send("report", room="lobby", about=seq)
    await ada.settle()
    first = await operator.ask("reports")
    assert first["more"]
    rest = await operator.ask("reports", before=first["reports"][-1]["number"])
    assert len(first["reports"]) + len(rest["reports"]) <= 60


async def test_hidden_rooms_are_told_to_administrators(
    serve: Serve, join: Join, operate: Operate
) -> None:
    """That they are there, when asked for; never direct ones, and nothing that was said."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("create", room="den", private=True)
    await ada.ask("direct", names=["ada"])
    operator = await operate(server)
    assert [one["name"] for one in (await operator.ask("rooms"))["rooms"]] == ["lobby"]
    hidden = (await operator.ask("rooms", hidden=True))["rooms"]
    assert [(one["name"], one["member"]) for one in hidden] == [("den", False), ("lobby", False)]
    assert [one["name"] for one in (await ben.ask("rooms", hidden=True))["rooms"]] == ["lobby"]
    assert (await operator.ask("history", room="den"))["code"] == "not_a_member"
    assert (await ben.ask("bans", room="den"))["code"] == "no_such_room"


async def test_how_the_server_is_doing(serve: Serve, join: Join, operate: Operate) -> None:
    """Counts are as they are, and bytes of connections that ended are not forgotten."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    await ada.ask("say", room="lobby", text="x")
    operator = await operate(server)
    stats = await operator.ask("stats")
    assert (stats["connections"], stats["online"], stats["accounts"]) == (2, 2, 2)
    assert (stats["rooms"], stats["head"]) == (1, 3)
    assert stats["started"] <= stats["time"]
    assert stats["events_per_s"] > 0
    await ben.bye()
    later = await operator.ask("stats")
    assert later["connections"] == 1
    assert later["sent_bytes"] >= stats["sent_bytes"]
    assert later["received_bytes"] >= stats["received_bytes"]
