"""Files that a client sends and fetches: whole after any cut, restart or pause."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from asynchat.errors import ChatError
from asynchat.link.ids import new_id
from asynchat.link.local_files import part_of
from asynchat.messages import Discard
from asynchat.store.blobs import Blobs
from asynchat.store.sqlite import SqliteStore
from tests.link.moving import CONTENT, failure, heard, names, sent, within
from tests.link.proxy import Trip

if TYPE_CHECKING:
    from pathlib import Path

    from tests.link.conftest import Enter
    from tests.link.proxy import Proxy
    from tests.plugins.waiting import Until
    from tests.serving import Serve

both_ways = pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])


@both_ways
async def test_a_file_goes_over_and_comes_back(
    serve: Serve, enter: Enter, source: Path, folder: Path, until: Until
) -> None:
    """It is said with its caption once whole, and fetched under its name, byte for byte."""
    server = await serve()
    ada, ben = await enter(server, "ada"), await enter(server, "ben")
    said = heard(ben)
    transfer = ada.send_file(source, room="lobby", caption="look")
    assert list(ada.transfers) == [transfer]
    assert (transfer.direction, transfer.name, transfer.room) == ("up", "report.pdf", "lobby")
    file = await within(transfer)
    assert (transfer.state, transfer.done, transfer.size) == ("done", 1_500_000, 1_500_000)
    assert file.sha256 == sha256(CONTENT).hexdigest()
    await until(lambda: said)
    assert (said[0].text, said[0].file) == ("look", file)
    fetched = ben.fetch_file(file, folder)
    await within(fetched)
    assert (fetched.direction, fetched.path) == ("down", folder / "report.pdf")
    assert fetched.path.read_bytes() == CONTENT
    assert names(folder) == ["report.pdf"]


async def test_nothing_is_overwritten(
    serve: Serve, enter: Enter, source: Path, folder: Path
) -> None:
    """A name that is taken gets a number, and a path that was asked for does, too."""
    ada = await enter(await serve())
    file = await sent(ada, source)
    (folder / "report.pdf").write_bytes(b"mine")
    for name in ("report (2).pdf", "report (3).pdf"):
        transfer = ada.fetch_file(file, folder)
        await within(transfer)
        assert transfer.path.name == name
    named = ada.fetch_file(file.id, folder / "report.pdf")
    assert (await within(named)).sha256 == file.sha256
    assert named.path.name == "report (4).pdf"
    assert (folder / "report.pdf").read_bytes() == b"mine"


async def test_a_hostile_name_stays_in_the_folder(
    serve: Serve, enter: Enter, folder: Path, tmp_path: Path
) -> None:
    """What is on this computer's disk is called as it is safe here."""
    ada = await enter(await serve())
    odd = tmp_path / "x\u202egpj.exe"
    odd.write_bytes(b"MZ")
    file = await sent(ada, odd)
    assert file.name == "xgpj.exe"
    transfer = ada.fetch_file(file, folder)
    await within(transfer)
    assert transfer.path == folder / "xgpj.exe"
    assert not transfer.path.stat().st_mode & 0o111


async def test_a_person_gets_a_file_in_the_room_of_both(
    serve: Serve, enter: Enter, source: Path, until: Until
) -> None:
    """The room is made where there is none yet."""
    server = await serve()
    ada, ben = await enter(server, "ada"), await enter(server, "ben")
    said = heard(ben)
    transfer = ada.send_file(source, to="ben")
    await within(transfer)
    await until(lambda: said)
    assert said[0].room == transfer.room
    assert said[0].room.startswith("~")


@both_ways
async def test_cuts_up_lose_nothing(serve: Serve, enter: Enter, proxy: Proxy, source: Path) -> None:
    """However often the upload is cut, and wherever, it ends whole."""
    server = await serve()
    proxy.lead_to(server)
    ada = await enter(proxy)
    random = Random(7)
    proxy.trips += [Trip(up=random.randrange(1, 700_000)) for _ in range(6)]
    file = await sent(ada, source)
    assert not proxy.trips
    assert Blobs(server._settings.data).blob(file.sha256).read_bytes() == CONTENT


