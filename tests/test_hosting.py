"""Serving from inside a client."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from typing import TYPE_CHECKING

import pytest

from asynchat.address import parse_address
from asynchat.config import ADDRESS_FILE, Settings, default_data
from asynchat.errors import ChatError
from asynchat.hosting import Hosting, served_address
from asynchat.link.client import connect
from asynchat.server import Server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.plugins.waiting import Until


def hosting(data: Path | None, told: list[str] | None = None, port: int = 0) -> Hosting:
    tell = (told if told is not None else []).append
    return Hosting(data, tell, environment={"ASYNCHAT_PORT": str(port)})


async def test_the_first_hosts_and_the_next_joins(tmp_path: Path) -> None:
    """Who starts on a data directory that is served already gets that server's address."""
    first, second = hosting(tmp_path), hosting(tmp_path)
    address = await first.start()
    assert await second.start() == address
    assert await served_address(tmp_path) == address
    assert second.others() == 0
    await second.stop()
    await first.stop()
    assert await served_address(tmp_path) is None


async def test_two_that_start_at_once_meet_on_one_server(tmp_path: Path) -> None:
    """Of two that start at the same time one hosts, the other joins."""
    both = [hosting(tmp_path), hosting(tmp_path)]
    addresses = await asyncio.gather(*(one.start() for one in both))
    assert len(set(addresses)) == 1
    for one in both:
        await one.stop()


async def test_a_running_server_is_joined(tmp_path: Path) -> None:
    """Hosting on the directory of an asynchat-server joins that."""
    async with Server(Settings(data=tmp_path, port=0)) as server:
        guest = hosting(tmp_path)
        assert await guest.start() == server.address
        await guest.stop()


async def test_when_the_host_goes_another_takes_its_place(tmp_path: Path, until: Until) -> None:
    """Who had joined serves at the same address once the one who served has gone."""
    first, second = hosting(tmp_path), hosting(tmp_path)
    address = await first.start()
    await second.start()
    await first.stop()
    await until((tmp_path / ADDRESS_FILE).exists)
    assert await served_address(tmp_path) == address
    await second.stop()


async def test_a_stale_address_is_not_believed(tmp_path: Path) -> None:
    """An address that a killed server left is overwritten by the next."""
    (tmp_path / ADDRESS_FILE).write_text("asynchat://127.0.0.1:9?tls=no\n")
    one = hosting(tmp_path)
    address = await one.start()
    assert parse_address(address).port != 9
    assert await served_address(tmp_path) == address
    await one.stop()


@pytest.mark.parametrize("left", [b"", b"nonsense\n", b"\xff", b"asynchat://127.0.0.1:1?tls=no"])
async def test_an_address_where_nobody_answers_is_none(tmp_path: Path, left: bytes) -> None:
    """What is no address, or leads to nobody, is not taken for a server."""
    assert await served_address(tmp_path) is None
    (tmp_path / ADDRESS_FILE).write_bytes(left)
    assert await served_address(tmp_path) is None


async def test_a_port_in_use_is_told_and_a_free_one_taken(tmp_path: Path) -> None:
    """Where another program has the port, a free one is taken, and a sentence says so."""
    told: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        one = hosting(tmp_path, told, port=port)
        address = await one.start()
        assert told == [f"Port {port} is in use by another program; this server is at {address}"]
        await one.stop()


async def test_a_directory_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    """What stands in the way is told at once, in one sentence."""
    (tmp_path / "file").touch()
    one = hosting(tmp_path / "file")
    with pytest.raises(ChatError, match="is a file") as refused:
        await one.start()
    assert refused.value.code == "cannot_host"
    await one.stop()


async def test_a_setting_that_is_wrong_is_refused(tmp_path: Path) -> None:
    """The server's settings may stand in the environment; a wrong one is told."""
    one = Hosting(tmp_path, print, environment={"ASYNCHAT_PORT": "many"})
    with pytest.raises(ChatError, match=r"^Setting port not understood") as refused:
        await one.start()
    assert refused.value.code == "cannot_host"
    await one.stop()


async def test_the_default_is_the_directory_of_the_user(home: Path) -> None:
    """Without a directory the data is kept where the user's data belongs."""
    one = hosting(None)
    address = await one.start()
    assert home in default_data().parents
    assert await served_address(default_data()) == address
    await one.stop()


async def test_a_server_that_cannot_go_on_is_told_of(tmp_path: Path) -> None:
    """When the server inside fails, whoever waits for that learns why."""
    one = hosting(tmp_path)
    await one.start()
    assert one._server is not None
    one._server._failure = OSError("the disk is gone")
    one._server._failed.set()
    with pytest.raises(ChatError, match="the disk is gone"):
        await one.failed()
    await one.stop()


async def test_a_failure_nobody_waits_for_harms_nobody(tmp_path: Path, until: Until) -> None:
    """Who stops need not have asked whether it failed."""
    one = hosting(tmp_path)
    await one.start()
    assert one._server is not None
    one._server._failure = OSError("the disk is gone")
    one._server._failed.set()
    await until(one._failure.done)
    await one.stop()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
async def test_who_cannot_take_over_says_why(tmp_path: Path, until: Until) -> None:
    """Where the directory became unusable meanwhile, the one who joined tells it once."""
    told: list[str] = []
    first, second = hosting(tmp_path / "data"), hosting(tmp_path / "data", told)
    await first.start()
    await second.start()
    await first.stop()
    shutil.rmtree(tmp_path / "data" / "tls")
    for file in (tmp_path / "data").iterdir():
        file.unlink()
    (tmp_path / "data").rmdir()
    (tmp_path / "data").touch()
    await until(lambda: told)
    assert len(told) == 1
    assert "is a file" in told[0]
    await second.stop()


async def test_who_hosts_becomes_the_owner(tmp_path: Path) -> None:
    """The code is at hand for who serves here, until somebody has used it."""
    host = hosting(tmp_path)
    address = await host.start()
    code = host.owner_code()
    assert code is not None
    async with connect(address, name="ada", data=tmp_path / "ada", code=code) as ada:
        await ada.make_invitation()
        assert host.owner_code() is None
    await host.stop()
