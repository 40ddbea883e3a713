"""What is typed about one's account, without a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.config import left_owner_code
from asynchat.errors import ChatError
from asynchat.link.client import Client
from asynchat.terminal.accounts import SECRETS, check_secrets
from asynchat.terminal.commands import BY_NAME
from tests.terminal.talking import talking

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.plugins.waiting import Until
    from tests.terminal.conftest import Stage

PASSWORD = "correct horse"


async def test_a_guest_makes_itself_an_account(client: Callable[..., Client]) -> None:
    """Two different passwords change nothing; what is wrong is told in a sentence."""
    async with talking(client("ada")) as ada:
        assert await ada.call("password", None, "never had one", PASSWORD, PASSWORD) == [
            "* You have no password yet: register to make one."
        ]
        different = ["* Those were two different passwords; nothing was changed."]
        assert await ada.call("register", PASSWORD, "correct house") == different
        (told,) = await ada.call("register", PASSWORD, PASSWORD)
        assert "your name is yours for ever" in told
        assert await ada.call("password", None, PASSWORD, "x" * 9, PASSWORD) == different
        assert await ada.call("password", None, "wrong guess", "x" * 9, "x" * 9) == [
            "* That is not your password."
        ]


async def test_who_has_an_account_is_told_so(client: Callable[..., Client]) -> None:
    """Registering once more changes nothing, and says which command does."""
    async with talking(client("ada")) as ada:
        await ada.call("register", PASSWORD, PASSWORD)
        assert await ada.call("register", "x" * 9, "x" * 9) == [
            "* You have an account already; /password changes its password."
        ]


async def test_another_password_signs_the_other_devices_out(
    client: Callable[..., Client], stage: Stage, tmp_path: Path, until: Until
) -> None:
    """Unless they are kept."""
    async with talking(client("ada")) as ada:
        await ada.call("register", PASSWORD, PASSWORD)
        phone = Client(stage.address, name="ada", data=tmp_path / "phone", password=PASSWORD)
        async with phone:
            (told,) = await ada.call("password", "keep", PASSWORD, "x" * 9, "x" * 9)
            assert told.endswith("Your other devices stay signed in.")
            assert len(await phone.devices()) == 2
            (told,) = await ada.call("password", None, "x" * 9, PASSWORD, PASSWORD)
            assert told.endswith("Your other devices are signed out.")
            await until(lambda: phone.connection.phase == "closed")
        (told,) = await ada.call("password", "all", PASSWORD, PASSWORD, PASSWORD)
        assert told == "* It is /password, or /password keep."


async def test_devices_have_numbers(client: Callable[..., Client], until: Until) -> None:
    """What is signed out is named by the number that was shown."""
    async with talking(client("ada")) as ada:
        await ada.call("register", PASSWORD, PASSWORD)
        assert await ada.call("revoke", "1") == ["* /devices shows which numbers there are."]
        (row,) = await ada.call("devices")
        assert row.startswith("* 1: ")
        assert row.endswith(", this one")
        assert await ada.call("revoke", "2") == ["* /devices shows which numbers there are."]
        (told,) = await ada.call("revoke", "1")
        assert told.endswith("is signed out.")
        await until(lambda: ada.conversation.ended)


async def test_an_owner_invites(client: Callable[..., Client], tmp_path: Path) -> None:
    """The address is shown once, and what is open has numbers."""
    async with talking(client("ada")) as ada:
        assert await ada.call("invitation", None) == [
            "* Only the administrators of this server may do this."
        ]
        code = left_owner_code(tmp_path / "server") or left_owner_code(tmp_path)
        assert code is not None
        assert (await ada.call("redeem", code))[-1] == "* You are in."
        assert await ada.call("invitations") == ["* No invitation is open."]
        for count, whom in ((None, "one person"), ("3", "3 people")):
            told, address, only = await ada.call("invitation", count)
            assert "nobody reaches from another one" in only
            assert told == f"* This lets {whom} in. It is shown only now:"
            assert "code=" in address
        await ada.call("create", "garden", None)
        told, *_ = await ada.call("invitation", None)
        assert told == "* This lets one person in, into #garden. It is shown only now:"
        rows = await ada.call("invitations")
        assert [row.split(",")[0] for row in rows] == [
            "* 1: 1 as member",
            "* 2: 3 as member",
            "* 3: 1 as member",
        ]
        assert rows[2].endswith("by ada")
        assert await ada.call("uninvite", "2") == ["* The invitation is taken back."]
        assert len(await ada.call("invitations")) == 2


async def test_an_account_is_deleted_by_its_name(client: Callable[..., Client]) -> None:
    """Nobody deletes it by a slip of the keys."""
    async with talking(client("ada")) as ada:
        assert await ada.call("unregister", "ben", None, "") == [
            "* Say your own name, to be sure: /unregister NAME."
        ]
        assert await ada.call("unregister", "ada", "everything", "") == [
            "* It is /unregister NAME, or /unregister NAME blank."
        ]
        told = (await ada.call("unregister", "ada", "blank", ""))[0]
        assert told == "* Your account is deleted, and what this computer kept of it."


def test_a_new_password_is_checked_as_it_is_typed() -> None:
    """Before it is asked for again; the one there is may be of any length."""
    asked = SECRETS["password"]
    check_secrets(asked, ["old"])
    check_secrets(asked, ["old", PASSWORD])
    check_secrets(asked, ["old", PASSWORD, PASSWORD])
    check_secrets(SECRETS["unregister"], [""])
    for wrong in (["old", "short"], ["old", PASSWORD, "x" * 9]):
        with pytest.raises(ChatError) as caught:
            check_secrets(asked, wrong)
        assert caught.value.code == "bad_password"


def test_what_is_asked_for_is_not_typed() -> None:
    """No command takes a password as an argument."""
    assert SECRETS.keys() <= BY_NAME.keys()
    assert not [one for name in SECRETS for one in BY_NAME[name].takes if "PASS" in one.label]
