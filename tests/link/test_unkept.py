"""Outboxes that cannot be kept on disk: the chat goes on, and the person is told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from asynchat.link import notices, outbox_file
from tests.link.outboxes import NOWHERE, close_unsent, file_of, kept_in
from tests.link.seeing import DEADLINE_S, listen, log_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.link.conftest import Enter, StartTypist
    from tests.link.proxy import Proxy
    from tests.plugins.waiting import Until
    from tests.serving import Serve


async def test_a_second_client_keeps_nothing_and_says_so(
    serve: Serve, enter: Enter, proxy: Proxy, tmp_path: Path, until: Until
) -> None:
    """One process holds an outbox; another one of the same profile chats all the same, says
    what it lacks, and touches nothing.
    """
    proxy.lead_to(await serve())
    first = await enter(proxy, data=tmp_path / "me")
    second = await enter(proxy, data=tmp_path / "me", start=False)
    heard = listen(second)
    await second.start(timeout_s=DEADLINE_S)
    assert second.account == first.account
    assert second.warning is not None
    assert "Another window or program of yours" in second.warning
    assert [note for note in heard if isinstance(note, notices.Warned)] == [
        notices.Warned(second.warning)
    ]
    second.post("lobby", "from the second")
    await until(lambda: not second.outbox)
    second.post("nowhere", "refused")
    await until(lambda: second.failed)
    proxy.lead_to(NOWHERE)
    proxy.cut()
    lost = second.post("lobby", "lost with it")
    await second.close()
    assert heard[-2] == notices.Connection("closed")
    assert isinstance(heard[-1], notices.Failed)
    assert heard[-1].entry == lost
    assert kept_in(file_of(tmp_path / "me")) == []
    assert first.warning is None


async def test_a_second_process_is_told(
    serve: Serve,
    enter: Enter,
    proxy: Proxy,
    typist: StartTypist,
    tmp_path: Path,
) -> None:
    """The lock holds between processes, and a killed one lets go of it."""
    proxy.lead_to(await serve())
    process = await typist(proxy, tmp_path / "me")
    second = await enter(proxy, data=tmp_path / "me")
    assert second.warning is not None
    await second.close()
    process.kill()
    await process.wait()
    third = await enter(proxy, data=tmp_path / "me")
    assert third.warning is None


async def test_a_full_disk_costs_the_keeping_alone(
    serve: Serve, enter: Enter, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the disk has no room for a text it is sent nevertheless; the person is told once,
    and it is kept again when there is room.
    """
    monkeypatch.setattr(outbox_file, "MAX_BYTES", 8 * 4096)
    client = await enter(await serve(), data=tmp_path / "me")
    heard = listen(client)
    for _ in range(10):
        client.post("nowhere", "long " * 790)
    await until(lambda: client.warning is not None and not client.outbox)
    client.post("lobby", "hi")
    await until(lambda: not client.outbox)
    assert await log_of(client) == ["hi"]
    assert len(client.failed) == 10
    warned = [notice.text for notice in heard if isinstance(notice, notices.Warned)]
    assert warned == [
        "What you write is not kept on this computer until it is sent: the disk is full."
    ]
    for failed in client.failed:
        client.discard(failed.entry.id)
    client.post("lobby", "short")
    await until(lambda: client.warning is None)
    await client.close()
    assert kept_in(file_of(tmp_path / "me")) == []


