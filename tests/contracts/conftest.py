"""Every store there is, for the one suite that they all run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.store.memory import MemoryStore
from asynchat.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from asynchat.store.interface import Store


@pytest.fixture(params=["memory", "sqlite"])
def closed_store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Return an empty store, not entered yet."""
    return MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "data")


@pytest.fixture
async def store(closed_store: Store) -> AsyncIterator[Store]:
    """Give an empty store, open, and close it after the test."""
    async with closed_store:
        yield closed_store
