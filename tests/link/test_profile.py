"""Profiles, states and greetings through the client library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.errors import ChatError
from asynchat.link import notices

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.link.client import Client
    from asynchat.messages import Presence
    from tests.link.conftest import Enter
    from tests.link.proxy import Proxy
    from tests.plugins.waiting import Until
    from tests.serving import Serve

GIF = b"GIF89a" + b"x" * 20


def seen(client: Client, account: str | None) -> Presence:
    """Return how a client knows somebody to be."""
    return next(one for one in client.members("lobby") if one.account == account)


async def test_a_profile_reaches_those_who_know_one(
    serve: Serve, enter: Enter, until: Until
) -> None:
    """Display name, status, zone and picture come with presence; the picture is asked for."""
    server = await serve()
    ada, ben = await enter(server), await enter(server, "ben")
    await until(lambda: {"ada", "ben"} <= {one.name for one in ben.members("lobby")})
    await ada.set_profile(display="Ada L.", status="out", zone="Europe/London", picture=GIF)
    await until(lambda: seen(ben, ada.account).status == "out")
    known = seen(ben, ada.account)
    assert (known.display, known.zone, known.role) == ("Ada L.", "Europe/London", "guest")
    assert known.picture
    assert await ben.picture(known.account) == GIF
    await ada.set_profile(status="", picture=b"")
    await until(lambda: not seen(ben, ada.account).status)
    assert seen(ben, ada.account).display == "Ada L."
    assert await ben.picture(known.account) is None
    with pytest.raises(ChatError) as refused:
        await ada.set_profile(zone="no zone")
    assert refused.value.code == "bad_profile"


async def test_renaming_lasts(serve: Serve, enter: Enter, until: Until, tmp_path: Path) -> None:
    """Others see the new name at once; the next start goes by it, and so does one by the old."""
    server = await serve()
    data = tmp_path / "ada"
    ada, ben = await enter(server, data=data), await enter(server, "ben")
    account = ada.account
    await until(lambda: {"ada", "ben"} <= {one.name for one in ben.members("lobby")})
    with pytest.raises(ChatError) as refused:
        await ada.set_profile(name="Ben")
    assert (refused.value.code, ada.name) == ("name_taken", "ada")
    await ada.set_profile(name="Eve")
    assert ada.name == "Eve"
    await until(lambda: seen(ben, account).name == "Eve")
    assert (await ada.send("lobby", "hi")).sender == "Eve"
    await ada.close()
    again = await enter(server, "eve", data=data)
    assert again.account == account
    await again.close()
    # Who starts as always is still who one was, under the name one took.
    as_always = await enter(server, "ada", data=data)
    assert (as_always.account, as_always.name) == (account, "eve")
    other = await enter(server, "ada", data=tmp_path / "other")
    assert other.account != account
    await other.close()
    await as_always.set_profile(name="ada")
    await as_always.close()
    assert (await enter(server, "ada", data=data)).name == "ada"


async def test_a_name_that_cannot_be_kept_is_a_name_all_the_same(
    serve: Serve,
    enter: Enter,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Where the disk takes nothing one is renamed for this visit, and the log says so."""
    ada = await enter(await serve())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("asynchat.link.identities._write", full)
    await ada.set_profile(name="eve")
    assert ada.name == "eve"
    assert "cannot be kept for the next start" in caplog.text


async def test_a_state_is_said_again_after_a_cut(
    serve: Serve, enter: Enter, proxy: Proxy, until: Until
) -> None:
    """Before there is a connection, and over each one that comes, one is as one said."""
    server = await serve()
    proxy.lead_to(server.address)
    ben = await enter(server, "ben")
    ada = await enter(proxy, start=False)
    ada.set_state("busy")
    assert ada.state == "busy"
    await ada.start(timeout_s=10)
    await until(lambda: any(one.state == "busy" for one in ben.members("lobby")))
    ada.set_state("away")
    await until(lambda: seen(ben, ada.account).state == "away")
    proxy.cut()
    await until(lambda: ada.connection.phase != "online")
    await until(lambda: ada.connection.phase == "online")
    await until(lambda: seen(ben, ada.account).state == "away")
    with pytest.raises(ChatError):
        ada.set_state("offline")
    assert ada.state == "away"


async def test_the_greeting_is_told_once(
    serve: Serve, enter: Enter, proxy: Proxy, until: Until
) -> None:
    """The text of the welcome comes with the first one, and not again after a cut."""
    server = await serve(welcome_text="Be kind.")
    proxy.lead_to(server.address)
    ada = await enter(proxy, start=False)
    told: list[notices.Notice] = []
    ada.subscribe(told.append)
    await ada.start(timeout_s=10)
    proxy.cut()
    await until(lambda: ada.connection.phase != "online")
    await until(lambda: ada.connection.phase == "online")
    greetings = [one for one in told if isinstance(one, notices.Greeted)]
    assert greetings == [notices.Greeted("Be kind.")]
