"""How rooms are used, on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.chat.state import Interval
from asynchat.store.interface import Conflict, Stored
from asynchat.store.rooms import SPOKE
from asynchat.store.sqlite import SqliteStore
from tests.contracts.drafts import TIME, appointed, changed, created, joined, left, said

if TYPE_CHECKING:
    from pathlib import Path


async def test_the_openings_of_a_room_are_kept(tmp_path: Path) -> None:
    """Making it private twice closes it once; each opening begins with the event that opened it."""
    async with SqliteStore(tmp_path) as store:
        drafts = [created(), *(changed(private=one) for one in (True, True, False, False, True))]
        await store.append(drafts)
        den = (await store.snapshot()).state.rooms["den"]
        assert den.openings == [Interval(0, 2), Interval(4, 6)]
        assert den.private


@pytest.mark.parametrize("role", ["moderator", "member"])
async def test_only_a_member_is_appointed(tmp_path: Path, role: str) -> None:
    """Who is not there is a conflict: the state it was judged by was not the newest."""
    async with SqliteStore(tmp_path) as store:
        (_, refused) = await store.append([created(), appointed("den", "a2", role)])
        assert refused == Conflict()
        for draft in (joined("den", "a2"), appointed("den", "a2", role)):
            (outcome,) = await store.append([draft])
            assert isinstance(outcome, Stored)
        await store.append([left("den", "a2"), joined("den", "a2")])
        assert (await store.snapshot()).state.rooms["den"].moderators == {"a1"}


async def test_slow_mode_outlives_a_restart(tmp_path: Path) -> None:
    """Who said something last and when is read from the newest messages of a slow room."""
    async with SqliteStore(tmp_path) as store:
        await store.append([created(), joined("den", "a2"), joined("den", "a3")])
        old = [said(room="den", account="a3", time=TIME)]
        more = [said(room="den", account="a1", time=TIME + n) for n in range(SPOKE - 1)]
        await store.append([*old, *more, said(room="den", account="a2", time=TIME + 5)])
        assert (await store.snapshot()).state.rooms["den"].spoke_ms == {}
        await store.append([changed(slow_s=9)])
        spoke = (await store.snapshot()).state.rooms["den"].spoke_ms
        assert spoke == {"a1": TIME + SPOKE - 2, "a2": TIME + 5}
