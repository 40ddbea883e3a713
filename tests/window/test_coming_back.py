from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.address import parse_address
from asynchat.link.client import Client
from asynchat.window.coming_back import place_of
from asynchat.window.preferences import Known, PreferenceFile, Preferences
from asynchat.window.widgets.server_dialog import ServerDialog
from tests.window.test_servers import addresses, ben, both, dialogs, one, ready, start, two

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.server import Server
    from tests.plugins.waiting import Until
    from tests.serving import Serve

pytest_plugins = ["tests.serving"]
pytestmark = pytest.mark.window
__all__ = ["ben", "one", "start", "two"]


def test_an_address_means_a_server_that_is_kept() -> None:
    """It is the one under that name, any where none is given, and none where it is no address."""
    kept = [Known("asynchat://a:1", "ada"), Known("asynchat://b:1", "ben")]
    assert place_of(kept, "asynchat://b:1", None) == 1
    assert place_of(kept, "asynchat://b:1", "ada") is None
    assert place_of(kept, "asynchat://b:none", None) is None


async def test_both_are_there_the_next_time(
    *, start: Any, until: Until, serve: Serve, tmp_path: Path, one: Server, two: Server, ben: Client
) -> None:
    """A start without an address comes back to both, also where one does not answer."""
    app = await both(start, until, one, two)
    await ben.send("lobby", "kept for later")
    await until(lambda: "kept for later" in app.chat.screen.transcript.shown)
    app.servers.nth(1)
    await until(lambda: app.preferences.now.server == 0)
    await app.end()
    await serve.stop(two)
    app = await start()
    await until(lambda: ready(app) and len(app.servers.all) == 2)
    assert app.connect_screen is None
    assert addresses(app) == [one.address, two.address]
    assert app.servers.on_view is app.servers.all[0]
    await until(lambda: app.servers.all[0].client.connection.phase == "online")
    assert app.servers.all[1].client.connection.phase != "online"
    app.servers.nth(2)
    await until(lambda: "kept for later" in app.chat.screen.transcript.shown)
    kept = PreferenceFile(tmp_path / "window").load()[0].servers
    assert kept == (Known(one.address, "ada"), Known(two.address, "ada"))


async def test_an_address_given_is_put_on_view(
    start: Any, until: Until, one: Server, two: Server, ben: Client
) -> None:
    """A known one is shown under the name it has there; a new one is added."""
    app = await start(one.address, "ada")
    await until(lambda: ready(app))
    app = await start(two.address, "eve")
    await until(lambda: len(app.servers.all) == 2 and ready(app))
    await until(lambda: app.servers.on_view.client.address == two.address)
    app = await start(one.address)
    await until(lambda: len(app.servers.all) == 2 and ready(app))
    assert app.servers.on_view.client.address == one.address
    assert not dialogs(app, ServerDialog)


async def test_a_disconnected_server_is_connected_again(
    start: Any, until: Until, one: Server, two: Server, ben: Client
) -> None:
    """Disconnect leaves it, and Try now comes back without the first screen, in its place."""
    app = await both(start, until, one, two)
    app.servers.nth(1)
    app.chat.commands.do("disconnect")
    await until(lambda: app.servers.column.tiles[0].trouble == "bad")
    app.chat.commands.do("reconnect")
    await until(lambda: app.servers.all[0].client.connection.phase == "online")
    assert addresses(app) == [one.address, two.address]
    assert app.servers.on_view is app.servers.all[0]
    await until(lambda: ready(app))
    app.chat.session.post("back")
    await until(lambda: "back" in app.chat.screen.transcript.shown)


async def test_closing_while_they_come_back_forgets_none(
    start: Any, until: Until, tmp_path: Path, one: Server, two: Server
) -> None:
    """A window that is closed before the last is there comes back to all of them."""
    known = [Known(one.address, "ada"), Known(two.address, "ada")]
    known += [Known(f"asynchat://127.0.0.1:{port}?tls=no", "ada") for port in (1, 2, 3)]
    file = PreferenceFile(tmp_path / "window")
    file.save(Preferences(servers=tuple(known), server=1))
    app = await start()
    await until(lambda: app.servers.all)
    app.ask_to_close()
    await app.end()
    assert len(app.servers.all) < len(known)
    chosen = file.load()[0]
    assert (chosen.servers, chosen.server) == (tuple(known), 1)


async def test_a_second_window_says_why_it_is_empty(
    *, start: Any, until: Until, serve: Serve, tmp_path: Path, one: Server
) -> None:
    """While the server is away and another window has what is kept, it says so; then it goes on."""
    app = await start(one.address, "ada")
    await until(lambda: ready(app))
    await app.end()
    data = tmp_path / "window"
    async with Client(one.address, name="ada", data=data, keep_outbox=True, keep_history=True):
        await serve.stop(one)
        app = await start()
        await until(lambda: app.chat is not None)
        blank = app.chat._blank
        await until(lambda: "Another window of yours has what is kept" in blank.said)
        await until(lambda: "nobody listens there" in blank.said)
        await until(blank.winfo_viewable)
        await serve(data=tmp_path / "one", port=parse_address(one.address).port)
        app.chat.session.client.retry_now()
        await until(lambda: ready(app))
        await until(lambda: not blank.said)
