"""What is not kept of files."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from asynchat.hub import storage
from asynchat.store.blobs import Blobs
from tests.failing_store import FailingStore
from tests.file_client import begin, content_of, cut_all, download, say_file, ticket, upload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynchat.server import Server
    from tests.plugins.waiting import Until
    from tests.serving import Join, Serve

DAY_MS = 24 * 3600 * 1000


@pytest.fixture(autouse=True)
def cut(serve: Serve) -> Iterator[None]:
    """Cut transfer connections before servers stop."""
    yield
    cut_all()


def on_disk(server: Server) -> set[str]:
    """Return the names of what a server has on disk."""
    return {name for name, _ in Blobs(server._settings.data).names()}


def set_clock(server: Server, days: float) -> None:
    """Let so many days go by, for who looks after files."""
    server._hub.storage._now_ms = lambda: time.time_ns() // 1_000_000 + round(days * DAY_MS)


async def test_files_are_kept_for_so_long(serve: Serve, join: Join) -> None:
    """What was said goes by one age, what was not by another, and messages stay."""
    server = await serve(file_days=30, unsaid_file_days=2)
    ada = await join(server, "ada")
    said = await say_file(ada, server, content_of(10, 1))
    await upload(ada, server, content_of(10, 2))
    await ticket(ada, "c", 10)
    for days, left in ((1.99, 2), (2.01, 1), (29.99, 1), (30.01, 0)):
        set_clock(server, days)
        await server._hub.storage.sweep()
        assert len(on_disk(server)) == left
    assert await server._hub._store.files.taken(ada.account) == (
        await server._hub._store.files.taken("nobody")
    )
    assert await download(ada, server, said["file"]["id"]) == "no_such_file"
    page = await ada.ask("history", room="lobby")
    assert page["events"][-1]["file"] == said["file"]


async def test_without_an_age_what_was_said_stays(serve: Serve, join: Join) -> None:
    """As long as its message does."""
    server = await serve()
    ada = await join(server, "ada")
    said = await say_file(ada, server, b"abc")
    set_clock(server, 10_000)
    await server._hub.storage.sweep()
    assert await download(ada, server, said["file"]["id"]) == b"abc"


async def test_what_is_on_its_way_is_left_alone(serve: Serve, join: Join) -> None:
    """A file that is being sent right now is not too old, however slow it is."""
    server = await serve()
    ada = await join(server, "ada")
    given = await ticket(ada, "a", 5)
    wire = await begin(server, "store", given["ticket"])
    await wire.expect("ready")
    set_clock(server, 3)
    await server._hub.storage.sweep()
    assert on_disk(server) == {given["file"]}
    assert await server._hub._store.files.get(given["file"]) is not None


async def test_what_nobody_knows_is_removed(serve: Serve, until: Until) -> None:
    """Parts and files of which the store has no word are gone after the start."""
    server = await serve()
    part = Blobs(server._settings.data).part("left")
    part.close()
    await serve.stop(server)
    again = await serve()
    await until(lambda: not on_disk(again))


async def test_a_deletion_is_followed_soon(
    serve: Serve, join: Join, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to wait for the next pass."""
    monkeypatch.setattr(storage, "_PAUSE_S", 0.01)
    server = await serve()
    ada = await join(server, "ada")
    said = await say_file(ada, server, b"abc")
    await ada.ask("redact", room="lobby", about=said["seq"])
    await until(lambda: not on_disk(server))


async def test_it_passes_at_each_interval(serve: Serve, join: Join, until: Until) -> None:
    """Time alone makes files too old."""
    server = await serve(retention_interval_s=0.02)
    ada = await join(server, "ada")
    await upload(ada, server, b"abc")
    set_clock(server, 3)
    await until(lambda: not on_disk(server))


@pytest.mark.allow_log_errors
async def test_what_has_no_business_there_stops_nothing(serve: Serve) -> None:
    """What cannot be removed is passed over, and other folders are not looked into."""
    server = await serve()
    files = Blobs(server._settings.data).directory
    for odd in ("parts/a", "00/a", "mine"):
        (files / odd).mkdir(parents=True)
    (files / "mine" / "notes").write_text("not a file of a chat")
    for name in ("parts/b", "parts/z", "ff"):
        (files / name).write_text("nobody's")
    await server._hub.storage.sweep()
    assert not (files / "parts" / "b").exists()
    assert not (files / "parts" / "z").exists()
    assert (files / "mine" / "notes").exists()


@pytest.mark.allow_log_errors
async def test_what_cannot_be_removed_is_told_once(
    serve: Serve,
    join: Join,
    caplog: pytest.LogCaptureFixture,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A store that does not take it, or a disk that does not, is tried again."""
    store = FailingStore(tmp_path_factory.mktemp("store"))
    server = await serve(store=store)
    ada = await join(server, "ada")
    await upload(ada, server, b"abc")
    set_clock(server, 3)
    store.full = True
    await server._hub.storage.sweep()
    assert len(on_disk(server)) == 1
    store.full = False
    broken = Blobs(server._settings.data).directory / "parts" / "x"
    broken.mkdir()
    for _ in range(2):
        await server._hub.storage.sweep()
    assert caplog.text.count("could not be removed") == 1
    broken.rmdir()
    await server._hub.storage.sweep()
    assert on_disk(server) == set()