@both_ways
async def test_cuts_down_lose_nothing(
    serve: Serve, enter: Enter, proxy: Proxy, source: Path, folder: Path
) -> None:
    """However often the download is cut, and wherever, it ends whole."""
    proxy.lead_to(await serve())
    ada = await enter(proxy)
    file = await sent(ada, source)
    random = Random(8)
    proxy.trips += [Trip(down=random.randrange(1, 700_000)) for _ in range(6)]
    transfer = ada.fetch_file(file, folder)
    await within(transfer)
    assert not proxy.trips
    assert transfer.path.read_bytes() == CONTENT


async def test_a_cut_of_everything_loses_nothing(
    serve: Serve, enter: Enter, proxy: Proxy, source: Path, until: Until
) -> None:
    """Chat and files break together, and both come back."""
    proxy.lead_to(await serve(file_rate_bytes_per_s=6_000_000))
    ada = await enter(proxy)
    up = ada.send_file(source, room="lobby")
    for _ in range(2):
        was = up.done
        await until(lambda was=was: up.done > was)  # type: ignore[misc]
        proxy.cut()
    file = await within(up)
    down = ada.fetch_file(file, source.with_name("back"))
    await until(lambda: down.done > 0)
    proxy.cut()
    await within(down)
    assert down.path.read_bytes() == CONTENT


@both_ways
async def test_a_restart_of_the_server_loses_nothing(
    serve: Serve, enter: Enter, proxy: Proxy, source: Path, until: Until
) -> None:
    """What it had of an upload it still has."""
    data = source.with_name("server")
    slow = {"file_rate_bytes_per_s": 3_000_000, "data": data}
    server = await serve(store=SqliteStore(data), **slow)
    proxy.lead_to(server)
    ada = await enter(proxy)
    transfer = ada.send_file(source, room="lobby")
    await until(lambda: Blobs(data).begun(transfer.kept.begun or "none") > 0)
    await serve.stop(server)
    begun = Blobs(data).begun(transfer.kept.begun or "none")
    assert begun > 0
    proxy.lead_to(await serve(store=SqliteStore(data), data=data))
    proxy.carried_up = b""
    await within(transfer)
    assert len(proxy.carried_up) < len(CONTENT) - begun + 50_000


async def test_what_is_given_up_leaves_nothing(
    serve: Serve, enter: Enter, source: Path, folder: Path, until: Until
) -> None:
    """Neither here nor on the server, and it cannot be gone on with."""
    server = await serve(file_rate_bytes_per_s=2_000_000)
    ada = await enter(server)
    file = await sent(ada, source)
    up, down = ada.send_file(source, room="lobby"), ada.fetch_file(file, folder)
    await until(lambda: up.done > 0 and down.done > 0)
    begun = up.kept.begun or ""
    up.cancel()
    down.cancel()
    down.cancel()
    assert await failure(up) == await failure(down) == "cancelled"
    await until(lambda: not names(folder))

    async def gone() -> bool:
        return await server._hub._store.files.get(begun) is None

    while not await gone():
        await asyncio.sleep(0.01)
    up.resume()
    assert up.state == "cancelled"
    for transfer in ada.transfers:
        transfer.dismiss()
    assert len(ada.transfers) == 0


async def test_the_same_file_to_the_same_place_comes_once(
    serve: Serve, enter: Enter, source: Path, folder: Path
) -> None:
    """Asked for twice while it comes, it is one transfer."""
    ada = await enter(await serve())
    file = await sent(ada, source)
    first, second = ada.fetch_file(file, folder), ada.fetch_file(file, folder)
    assert first is second
    await within(first)
    assert names(folder) == ["report.pdf"]


