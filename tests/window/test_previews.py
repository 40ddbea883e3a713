from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from asynchat.errors import ChatError
from asynchat.link.client import Client
from asynchat.messages import File
from asynchat.window import previews
from asynchat.window.previews import Previews
from tests.window.files import a_picture

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from asynchat.server import Server
    from asynchat.tasks import Tasks
    from tests.plugins.waiting import Until

pytest_plugins = ["tests.serving", "tests.window.sharing"]

SIZE = (160, 160)


@pytest.fixture
async def ada(server: Server, tmp_path: Path) -> AsyncIterator[Client]:
    async with Client(server.address, name="ada", data=tmp_path / "ada") as client:
        yield client


async def sent(client: Client, tmp_path: Path, number: int) -> File:
    """Send a picture, and return it as the server tells of it."""
    path = tmp_path / f"{number}.png"
    path.write_bytes(a_picture(200 + number, 200))
    async with asyncio.timeout(20):
        return await client.send_file(path, room="lobby").whole()


async def test_a_picture_is_asked_for_once(
    ada: Client, tmp_path: Path, tasks: Tasks, until: Until
) -> None:
    """It comes small, as large as asked for, and is here the next time."""
    file = await sent(ada, tmp_path, 1)
    came: list[str] = []
    kept = Previews(ada, tasks, came.append, guarded=lambda call: call)
    assert kept.get(file, SIZE) is None
    await until(lambda: came == [file.id])
    image = kept.get(file, SIZE)
    assert image is not None
    assert image.size == SIZE
    assert came == [file.id]
    kept.close()


async def test_only_so_many_are_kept(
    ada: Client, tmp_path: Path, tasks: Tasks, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And only so many wait to be asked for, those on view last first."""
    monkeypatch.setattr(previews, "MAX_KEPT", 1)
    monkeypatch.setattr(previews, "MAX_WANTED", 2)
    files = [await sent(ada, tmp_path, number) for number in range(3)]
    came: list[str] = []
    kept = Previews(ada, tasks, came.append, guarded=lambda call: call)
    for file in files:
        assert kept.get(file, SIZE) is None
    await until(lambda: len(came) == 2)
    assert came == [files[2].id, files[1].id]
    assert kept.get(files[1], SIZE) is not None
    kept.close()


async def test_one_that_is_not_there_is_not_asked_for_again(
    ada: Client, tasks: Tasks, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the connection is another one."""
    none = File(id="none", name="a.png", size=1, type="image/png", sha256="0", preview=True)
    came: list[str] = []
    kept = Previews(ada, tasks, came.append, guarded=lambda call: call)
    asked: list[str] = []

    async def refused(file: File) -> bytes:
        asked.append(file.id)
        raise ChatError("no_such_file")

    monkeypatch.setattr(ada, "preview", refused)
    assert kept.get(none, SIZE) is None
    await until(lambda: none.id in kept._bad)
    assert kept.get(none, SIZE) is None
    assert asked == ["none"]
    kept._notice(ada.connection)
    assert kept.get(none, SIZE) is None
    await until(lambda: asked == ["none", "none"])
    assert came == []
    kept.close()
