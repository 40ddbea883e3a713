"""Passwords, devices, invitations and the end of an account, over real sockets."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.store.sqlite import SqliteStore
from tests.raw_client import Ended, fresh_token

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.server import Server
    from tests.raw_client import Frame, Wire
    from tests.serving import Connect, Join, Serve

PASSWORD = "correct horse"
WRONG = "battery staple"


async def hello(connect: Connect, server: Server, name: str | None, **fields: Any) -> Frame:
    """Say hello on a connection of its own; return what comes back."""
    wire = await connect(server)
    return await wire.hello(name, **fields)


async def registered(join: Join, server: Server, name: str, **fields: Any) -> Wire:
    """Come in as a new member."""
    return await join(server, name, token=fresh_token(), password=PASSWORD, register=True, **fields)


async def owner(join: Join, server: Server) -> Wire:
    """Come in as the owner of a new server."""
    assert server.owner_invitation is not None
    code = server.owner_invitation.rpartition("code=")[2]
    return await join(server, "owner", token=fresh_token(), code=code)


async def end_of(wire: Wire) -> Frame:
    """Return the error that ended a connection, after which nothing came."""
    error = await wire.expect("error", re=None)
    with pytest.raises(Ended):
        await wire.frame()
    return error


async def test_who_registers_signs_in_from_elsewhere(serve: Serve, join: Join) -> None:
    """The same account, the same name, another device; the same hello again is the same device."""
    server = await serve()
    ada = await registered(join, server, "ada")
    assert ada.welcome["you"]["role"] == "member"
    asked = {"token": fresh_token(), "password": PASSWORD, "device": "téléphone\x07"}
    first, phone = [await join(server, "ADA", **asked) for _ in range(2)]
    for wire in (first, phone):
        assert (wire.account, wire.name) == (ada.account, "ada")
    devices = (await phone.ask("devices"))["devices"]
    assert [(one["label"], one.get("mine", False)) for one in devices] == [
        ("", False),
        ("téléphone", True),
    ]
    assert all(one["online"] for one in devices)
    assert "seen" not in devices[0]


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "ada", "password": WRONG},
        {"name": "ada", "password": ""},
        {"name": "ada", "password": "x" * 300},
        {"name": "guest", "password": PASSWORD},
        {"name": "nobody", "password": PASSWORD},
        {"name": "no name", "password": PASSWORD},
        {"name": "\ud83d\ude00" * 200, "password": PASSWORD},
        {"name": None, "password": PASSWORD},
    ],
)
async def test_a_wrong_name_or_password_ends_the_connection(
    serve: Serve, join: Join, connect: Connect, fields: dict[str, Any]
) -> None:
    """Which of the two was wrong is not told."""
    server = await serve()
    await registered(join, server, "ada")
    await join(server, "guest")
    wire = await connect(server)
    error = await wire.hello(fields.pop("name"), token=fresh_token(), **fields)
    assert (error["code"], error["text"]) == (
        "bad_credentials",
        "The name or the password is wrong.",
    )
    with pytest.raises(Ended):
        await wire.frame()


async def test_after_a_wrong_password_one_waits(serve: Serve, join: Join, connect: Connect) -> None:
    """Sooner even the right one is not looked at; other names, and tokens, are not in the way."""
    server = await serve(failed_login_delay_s=300)
    ada, ben = await registered(join, server, "ada"), await registered(join, server, "ben")
    guess = {"token": fresh_token(), "password": WRONG}
    assert (await hello(connect, server, "ada", **guess))["code"] == "bad_credentials"
    right = {"token": fresh_token(), "password": PASSWORD}
    for name in ("ada", "Ada"):
        error = await hello(connect, server, name, **right)
        assert error["code"] == "too_fast"
        assert 0 < error["retry_after"] <= 300
    assert (await hello(connect, server, "ben", **right))["type"] == "welcome"
    for known in (ada, ben):
        assert (await hello(connect, server, None, token=known.token))["type"] == "welcome"


async def test_many_guesses_at_one_moment_are_one(
    serve: Serve, join: Join, connect: Connect
) -> None:
    """Who tries a hundred passwords at once has tried one: the others are not looked at."""
    server = await serve(failed_login_delay_s=300)
    await registered(join, server, "ada")
    wires = [await connect(server) for _ in range(20)]
    for number, wire in enumerate(wires):
        guess = {"token": fresh_token(), "password": f"guess number {number}"}
        wire.say_hello("ada", **guess)
    codes = sorted([(await wire.frame())["code"] for wire in wires])
    assert codes == ["bad_credentials", *["too_fast"] * 19]


async def test_guesses_at_many_names_slow_an_address_down(
    serve: Serve, join: Join, connect: Connect
) -> None:
    """Trying one password on everybody is a guess as well, on names that there are not as well."""
    server = await serve(failed_login_delay_s=300, failed_logins_per_address=2)
    await registered(join, server, "ada")
    codes = [
        (await hello(connect, server, name, token=fresh_token(), password=WRONG))["code"]
        for name in ("ben", "cyd", "dan", "ada")
    ]
    assert codes == ["bad_credentials"] * 3 + ["too_fast"]


async def test_a_wait_outlives_the_server(
    serve: Serve, join: Join, connect: Connect, tmp_path: Path
) -> None:
    """A restart, by whatever cause, gives nobody another guess."""
    server = await serve(store=SqliteStore(tmp_path / "log"), failed_login_delay_s=300)
    await registered(join, server, "ada")
    await hello(connect, server, "ada", token=fresh_token(), password=WRONG)
    await serve.stop(server)
    server = await serve(store=SqliteStore(tmp_path / "log"), failed_login_delay_s=300)
    error = await hello(connect, server, "ada", token=fresh_token(), password=PASSWORD)
    assert error["code"] == "too_fast"


async def test_registering_is_not_for_the_hundredth(serve: Serve, connect: Connect) -> None:
    """One address registers so many names, and then waits; nobody gathers names by the hour."""
    server = await serve(registration_burst=2)
    for number in range(2):
        welcome = await hello(
            connect, server, f"a{number}", password=PASSWORD, register=True, token=fresh_token()
        )
        assert welcome["type"] == "welcome"
    error = await hello(connect, server, "ada", password=PASSWORD, register=True)
    assert error["code"] == "too_fast"


async def test_a_new_password_has_to_be_one(serve: Serve, connect: Connect) -> None:
    """Too short, too long, or with a control character in it, it registers nobody."""
    server = await serve()
    for password in ("1234567", "x" * 257, "eight\x07 chars"):
        error = await hello(connect, server, "ada", password=password, register=True)
        assert error["code"] == "bad_password"


async def test_a_guest_registers_where_it_is(serve: Serve, join: Join, connect: Connect) -> None:
    """It keeps account and name; from then on the name needs the password, whoever is here."""
    server = await serve(lost_name_kept_s=0.01)
    ada = await join(server, "ada")
    assert (await ada.ask("password", new=PASSWORD))["type"] == "done"
    await ada.bye()
    taken = await hello(connect, server, "ada", token=fresh_token())
    assert (taken["code"], taken["suggestion"]) == ("name_taken", "ada2")
    again = await join(server, "ada", token=fresh_token(), password=PASSWORD)
    assert (again.account, again.welcome["you"]["role"]) == (ada.account, "member")


async def test_a_password_is_changed_by_who_knows_it(
    serve: Serve, join: Join, connect: Connect
) -> None:
    """Asked twice it is changed once; a wrong one is refused, and the connection goes on."""
    server = await serve(failed_login_delay_s=0.001)
    ada = await registered(join, server, "ada")
    assert (await ada.ask("password", new=WRONG))["code"] == "wrong_password"
    assert (await ada.ask("password", new=WRONG, old=WRONG[:-1]))["code"] == "wrong_password"
    for _ in range(2):
        assert (await ada.ask("password", new=WRONG, old=PASSWORD))["type"] == "done"
    assert (await ada.ask("password", new="short", old=WRONG))["code"] == "bad_password"
    answer = await hello(connect, server, "ada", token=fresh_token(), password=WRONG)
    assert answer["type"] == "welcome"
    answer = await hello(connect, server, "ada", token=fresh_token(), password=PASSWORD)
    assert answer["code"] == "bad_credentials"


async def test_who_has_no_password_is_told_so(serve: Serve, join: Join) -> None:
    """Nothing was guessed: the password one then makes is taken at once."""
    server = await serve(failed_login_delay_s=300)
    guest = await join(server, "ada")
    refused = await guest.ask("password", new=WRONG, old=PASSWORD)
    assert (refused["code"], refused["text"]) == (
        "wrong_password",
        "You have no password yet: register to make one.",
    )
    for _ in range(2):
        assert (await guest.ask("password", new=PASSWORD))["type"] == "done"
    refused = await guest.ask("password", new=WRONG)
    assert refused["code"] == "wrong_password"
    assert refused["text"].startswith("You have a password already")
    # That might have been a guess.
    assert (await guest.ask("password", new=WRONG))["code"] == "too_fast"


async def test_another_password_signs_the_other_devices_out(serve: Serve, join: Join) -> None:
    """Their connections end, at once; without that they go on."""
    server = await serve()
    ada = await registered(join, server, "ada")
    phone = await join(server, "ada", token=fresh_token(), password=PASSWORD, device="phone")
    assert (await phone.ask("password", new=WRONG, old=PASSWORD))["type"] == "done"
    assert (await ada.ask("devices"))["type"] == "devices"
    done = await phone.ask("password", new=PASSWORD, old=WRONG, sign_out=True)
    assert done["type"] == "done"
    assert (await end_of(ada))["code"] == "bad_credentials"
    (left,) = (await phone.ask("devices"))["devices"]
    assert left["label"] == "phone"


async def test_a_device_is_known_after_a_restart(
    serve: Serve, join: Join, connect: Connect, tmp_path: Path
) -> None:
    """Devices, when they were seen, and what was revoked are on disk."""
    server = await serve(store=SqliteStore(tmp_path / "log"))
    ada = await registered(join, server, "ada")
    phone = await join(server, "ada", token=fresh_token(), password=PASSWORD, device="phone")
    gone = await join(server, "ada", token=fresh_token(), password=PASSWORD, device="gone")
    await ada.ask("revoke", device=await id_of(ada, "gone"))
    await phone.bye()
    seen = (await ada.ask("devices"))["devices"][1]
    assert (seen["label"], "online" in seen, "seen" in seen) == ("phone", False, True)
    await serve.stop(server)
    server = await serve(store=SqliteStore(tmp_path / "log"))
    ada = await join(server, None, token=ada.token)
    assert seen in (await ada.ask("devices"))["devices"]
    error = await hello(connect, server, "eve", token=gone.token)
    assert error["code"] == "bad_credentials"


async def id_of(wire: Wire, label: str) -> str:
    """Return the id of the device that is called so."""
    devices = (await wire.ask("devices"))["devices"]
    return next(str(one["id"]) for one in devices if one["label"] == label)


async def test_the_owner_is_who_has_the_code(serve: Serve, join: Join, connect: Connect) -> None:
    """It is in a file until it was used, once, and the owner is never who comes first."""
    server = await serve(access="invited")
    first = await hello(connect, server, "ada")
    assert first["code"] == "not_invited"
    boss = await owner(join, server)
    assert boss.welcome["you"]["role"] == "owner"
    assert server.owner_invitation is None


async def test_an_invitation_brings_a_colleague_into_its_room(
    serve: Serve, join: Join, connect: Connect
) -> None:
    """So many come in, and no more; each is a member for ever, and in the room at once."""
    server = await serve(access="invited")
    boss = await owner(join, server)
    await boss.ask("create", room="garden", private=True)
    code = "c0de-of-128-bits-or-more"
    for _ in range(2):
        made = await boss.ask("invitation", code=code, room="garden", uses=2, id="same")
        assert made["type"] == "done"
    ada = await join(server, "ada", token=fresh_token(), code=code)
    assert ada.welcome["you"]["role"] == "member"
    joined = await boss.expect("joined", room="garden", account=ada.account)
    assert (joined["by"], joined["by_name"]) == (boss.account, "owner")
    assert (await ada.ask("history", room="garden"))["type"] == "page"
    # The same address at its next start uses up nothing.
    again = await join(server, None, token=ada.token, code=code)
    (left,) = (await boss.ask("invitations"))["invitations"]
    assert (left["uses"], left["room"], left["by_name"]) == (1, "garden", "owner")
    await join(server, "ben", token=fresh_token(), code=code)
    assert (await boss.ask("invitations"))["invitations"] == []
    error = await hello(connect, server, "cyd", token=fresh_token(), code=code)
    assert (error["code"], "ask for another" in error["text"]) == ("not_invited", True)
    await again.bye()
    await ada.bye()
    back = await join(server, None, token=ada.token)
    assert back.name == "ada"


async def test_an_invitation_may_be_taken_back(serve: Serve, join: Join, connect: Connect) -> None:
    """By its id, which is not its code."""
    server = await serve(access="invited")
    boss = await owner(join, server)
    code = "c" * 22
    await boss.ask("invitation", code=code)
    (one,) = (await boss.ask("invitations"))["invitations"]
    assert (await boss.ask("uninvite", invitation=one["id"]))["type"] == "done"
    assert (await boss.ask("uninvite", invitation=one["id"]))["code"] == "no_such_invitation"
    error = await hello(connect, server, "ada", code=code)
    assert error["code"] == "not_invited"


async def test_a_guest_redeems_an_invitation(serve: Serve, join: Join) -> None:
    """It becomes what the invitation says; done again it stays so; no code, no role."""
    server = await serve()
    boss, ada = await owner(join, server), await join(server, "ada")
    await boss.ask("create", room="garden")
    code = "c" * 22
    await boss.ask("invitation", code=code, room="garden", role="admin")
    assert (await ada.ask("redeem", code="d" * 22))["code"] == "bad_code"
    for _ in range(2):
        assert (await ada.ask("redeem", code=code))["type"] == "done"
    assert [one["room"] for one in ada.events() if one["type"] == "joined"] == ["lobby", "garden"]
    assert (await ada.ask("invitation", code="e" * 22))["type"] == "done"
    assert (await ada.ask("invitation", code="f" * 22, role="admin"))["code"] == "forbidden"


async def test_guests_and_members_invite_nobody_to_the_server(serve: Serve, join: Join) -> None:
    """Nor do they see who is invited."""
    server = await serve()
    for wire in (await join(server, "eve"), await registered(join, server, "ada")):
        assert (await wire.ask("invitation", code="c" * 22))["code"] == "forbidden"
        assert (await wire.ask("invitations"))["code"] == "forbidden"
        assert (await wire.ask("uninvite", invitation="x"))["code"] == "no_such_invitation"


async def test_an_account_is_deleted(serve: Serve, join: Join, connect: Connect) -> None:
    """It leaves its rooms, its devices end, its name is free, and its tokens are nobody's."""
    server = await serve(failed_login_delay_s=0.001)
    ada, ben = await registered(join, server, "ada"), await join(server, "ben")
    phone = await join(server, "ada", token=fresh_token(), password=PASSWORD)
    await ben.ask("create", room="garden")
    await ada.ask("join", room="garden")
    assert (await ada.ask("unregister"))["code"] == "wrong_password"
    assert (await ada.ask("unregister", password=PASSWORD))["type"] == "done"
    for wire in (ada, phone):
        error = await end_of(wire)
        assert (error["code"], error["text"]) == ("bad_credentials", "This account was deleted.")
    for room in ("lobby", "garden"):
        left = await ben.expect("left", room=room, account=ada.account)
        assert (left["sender"], left["reason"]) == ("", "unregistered")
    people = (await ben.ask("who", room="lobby"))["people"]
    assert [one["account"] for one in people] == [ben.account]
    assert (await hello(connect, server, None, token=ada.token))["code"] == "bad_credentials"
    error = await hello(connect, server, "ada", token=fresh_token(), password=PASSWORD)
    assert error["code"] == "bad_credentials"
    assert (await hello(connect, server, "ada", token=fresh_token()))["type"] == "welcome"


