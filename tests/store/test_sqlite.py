"""The store on disk as a whole: restarts, kills, copies and failures."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import wait
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from asynchat.chat.drafts import ForgetDraft
from asynchat.chat.state import OPEN, Interval
from asynchat.messages import LOBBY, decode_event
from asynchat.store.interface import CannotOpenError, Keep, Repeat, Slice, Stored, StoreError
from asynchat.store.opening import DATABASE_FILE
from asynchat.store.sqlite import SqliteStore
from tests.contracts.drafts import TIME, account, created, said
from tests.contracts.test_forgetting import events, forget_all

if TYPE_CHECKING:
    from tests.plugins.waiting import Until

ALL = [("lobby", Interval(0))]
ROOT = Path(__file__).parents[2]
FSYNC_FAILS = Path(__file__).with_name("fsync_fails.c")


def asynchat_threads() -> list[threading.Thread]:
    """Return the threads of stores that still run."""
    return [thread for thread in threading.enumerate() if thread.name.startswith("asynchat-")]


async def texts(store: SqliteStore) -> list[str]:
    """Return what was said in the lobby, read from the disk, its seqs checked."""
    log = await store.read(ALL, max_events=99_999, max_bytes=99_999_999)
    events = [decode_event(frame) for frame in log.frames]
    assert [event.seq for event in events] == list(range(1, store.head() + 1))
    return [getattr(event, "text", "") for event in events]


async def say(directory: Path, *what: str) -> str:
    """Open the store, say something, and return the cursor of the end."""
    async with SqliteStore(directory) as store:
        await store.append([said(text) for text in what])
        return store.cursor(store.head())


# Restarts


async def test_all_is_there_after_a_restart(tmp_path: Path) -> None:
    """Events, ids, rooms, accounts, the server's id and its secret outlive the process."""
    async with SqliteStore(tmp_path) as store:
        await store.append([said("one", id="x"), created("den"), account("b1", "ada")])
        before = (store.server, store.secret, store.head(), store.cursor(1))
        state = (await store.snapshot()).state
    async with SqliteStore(tmp_path) as store:
        assert (store.server, store.secret, store.head(), store.cursor(1)) == before
        snapshot = await store.snapshot()
        assert snapshot.state.rooms == state.rooms
        assert snapshot.accounts == [account("b1", "ada").account]
        assert await store.append([said("one", id="x")]) == [Repeat(1, TIME, same=True)]
        await store.append([said("two")])
        assert store.head() == 3
        assert store.position(before[3]) == 1


async def test_an_empty_restart_writes_nothing(tmp_path: Path) -> None:
    """A process that appends nothing begins no epoch and leaves the file as it was."""
    await say(tmp_path, "one")
    before = (tmp_path / DATABASE_FILE).read_bytes()
    for _ in range(3):
        async with SqliteStore(tmp_path) as store:
            await texts(store)
    assert (tmp_path / DATABASE_FILE).read_bytes() == before


async def test_cursors_outlive_restarts(tmp_path: Path) -> None:
    """Each process's events are an epoch, and all of them are known later."""
    cursors = [await say(tmp_path, *"abc") for _ in range(3)]
    assert len({cursor.split(".")[0] for cursor in cursors}) == 3
    async with SqliteStore(tmp_path) as store:
        assert [store.position(cursor) for cursor in cursors] == [3, 6, 9]


async def test_a_copied_back_database_does_not_know_what_was_lost(tmp_path: Path) -> None:
    """Cursors from after the copy are of another history, before and after it goes on."""
    data, copy = tmp_path / "data", tmp_path / "copy"
    kept = await say(data, "one")
    async with SqliteStore(data) as store:
        await store.append([said("two")])
        same_epoch = store.cursor(2)
        # A copy of a running server: as a backup or a snapshot of the disk would make it.
        shutil.copytree(data, copy)
        await store.append([said("three")])
        lost = [store.cursor(3)]
    lost.append(await say(data, "four"))
    async with SqliteStore(copy) as store:
        assert await texts(store) == ["one", "two"]
        assert [store.position(cursor) for cursor in (kept, same_epoch)] == [1, 2]
        assert [store.position(cursor) for cursor in lost] == [None] * 2
        await store.append([said("other three"), said("other four")])
        assert [store.position(cursor) for cursor in (kept, same_epoch)] == [1, 2]
        assert [store.position(cursor) for cursor in lost] == [None] * 2


