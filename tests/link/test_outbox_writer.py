from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from asynchat.link.cache import About
from asynchat.link.notices import Entry
from asynchat.link.outbox_file import FILE
from asynchat.link.outbox_writer import Writer
from asynchat.link.wire import LinkSettings
from asynchat.messages import Limits, Said

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.plugins.waiting import Until

RARELY = LinkSettings(cache_every_s=3_600)


def said(seq: int) -> Said:
    """Return something said."""
    return Said(
        seq=seq, time=0, room="lobby", account="b", sender="b", id=None, text="hi", reply_to=None
    )


def kept(path: Path) -> tuple[list[int], str | None]:
    """Return the seqs and the cursor that a file has, whoever holds it."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
        seqs = [seq for (seq,) in db.execute("SELECT seq FROM events ORDER BY seq")]
        cursor = db.execute("SELECT cursor FROM visit").fetchone()
        return seqs, cursor and cursor[0]


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[Writer]:
    about = About("ada", (), Limits())
    writer = Writer(tmp_path / "mine", lambda _: None, RARELY, lambda: about)
    await writer.open()
    yield writer
    await writer.close()


async def test_history_is_written_a_few_times_a_second_at_most(
    writer: Writer, tmp_path: Path, until: Until
) -> None:
    """What comes after a quiet time is on disk at once; what follows waits for its time, and
    then is written with all that came meanwhile.
    """
    path = tmp_path / "mine" / FILE
    writer.cache.put(said(1), me="a")
    writer.cache.mark("c1")
    writer.write_soon()
    await until(lambda: kept(path) == ([1], "c1"))
    loop = asyncio.get_running_loop()
    writer.cache.put(said(2), me="a")
    writer.cache.mark("c2")
    writer.write_soon()
    assert writer._timer is not None
    assert writer._timer.when() - loop.time() > RARELY.cache_every_s / 2
    assert kept(path) == ([1], "c1")
    await writer.flush()
    assert kept(path) == ([1, 2], "c2")


async def test_a_text_takes_history_along(writer: Writer, tmp_path: Path) -> None:
    """An acknowledged text is forgotten, and its event kept, in one step."""
    path = tmp_path / "mine" / FILE
    writer.change("id1", Entry("id1", "lobby", "hi", 1))
    await writer.flush()
    writer.cache.put(said(1), me="a")
    writer.change("id1", None)
    await writer.flush()
    assert writer.stored == set()
    assert kept(path)[0] == [1]


async def test_what_is_recent_has_what_was_put_just_now(writer: Writer) -> None:
    """Reading a room's history finds also what waits to be written."""
    writer.cache.put(said(1), me="a")
    assert await writer.recent("lobby") == (said(1),)
    assert await writer.recent("dev") == ()


async def test_history_begins_anew_after_a_loss(
    writer: Writer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Where a part was lost, what is on disk is replaced by what comes after it."""
    path = tmp_path / "mine" / FILE
    for event in (said(1), said(2**63), said(3)):
        writer.cache.put(event, me="a")
        writer.cache.mark("c")
        await writer.flush()
    assert "recent history is not kept" in caplog.text
    writer.cache.put(said(4), me="a")
    await writer.flush()
    assert kept(path)[0][-1] == 4
    assert 1 not in kept(path)[0]
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE events SET frame = x'00'")
    assert await writer.recent("lobby") == ()
    assert await writer.recent("lobby") == ()
    writer.cache.put(said(5), me="a")
    assert await writer.recent("lobby") == (said(5),)
