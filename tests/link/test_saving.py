from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import TYPE_CHECKING

import pytest

from asynchat.errors import ChatError
from asynchat.link import saving
from asynchat.link.saving import form_of, save
from asynchat.messages import encode

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.link.client import Client
    from tests.link.conftest import Enter
    from tests.serving import Serve


@pytest.fixture
async def ada(serve: Serve, enter: Enter) -> Client:
    return await enter(await serve())


async def everything(client: Client, room: str) -> bytes:
    """Return the frames of a room, asked for otherwise than a save does."""
    frames: list[bytes] = []
    before = None
    while True:
        page = await client.history(room, before=before, limit=500)
        frames[:0] = [encode(event) for event in page.events]
        if not page.more:
            return b"".join(frames)
        before = page.events[0].seq


async def test_a_large_room_is_saved_whole(ada: Client, tmp_path: Path) -> None:
    """More than a thousand, page by page: what is in the file is what is in the log."""
    for first in range(0, 1_100, 100):
        await asyncio.gather(
            *(ada.send("lobby", f"message {number}") for number in range(first, first + 100))
        )
    told: list[tuple[int, float]] = []
    target = tmp_path / "talk.jsonl"
    count = await save(
        ada, "lobby", target, title="#lobby", progress=lambda *news: told.append(news)
    )
    assert count >= 1_100
    assert target.read_bytes() == await everything(ada, "lobby")
    assert told == sorted(told)
    assert told[-1] == (count, 1.0)
    assert len(told) > 5
    assert list(tmp_path.glob("*talk*")) == [target]


async def test_each_form_says_what_is_there_now(ada: Client, tmp_path: Path) -> None:
    """Edited texts as they are now, deleted ones as deleted."""
    edited = await ada.send("lobby", "befor")
    deleted = await ada.send("lobby", "secret")
    await ada.edit("lobby", edited.seq, "after")
    await ada.redact("lobby", deleted.seq)
    texts = {}
    for ending in ("txt", "html", "jsonl"):
        target = tmp_path / f"talk.{ending}"
        await save(ada, "lobby", target, title="#lobby")
        texts[ending] = target.read_text()
        assert "befor\n" not in texts[ending]
        assert "after" in texts[ending]
        assert "secret" not in texts[ending]
    assert "#lobby ada: after\n" in texts["txt"]
    assert "* ada: (deleted)" in texts["txt"]
    assert "<h2" in texts["html"]
    events = [json.loads(line) for line in texts["jsonl"].splitlines()]
    assert next(event for event in events if event["seq"] == deleted.seq)["redacted"]


async def test_nothing_is_overwritten_unasked(ada: Client, tmp_path: Path) -> None:
    """A file that is there stays, unless one says that it may go."""
    await ada.send("lobby", "hello")
    target = tmp_path / "talk.txt"
    target.write_text("mine")
    with pytest.raises(FileExistsError):
        await save(ada, "lobby", target, title="#lobby")
    assert target.read_text() == "mine"
    await save(ada, "lobby", target, title="#lobby", overwrite=True)
    assert "hello" in target.read_text()


async def test_what_cannot_be_is_refused(ada: Client, tmp_path: Path) -> None:
    """A form that there is none of, a room one is not in, a folder that is not there."""
    with pytest.raises(ChatError, match="ends with"):
        form_of(tmp_path / "talk.pdf")
    with pytest.raises(ChatError):
        await save(ada, "zoo", tmp_path / "talk.txt", title="#zoo")
    with pytest.raises(FileNotFoundError):
        await save(ada, "lobby", tmp_path / "no" / "talk.txt", title="#lobby")
    assert not list(tmp_path.glob("talk*"))


async def test_a_save_that_is_cancelled_leaves_nothing(
    ada: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither while pages come nor while the file is written."""
    monkeypatch.setattr(saving, "_PAGE_EVENTS", 1)
    for number in range(20):
        await ada.send("lobby", f"message {number}")
    target = tmp_path / "talk.txt"
    for wanted in (0.3, 1.0):
        reached = asyncio.Event()
        progress = partial(tell, wanted, reached)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(save(ada, "lobby", target, title="#lobby", progress=progress))
            await reached.wait()
            task.cancel()
        assert task.cancelled()
        assert not list(tmp_path.glob(".talk*"))
        # At the end it may have been whole before it heard of it.
        assert wanted == 1.0 or not target.exists()


def tell(wanted: float, reached: asyncio.Event, _: int, share: float) -> None:
    """Tell that a save got that far."""
    if share >= wanted:
        reached.set()
