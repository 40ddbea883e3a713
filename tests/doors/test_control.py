"""The control socket: for the server's own user, wherever the data is."""

from __future__ import annotations

import asyncio
import socket
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from asynchat.doors import control
from asynchat.doors.control import ControlSocket, NoControlError, reachable
from tests.raw_client import Ended, Wire

if TYPE_CHECKING:
    from pathlib import Path

    from tests.serving import Join, Operate, Serve

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs Unix sockets")


def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say who is there, and close."""
    writer.write(b"here\n")
    writer.close()


async def heard(data: Path) -> bytes:
    """Return what a socket says to whoever connects."""
    with reachable(data / "control") as path:
        reader, writer = await asyncio.open_unix_connection(path)
    line = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return line


async def test_only_its_own_user_comes_in(tmp_path: Path) -> None:
    """Neither the socket nor its directory is for anybody else; it is gone at the end."""
    one = ControlSocket(tmp_path)
    await one.open(greet)
    folder = tmp_path / "control"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "socket").stat().st_mode) == 0o600
    assert await heard(tmp_path) == b"here\n"
    one.close()
    assert not folder.exists()
    ControlSocket(tmp_path).close()  # never opened


async def test_what_a_killed_server_left_is_replaced(tmp_path: Path) -> None:
    """A stale socket, and a directory that was open to all, are put right."""
    folder = tmp_path / "control"
    folder.mkdir(mode=0o755)
    left = socket.socket(socket.AF_UNIX)
    with reachable(folder) as path:
        left.bind(path)
    left.close()
    one = ControlSocket(tmp_path)
    await one.open(greet)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert await heard(tmp_path) == b"here\n"
    one.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux names open folders")
async def test_a_long_path_is_no_obstacle(tmp_path: Path) -> None:
    """Where the path of the data is longer than a socket's may be, it is reached all the same."""
    data = tmp_path / ("deep" * 30)
    one = ControlSocket(data)
    await one.open(greet)
    assert await heard(data) == b"here\n"
    one.close()


async def test_where_it_cannot_be_one_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file in its way, a path too long, or a system without Unix sockets."""
    (tmp_path / "control").write_text("x", "ascii")
    with pytest.raises(NoControlError, match="do not reach this server"):
        await ControlSocket(tmp_path).open(greet)
    monkeypatch.setattr(control, "_OPEN_FOLDERS", tmp_path / "none")
    with pytest.raises(NoControlError, match="too long"):
        await ControlSocket(tmp_path / ("deep" * 30)).open(greet)
    monkeypatch.delattr(socket, "AF_UNIX")
    with pytest.raises(NoControlError, match="no Unix sockets"):
        await ControlSocket(tmp_path / "data").open(greet)


async def test_it_speaks_as_every_door_does(serve: Serve, operate: Operate) -> None:
    """The version is checked, and what is no frame ends the connection."""
    server = await serve()
    operator = await operate(server)
    assert (await operator.ask("ping"))["type"] == "pong"
    operator.send_bytes(b"not json\n")
    assert (await operator.rest())[-1]["code"] == "bad_frame"
    other = await Wire.open_control(server._settings.data)
    assert (await other.hello(None, version=9))["code"] == "bad_version"
    with pytest.raises(Ended):
        await other.frame()


async def test_what_makes_an_event_is_answered(serve: Serve, operate: Operate) -> None:
    """The operator is in no room, and is told that the event of a request is there."""
    server = await serve()
    wire = await operate(server)
    made = await wire.ask("create", room="den")
    assert made["type"] == "done"
    assert made["seq"] > 0


async def test_the_banned_and_the_many_do_not_shut_it(
    serve: Serve, join: Join, operate: Operate
) -> None:
    """Where the server has no room for another connection, its operator still comes in."""
    server = await serve(max_connections=1)
    await join(server, "ada")
    operator = await operate(server)
    assert (await operator.ask("ban", address="0.0.0.0/0"))["type"] == "done"
    again = await operate(server)
    assert (await again.ask("clients"))["clients"] == []


async def test_it_ends_with_the_server(serve: Serve, operate: Operate) -> None:
    """Whoever is there is told goodbye, and the socket is gone."""
    server = await serve()
    operator = await operate(server)
    await serve.stop(server)
    assert (await operator.rest())[-1]["reason"] == "shutdown"
    assert not (server._settings.data / "control" / "socket").exists()