@pytest.mark.parametrize("count", [1, 40, 200])
async def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path, count: int) -> None:
    """What a killed process had reported as stored is there once, at the seq it told."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.store.speaker", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as speaker:
        assert speaker.stdout is not None
        told = [speaker.stdout.readline().split() for _ in range(count)]
        speaker.kill()
        # What it had still told before it died counts as well; its last line may be cut.
        told += [line.split() for line in speaker.stdout.read().splitlines()[:-1]]
    async with SqliteStore(tmp_path) as store:
        log = await texts(store)
    assert len(told) >= count
    assert len(set(log)) == len(log)
    for seq, text in told:
        assert log[int(seq) - 1] == text


# Reading and watching


@pytest.mark.allow_log_errors
async def test_recent_events_are_read_from_memory_and_older_from_disk(tmp_path: Path) -> None:
    """A stretch within this process's events needs no disk; one that begins before does."""
    await say(tmp_path, "one")
    async with SqliteStore(tmp_path) as store:
        await store.append([said("two"), said("three")])
        recent, all_of_it = [("lobby", Interval(2, 3))], [("lobby", Interval(1, 3))]
        whole = await store.read(all_of_it, max_events=9, max_bytes=9999)
        with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as db:
            db.execute("UPDATE events SET crc = crc + 1")
            db.commit()
        got = await store.read(recent, max_events=9, max_bytes=9999)
        assert got == Slice(whole.frames[1:], 3)
        got = await store.read(all_of_it, max_events=9, max_bytes=9999)
        assert got == Slice([], 3, (1, 2, 3), ("lobby",) * 3)


async def test_a_watch_far_behind_reads_again_from_the_log(tmp_path: Path) -> None:
    """What is over the bound of a watch comes from the disk, in slices, nothing missing."""
    async with SqliteStore(tmp_path) as store:
        watch = store.watch()
        for _ in range(9):
            await store.append([said("x" * 1_000_000)])
        assert not watch._waiting
        seqs: list[int] = []
        while len(seqs) < 9:
            seqs += [stored.event.seq for stored in await anext(watch)]
        assert seqs == list(range(1, 10))
        await store.append([said()])
        assert [stored.event.seq for stored in await anext(watch)] == [10]


# Cancelling and closing


async def test_a_batch_that_still_waits_is_stored_though_its_caller_is_cancelled(
    tmp_path: Path,
) -> None:
    """Also what was queued behind another batch is stored and watched, in the order of calls."""
    async with SqliteStore(tmp_path) as store:
        watch = store.watch()
        free = threading.Event()
        store._writing.submit(free.wait, 10)
        async with asyncio.TaskGroup() as group:
            callers = [group.create_task(store.append([said(text)])) for text in "abc"]
            await asyncio.sleep(0)
            for caller in callers:
                caller.cancel()
        assert all(caller.cancelled() for caller in callers)
        free.set()
        got = [(await anext(watch))[0].event for _ in callers]
        assert [getattr(event, "text", "") for event in got] == ["a", "b", "c"]
        assert await texts(store) == ["a", "b", "c"]


async def test_a_refused_batch_of_a_cancelled_caller_troubles_nobody(tmp_path: Path) -> None:
    """Its error has no one to go to, and is not logged as forgotten."""
    async with SqliteStore(tmp_path) as store:
        store._writing.submit(store._writer._db.execute, "PRAGMA query_only = 1")
        async with asyncio.TaskGroup() as group:
            caller = group.create_task(store.append([said()]))
            await asyncio.sleep(0)
            caller.cancel()
        with pytest.raises(StoreError, match="may not write"):
            await store.append([said()])
        assert store.head() == 0
        gc.collect()


async def test_closing_stores_what_is_queued(tmp_path: Path) -> None:
    """What was appended before the end is stored, watched and answered."""
    async with asyncio.TaskGroup() as group:
        async with SqliteStore(tmp_path) as store:
            watch = store.watch()
            callers = [group.create_task(store.append([said(text)])) for text in "abc"]
            await asyncio.sleep(0)
        assert [len(batch) async for batch in watch] == [1, 1, 1]
    assert [len(caller.result()) for caller in callers] == [1, 1, 1]
    async with SqliteStore(tmp_path) as store:
        assert await texts(store) == ["a", "b", "c"]


async def test_a_cancelled_end_still_closes(tmp_path: Path, until: Until) -> None:
    """Who is cancelled while it closes leaves no thread, no lock and no write-ahead log."""
    store = await SqliteStore(tmp_path).__aenter__()
    free = threading.Event()
    store._writing.submit(free.wait, 10)
    async with asyncio.TaskGroup() as group:
        closing = group.create_task(store.__aexit__(None, None, None))
        await asyncio.sleep(0)
        closing.cancel()
    free.set()
    await until(lambda: not asynchat_threads())
    assert {path.name for path in tmp_path.iterdir()} == {"lock", DATABASE_FILE}
    await say(tmp_path, "one")


async def test_a_cancelled_opening_leaves_nothing_held(tmp_path: Path, until: Until) -> None:
    """Who is cancelled while it opens holds neither the directory nor a thread."""
    store = SqliteStore(tmp_path)
    free = threading.Event()
    store._writing.submit(free.wait, 10)
    async with asyncio.TaskGroup() as group:
        opening = group.create_task(store.__aenter__())
        await asyncio.sleep(0)
        opening.cancel()
        await asyncio.sleep(0)
        free.set()
    await until(lambda: not asynchat_threads())
    await say(tmp_path, "one")


