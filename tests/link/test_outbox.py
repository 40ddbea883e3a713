"""The outbox on disk, seen from the client: kept, sent again once, and told where it is not."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from asynchat.errors import ChatError
from asynchat.link import notices
from asynchat.link.client import Client
from asynchat.link.outbox_file import FILE
from asynchat.link.wire import LinkSettings
from asynchat.store.sqlite import SqliteStore
from tests.link.conftest import QUICK
from tests.link.outboxes import NOWHERE, close_unsent, file_of, kept_in, remembered_in
from tests.link.scripts import LIVE, LOBBY, frame, read, said, welcome
from tests.link.seeing import DEADLINE_S, listen, log_of

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from tests.link.conftest import Enter, Raw, StartTypist
    from tests.link.proxy import Proxy
    from tests.plugins.waiting import Until
    from tests.serving import Serve

# Killed


@pytest.mark.parametrize("arrives", [True, False], ids=["deaf", "away"])
async def test_what_was_typed_before_a_kill_is_sent_once(  # noqa: PLR0917 - fixtures
    serve: Serve,
    enter: Enter,
    proxy: Proxy,
    typist: StartTypist,
    tmp_path: Path,
    until: Until,
    arrives: bool,
) -> None:
    """Killed before an acknowledgement, a program's texts are sent by the next, once, in order;
    also where the server had them all along.
    """
    server = await serve()
    proxy.lead_to(server)
    ben = await enter(server, "ben")
    data = tmp_path / "me"
    typed = [f"line {number}" for number in range(20)]
    process = await typist(proxy, data, *typed)
    if arrives:
        proxy.deaf = True
    else:
        proxy.lead_to(NOWHERE)
        proxy.cut()
    assert process.stdin is not None
    process.stdin.write(b"now\n")
    path = file_of(data)
    await until(lambda: [text for text, _ in kept_in(path)] == typed)
    if arrives:
        while await log_of(ben) != typed:
            await asyncio.sleep(0.01)
    process.kill()
    await process.wait()
    assert await log_of(ben) == (typed if arrives else [])
    proxy.deaf = False
    proxy.lead_to(server)
    client = await enter(proxy, data=data, start=False)
    newer = client.post("lobby", "newer")
    await client.start(timeout_s=DEADLINE_S)
    await until(lambda: not client.outbox)
    assert await log_of(ben) == [*typed, "newer"]
    await until(lambda: kept_in(path) == [])
    assert newer.id not in {failed.entry.id for failed in client.failed}
    await client.close()
    await (await enter(server, data=data)).close()
    assert await log_of(ben) == [*typed, "newer"]


# Left politely


async def test_what_was_not_sent_is_there_before_the_network(
    serve: Serve, enter: Enter, proxy: Proxy, tmp_path: Path, until: Until
) -> None:
    """A client that is known at an address shows what it did not send while there is no server,
    and sends it under the same ids, before anything newer.
    """
    server = await serve()
    proxy.lead_to(server)
    ben = await enter(server, "ben")
    first = await enter(proxy, data=tmp_path / "me")
    heard = listen(first)
    entries = await close_unsent(proxy, first, "one", "two")
    assert not [notice for notice in heard if isinstance(notice, notices.Failed)]
    assert first.outbox == tuple(entries)
    again = await enter(proxy, data=tmp_path / "me", start=False)
    told = listen(again)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(again.start(timeout_s=DEADLINE_S))
        await until(lambda: again.connection.phase == "waiting")
        assert again.outbox == tuple(entries)
        assert [note.entry for note in told if isinstance(note, notices.Posted)] == entries
        again.post("lobby", "three")
        proxy.lead_to(server)
        again.retry_now()
    await until(lambda: not again.outbox)
    assert await log_of(ben) == ["one", "two", "three"]
    page = await ben.history("lobby", limit=3)
    assert [event.id for event in page.events][:2] == [entry.id for entry in entries]
    assert again.warning is None


async def test_what_was_not_sent_is_found_under_another_address(
    serve: Serve, enter: Enter, proxy: Proxy, tmp_path: Path, until: Until
) -> None:
    """Where only the welcome tells who we are, the outbox goes on after it, older texts first."""
    server = await serve()
    proxy.lead_to(server)
    first = await enter(proxy, data=tmp_path / "me")
    await close_unsent(proxy, first, "one")
    client = await enter(server, data=tmp_path / "me", start=False)
    client.post("lobby", "two")
    assert len(client.outbox) == 1
    await client.start(timeout_s=DEADLINE_S)
    await until(lambda: not client.outbox)
    assert await log_of(client) == ["one", "two"]
    await until(lambda: kept_in(file_of(tmp_path / "me")) == [])


async def test_a_first_outbox_has_what_was_posted_before_the_welcome(
    serve: Serve, enter: Enter, proxy: Proxy, tmp_path: Path, until: Until
) -> None:
    """A new guest's texts are kept as soon as it is known whose they are."""
    proxy.lead_to(await serve())
    client = await enter(proxy, data=tmp_path / "me", start=False)
    client.post("lobby", "early")
    assert not (tmp_path / "me" / "outbox").exists()
    proxy.deaf = True
    client.post("lobby", "late")
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(client.start(timeout_s=DEADLINE_S))
        await until(lambda: proxy.connections == 1)
        proxy.deaf = False
        proxy.cut()
    await until(lambda: not client.outbox)
    assert await log_of(client) == ["early", "late"]


