"""When the log is indexed, and that what is said comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.hub import indexing
from asynchat.hub.indexing import Indexing
from asynchat.store.interface import StoreError, StoreLostError
from asynchat.store.memory import MemoryStore

if TYPE_CHECKING:
    from asynchat.store.interface import Store


class Steps(MemoryStore):
    """A store whose index has so many steps to go, and whose log may grow or break meanwhile."""

    def __init__(self, steps: int, *, grows: bool = False, error: Exception | None = None) -> None:
        super().__init__()
        self.steps = steps
        self.grows = grows
        self.error = error
        self.seq = 0

    def head(self) -> int:
        return self.seq

    async def index(self) -> bool:
        if self.error is not None:
            raise self.error
        self.seq += self.grows
        self.steps -= 1
        return self.steps > 0


async def pause_of(store: Store) -> float:
    """Return for how long it waits after a step."""
    return await Indexing(store).step()


async def test_a_backlog_is_indexed_at_once_where_nobody_talks() -> None:
    """Step after step, and then it looks now and then whether something was said."""
    assert await pause_of(Steps(2)) == 0
    assert await pause_of(Steps(1)) == indexing.LOOKS_EVERY_S


async def test_what_is_said_comes_first() -> None:
    """While the log grows, a step is followed by a pause; a short one all the same."""
    assert 0 < await pause_of(Steps(2, grows=True)) <= indexing.LONGEST_PAUSE_S


async def test_it_is_tried_again_where_the_store_cannot(caplog: pytest.LogCaptureFixture) -> None:
    """It is told once, until it can again."""
    store = Steps(9, error=StoreError("The disk is full."))
    clockwork = Indexing(store)
    assert await clockwork.step() == await clockwork.step() == indexing.TRIES_AGAIN_AFTER_S
    assert len(caplog.records) == 1
    assert "The disk is full." in caplog.text
    store.error = None
    assert await clockwork.step() == 0
    store.error = StoreError("The disk is full.")
    await clockwork.step()
    assert len(caplog.records) == 2


async def test_it_ends_where_nobody_can_tell_what_is_on_disk() -> None:
    """The process must end, and begin anew."""
    with pytest.raises(StoreLostError):
        await Indexing(Steps(9, error=StoreLostError("fsync"))).run()
