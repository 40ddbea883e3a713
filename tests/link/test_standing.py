"""What a client tells of where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asynchat
from asynchat.link import notices

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.link.conftest import Enter
    from tests.serving import Serve


async def test_before_it_started_a_client_knows_little() -> None:
    """A client that was not started tells what was asked for, and nothing that it cannot know."""
    client = asynchat.connect("127.0.0.1?tls=no", name="ada")
    assert client.address == "asynchat://127.0.0.1:27742?tls=no"
    assert client.name == "ada"
    assert client.account is None
    assert client.latency_ms is None
    assert client.connection == notices.Connection("connecting")
    assert dict(client.rooms) == {}
    assert client.members("lobby") == ()
    assert client.online("lobby") == 0
    await client.close()


async def test_people_are_known_at_once(serve: Serve, tmp_path: Path) -> None:
    """Who has just come in knows who is there, in the lobby and in a room it has just joined."""
    server = await serve()
    async with asynchat.connect(server.address, name="ada", data=tmp_path / "a") as ada:
        await ada.create("den")
        async with asynchat.connect(server.address, name="ben", data=tmp_path / "b") as ben:
            assert sorted(person.name or "" for person in ben.members("lobby")) == ["ada", "ben"]
            await ben.join("den")
            assert sorted(person.name or "" for person in ben.members("den")) == ["ada", "ben"]


async def test_what_a_server_says_of_its_address_has_to_be_one(
    serve: Serve, enter: Enter, caplog: pytest.LogCaptureFixture
) -> None:
    """What is none is logged, and the address that led here is what others are told."""
    server = await serve()
    server._hub.visits.address = "http://nonsense"
    ada = await enter(server)
    assert ada.address_for_others == server.address
    assert "a wrong address of itself" in caplog.text