async def test_after_the_wait_one_may_try_again(serve: Serve, join: Join, connect: Connect) -> None:
    """With the right password one is in, and what was wrong before is forgotten."""
    server = await serve(failed_login_delay_s=0.2)
    await registered(join, server, "ada")
    wrong = {"token": fresh_token(), "password": WRONG}
    assert (await hello(connect, server, "ada", **wrong))["code"] == "bad_credentials"
    right = {"token": fresh_token(), "password": PASSWORD}
    answers: list[Frame] = []

    async def welcome() -> bool:
        answers.append(await hello(connect, server, "ada", **right))
        return bool(answers[-1]["type"] == "welcome")

    while not await welcome():
        assert answers[-1]["code"] == "too_fast"
        await asyncio.sleep(answers[-1]["retry_after"])
    assert (await hello(connect, server, "ada", **wrong))["code"] == "bad_credentials"
    error = await hello(connect, server, "ada", **right | {"token": fresh_token()})
    assert error["retry_after"] <= 0.2


async def test_one_more_registers_every_so_often(serve: Serve, connect: Connect) -> None:
    """Who waits for as long as it is told is let in."""
    server = await serve(registration_burst=1, registrations_per_s=5)
    asked = {"password": PASSWORD, "register": True}
    assert (await hello(connect, server, "ada", **asked))["type"] == "welcome"
    answer = await hello(connect, server, "ben", **asked)
    while answer["type"] != "welcome":
        assert answer["code"] == "too_fast"
        await asyncio.sleep(answer["retry_after"])
        answer = await hello(connect, server, "ben", **asked)


async def test_an_invitation_is_open_for_so_many_days(serve: Serve, join: Join) -> None:
    """Where who makes it says nothing else."""
    server = await serve(invitation_days=2)
    boss = await owner(join, server)
    await boss.ask("invitation", code="c" * 22)
    await boss.ask("invitation", code="d" * 22, seconds=60)
    days, minute = (await boss.ask("invitations"))["invitations"]
    assert days["expires"] - days["created"] == 2 * 24 * 3_600_000
    assert minute["expires"] - minute["created"] == 60_000
