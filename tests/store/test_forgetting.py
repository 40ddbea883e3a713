"""Forgetting in the tables; what every store does is in the contract suite."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from asynchat.chat.drafts import ForgetDraft
from asynchat.messages import decode_event
from asynchat.store.forgetting import LOOKED_AT, SAID_AT_ONCE, forget_next, unnamed
from asynchat.store.opening import DATABASE_FILE
from asynchat.store.sqlite import SqliteStore
from asynchat.store.writer import Writer
from asynchat.upkeep.check import check
from tests.contracts.drafts import account, said

if TYPE_CHECKING:
    from pathlib import Path


async def test_it_goes_on_after_a_restart(tmp_path: Path) -> None:
    """What was left to be forgotten is on disk, and checks as whole at every step."""
    async with SqliteStore(tmp_path) as store:
        await store.append([account("a1", "ada")])
        await store.append([said(f"{n}", account="a1") for n in range(LOOKED_AT + 10)])
        await store.append([account("a1"), ForgetDraft("a1", blank=False)])
        assert (await store.forget()).more
    assert list(check(tmp_path)) == []
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as db:
        assert db.execute("SELECT account, upto FROM forgetting").fetchall() == [("a1", LOOKED_AT)]
    async with SqliteStore(tmp_path) as store:
        assert (await store.forget()).more
        assert not (await store.forget()).more
    assert list(check(tmp_path)) == []
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as db:
        frames = [frame for (frame,) in db.execute("SELECT frame FROM events")]
    assert {decode_event(frame).sender for frame in frames} == {""}


async def test_only_so_many_messages_are_told_at_once(tmp_path: Path) -> None:
    """A batch of deletions stays small."""
    async with SqliteStore(tmp_path) as store:
        await store.append([said(f"{n}", account="a1") for n in range(SAID_AT_ONCE + 1)])
        await store.append([ForgetDraft("a1", blank=True)])
        assert len((await store.forget()).said) == SAID_AT_ONCE


async def test_what_is_damaged_is_left_as_it_is(tmp_path: Path) -> None:
    """Nobody is shown it, and nobody can tell what it was; the rest is forgotten."""
    async with SqliteStore(tmp_path) as store:
        await store.append([said("one", account="a1"), said("two", account="a1")])
        await store.append([said("three", account="a2"), ForgetDraft("a1", blank=False)])
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)) as db:
        db.execute("UPDATE events SET crc = 0 WHERE seq = 1")
        writer = Writer(db)
        assert [one.event.seq for one in writer.forget().changed] == [2]
        db.execute("BEGIN")
        assert forget_next(db).changed == []
        db.execute("ROLLBACK")


def test_an_event_without_the_name_is_the_same() -> None:
    """What was done by nobody in particular is not made anew."""
    event = said("hello", account="a2").event
    assert unnamed(event, "a1") is event
