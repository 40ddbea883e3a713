"""What follows when an account changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.raw_client import Ended, about, fresh_token, line

if TYPE_CHECKING:
    from asynchat.server import Server
    from tests.raw_client import Frame, Wire
    from tests.serving import Connect, Join, Serve

PASSWORD = "correct horse"


async def hello(connect: Connect, server: Server, name: str | None, **fields: Any) -> Frame:
    """Say hello on a connection of its own; return what comes back."""
    wire = await connect(server)
    return await wire.hello(name, **fields)


async def registered(join: Join, server: Server, name: str, **fields: Any) -> Wire:
    """Come in as a new member."""
    return await join(server, name, token=fresh_token(), password=PASSWORD, register=True, **fields)


async def end_of(wire: Wire) -> Frame:
    """Return the error that ended a connection, after which nothing came."""
    error = await wire.expect("error", re=None)
    with pytest.raises(Ended):
        await wire.frame()
    return error


async def test_a_different_name_renames_and_everyone_learns_it(serve: Serve, join: Join) -> None:
    """A known token with another name renames; others and one's other devices get presence."""
    server = await serve()
    ada, ben = await join(server, "ada"), await join(server, "ben")
    again = await join(server, "eva", token=ada.token)
    assert (again.account, again.name) == (ada.account, "eva")
    for wire in (ada, ben, again):
        if wire is not again:
            await wire.until(lambda frame: about(frame, ada.account, name="eva", reason="renamed"))
    ada.send_bytes(line("typing", room="lobby"))
    assert (await ben.expect("typing"))["name"] == "eva"
    said = await ada.ask("say", room="lobby", text="who am I?")
    assert said["sender"] == "eva"
    await join(server, "ada")


async def test_a_device_is_signed_out(serve: Serve, join: Join, connect: Connect) -> None:
    """Its connections end, its token is good for nothing, and the others go on."""
    server = await serve()
    ada = await registered(join, server, "ada")
    phone = await join(server, "ada", token=fresh_token(), password=PASSWORD, device="phone")
    (device,) = [
        one["id"] for one in (await ada.ask("devices"))["devices"] if one["label"] == "phone"
    ]
    assert (await ada.ask("revoke", device=device))["type"] == "done"
    assert (await end_of(phone))["text"] == "This device was signed out."
    for name in (None, "ada", "eve"):
        error = await hello(connect, server, name, token=phone.token)
        assert error["code"] == "bad_credentials"
    assert (await ada.ask("revoke", device=device))["code"] == "no_such_device"
    assert len((await ada.ask("devices"))["devices"]) == 1


async def test_who_signs_itself_out_is_told_first(serve: Serve, join: Join) -> None:
    """The answer comes before the end."""
    ada = await registered(join, await serve(), "ada")
    (device,) = (await ada.ask("devices"))["devices"]
    assert (await ada.ask("revoke", device=device["id"]))["type"] == "done"
    assert (await end_of(ada))["code"] == "bad_credentials"
