"""Reaching a running server by its control socket."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest

from asynchat.doors.control import ControlSocket
from asynchat.messages import Kick, ListClients
from asynchat.upkeep.control import Control, new_id
from asynchat.upkeep.opening import UpkeepError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from asynchat.messages import Query, Write
    from tests.serving import Join, Serve

pytest_plugins = ["tests.serving"]


def asked(data: Path, request: Write | Query) -> Any:
    """Return the answer of the server of a directory."""
    with Control(data) as control:
        return control.ask(request)


async def test_a_request_is_answered(serve: Serve, join: Join) -> None:
    """A query by its answer, a refusal by its sentence."""
    server = await serve()
    await join(server, "ada")
    data = server._settings.data
    answer = await asyncio.to_thread(asked, data, ListClients(id=new_id()))
    assert [one.name for one in answer.clients] == ["ada"]
    with pytest.raises(UpkeepError, match="no room of that name"):
        await asyncio.to_thread(asked, data, Kick(id=new_id(), room="none", name="ada"))


def test_where_no_server_runs_a_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither an empty directory nor a socket that nobody listens on is a server."""
    with pytest.raises(UpkeepError, match="No server that you may steer runs in"):
        asked(tmp_path, ListClients(id="q"))
    (tmp_path / "control").mkdir()
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(tmp_path / "control" / "socket"))
    with pytest.raises(UpkeepError, match="refused"):
        asked(tmp_path, ListClients(id="q"))
    left.close()
    monkeypatch.delattr(socket, "AF_UNIX")
    with pytest.raises(UpkeepError, match="no Unix sockets"):
        asked(tmp_path, ListClients(id="q"))


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        (b"", "no server of this version"),
        (b"SSH-2.0-OpenSSH\n", "no server of ours"),
        (b'{"type":"pong","re":"x"}\n', "no server of this version"),
        (b'{"type":"error","re":null,"code":"server_full","text":"No room."}\n', "No room"),
    ],
)
async def test_whoever_else_answers_is_told_apart(
    tmp_path: Path, says: bytes, sentence: str
) -> None:
    """What is no server of ours ends in one sentence."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(says)
        writer.close()

    listening = ControlSocket(tmp_path)
    await listening.open(answer)  # type: ignore[arg-type]
    with pytest.raises(UpkeepError, match=sentence):
        await asyncio.to_thread(asked, tmp_path, ListClients(id="q"))
    listening.close()


@pytest.mark.parametrize("last", [b'{"type":"goodbye","reason":"shutdown"}\n', b""])
async def test_a_server_that_ends_meanwhile_is_told(tmp_path: Path, last: bytes) -> None:
    """Pings are answered while one waits; an end before the answer is one sentence."""
    heard: list[bytes] = []
    told = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(
            b'{"type":"welcome","version":1,"server":"s","you":{"account":"operator","name":null,'
            b'"role":"operator"},"token":"","cursor":"c","resumed":false,"rooms":[],"more":false,'
            b'"limits":{},"features":[]}\n{"type":"ping","id":"p1"}\n{"type":"unheard_of"}\n'
        )
        heard.append(await reader.readline())
        heard.append(await reader.readline())
        writer.write(last)
        writer.close()
        told.set()

    listening = ControlSocket(tmp_path)
    await listening.open(talk)  # type: ignore[arg-type]
    with pytest.raises(UpkeepError, match="ended before it had answered"):
        await asyncio.to_thread(asked, tmp_path, ListClients(id="q"))
    await told.wait()
    assert heard == [b'{"type":"clients","id":"q"}\n', b'{"type":"pong","re":"p1"}\n']
    listening.close()
