"""The reference store; what it does is in the contract suite."""

from __future__ import annotations

from asynchat.store.interface import RequestKey
from asynchat.store.memory import MemoryStore
from tests.contracts.drafts import said


async def test_its_log_ends_with_it() -> None:
    """A new one knows nothing of another: not its cursors, not its ids."""
    async with MemoryStore() as first:
        await first.append([said(id="x")])
        cursor = first.cursor(1)
    async with MemoryStore() as second:
        assert second.server != first.server
        assert second.position(cursor) is None
        assert await second.find([RequestKey("a1", "x", b"")]) == [None]


async def test_a_watch_far_behind_reads_again_from_the_log() -> None:
    """What is over the bound of a watch comes from the log, nothing missing."""
    async with MemoryStore() as store:
        watch = store.watch()
        for _ in range(9):
            await store.append([said("x" * 1_000_000)])
        assert not watch._waiting
        got = [stored.event.seq for stored in await anext(watch)]
        assert got == list(range(1, 10))