async def test_two_stores_do_not_share_a_directory(tmp_path: Path, until: Until) -> None:
    """The second is refused in one line, leaves the first alone, and may have it afterwards."""
    async with SqliteStore(tmp_path) as first:
        with pytest.raises(CannotOpenError, match="already served"):
            await SqliteStore(tmp_path).__aenter__()
        await first.append([said("one")])
    await say(tmp_path, "two")
    await until(lambda: not asynchat_threads())


async def test_a_store_that_cannot_open_lets_go_of_the_directory(tmp_path: Path) -> None:
    """What was wrong can be put right and tried again in the same process."""
    (tmp_path / DATABASE_FILE).write_bytes(b"no database" * 999)
    with pytest.raises(CannotOpenError, match="restore it from a backup"):
        await SqliteStore(tmp_path).__aenter__()
    (tmp_path / DATABASE_FILE).unlink()
    await say(tmp_path, "one")


# Failures


async def test_a_full_disk_refuses_and_history_stays_readable(tmp_path: Path) -> None:
    """Nothing of the batch is shown to anyone; when there is room again all goes on."""
    async with SqliteStore(tmp_path) as store:
        await store.append([said("one")])
        watch = store.watch()
        execute = store._writer._db.execute
        wait([store._writing.submit(execute, "PRAGMA max_page_count = 1")])
        with pytest.raises(StoreError, match="disk is full"):
            await store.append([said("x" * 4000) for _ in range(20)])
        assert store.head() == 1
        assert await texts(store) == ["one"]
        wait([store._writing.submit(execute, "PRAGMA max_page_count = 100000")])
        await store.append([said("two")])
        assert [stored.event.seq for stored in await anext(watch)] == [2]
        assert await texts(store) == ["one", "two"]


@pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None, reason="needs a C compiler on Linux"
)
def test_a_failed_fsync_ends_the_store(tmp_path: Path) -> None:
    """Nothing is written after it, not even by closing; a new start has what was acknowledged."""
    library, data = tmp_path / "fsync.so", tmp_path / "data"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, FSYNC_FAILS], check=True)
    preload = [str(library), os.environ.get("LD_PRELOAD", "")]
    told = subprocess.run(
        [sys.executable, "-m", "tests.store.fsync_fails", str(data)],
        cwd=ROOT,
        env=os.environ | {"LD_PRELOAD": " ".join(preload).strip()},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    )
    assert told.stdout.split() == ["stored", "lost", "lost", "closed"]
    assert (data / f"{DATABASE_FILE}-wal").stat().st_size > 0
    log = asyncio.run(_log_of(data))
    assert log in (["one"], ["one", "two"])


async def _log_of(directory: Path) -> list[str]:
    async with SqliteStore(directory) as store:
        return await texts(store)


async def test_a_removal_that_fails_is_told_and_harms_nothing(tmp_path: Path) -> None:
    """What cannot be removed is there, the log goes on, and the next try removes it."""
    async with SqliteStore(tmp_path) as store:
        await store.append([said("one"), said("two"), said("three")])
        with closing(sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)) as db:
            db.execute(
                "CREATE TRIGGER no BEFORE DELETE ON events WHEN old.seq = 2"
                " BEGIN SELECT raise(ABORT, 'no'); END"
            )
            with pytest.raises(StoreError, match="no"):
                await store.remove(LOBBY, Keep(size=0), now_ms=0, upto=OPEN)
            (stored,) = await store.append([said("four")])
            assert isinstance(stored, Stored)
            part = await store.read([(LOBBY, Interval(1, 4))], max_events=9, max_bytes=9999)
            assert len(part.frames) == 4
            db.execute("DROP TRIGGER no")
        removed = await store.remove(LOBBY, Keep(size=0), now_ms=0, upto=OPEN)
        assert (removed.events, removed.last) == (3, 3)


async def test_a_name_that_cannot_be_taken_out_is_told_and_harms_nothing(tmp_path: Path) -> None:
    """The event stays as it was, the log goes on, and the next try takes the name out."""
    async with SqliteStore(tmp_path) as store:
        await store.append([said("one", account="a1"), ForgetDraft("a1", blank=False)])
        before = await events(store)
        with closing(sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)) as db:
            db.execute(
                "CREATE TRIGGER no BEFORE UPDATE ON events BEGIN SELECT raise(ABORT, 'no'); END"
            )
            with pytest.raises(StoreError, match="no"):
                await store.forget()
            assert await events(store) == before
            db.execute("DROP TRIGGER no")
        assert await forget_all(store) == []
        (event,) = await events(store)
        assert (event.sender, before[0].sender) == ("", "a1")
