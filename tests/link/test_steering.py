"""Keeping order by the library, against a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.errors import ChatError
from asynchat.link.notices import Arrived, BlocksChanged, RoleChanged
from asynchat.messages import Left
from tests.link.seeing import listen

if TYPE_CHECKING:
    from tests.link.conftest import Enter
    from tests.plugins.waiting import Until
    from tests.serving import Operate, Serve


async def test_order_is_kept_in_a_room(
    serve: Serve, enter: Enter, operate: Operate, until: Until
) -> None:
    """A moderator appoints, shapes, mutes, bans and kicks; the roster follows the events."""
    server = await serve()
    ada, ben = await enter(server, "ada"), await enter(server, "ben")
    await ada.create("den")
    await until(lambda: "den" in ada.rooms)
    assert ada.rooms["den"].moderator
    assert [one.moderator for one in ada.members("den")] == [True]
    await ben.join("den")
    await until(lambda: len(ada.members("den")) == 2)
    assert not ben.rooms["den"].moderator
    await ada.set_role("moderator", "ben", room="den")
    await until(lambda: ben.rooms["den"].moderator)
    assert all(one.moderator for one in ben.members("den"))
    await ada.change_room("den", private=True, slow_s=5)
    await until(lambda: ben.rooms["den"].private)
    assert (ben.rooms["den"].slow_s, ben.rooms["den"].archived) == (5, False)
    operator = await operate(server)
    await operator.ask("role", room="den", name="ben", role="member")
    await until(lambda: not ben.rooms["den"].moderator)
    await ada.mute("ben", room="den", seconds=60, reason="loud")
    with pytest.raises(ChatError) as caught:
        await ben.send("den", "x")
    assert caught.value.code == "muted"
    assert caught.value.until is not None
    assert [one.kind for one in await ada.bans("den")] == ["mute"]
    await ada.unmute("ben", room="den")
    seq = (await ben.send("den", "fine")).seq
    await ben.report("den", seq, "my own")
    ((report,), more) = await ada.reports()
    assert (report.said, more) == ("fine", False)
    await ada.resolve(report.number, "done")
    assert await ada.reports() == ((), False)
    heard = listen(ben)
    await ada.kick("den", "ben", reason="bye")
    await until(lambda: "den" not in ben.rooms)
    (left,) = [one.event for one in heard if isinstance(one, Arrived)]
    assert isinstance(left, Left)
    assert (left.by_name, left.reason) == ("ada", "bye")
    await ada.ban("ben", room="den")
    await ada.unban("ben", room="den")
    await ada.invite("den", "ben")


async def test_a_server_is_overseen(
    serve: Serve, enter: Enter, operate: Operate, until: Until
) -> None:
    """An administrator learns of the role at once, and reads and acts by it."""
    server = await serve()
    ada, ben = await enter(server, "ada"), await enter(server, "ben")
    assert ada.role == "guest"
    notices = listen(ada)
    await (await operate(server)).ask("role", name="ada", role="admin")
    await until(lambda: ada.role == "admin")
    assert RoleChanged("admin") in notices
    clients = await ada.clients()
    assert sorted(str(one.name) for one in clients) == ["ada", "ben"]
    assert [one.name for one in (await ada.accounts("be"))[0]] == ["ben"]
    await ada.set_setting("welcome_text", "be kind")
    settings = {one.name: one for one in await ada.settings()}
    assert settings["welcome_text"].value == '"be kind"'
    await ada.set_role("member", "ben")
    assert (await ada.stats()).online == 2
    await ada.ban(address="192.0.2.0/24", reason="a flood")
    await ada.unban(address="192.0.2.0/24")
    assert await ada.bans() == ()
    await ada.mute("ben")
    await ada.unmute(account=ben.account)
    deeds, more = await ada.audit(limit=3)
    assert [one.action for one in deeds] == ["unmute", "mute", "unban"]
    assert more
    (session,) = [one.session for one in clients if one.name == "ben"]
    await ada.disconnect("ben", session=session, reason="update")
    await until(lambda: ben.connection.phase != "online")
    await ada.ban("ben", reason="see the rules")
    ben.retry_now()
    await until(lambda: ben.connection.phase == "closed")
    assert "see the rules" in (ben.connection.reason or "")


async def test_blocks_are_the_same_on_every_device(
    serve: Serve, enter: Enter, until: Until, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Each connection is told, and the next one knows from its welcome."""
    server = await serve()
    data = tmp_path_factory.mktemp("ada")
    ada = await enter(server, "ada", data=data)
    phone = await enter(server, "ada", data=data)
    ben = await enter(server, "ben")
    notices = listen(phone)
    await ada.block("ben")
    await until(lambda: phone.blocked == {ben.account})
    assert BlocksChanged() in notices
    assert [one.name for one in await ada.blocks()] == ["ben"]
    later = await enter(server, "ada", data=data)
    assert later.blocked == {ben.account}
    await later.unblock("ben")
    await until(lambda: not ada.blocked)
    assert not phone.blocked
