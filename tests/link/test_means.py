"""What goes wrong on this computer's disk, in sentences."""

from __future__ import annotations

import asyncio
import errno
import threading
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.errors import ChatError
from asynchat.link.local_files import ChangedError
from asynchat.link.means import Means

if TYPE_CHECKING:
    from pathlib import Path


async def nothing(*_: Any) -> Any:
    """Do nothing."""


def means() -> Means:
    """Return means that have a disk only."""
    return Means(
        ask=nothing, dial=nothing, direct=nothing, post=lambda *_: None,
        take_back=lambda _: None, place=lambda: None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "No space left"), "disk_full"),
        (PermissionError(errno.EACCES, "Permission denied"), "file_unusable"),
        (FileExistsError("Every name is taken"), "file_unusable"),
        (ChangedError(), "file_changed"),
    ],
)
async def test_each_failure_has_its_code(error: OSError, code: str) -> None:
    """And a sentence."""

    def fail() -> None:
        raise error

    mine = means()
    with pytest.raises(ChatError) as caught:
        await mine.run(fail)
    mine.close()
    assert caught.value.code == code
    assert caught.value.text.endswith(".")


async def test_what_was_begun_is_finished() -> None:
    """Whoever is cancelled meanwhile closes nothing under the thread that works on it."""
    mine = means()
    began, go_on, finished = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        began.set()
        go_on.wait(10)
        finished.set()
        raise OSError

    async with asyncio.TaskGroup() as group:
        task = group.create_task(mine.run(work))
        while not began.is_set():
            await asyncio.sleep(0.001)
        task.cancel()
        await asyncio.sleep(0)
        assert not task.done()
        go_on.set()
    assert task.cancelled()
    assert finished.is_set()
    mine.close()


async def test_what_is_opened_for_nobody_is_closed() -> None:
    """Whoever is cancelled while it is opened, even twice, leaves nothing open."""
    mine = means()
    began, go_on, closed = threading.Event(), threading.Event(), threading.Event()

    class Opened:
        """What takes a while to be opened."""

        def __init__(self) -> None:
            began.set()
            go_on.wait(10)

        def close(self) -> None:
            """Be closed."""
            closed.set()

    async def work() -> None:
        async with mine.opened(Opened):
            raise AssertionError

    async with asyncio.TaskGroup() as group:
        task = group.create_task(work())
        while not began.is_set():
            await asyncio.sleep(0.001)
        for _ in range(2):
            task.cancel()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        assert not task.done()
        go_on.set()
    assert task.cancelled()
    assert closed.is_set()
    mine.close()


def test_without_work_there_is_no_thread() -> None:
    """A client that moves no files has none."""
    means().close()


async def test_what_comes_after_the_end_is_refused() -> None:
    """Also where there was no work before."""
    mine = means()
    mine.close()
    with pytest.raises(ChatError) as caught:
        await mine.run(threading.Event)
    assert caught.value.code == "closed"


async def test_copies_that_cannot_be_removed_are_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """And those that nothing goes on with are."""
    mine = means()
    kept, stray = tmp_path / "sending-kept", tmp_path / "sending-stray"
    kept.touch()
    stray.touch()
    await mine.sweep(tmp_path, [kept, None])
    assert list(tmp_path.iterdir()) == [kept]
    stray.mkdir()
    await mine.sweep(tmp_path, [kept])
    assert "cannot be removed" in caplog.text
    mine.close()