async def test_what_came_while_a_write_failed_is_written(
    serve: Serve, enter: Enter, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text that fits is kept though the one before it did not, and was settled meanwhile."""
    monkeypatch.setattr(outbox_file, "MAX_BYTES", 8 * 4096)
    client = await enter(await serve(), data=tmp_path / "me")
    outbox = client._outbox
    outbox.put(notices.Entry("a", "lobby", "long " * 10_000, 1))
    outbox.forget("a")
    outbox.put(notices.Entry("b", "lobby", "short", 2))
    path = file_of(tmp_path / "me")
    await until(lambda: kept_in(path) == [("short", None)])


async def test_a_disk_that_stays_full_is_told_at_the_end(
    serve: Serve, enter: Enter, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not sent and has no room on disk fails when one leaves: nobody waits in vain."""
    monkeypatch.setattr(outbox_file, "MAX_BYTES", 8 * 4096)
    proxy.lead_to(await serve())
    client = await enter(proxy, data=tmp_path / "me")
    heard = listen(client)
    texts = ["long " * 790] * 10
    entries = await close_unsent(proxy, client, *texts)
    failed = [notice.entry for notice in heard if isinstance(notice, notices.Failed)]
    kept = kept_in(file_of(tmp_path / "me"))
    assert failed == entries[len(kept) :]
    assert client.outbox == tuple(entries[: len(kept)])
    assert client.warning is not None
    assert "the disk is full" in client.warning


@pytest.mark.allow_log_errors
async def test_what_cannot_be_written_at_all_is_told(
    serve: Serve, enter: Enter, tmp_path: Path, until: Until
) -> None:
    """An error of our own in keeping a text is logged, and the person is told."""
    client = await enter(await serve(), data=tmp_path / "me")
    client._outbox.put(notices.Entry("id", "lobby", "from the far future", 2**70))
    await until(lambda: client.warning is not None)
    assert client.warning is not None
    assert "the log says why" in client.warning
    client._outbox.forget("id")
    client.post("nowhere", "of today")
    await until(lambda: client.warning is None)
    assert kept_in(file_of(tmp_path / "me"))


async def test_a_place_that_cannot_be_written_costs_the_keeping_alone(
    serve: Serve, enter: Enter, tmp_path: Path
) -> None:
    """Where the data directory cannot be written the chat goes on, and says what it lacks."""
    (tmp_path / "file").write_bytes(b"")
    client = await enter(await serve(), data=tmp_path / "file")
    assert client.warning is not None
    assert client.warning.startswith("What you write is not kept on this computer until it is sent")
    client.post("lobby", "hi")
    assert (await client.send("lobby", "ho")).text == "ho"


async def test_a_disk_that_does_not_answer_stops_nobody(
    serve: Serve, enter: Enter, tmp_path: Path, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    """While another program holds the file, the chat goes on; when it lets go, so does the
    keeping, and closing waits only so long.
    """
    client = await enter(await serve(), data=tmp_path / "me", outbox_timeout_s=0.05)
    path = file_of(tmp_path / "me")
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        refused = client.post("nowhere", "refused")
        for number in range(100):
            client.post("lobby", str(number))
        await until(lambda: not client.outbox)
        assert await log_of(client) == [str(number) for number in range(100)]
        await client.close()
        assert "the disk does not answer" in caplog.text
        db.execute("COMMIT")
    await until(lambda: kept_in(path) == [("refused", "no_such_room")])
    assert [failed.entry for failed in client.failed] == [refused]


async def test_an_outbox_that_opens_too_late_is_not_used(
    serve: Serve, enter: Enter, tmp_path: Path
) -> None:
    """Where opening takes too long, the client goes on without, and says so."""
    client = await enter(await serve(), data=tmp_path / "me", outbox_timeout_s=0)
    assert client.warning is not None
    assert "does not answer" in client.warning
    assert (await client.send("lobby", "hi")).text == "hi"


async def test_a_damaged_outbox_is_put_aside(
    serve: Serve, enter: Enter, proxy: Proxy, tmp_path: Path, until: Until
) -> None:
    """A file that is no database any more costs what was in it, is kept beside, and is told."""
    server = await serve()
    proxy.lead_to(server)
    await close_unsent(proxy, await enter(proxy, data=tmp_path / "me"), "lost")
    path = file_of(tmp_path / "me")
    path.write_bytes(b"no database " * 1000)
    proxy.lead_to(server)
    client = await enter(proxy, data=tmp_path / "me")
    assert client.warning is not None
    (aside,) = path.parent.glob("damaged-*.db")
    assert str(aside) in client.warning
    assert aside.read_bytes().startswith(b"no database")
    client.post("nowhere", "kept")
    await until(lambda: kept_in(path) == [("kept", "no_such_room")])


async def test_what_no_frame_can_carry_has_failed(
    serve: Serve, enter: Enter, tmp_path: Path
) -> None:
    """A text in the file that could never be sent stops none of the others: it has failed."""
    server = await serve()
    first = await enter(server, data=tmp_path / "me")
    path = file_of(tmp_path / "me")
    await first.close()
    with closing(sqlite3.connect(path)) as db, db:
        db.executemany(
            "INSERT INTO entries (id, room, text, time) VALUES (?, 'lobby', ?, 1)",
            [("a", "long " * 100_000), ("b", "short")],
        )
    client = await enter(server, data=tmp_path / "me")
    assert [failed.entry.id for failed in client.failed] == ["a"]
    await client.send("lobby", "newer")
    assert await log_of(client) == ["short", "newer"]