async def test_awaited_texts_are_not_kept(
    serve: Serve, enter: Enter, proxy: Proxy, tmp_path: Path, until: Until
) -> None:
    """Who awaits `send` is told how it went: no later start says it once more."""
    server = await serve()
    proxy.lead_to(server)
    first = await enter(proxy, data=tmp_path / "me")
    proxy.lead_to(NOWHERE)
    proxy.cut()
    with pytest.raises(ChatError, match="acknowledge"):
        await first.send("lobby", "awaited", timeout_s=0.01)
    heard = listen(first)
    async with asyncio.TaskGroup() as tasks:
        sending = tasks.create_task(_refused(first.send("lobby", "awaited too")))
        await until(lambda: any(isinstance(notice, notices.Posted) for notice in heard))
        await first.close()
    assert sending.result() == "closed"
    assert first.failed == ()
    assert kept_in(file_of(tmp_path / "me")) == []


async def _refused(request: Awaitable[object]) -> str:
    try:
        await request
    except ChatError as error:
        return error.code
    return ""


async def test_without_data_nothing_is_on_disk(
    serve: Serve, enter: Enter, tmp_path: Path, until: Until
) -> None:
    """A client that is not to keep its outbox has none on disk, and fails what it did not send."""
    client = Client(
        (await serve()).address,
        name="ada",
        data=tmp_path / "me",
        keep_outbox=False,
        settings=LinkSettings(**QUICK),
    )
    assert not Client("127.0.0.1?tls=no").keeps_outbox
    assert Client("127.0.0.1?tls=no", data=tmp_path).keeps_outbox
    heard = listen(client)
    client.post("lobby", "lost")
    await client.start(timeout_s=DEADLINE_S)
    await until(lambda: not client.outbox)
    client.post("lobby", "lost")
    await client.close()
    assert not client.outbox
    assert not (tmp_path / "me" / "outbox").exists()
    assert isinstance(heard[-1], notices.Connection | notices.Failed)


# Failed


async def test_what_failed_stays_until_retried_or_discarded(
    serve: Serve, enter: Enter, tmp_path: Path, until: Until
) -> None:
    """A refused text is failed, with its sentence, also after a restart; it goes for good by
    retry, as a new one, or by discard.
    """
    server = await serve()
    client = await enter(server, data=tmp_path / "me")
    entries = [client.post("nowhere", "one"), client.post("nowhere", "two")]
    await until(lambda: len(client.failed) == 2)
    await client.close()
    again = await enter(server, data=tmp_path / "me", start=False)
    heard = listen(again)
    await again.start(timeout_s=DEADLINE_S)
    assert [failed.entry for failed in again.failed] == entries
    assert {failed.error.code for failed in again.failed} == {"no_such_room"}
    assert again.failed[0].error.text == "There is no room of that name."
    assert [notice for notice in heard if isinstance(notice, notices.Failed)] == [*again.failed]
    assert again.outbox == ()
    await again.create("nowhere")
    heard.clear()
    new = again.retry(entries[0].id)
    assert new.id != entries[0].id
    assert heard[:2] == [notices.Discarded(entries[0]), notices.Posted(new)]
    again.discard(entries[1].id)
    assert heard[-1] == notices.Discarded(entries[1])
    await until(lambda: not again.outbox)
    assert await log_of(again, "nowhere") == ["one"]
    assert again.failed == ()
    for gone in (again.retry, again.discard):
        with pytest.raises(ChatError, match="not one of those"):
            gone(entries[0].id)
    await again.close()
    assert kept_in(file_of(tmp_path / "me")) == []


