"""A client and its account: registering, signing in, devices, invitations, and the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.errors import ChatError
from asynchat.link.client import Client, connect
from asynchat.link.wire import LinkSettings

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.server import Server
    from tests.plugins.waiting import Until
    from tests.serving import Serve

PASSWORD = "correct horse"
QUICK = LinkSettings(first_retry_s=0.02, longest_retry_s=0.1, close_timeout_s=2)


def client(server: Server | str, name: str, data: Path, **given: object) -> Client:
    """Return a client whose directory is its own computer."""
    address = server if isinstance(server, str) else server.address
    return connect(address, name=name, data=data, settings=QUICK, **given)  # type: ignore[arg-type]


async def refused(client: Client) -> ChatError:
    """Return why a client is not let in."""
    with pytest.raises(ChatError) as caught:
        await client.start(timeout_s=10)
    return caught.value


async def test_who_registered_comes_back_without_a_password(serve: Serve, tmp_path: Path) -> None:
    """The token is kept for its owner only, and the password nowhere."""
    server = await serve()
    async with client(server, "ada", tmp_path / "a", password=PASSWORD, register=True) as ada:
        account = ada.account
    kept = [path for path in (tmp_path / "a").rglob("*") if path.is_file()]
    assert not [path for path in kept if PASSWORD.encode() in path.read_bytes()]
    assert {path.stat().st_mode & 0o077 for path in kept if path.parent.name == "identities"} == {0}
    async with client(server, "ada", tmp_path / "a") as ada:
        assert (ada.account, ada.name) == (account, "ada")
    async with client(server, "ADA", tmp_path / "b", password=PASSWORD, device="phone") as phone:
        assert (phone.account, phone.name) == (account, "ada")
        labels = [one.label for one in await phone.devices()]
        assert labels[1] == "phone"
        assert labels[0]
    async with client(server, "ADA", tmp_path / "b") as phone:
        assert phone.account == account


async def test_a_wrong_password_is_told_and_not_tried_again(serve: Serve, tmp_path: Path) -> None:
    """A second one waits until its time has come, and is let in by itself then."""
    server = await serve(failed_login_delay_s=0.2)
    async with client(server, "ada", tmp_path / "a", password=PASSWORD, register=True):
        error = await refused(client(server, "ada", tmp_path / "b", password="battery staple"))
        assert error.code == "bad_credentials"
        async with client(server, "ada", tmp_path / "b", password=PASSWORD) as again:
            assert again.name == "ada"


async def test_a_client_needs_a_password_to_register() -> None:
    """That is told before anything is asked of a server."""
    with pytest.raises(ChatError) as caught:
        connect("127.0.0.1?tls=no", name="ada", register=True)
    assert caught.value.code == "bad_password"


async def test_a_taken_name_is_not_registered_otherwise(serve: Serve, tmp_path: Path) -> None:
    """Who registers wants this name: no other is taken for it."""
    server = await serve()
    async with client(server, "ada", tmp_path / "a"):
        asked = client(
            server, "Ada", tmp_path / "b", password=PASSWORD, register=True, take_suggestion=True
        )
        assert (await refused(asked)).code == "name_taken"


async def test_a_guest_registers_and_changes_its_password(serve: Serve, tmp_path: Path) -> None:
    """It stays the account that it was on this computer."""
    server = await serve(failed_login_delay_s=0.001)
    async with client(server, "ada", tmp_path / "a") as ada:
        account = ada.account
        await ada.set_password(PASSWORD)
        with pytest.raises(ChatError) as caught:
            await ada.set_password("battery staple", old="wrong guess")
        assert caught.value.code == "wrong_password"
        await ada.set_password("battery staple", old=PASSWORD)
    async with client(server, "ada", tmp_path / "b", password="battery staple") as again:
        assert again.account == account


async def test_a_colleague_comes_by_one_pasted_address(serve: Serve, tmp_path: Path) -> None:
    """It has the code in it; the owner's is that of the server's terminal."""
    server = await serve(access="invited")
    assert server.owner_invitation is not None
    async with client(server.owner_invitation, "boss", tmp_path / "boss") as boss:
        assert "code" not in boss.address
        await boss.create("garden", private=True)
        address = await boss.make_invitation(room="garden", uses=2)
        async with client(address, "ada", tmp_path / "ada") as ada:
            assert {"lobby", "garden"} <= ada.rooms.keys()
            assert [one.uses for one in await boss.invitations()] == [1]
        # The address without a code will do from then on, and so does the same one.
        for pasted in (server.address, address):
            async with client(pasted, "ada", tmp_path / "ada") as ada:
                assert ada.name == "ada"
        (left,) = await boss.invitations()
        await boss.uninvite(left.id)
        assert await boss.invitations() == ()
        assert (await refused(client(address, "ben", tmp_path / "ben"))).code == "not_invited"
    assert (await refused(client(server, "ben", tmp_path / "ben"))).code == "not_invited"


async def test_an_invitation_is_redeemed_by_address_or_code(serve: Serve, tmp_path: Path) -> None:
    """Whatever of it was pasted."""
    server = await serve()
    assert server.owner_invitation is not None
    async with (
        client(server.owner_invitation, "boss", tmp_path / "boss") as boss,
        client(server, "ada", tmp_path / "ada") as ada,
    ):
        for room, part in (("one", 0), ("two", -1)):
            await boss.create(room)
            address = await boss.make_invitation(room=room)
            await ada.redeem([address, *address.split("code=")][part])
            with pytest.raises(ChatError) as caught:
                await ada.redeem("no such code")
            assert caught.value.code == "bad_code"


async def test_who_was_signed_out_is_nobody_here_any_more(
    serve: Serve, tmp_path: Path, until: Until
) -> None:
    """The client ends, does not come back by itself, and its next start is another's."""
    server = await serve()
    async with client(server, "ada", tmp_path / "a", password=PASSWORD, register=True) as ada:
        phone = client(server, "ada", tmp_path / "b", password=PASSWORD, device="phone")
        await phone.start()
        (device,) = [one for one in await ada.devices() if one.label == "phone"]
        await ada.revoke(device.id)
        await until(lambda: phone.connection.phase == "closed")
        assert phone.connection.reason == "This device was signed out."
        await phone.close()
    assert (await refused(client(server, "ada", tmp_path / "b"))).code == "bad_credentials"
    assert (await refused(client(server, "ada", tmp_path / "b"))).code == "name_taken"


async def test_who_deletes_its_account_is_told(serve: Serve, tmp_path: Path, until: Until) -> None:
    """The answer comes first, then the end."""
    server = await serve()
    ada = client(server, "ada", tmp_path / "a", password=PASSWORD, register=True)
    await ada.start()
    await ada.unregister(password=PASSWORD)
    await until(lambda: ada.connection.phase == "closed")
    assert ada.connection.reason == "This account was deleted."
    await ada.close()
