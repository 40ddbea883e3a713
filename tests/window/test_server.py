from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.errors import ChatError
from asynchat.window.live_preferences import LivePreferences
from asynchat.window.preferences import Known, PreferenceFile, Preferences
from asynchat.window.server import Server as Shown
from asynchat.window.servers import Servers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from asynchat.tasks import Tasks
    from asynchat.window.failures import Failures
    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.serving import Serve

pytest_plugins = ["tests.serving"]
pytestmark = pytest.mark.window


@pytest.fixture
async def make(look: Look, tmp_path: Path, tasks: Tasks, failures: Failures) -> AsyncIterator[Any]:
    """Return what makes a server of a window that has no other."""
    live = LivePreferences(PreferenceFile(tmp_path), Preferences(), tasks, failures.say)
    servers = Servers(
        look.root,
        look,
        live,
        failures,
        again=lambda _: None,
        ask_to_remove=lambda _: None,
        add=lambda: None,
    )
    made: list[Shown] = []

    def make(address: str, name: str = "ada") -> Shown:
        server = Shown(
            look.root,
            look,
            address=address,
            name=name,
            hosted=False,
            data=tmp_path / "data",
            preferences=live,
            program={},
            servers=servers,
        )
        made.append(server)
        return server

    yield make
    servers.quiet()
    for server in made:
        await server.close()
        server.destroy()


async def test_it_comes_in_and_shows_its_rooms(make: Any, serve: Serve, until: Until) -> None:
    """Once entered it has rooms, and what is kept of it leads back."""
    server = await serve()
    shown = make(server.address)
    await shown.enter()
    shown.open(None, shown=False)
    assert shown.known == Known(server.address, "ada")
    await until(lambda: shown.chat.session.on_view == "lobby")
    assert not shown.chat.shown


async def test_what_is_refused_is_raised_on_the_way_in(make: Any, serve: Serve) -> None:
    """A name that is taken is for the form to tell."""
    server = await serve()
    first = make(server.address, "ben")
    await first.enter()
    other = make(server.address, "BEN")
    other.client._entrance.identities._data = other.client._entrance.identities._data / "other"
    with pytest.raises(ChatError, match="Somebody else is called"):
        await other.enter()


async def test_a_refusal_after_a_last_visit_is_told_in_its_place(
    make: Any, serve: Serve, until: Until
) -> None:
    """Where it may not come in any more, its own banner says so, and nothing else does."""
    server = await serve()
    shown = make("asynchat://127.0.0.1:1?tls=no")
    await shown.begin()
    shown.open(None, shown=False)
    shown.client._link.end(ChatError("banned", "You are banned."))
    await until(lambda: shown.banner.text == "You are banned.")
    assert server.address
