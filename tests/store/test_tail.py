"""What the event loop knows of the end of the log."""

from __future__ import annotations

import asyncio
import gc

import pytest
from msgspec.structs import replace

from asynchat.messages import encode
from asynchat.store.epochs import Epochs
from asynchat.store.interface import Stored
from asynchat.store.tail import Tail, Watch
from tests.contracts.drafts import said

LOG: list[Stored] = []
for _seq in range(1, 31):
    _event = replace(said().event, seq=_seq)
    LOG.append(Stored(_event, encode(_event)))
SIZE = len(LOG[0].frame)


async def reread_two(after: int, upto: int) -> list[Stored]:
    """Read at most two events of the log."""
    return LOG[after : min(after + 2, upto)]


def seqs(batch: list[Stored]) -> list[int]:
    """Return the seqs of a batch."""
    return [stored.event.seq for stored in batch]


async def test_a_slow_watch_is_bounded_and_reads_again_from_the_log() -> None:
    """What is over the bound is dropped from memory, and nothing is missed or comes twice."""
    watch = Watch(0, reread_two, max_waiting_bytes=2 * SIZE)
    watch.put(LOG[0:2])
    watch.put(LOG[2:4])
    assert not watch._waiting
    watch.put(LOG[4:5])
    assert not watch._waiting
    got = [seqs(await anext(watch)) for _ in range(3)]
    watch.put(LOG[5:7])
    got.append(seqs(await anext(watch)))
    assert got == [[1, 2], [3, 4], [5], [6, 7]]


async def test_a_watch_that_keeps_up_never_reads_from_the_log() -> None:
    """Only what waits counts against the bound, also after it was passed once."""
    reread: list[tuple[int, int]] = []

    async def note_and_reread(after: int, upto: int) -> list[Stored]:
        reread.append((after, upto))
        return LOG[after:upto]

    watch = Watch(0, note_and_reread, max_waiting_bytes=2 * SIZE)
    for seq in range(1, 10):
        watch.put(LOG[seq - 1 : seq])
        assert seqs(await anext(watch)) == [seq]
    assert reread == []
    watch.put(LOG[9:13])
    assert seqs(await anext(watch)) == [10, 11, 12, 13]
    for seq in range(14, 18):
        watch.put(LOG[seq - 1 : seq])
        assert seqs(await anext(watch)) == [seq]
    assert reread == [(9, 13)]


async def test_what_comes_while_it_reads_again_is_read_too() -> None:
    """A batch committed during the reading comes once, after what was read."""
    going = asyncio.Event()

    async def reread(after: int, upto: int) -> list[Stored]:
        await going.wait()
        return LOG[after:upto]

    watch = Watch(0, reread, max_waiting_bytes=1)
    watch.put(LOG[0:2])
    async with asyncio.TaskGroup() as group:
        step = group.create_task(watch.__anext__())
        await asyncio.sleep(0)
        watch.put(LOG[2:3])
        going.set()
    assert seqs(step.result()) == [1, 2]
    assert seqs(await anext(watch)) == [3]


async def test_a_read_that_failed_is_made_again() -> None:
    """An error of the log is the reader's to see, and skips nothing."""
    failures = [OSError("gone")]

    async def reread(after: int, upto: int) -> list[Stored]:
        if failures:
            raise failures.pop()
        return LOG[after:upto]

    watch = Watch(0, reread, max_waiting_bytes=1)
    watch.put(LOG[0:2])
    with pytest.raises(OSError, match="gone"):
        await anext(watch)
    assert seqs(await anext(watch)) == [1, 2]


async def test_what_was_removed_before_it_was_read_is_passed_over() -> None:
    """A slow watch goes on after a stretch of which nothing is left, and waits for news."""
    going = asyncio.Event()

    async def reread(after: int, upto: int) -> list[Stored]:
        await going.wait()
        return LOG[max(after, 4) : upto]

    watch = Watch(0, reread, max_waiting_bytes=1)
    watch.put(LOG[0:4])
    async with asyncio.TaskGroup() as group:
        step = group.create_task(watch.__anext__())
        await asyncio.sleep(0)
        watch.put(LOG[4:6])
        going.set()
    assert seqs(step.result()) == [5, 6]
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(watch), 0)


async def test_a_closed_watch_yields_what_waits_only() -> None:
    """At the end what is in memory is yielded; the log is not read any more."""
    watch, slow = Watch(0, reread_two), Watch(0, reread_two, max_waiting_bytes=1)
    for one in (watch, slow):
        one.put(LOG[0:1])
        one.close()
    assert [seqs(batch) async for batch in watch] == [[1]]
    assert [seqs(batch) async for batch in slow] == []


async def test_a_waiting_reader_is_cancelled_without_loss() -> None:
    """The next step after a cancelled one gets the batch."""
    watch = Watch(0, reread_two)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(watch), 0)
    watch.put(LOG[0:1])
    assert seqs(await anext(watch)) == [1]


def test_a_watch_that_nobody_holds_is_forgotten() -> None:
    """Dropping a watch is enough; nothing is kept for it."""
    tail = Tail(0, Epochs([("a", 0)]))
    tail.watch(reread_two)
    gc.collect()
    assert len(tail._watches) == 0


def test_a_batch_may_begin_an_epoch() -> None:
    """Cursors from its first event on are of the new epoch."""
    tail = Tail(0, Epochs([("a", 0)]))
    tail.add(LOG[0:2], "b")
    tail.add(LOG[2:3], None)
    assert tail.head == 3
    assert [tail.cursor(seq) for seq in range(4)] == ["a.0", "b.1", "b.2", "b.3"]
    assert [tail.position(cursor) for cursor in ("b.3", "b.4")] == [3, None]