async def test_a_retry_that_cannot_be_posted_leaves_it_failed(
    serve: Serve, enter: Enter, tmp_path: Path, until: Until
) -> None:
    """Where nothing can be posted any more, what failed stays as it is."""
    client = await enter(await serve(), data=tmp_path / "me")
    entry = client.post("nowhere", "one")
    await until(lambda: client.failed)
    await client.close()
    with pytest.raises(ChatError, match="closed"):
        client.retry(entry.id)
    assert [failed.entry for failed in client.failed] == [entry]


async def test_a_retry_replies_to_the_same(
    enter: Enter, raw: Raw, until: Until, tmp_path: Path
) -> None:
    """What a kept text replies to is kept with it."""
    says: list[dict[str, object]] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(welcome(rooms=[LOBBY]) + LIVE)
        while True:
            say = await read(reader, "say")
            says.append(say)
            if len(says) == 1:
                writer.write(frame("error", re=say["id"], code="forbidden", text="No."))
            else:
                writer.write(said(1, say["id"], text=say["text"]))

    address = await raw(talk)
    first = await enter(address, data=tmp_path / "me")
    path = file_of(tmp_path / "me")
    await first.close()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "INSERT INTO entries (id, room, text, time, reply_to) VALUES ('a', 'lobby', 'b', 1, 7)"
        )
    client = await enter(address, data=tmp_path / "me")
    await until(lambda: client.failed)
    client.retry("a")
    await until(lambda: not client.outbox)
    assert [say["reply_to"] for say in says] == [7, 7]


