"""What of files on their way the next start goes on with, and that nothing else is left behind."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.errors import ChatError
from asynchat.link import transfers
from asynchat.link.client import Client
from tests.link.moving import CONTENT, failure, heard, names, sent, within
from tests.pictures import photograph

if TYPE_CHECKING:
    from pathlib import Path

    from tests.link.conftest import Enter
    from tests.link.proxy import Proxy
    from tests.plugins.waiting import Until
    from tests.serving import Serve

NOWHERE = "asynchat://127.0.0.1:1?tls=no"


def copies(mine: Path) -> list[str]:
    """Return the copies of pictures that are there."""
    return [path.name for path in mine.rglob("sending-*")]


async def test_a_restart_of_the_client_goes_on(
    serve: Serve, enter: Enter, source: Path, folder: Path, until: Until
) -> None:
    """What was under way, or paused, is there after the next start, both ways."""
    server = await serve(file_rate_bytes_per_s=1_000_000)
    mine = source.with_name("mine")
    ada = await enter(server, data=mine)
    file = await sent(ada, source)
    up, down = ada.send_file(source, room="lobby"), ada.fetch_file(file, folder)
    held = ada.fetch_file(file, folder / "held.pdf")
    held.pause()
    await until(lambda: up.done > 0 and down.done > 0)
    begun = up.kept.begun
    await ada.close()
    with pytest.raises(ChatError) as caught:
        await up.whole()
    assert caught.value.code == "closed"
    again = await enter(server, data=mine)
    await until(lambda: len(again.transfers) == 3)
    up, down, held = again.transfers
    assert up.kept.begun == begun
    await within(up)
    await within(down)
    assert down.path.read_bytes() == CONTENT
    assert held.state == "paused"
    held.resume()
    await within(held)
    assert held.path.read_bytes() == CONTENT
    await again.close()
    last = await enter(server, data=mine)
    await last.history("lobby")
    assert len(last.transfers) == 0


async def test_what_is_sent_offline_goes_at_a_later_start(
    serve: Serve, enter: Enter, proxy: Proxy, source: Path, until: Until
) -> None:
    """However soon the client is closed again, and however often."""
    server = await serve()
    proxy.lead_to(server)
    mine = source.with_name("mine")
    await (await enter(proxy, data=mine)).close()
    proxy.lead_to(NOWHERE)
    for caption in ("one", "two"):
        away = await enter(proxy, data=mine, start=False)
        await away.begin()
        away.send_file(source, room="lobby", caption=caption)
        await away.close()
    proxy.lead_to(server)
    ben = await enter(server, "ben")
    said = heard(ben)
    ada = await enter(proxy, data=mine)
    await until(lambda: [one.state for one in ada.transfers] == ["done", "done"])
    await until(lambda: sorted(event.text for event in said) == ["one", "two"])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is Unicode")
async def test_a_name_that_is_no_text_is_kept_too(
    serve: Serve, enter: Enter, source: Path, until: Until
) -> None:
    """Old disks have names in other encodings: they go on after a start, and stop nothing."""
    server = await serve(file_rate_bytes_per_s=2_000_000)
    mine = source.with_name("mine")
    odd = source.rename(source.with_name("caf\udce9.pdf"))
    ada = await enter(server, data=mine)
    ada.send_file(odd, room="lobby").pause()
    await ada.close()
    again = await enter(server, data=mine)
    await until(lambda: len(again.transfers) == 1)
    (transfer,) = again.transfers
    assert transfer.path == odd
    transfer.resume()
    assert (await within(transfer)).name == "caf_.pdf"


async def slowly_failed(client: Client, folder: Path, source: Path, until: Until) -> Any:
    """Fetch some of a file that is deleted meanwhile; return its transfer, which failed."""
    file = await sent(client, source)
    transfer = client.fetch_file(file, folder)
    await until(lambda: transfer.done > 0)
    transfer.pause()
    assert names(folder)
    page = await client.history("lobby")
    await client.redact("lobby", page.events[-1].seq)
    transfer.resume()
    assert await failure(transfer) == "no_such_file"
    return transfer


async def test_a_failed_download_that_is_dismissed_leaves_nothing(
    serve: Serve, enter: Enter, source: Path, folder: Path, until: Until
) -> None:
    """Neither on the disk, nor in memory, and it cannot be gone on with."""
    ada = await enter(await serve(file_rate_bytes_per_s=2_000_000))
    transfer = await slowly_failed(ada, folder, source, until)
    for one in ada.transfers:
        one.dismiss()
    await until(lambda: not names(folder))
    assert not ada.transfers._told_at
    transfer.resume()
    assert transfer.state == "failed"


async def test_a_failed_download_leaves_nothing_when_the_client_closes(
    serve: Serve, enter: Enter, source: Path, folder: Path, until: Until
) -> None:
    """The next start does not go on with it."""
    ada = await enter(await serve(file_rate_bytes_per_s=2_000_000))
    await slowly_failed(ada, folder, source, until)
    await ada.close()
    assert not names(folder)


async def test_a_failed_upload_that_is_dismissed_is_given_up(
    serve: Serve, enter: Enter, source: Path, until: Until
) -> None:
    """The room that it took on the server is free again."""
    server = await serve(file_rate_bytes_per_s=2_000_000)
    ada = await enter(server)
    transfer = ada.send_file(source, room="lobby")
    await until(lambda: transfer.done > 0)
    begun = transfer.kept.begun or ""
    source.write_bytes(CONTENT[::-1])
    assert await failure(transfer) == "file_changed"
    transfer.dismiss()
    while await server._hub._store.files.get(begun) is not None:
        await asyncio.sleep(0.01)


async def test_copies_of_pictures_do_not_stay(
    serve: Serve, enter: Enter, tmp_path: Path, until: Until
) -> None:
    """What failed leaves none when the client closes."""
    mine, path = tmp_path / "mine", tmp_path / "photo.jpg"
    path.write_bytes(photograph())
    server = await serve(file_bytes=len(photograph()) // 100)
    ada = await enter(server, data=mine)
    assert await failure(ada.send_file(path, room="lobby", strip=True)) == "file_too_big"
    assert len(copies(mine)) == 1
    await ada.close()
    assert not copies(mine)


async def test_a_copy_that_nothing_goes_on_with_is_removed_at_a_start(
    serve: Serve, enter: Enter, tmp_path: Path, until: Until
) -> None:
    """A kill may leave one; that of what is on its way is sent."""
    mine, path = tmp_path / "mine", tmp_path / "photo.jpg"
    path.write_bytes(photograph())
    server = await serve(file_rate_bytes_per_s=1)
    ada = await enter(server, data=mine)
    transfer = ada.send_file(path, room="lobby", strip=True)
    await until(lambda: transfer.kept.begun is not None and transfer.state == "moving")
    transfer.pause()
    await ada.close()
    (kept,) = mine.rglob("sending-*")
    stray = kept.with_name("sending-stray")
    stray.touch()
    again = await enter(server, data=mine)
    await until(lambda: len(again.transfers) == 1 and not stray.exists())
    assert kept.exists()


async def test_without_an_outbox_no_copy_stays(
    serve: Serve, enter: Enter, tmp_path: Path, until: Until
) -> None:
    """What goes on nowhere needs none."""
    path = tmp_path / "photo.jpg"
    path.write_bytes(photograph())
    server = await serve()
    client = Client(server.address, name="ada", data=tmp_path / "mine", keep_outbox=False)
    async with client:
        transfer = client.send_file(path, to="nobody", strip=True)
        assert await failure(transfer) == "no_such_person"
        transfer = client.send_file(path, room="lobby", strip=True)
        await until(lambda: transfer.kept.copy is not None)
        copy = transfer.kept.copy
        assert copy is not None
    assert not copy.exists()


@pytest.mark.allow_log_errors
async def test_a_fault_of_the_client_ends_a_transfer(
    enter: Enter,
    serve: Serve,
    source: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nobody waits for it for ever, and the log tells what it was."""

    async def upload(*_: Any) -> None:
        raise RuntimeError("a fault")

    ada = await enter(await serve())
    monkeypatch.setattr(transfers, "upload", upload)
    assert await failure(ada.send_file(source, room="lobby")) == "own_error"
    assert "a fault" in caplog.text


async def test_whoever_waits_is_told_however_the_client_closes(
    enter: Enter, serve: Serve, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where what is on its way cannot be kept."""

    def save(*_: Any) -> None:
        raise RuntimeError("a fault")

    ada = await enter(await serve(file_rate_bytes_per_s=1_000_000), data=source.with_name("mine"))
    transfer = ada.send_file(source, room="lobby")
    transfer.pause()
    with monkeypatch.context() as patch:
        patch.setattr(transfers, "save", save)
        with pytest.raises(RuntimeError):
            await ada._transfers.close()
    assert await failure(transfer) == "closed"