async def test_what_is_refused_fails_with_its_sentence(
    serve: Serve, enter: Enter, source: Path, folder: Path, tmp_path: Path
) -> None:
    """A limit, a room, a person, a file that is not there: each says what it is."""
    ada = await enter(await serve(file_bytes=1000))
    assert await failure(ada.send_file(source, room="lobby")) == "file_too_big"
    small = tmp_path / "small"
    small.write_bytes(b"x")
    assert await failure(ada.send_file(small, room="nowhere")) == "no_such_room"
    assert await failure(ada.send_file(small, to="nobody")) == "no_such_person"
    assert await failure(ada.send_file(tmp_path / "none", room="lobby")) == "file_unusable"
    assert await failure(ada.send_file(tmp_path, room="lobby")) == "file_unusable"
    assert await failure(ada.fetch_file("nosuch", folder)) == "no_such_file"
    file = await sent(ada, small)
    assert await failure(ada.fetch_file(file, folder / "no" / "where")) == "file_unusable"
    for room, to in ((None, None), ("lobby", "ben")):
        with pytest.raises(ChatError):
            ada.send_file(small, room=room, to=to)


async def test_what_failed_can_be_tried_again(serve: Serve, enter: Enter, tmp_path: Path) -> None:
    """Once what stood in the way is gone."""
    ada = await enter(await serve())
    late = tmp_path / "late"
    transfer = ada.send_file(late, room="lobby")
    assert await failure(transfer) == "file_unusable"
    late.write_bytes(b"here")
    transfer.resume()
    assert (await within(transfer)).size == 4


async def test_many_transfers_wait_for_their_turn(serve: Serve, enter: Enter, source: Path) -> None:
    """So many at once move, and so many that are settled are listed."""
    ada = await enter(await serve(), transfers_at_once=2, transfers_listed=3)
    transfers = [ada.send_file(source, room="lobby") for _ in range(5)]
    await asyncio.gather(*map(within, transfers))
    last = ada.send_file(source, room="lobby")
    assert len(ada.transfers) == 5
    assert list(ada.transfers)[-1] is last
    await within(last)


async def test_a_part_that_is_gone_is_begun_anew(
    serve: Serve, enter: Enter, source: Path, until: Until
) -> None:
    """What the server did not keep while it was paused is sent again."""
    ada = await enter(await serve(file_rate_bytes_per_s=2_000_000))
    transfer = ada.send_file(source, room="lobby")
    await until(lambda: transfer.done > 0)
    transfer.pause()
    begun = transfer.kept.begun or ""
    await ada._ask(Discard(id=new_id(), file=begun))
    transfer.resume()
    assert (await within(transfer)).id != begun


@pytest.mark.parametrize("wrong", [b"x" * 1000, b"x" * (len(CONTENT) + 1)])
async def test_a_part_that_is_another_file_is_fetched_anew(
    serve: Serve, enter: Enter, source: Path, folder: Path, wrong: bytes
) -> None:
    """What lies where a part should be is compared with what was sent, and does no harm."""
    ada = await enter(await serve())
    file = await sent(ada, source)
    part_of(folder, file.id).write_bytes(wrong)
    transfer = ada.fetch_file(file, folder)
    await within(transfer)
    assert transfer.path.read_bytes() == CONTENT
    assert names(folder) == ["report.pdf"]


async def test_another_file_than_was_offered_is_not_fetched(
    serve: Serve, enter: Enter, source: Path, folder: Path
) -> None:
    """What the message said of a file is what comes, or nothing does."""
    ada = await enter(await serve())
    file = await sent(ada, source)
    other = replace(file, sha256="00" * 32)
    assert await failure(ada.fetch_file(other, folder)) == "bad_frame"
    bigger = replace(file, size=file.size + 1)
    assert await failure(ada.fetch_file(bigger, folder)) == "bad_frame"
    bigger_part = part_of(folder, bigger.id)
    assert not bigger_part.exists() or bigger_part.stat().st_size == 0


async def test_a_folder_and_a_path_in_it_get_a_file_each(
    serve: Serve, enter: Enter, source: Path, folder: Path
) -> None:
    """Fetched to both at once, neither is in the way of the other."""
    ada = await enter(await serve(file_rate_bytes_per_s=20_000_000))
    file = await sent(ada, source)
    targets = (folder, folder / "report.pdf", folder / "other.pdf")
    for transfer in [ada.fetch_file(file, target) for target in targets]:
        await within(transfer)
        assert transfer.path.read_bytes() == CONTENT
    assert names(folder) == ["other.pdf", "report (2).pdf", "report.pdf"]
