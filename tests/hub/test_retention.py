"""When what was said is removed, of which rooms, and what nobody must miss of it."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.chat.state import OPEN, Interval
from asynchat.config import RoomRetention, Settings
from asynchat.doors.native import StreamWire
from asynchat.hub.retention import Retention
from asynchat.messages import LOBBY, decode_event
from asynchat.server import CannotServeError
from asynchat.store.interface import Keep, StoreLostError
from asynchat.store.memory import MemoryStore
from asynchat.store.sqlite import SqliteStore
from asynchat.tasks import Tasks
from tests.contracts.drafts import TIME, created, said
from tests.failing_store import FailingStore

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.store.interface import Store
    from tests.plugins.waiting import Until
    from tests.serving import Connect, Join, Serve

DAY = 24 * 60 * 60 * 1000
NOW = TIME + 100 * DAY
FOR_EVER = RoomRetention(days=0)


def clockwork(store: Store, *, shown: int = OPEN, **settings: Any) -> Retention:
    """Return the clockwork of a store with a lobby and a den."""
    return Retention(
        store,
        Settings(**settings),
        rooms=lambda: [LOBBY, "den"],
        shown=lambda: shown,
        now_ms=lambda: NOW,
    )


async def seqs(store: Store, room: str = LOBBY) -> list[int]:
    """Return the seqs of what is left of a room."""
    part = await store.read([(room, Interval(0))], max_events=999, max_bytes=10**6)
    return [decode_event(frame).seq for frame in part.frames]


@pytest.fixture
async def store() -> MemoryStore:
    """Give a store with one old and one new event in each of two rooms."""
    store = MemoryStore()
    await store.append([created("den")])
    await store.append([said(time=TIME), said(time=TIME, room="den")])
    await store.append([said(time=NOW - DAY), said(time=NOW), said(time=NOW, room="den")])
    return store


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, Keep()),
        ({"retention_days": 2}, Keep(age_ms=2 * DAY)),
        ({"retention_days": 0.5, "retention_bytes": 7}, Keep(age_ms=DAY // 2, size=7)),
        ({"retention_days": 1e-12}, Keep(age_ms=1)),
        ({"retention_days": 2, "retention": {"den": RoomRetention(days=1)}}, Keep(age_ms=2 * DAY)),
        (
            {"retention_bytes": 9, "retention": {LOBBY: RoomRetention(days=1)}},
            Keep(age_ms=DAY, size=9),
        ),
        (
            {
                "retention_days": 2,
                "retention_bytes": 9,
                "retention": {LOBBY: RoomRetention(days=0)},
            },
            Keep(size=9),
        ),
        ({"retention_bytes": 9, "retention": {LOBBY: RoomRetention(bytes=0)}}, Keep()),
    ],
)
def test_a_room_is_kept_as_the_settings_say(settings: dict[str, Any], expected: Keep) -> None:
    """What a room's own table says goes before what is for all, and 0 is for ever."""
    assert clockwork(MemoryStore(), **settings).keep(LOBBY) == expected


async def test_nothing_is_removed_before_it_is_asked_for(
    store: MemoryStore,
) -> None:
    """Off by default; what is set while it runs holds at once, other settings are none of it."""
    clock, tasks = clockwork(store), Tasks()
    tasks.spawn(clock.run(), name="retention")
    clock.change(Settings(message_burst=7))
    await asyncio.sleep(0)
    assert await seqs(store) == [2, 4, 5]
    clock.change(Settings(retention_days=30))
    async with asyncio.timeout(10):
        while await seqs(store) != [4, 5]:
            await asyncio.sleep(0)
    await tasks.cancel()


async def test_each_room_is_cleaned_as_its_own_settings_say(
    store: MemoryStore, caplog: pytest.LogCaptureFixture
) -> None:
    """What was removed is in the log: how many events of which room, and up to where."""
    caplog.set_level(logging.INFO)
    retention = {"den": RoomRetention(days=0)}
    await clockwork(store, retention_days=30, retention=retention).sweep()
    assert await seqs(store) == [4, 5]
    assert await seqs(store, "den") == [1, 3, 6]
    (told,) = caplog.messages
    assert told.startswith("removed 1 events (")
    assert told.endswith("bytes) of room lobby, up to seq 2")


async def test_nothing_is_removed_that_somebody_waits_for(store: MemoryStore) -> None:
    """What was not shown yet stays until the next time."""
    await clockwork(store, retention_days=30, shown=2).sweep()
    assert await seqs(store) == [4, 5]
    assert await seqs(store, "den") == [1, 3, 6]
    await clockwork(store, retention_days=30, shown=3).sweep()
    assert await seqs(store, "den") == [1, 6]


