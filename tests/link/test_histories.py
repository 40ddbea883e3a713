"""Servers that went back, and others in their place."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from asynchat.link import notices
from asynchat.messages import Said
from asynchat.store.sqlite import SqliteStore
from tests.link.scripts import LOBBY, frame, read, said, welcome
from tests.link.seeing import DEADLINE_S, is_right, listen

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

    from tests.link.conftest import Enter, Raw
    from tests.plugins.waiting import Until
    from tests.serving import Serve


async def test_a_restored_copy_is_a_reset(
    serve: Serve, enter: Enter, until: Until, tmp_path: Path
) -> None:
    """Where the server went back to an older copy, all is read afresh and the outbox goes on."""
    data = tmp_path / "server"
    server = await serve(store=SqliteStore(data), data=data)
    client = await enter(server)
    account = client.account
    port = int(server.address.partition("?")[0].rsplit(":", 1)[1])
    await client.send("lobby", "kept")
    await serve.stop(server)
    shutil.copytree(data, tmp_path / "copy")
    server = await serve(store=SqliteStore(data), data=data, port=port)
    await client.create("dev", topic="lost")
    await client.send("lobby", "lost")
    heard = listen(client)
    await serve.stop(server)
    shutil.rmtree(data)
    shutil.copytree(tmp_path / "copy", data)
    await until(lambda: client.connection.phase != "online")
    entry = client.post("lobby", "in the outbox")
    await serve(store=SqliteStore(data), data=data, port=port)
    client.retry_now()
    await until(lambda: not client.outbox)
    (reset,) = (notice for notice in heard if isinstance(notice, notices.WasReset))
    assert reset.reason
    assert heard.index(reset) < heard.index(
        next(notice for notice in heard if isinstance(notice, notices.Acknowledged))
    )
    assert client.account == account
    await until(lambda: set(client.rooms) == {"lobby"})
    page = await client.history("lobby")
    assert [event.text for event in page.events if isinstance(event, Said)] == [
        "kept",
        "in the outbox",
    ]
    assert page.events[-1].id == entry.id
    await is_right(client, until)


async def test_nothing_is_sent_before_the_reset(enter: Enter, raw: Raw) -> None:
    """After a welcome that did not resume, the outbox waits for the reset."""
    count = 0
    before: list[Any] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        count += 1
        writer.write(welcome(cursor=f"c{count}", rooms=[LOBBY]))
        if count == 1:
            await read(reader, "say")
            return
        # A ping of ours goes at once; what else goes before the pong of ours comes too early.
        writer.write(frame("ping", id="probe"))
        while (sent := await read(reader))["type"] != "pong":
            before.append(sent["type"])
        writer.write(frame("reset", cursor="c9", reason="Another history."))
        say = await read(reader, "say")
        writer.write(said(1, say["id"]))
        await reader.read()

    client = await enter(await raw(talk))
    event = await client.send("lobby", "hi", timeout_s=DEADLINE_S)
    assert event.seq == 1
    assert set(before) <= {"hello", "ping"}


async def test_a_new_server_gets_nothing_that_was_meant_for_the_old(
    serve: Serve, enter: Enter, until: Until, tmp_path: Path
) -> None:
    """Where a brand-new server answers, the outbox waits for the old one, which is told, and
    the client is the new one's guest.
    """
    server = await serve(data=tmp_path / "one")
    client = await enter(server)
    account = client.account
    await client.create("dev")
    port = int(server.address.partition("?")[0].rsplit(":", 1)[1])
    await serve.stop(server)
    heard = listen(client)
    await until(lambda: client.connection.phase != "online")
    entry = client.post("lobby", "a secret")
    new = await serve(data=tmp_path / "two", port=port)
    client.retry_now()
    await until(lambda: client.connection.phase == "online")
    await until(lambda: any(isinstance(notice, notices.WasReset) for notice in heard))
    assert notices.Discarded(entry) in heard
    (reset,) = (notice for notice in heard if isinstance(notice, notices.WasReset))
    assert reset.reason.startswith("Another server answers at this address now. A message to")
    assert not client.failed
    assert not client.outbox
    assert client.account != account
    assert client.name == "ada"
    assert (await client.send("lobby", "hello", timeout_s=DEADLINE_S)).account == client.account
    page = await (await enter(new, "ben")).history("lobby")
    assert [event.text for event in page.events if isinstance(event, Said)] == ["hello"]
    await is_right(client, until)


async def test_the_old_server_comes_back(
    serve: Serve, enter: Enter, until: Until, tmp_path: Path
) -> None:
    """Who was the guest of another server meanwhile is again who it was on the first."""
    store = tmp_path / "server"
    server = await serve(store=SqliteStore(store), data=store)
    client = await enter(server)
    account = client.account
    port = int(server.address.partition("?")[0].rsplit(":", 1)[1])
    await serve.stop(server)
    other = await serve(data=tmp_path / "other", port=port)
    client.retry_now()
    await until(lambda: client.account != account)
    await serve.stop(other)
    await serve(store=SqliteStore(store), data=store, port=port)
    client.retry_now()
    await until(lambda: client.account == account and client.connection.phase == "online")
    assert (await client.send("lobby", "back", timeout_s=DEADLINE_S)).sender == "ada"