async def test_only_so_much_that_failed_is_kept(
    serve: Serve, enter: Enter, until: Until, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Of what failed the newest are kept; the log tells of the others."""
    client = await enter(await serve(), data=tmp_path / "me", failed_entries=2)
    entries = [client.post("nowhere", str(number)) for number in range(3)]
    await until(lambda: not client.outbox)
    assert [failed.entry for failed in client.failed] == entries[1:]
    assert "too much has failed" in caplog.text
    await client.close()
    assert [text for text, _ in kept_in(file_of(tmp_path / "me"))] == ["1", "2"]


async def test_an_event_settles_what_failed(
    enter: Enter, raw: Raw, until: Until, tmp_path: Path
) -> None:
    """A text that was given up, and turns out to be in the log, has not failed."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(welcome(rooms=[LOBBY]) + LIVE)
        say = await read(reader, "say")
        writer.write(frame("error", re=say["id"], code="read_only", text="Full."))
        await read(reader, "typing")
        writer.write(said(1, say["id"]))
        await reader.read()

    client = await enter(await raw(talk), data=tmp_path / "me")
    client.post("lobby", "hi")
    await until(lambda: client.failed)
    client.typing("lobby")
    await until(lambda: not client.failed)
    await client.close()
    assert kept_in(file_of(tmp_path / "me")) == []


# Other servers and accounts


async def test_an_outbox_goes_to_its_own_server_alone(
    serve: Serve, enter: Enter, proxy: Proxy, tmp_path: Path, until: Until
) -> None:
    """Where another server answers at the address, texts wait at home, and go when it is back;
    what had failed there is not shown here.
    """
    one, two = await serve(), await serve(data=tmp_path / "two")
    proxy.lead_to(one)
    data = tmp_path / "me"
    first = await enter(proxy, data=data)
    refused = first.post("nowhere", "refused")
    await until(lambda: first.failed)
    entries = await close_unsent(proxy, first, "a secret", "another")
    proxy.lead_to(two)
    client = await enter(proxy, data=data, start=False)
    heard = listen(client)
    await client.start(timeout_s=DEADLINE_S)
    assert not client.failed
    assert not client.outbox
    gone = [notice.entry for notice in heard if isinstance(notice, notices.Discarded)]
    assert gone == [*entries, refused]
    (told,) = (notice.text for notice in heard if isinstance(notice, notices.Told))
    assert told == (
        "Another server answers at this address now. Messages to the one before wait until that is"
        " back."
    )
    client.post("lobby", "hello")
    await until(lambda: not client.outbox)
    assert await log_of(client) == ["hello"]
    proxy.lead_to(one)
    proxy.cut()
    ben = await enter(one, "ben")
    await until(lambda: client.failed and client.connection.phase == "online")
    await until(lambda: not client.outbox)
    assert await log_of(ben) == ["a secret", "another"]
    assert {one.entry for one in client.failed} == {refused}
    await client.close()
    assert len(list((data / "outbox").iterdir())) == 2


async def test_what_waits_goes_along_to_a_new_account(
    enter: Enter, raw: Raw, tmp_path: Path, until: Until
) -> None:
    """Where the same server has us as another account, everything goes on as that one's."""
    count = 0
    says: list[str] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        count += 1
        hello = await read(reader)
        you = {"account": f"u{count}", "name": "ada", "role": "guest"}
        writer.write(welcome(you=you, token=hello["token"], resumed=True, rooms=[LOBBY]) + LIVE)
        if count == 1:
            say = await read(reader, "say")
            writer.write(frame("error", re=say["id"], code="forbidden", text="No."))
            await read(reader, "say")
            return
        says.append((await read(reader, "say"))["text"])
        await reader.read()

    data = tmp_path / "me"
    client = await enter(await raw(talk), data=data)
    client.post("lobby", "refused")
    client.post("lobby", "waits")
    await until(lambda: says == ["waits"])
    assert client.account == "u2"
    await client.close()
    kept = sorted(sorted(kept_in(path)) for path in (data / "outbox").glob("*/outbox.db"))
    assert kept == [[], [("refused", "forbidden"), ("waits", None)]]


async def test_after_a_reset_the_same_ids_go_on(
    serve: Serve, enter: Enter, proxy: Proxy, tmp_path: Path, until: Until
) -> None:
    """A server whose history is another one gets what was kept, under the ids it had."""
    store = tmp_path / "server"
    server = await serve(store=SqliteStore(store), data=store)
    proxy.lead_to(server)
    client = await enter(proxy, data=tmp_path / "me")
    await client.send("lobby", "before")
    proxy.lead_to(NOWHERE)
    proxy.cut()
    entry = client.post("lobby", "kept")
    path = file_of(tmp_path / "me")
    await until(lambda: kept_in(path) == [("kept", None)])
    await serve.stop(server)
    with closing(sqlite3.connect(store / "asynchat.db")) as db, db:
        db.execute("UPDATE epochs SET id = 'another' || id")
    heard = listen(client)
    proxy.lead_to(await serve(store=SqliteStore(store), data=store))
    client.retry_now()
    await until(lambda: not client.outbox)
    assert any(isinstance(notice, notices.WasReset) for notice in heard)
    assert (await client.history("lobby", limit=1)).events[0].id == entry.id
    await until(lambda: kept_in(path) == [])


# Forgotten


async def test_what_was_kept_of_an_account_is_removed(
    serve: Serve, enter: Enter, proxy: Proxy, tmp_path: Path
) -> None:
    """History, unsent texts, the token, under every name; another account's stays."""
    data = tmp_path / "me"
    proxy.lead_to(await serve())
    other = await enter(proxy, "ben", data=data, keep_history=True)
    await other.send("lobby", "mine stays")
    await other.close()
    stays = file_of(data)
    ada = await enter(proxy, "ada", data=data, keep_history=True)
    await ada.send("lobby", "secret")
    await ada.set_profile(name="eve")
    (gone,) = {path for path in (data / "outbox").glob(f"*/{FILE}") if path != stays}
    proxy.lead_to(NOWHERE)
    proxy.cut()
    ada.post("lobby", "not sent yet")
    await ada.forget()
    await ada.close()
    assert [path.name for path in gone.parent.iterdir()] == ["lock"]
    assert "mine stays" in remembered_in(stays)
    assert len(list((data / "identities").iterdir())) == 1
    before = ada.account
    proxy.lead_to(await serve())
    again = await enter(proxy, "eve", data=data)
    assert again.account != before
    assert await log_of(again) == []


async def test_only_its_holder_removes_a_file(serve: Serve, enter: Enter, tmp_path: Path) -> None:
    """A second client on the profile, which keeps nothing itself, leaves the first one's alone."""
    server, data = await serve(), tmp_path / "me"
    first = await enter(server, data=data)
    second = await enter(server, data=data)
    await second.forget()
    await second.close()
    assert file_of(data).exists()
    await first.send("lobby", "still here")


async def test_what_cannot_be_removed_is_told(
    serve: Serve, enter: Enter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the reason."""

    def refuse(path: Path, **_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    ada = await enter(await serve(), data=tmp_path / "me")
    heard = listen(ada)
    await ada.forget()
    monkeypatch.setattr(Path, "unlink", refuse)
    await ada.close()
    monkeypatch.undo()
    assert ada.warning == ("What was kept on this computer cannot be removed: Permission denied.")
    assert any(isinstance(notice, notices.Warned) for notice in heard)