@pytest.mark.allow_log_errors
async def test_a_failing_disk_is_told_once_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing else is lost: what could not be removed goes as soon as the disk lets it."""
    async with FailingStore(tmp_path) as store:
        await store.append([created("den"), said("one"), said("two"), said("three")])
        retention = clockwork(store, retention_bytes=1)
        store.full = True
        await retention.sweep()
        await retention.sweep()
        assert [r.levelname for r in caplog.records] == ["ERROR"]
        assert "The disk is full." in caplog.text
        store.full = False
        await retention.sweep()
        assert await seqs(store) == [4]
        store.full = True
        await retention.sweep()
        assert [r.levelname for r in caplog.records] == ["ERROR", "ERROR"]
        store.full, store.lost = False, True
        with pytest.raises(StoreLostError):
            await retention.sweep()


@pytest.mark.allow_log_errors
async def test_a_store_that_is_lost_while_it_removes_ends_the_server(
    serve: Serve, until: Until, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A full disk does not; where nobody can tell what is on disk, it must."""
    store = FailingStore(tmp_path / "log")
    store.full = True
    server = await serve(store=store, retention_days=1, retention_interval_s=0.01)
    await until(lambda: "The disk is full." in caplog.text)
    store.full, store.lost = False, True
    with pytest.raises(CannotServeError, match="not known what is on disk"):
        await asyncio.wait_for(server.failed(), 10)


async def test_a_room_that_is_not_there_is_told_of(
    serve: Serve, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    """Who mistyped a room's name learns of it."""
    retention = {"loby": RoomRetention(days=0), LOBBY: RoomRetention(days=9)}
    await serve(retention=retention)
    await until(lambda: "retention is set for rooms that are not there: loby" in caplog.text)
    assert "lobby" not in caplog.text.partition("not there:")[2].splitlines()[0]


async def test_a_server_cleans_at_its_start_and_then_at_intervals(
    serve: Serve, join: Join, until: Until, tmp_path: Path
) -> None:
    """What is over the limit goes while people talk; a page of it is as if it never was."""
    store = SqliteStore(tmp_path / "log")
    server = await serve(store=store, retention_bytes=1000, retention_interval_s=0.02)
    ada = await join(server, "ada")
    said = [await ada.ask("say", room="lobby", text=f"number {n}") for n in range(30)]
    await until(lambda: bool(store._recent._first > said[10]["seq"]))
    page = await ada.ask("history", room="lobby")
    left = [event for event in page["events"] if event["type"] == "said"]
    assert left == said[-len(left) :]
    assert 1 <= len(left) < 20
    assert page["more"] is False


async def test_who_lags_still_gets_the_answers_to_his_own_requests(
    serve: Serve, connect: Connect, until: Until, tmp_path: Path
) -> None:
    """However little is kept, one's own words come back as events, in order."""
    count = 60  # of 16 KiB: more than the server keeps unsent, and the system takes
    store = SqliteStore(tmp_path / "log")
    limits = {"under_way": 2 * count, "under_way_bytes": 2**24, "store_queue_bytes": 2**24}
    server = await serve(store=store, retention_bytes=1, **limits)
    ada = await connect(server, deaf=True)
    ada.listen()
    await ada.hello("ada")
    await ada.settle()
    ada.pause()
    (session,) = [one.session for one in server._door._connections]
    assert isinstance(session.wire, StreamWire)
    sock = session.wire.writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 * 1024)
    ids = [ada.send("say", room="lobby", text="\U0001f375" * 4000) for _ in range(count)]
    await until(lambda: store.head() > count)
    await until(lambda: not session.live)
    await server._hub.retention.sweep()
    ada.listen()
    answers = [await ada.answer(id_) for id_ in ids]
    assert [answer["type"] for answer in answers] == ["said"] * count
    assert [answer["seq"] for answer in answers] == list(range(2, count + 2))
    await ada.settle()
    await server._hub.retention.sweep()
    assert len(await seqs(store)) == 2


async def test_a_reader_resumes_over_the_gap(
    serve: Serve, join: Join, connect: Connect, until: Until, tmp_path: Path
) -> None:
    """Who comes back from before it is resumed, told nothing of it, and gets all that is left."""
    store = SqliteStore(tmp_path / "log")
    server = await serve(store=store, retention_bytes=600, retention_interval_s=0.02)
    ada = await join(server, "ada")
    ben = await join(server, "ben")
    cursor = (await ben.ask("say", room="lobby", text="bye for now", id="b1"), await ben.settle())
    upto = store.cursor(cursor[0]["seq"])
    token = ben.token
    ben.cut()
    said = [await ada.ask("say", room="lobby", text=f"number {n}") for n in range(20)]
    await until(lambda: bool(store._recent._first > said[5]["seq"]))
    ben = await connect(server)
    welcome = await ben.hello(None, token=token, cursor=upto)
    assert (welcome["resumed"], welcome["cursor"]) == (True, upto)
    await ben.until(lambda frame: bool(frame["type"] == "upto" and frame.get("live")))
    texts = ben.texts("lobby")
    assert texts == [event["text"] for event in said][-len(texts) :]
    assert 1 <= len(texts) < 15
    again = await ben.ask("say", room="lobby", text="bye for now", id="b1")
    assert (again["type"], again["seq"]) == ("done", cursor[0]["seq"])
