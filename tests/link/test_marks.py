"""Marks on their way, and counts on theirs, between real clients and servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.link import notices
from asynchat.store.sqlite import SqliteStore
from tests.link.outboxes import NOWHERE
from tests.link.scripts import LIVE, LOBBY, read, welcome
from tests.link.seeing import listen

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

    from asynchat.link.client import Client
    from tests.link.conftest import Enter, Raw
    from tests.link.proxy import Proxy
    from tests.plugins.waiting import Until
    from tests.serving import Serve


def unread(client: Client, room: str = "lobby") -> tuple[int, int]:
    """Return how much is unread, and how often one is mentioned in it."""
    one = client.unread.get(room)
    return (-1, -1) if one is None else (one.unread, one.mentions)


async def test_two_devices_agree(serve: Serve, enter: Enter, until: Until, tmp_path: Path) -> None:
    """What one has read the other has, too, forward and back."""
    server = await serve()
    ben = await enter(server, "ben")
    ada, other = await enter(server, data=tmp_path / "1"), await enter(server, data=tmp_path / "1")
    assert ada.account == other.account
    said = [await ben.send("lobby", text) for text in ("one", "@ada", "@room")]
    await until(lambda: unread(ada) == unread(other) == (3, 2))
    heard = listen(other)
    ada.mark("lobby", said[-1].seq)
    assert unread(ada) == (0, 0)
    await until(lambda: unread(other) == (0, 0))
    assert notices.UnreadChanged("lobby") in heard
    other.mark("lobby", said[0].seq)
    await until(lambda: unread(ada) == unread(other) == (2, 2))
    assert ada.unread["lobby"].seq == said[0].seq
    ada.mark("nowhere", 5)
    assert "nowhere" not in ada.unread


async def test_what_was_said_while_away_is_told(
    serve: Serve, enter: Enter, until: Until, tmp_path: Path
) -> None:
    """Also in a direct room, after the server started anew, and for a device that is new."""
    server = await serve(store=SqliteStore(tmp_path / "log"))
    ben = await enter(server, "ben")
    ada = await enter(server, data=tmp_path / "1")
    room = (await ben.direct("ada")).room
    await until(lambda: room in ada.rooms)
    await ada.close()
    await ben.send(room, "are you there, @ada?")
    await ben.send(room, "well")
    await serve.stop(server)
    server = await serve(store=SqliteStore(tmp_path / "log"))
    again = await enter(server, data=tmp_path / "1")
    await until(lambda: unread(again, room) == (2, 1))
    assert unread(again) == (0, 0)


async def test_a_mark_survives_a_cut(
    serve: Serve, enter: Enter, proxy: Proxy, until: Until, tmp_path: Path
) -> None:
    """What was read without a connection is told once there is one."""
    server = await serve()
    proxy.lead_to(server)
    ben = await enter(server, "ben")
    ada = await enter(proxy, data=tmp_path / "1")
    seq = (await ben.send("lobby", "hello")).seq
    await until(lambda: unread(ada) == (1, 0))
    proxy.lead_to(NOWHERE)
    proxy.cut()
    await until(lambda: ada.connection.phase == "waiting")
    ada.mark("lobby", seq)
    assert unread(ada) == (0, 0)
    proxy.lead_to(server)
    await until(lambda: ada.connection.phase == "online")
    other = await enter(server, data=tmp_path / "1")
    await until(lambda: unread(other) == (0, 0))
    assert unread(ada) == (0, 0)


async def test_a_mark_that_was_under_way_goes_again(enter: Enter, raw: Raw, until: Until) -> None:
    """The connection was cut before the server had answered it."""
    marks: list[int] = []

    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(welcome(rooms=[LOBBY], resumed=bool(marks)) + LIVE)
        marks.append((await read(reader, "mark"))["seq"])
        if len(marks) > 1:
            await reader.read()

    client = await enter(await raw(cut))
    client.mark("lobby", 7)
    await until(lambda: len(marks) > 1)
    assert marks == [7, 7]


async def test_the_last_mark_goes_before_the_end(
    serve: Serve, enter: Enter, until: Until, tmp_path: Path
) -> None:
    """Marks wait for one another, but who leaves has told all of them."""
    server = await serve()
    ben = await enter(server, "ben")
    ada = await enter(server, data=tmp_path / "1", mark_every_s=1000)
    said = [await ben.send("lobby", "hello") for _ in range(3)]
    await until(lambda: unread(ada) == (3, 0))
    for one in said:
        ada.mark("lobby", one.seq)
    await ada.close()
    again = await enter(server, data=tmp_path / "1")
    await until(lambda: "lobby" in again.unread)
    assert again.unread["lobby"].seq == said[-1].seq


async def test_what_is_deleted_is_counted_anew(
    serve: Serve, enter: Enter, until: Until, tmp_path: Path
) -> None:
    """Also where the server had counted it before the stream."""
    server = await serve()
    ben = await enter(server, "ben")
    ada = await enter(server, data=tmp_path / "1")
    await ada.close()
    said = [await ben.send("lobby", text) for text in ("@ada", "two", "three")]
    again = await enter(server, data=tmp_path / "1")
    await until(lambda: unread(again) == (3, 1))
    await ben.redact("lobby", said[0].seq)
    await until(lambda: unread(again) == (2, 0))
    await ben.redact("lobby", said[1].seq)
    await until(lambda: unread(again) == (1, 0))


async def test_many_rooms_are_all_told(
    serve: Serve, enter: Enter, until: Until, tmp_path: Path
) -> None:
    """More than one answer takes."""
    server = await serve()
    ada = await enter(server, data=tmp_path / "1")
    for n in range(60):
        await ada.create(f"r{n}")
    again = await enter(server, data=tmp_path / "1")
    await until(lambda: len(again.unread) == 61)
