"""Small pictures of what was sent."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from asynchat.errors import ChatError
from asynchat.link.transfer_wire import TransferWire
from tests.file_client import content_of
from tests.link.proxy import Trip
from tests.pictures import bomb, photograph, picture

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.link.client import Client
    from asynchat.messages import File
    from tests.link.conftest import Enter
    from tests.link.proxy import Proxy
    from tests.plugins.waiting import Until
    from tests.serving import Serve


async def sent(client: Client, folder: Path, data: bytes, name: str = "a.png") -> File:
    """Send a file and return it."""
    path = folder / name
    path.write_bytes(data)
    return await client.send_file(path, room="lobby").whole()


def noise(seed: int) -> bytes:
    """Return a picture that no encoding makes small."""
    made = BytesIO()
    Image.frombytes("RGB", (300, 300), content_of(270_000, seed)).save(made, "PNG")
    return made.getvalue()


async def refusal(client: Client, file: File) -> str:
    """Return the code with which a preview is refused."""
    with pytest.raises(ChatError) as caught:
        await client.preview(file)
    return caught.value.code


async def test_a_picture_has_a_preview(
    serve: Serve, enter: Enter, proxy: Proxy, tmp_path: Path
) -> None:
    """Many come over one connection; what was seen is kept, also for the next start."""
    server = await serve()
    proxy.lead_to(server)
    ada = await enter(proxy, data=tmp_path / "mine")
    files = [await sent(ada, tmp_path, picture(size=(900 + n, 600)), f"{n}.png") for n in range(3)]
    assert [(file.width, file.height, file.preview) for file in files] == [
        (900 + n, 600, True) for n in range(3)
    ]
    before = proxy.connections
    shown = [await ada.preview(file) for file in files]
    assert proxy.connections == before + 1
    for data in shown:
        with Image.open(BytesIO(data)) as image:
            assert max(image.size) == 512
    await ada.close()
    again = await enter(proxy, data=tmp_path / "mine")
    before = proxy.connections
    assert [await again.preview(file) for file in files] == shown
    assert proxy.connections == before


async def test_what_is_no_picture_has_no_preview(
    serve: Serve, enter: Enter, tmp_path: Path
) -> None:
    """Neither a text, nor one that only says it is a picture, nor a bomb."""
    ada = await enter(await serve())
    for data, name in ((b"hello", "a.txt"), (b"\x89PNG\r\n\x1a\nxx", "b.png"), (bomb(), "c.png")):
        file = await sent(ada, tmp_path, data, name)
        assert not file.preview
        assert await refusal(ada, file) == "no_such_file"


async def test_a_connection_that_was_closed_is_opened_anew(
    serve: Serve, enter: Enter, proxy: Proxy, tmp_path: Path
) -> None:
    """An idle one ends some day; where a new one breaks as well, it is told."""
    proxy.lead_to(await serve())
    ada = await enter(proxy)
    files = [await sent(ada, tmp_path, picture(size=(n, 9)), f"{n}.png") for n in (7, 8, 9)]
    await ada.preview(files[0])
    wire = ada._previews._wire
    assert wire is not None
    await wire.close()
    assert await ada.preview(files[1])
    proxy.trips += [Trip(down=10), Trip(down=10)]
    await ada._previews._drop()
    assert await refusal(ada, files[2]) == "cut"
    assert await ada.preview(files[2])


async def test_who_goes_away_in_the_midst_disturbs_nobody(
    serve: Serve, enter: Enter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes of a preview that nobody wants any more are not those of the next one."""
    ada = await enter(await serve(file_rate_bytes_per_s=900_000))
    first, second = [await sent(ada, tmp_path, noise(n), f"{n}.png") for n in (1, 2)]
    reading, read = asyncio.Event(), TransferWire.read

    async def told(wire: TransferWire, most: int) -> bytes:
        reading.set()
        return await read(wire, most)

    monkeypatch.setattr(TransferWire, "read", told)
    async with asyncio.TaskGroup() as group:
        asked = group.create_task(ada.preview(first))
        await reading.wait()
        asked.cancel()
    assert asked.cancelled()
    assert ada._previews._wire is None
    with Image.open(BytesIO(await ada.preview(second))) as image:
        assert image.size == (300, 300)


async def test_who_asks_while_the_client_closes_is_told(
    serve: Serve, enter: Enter, tmp_path: Path, until: Until
) -> None:
    """It ends with a sentence, and opens nothing anew."""
    ada = await enter(await serve(file_rate_bytes_per_s=900_000))
    file = await sent(ada, tmp_path, noise(1))
    async with asyncio.TaskGroup() as group:
        asked = group.create_task(refusal(ada, file))
        await until(lambda: ada._previews._wire is not None)
        await ada.close()
    assert asked.result() == "closed"
    assert ada._previews._wire is None


async def test_what_is_kept_has_a_bound(serve: Serve, enter: Enter, tmp_path: Path) -> None:
    """The oldest go first."""
    mine = tmp_path / "mine"
    ada = await enter(await serve(), data=mine, preview_cache_bytes=2_000)
    for n in range(8):
        await ada.preview(await sent(ada, tmp_path, picture(size=(9 + n, 9)), f"{n}.png"))
    kept = [path.stat().st_size for path in (mine / "previews").iterdir()]
    assert 0 < sum(kept) <= 2_000


async def test_where_nothing_can_be_kept_it_is_shown(
    serve: Serve, enter: Enter, tmp_path: Path
) -> None:
    """A preview that the disk does not take is fetched again the next time."""
    mine = tmp_path / "mine"
    ada = await enter(await serve(), data=mine)
    (mine / "previews").write_text("a file")
    file = await sent(ada, tmp_path, picture())
    assert await ada.preview(file) == await ada.preview(file)


async def test_a_picture_is_sent_without_what_it_tells(
    serve: Serve, enter: Enter, tmp_path: Path, until: Until
) -> None:
    """On request; the original stays as it is, and no copy is left."""
    ada = await enter(await serve(), data=tmp_path / "mine")
    path = tmp_path / "photo.jpg"
    path.write_bytes(photograph())
    file = await ada.send_file(path, room="lobby", strip=True).whole()
    assert file.name == "photo.jpg"
    fetched = ada.fetch_file(file, tmp_path / "got.jpg")
    await fetched.whole()
    assert b"Secret" not in fetched.path.read_bytes()
    assert path.read_bytes() == photograph()
    await until(lambda: not list((tmp_path / "mine").rglob("sending-*")))
    text = tmp_path / "a.txt"
    text.write_text("hello")
    with pytest.raises(ChatError) as caught:
        await ada.send_file(text, room="lobby", strip=True).whole()
    assert caught.value.code == "no_picture"
    await until(lambda: not list((tmp_path / "mine").rglob("sending-*")))
