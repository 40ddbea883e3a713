from __future__ import annotations

import os
from threading import Event
from typing import TYPE_CHECKING

from asynchat.window import folders

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


async def test_what_is_in_a_folder(tmp_path: Path) -> None:
    """Files and folders, links to them, and what is neither: a pipe, a link to nothing."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "file").write_bytes(b"12345")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "dead").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    found = {entry.name: entry for entry in (await folders.listing(str(tmp_path))).entries}
    assert found["sub"].folder
    assert found["file"].size == found["link"].size == 5
    assert found["file"].at_s > 0
    assert [name for name, one in sorted(found.items()) if not one.usable] == ["dead", "pipe"]


async def test_a_folder_that_cannot_be_read(tmp_path: Path) -> None:
    """It says why, whatever the reason."""
    assert "No such file" in (await folders.listing(str(tmp_path / "none"))).problem
    assert "cannot be used" in (await folders.listing("a\0b")).problem


async def test_a_large_folder_is_read_in_part(tmp_path: Path) -> None:
    """No more than so many of it, and no longer than is waited for."""
    for number in range(5):
        (tmp_path / f"{number}").touch()
    found = await folders.listing(str(tmp_path), most=3)
    assert len(found.entries) == 3
    assert found.more
    stop = Event()
    stop.set()
    assert folders.read(str(tmp_path), stop).entries == ()


async def test_a_disk_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is waited for only so long, and then nothing more is read of it."""
    stopped = Event()

    def slow(folder: str, stop: Event, most: int) -> None:
        if stop.wait(20):
            stopped.set()

    monkeypatch.setattr(folders, "read", slow)
    monkeypatch.setattr(folders, "_TIMEOUT_S", 0.01)
    assert "does not answer" in (await folders.listing(str(tmp_path))).problem
    assert stopped.wait(20)


async def test_where_one_may_want_to_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Home, those of its folders that are there, and the top of all."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "Downloads").mkdir()
    monkeypatch.setattr(folders, "_MOUNTS", (str(tmp_path), "/proc/self/none"))
    found = await folders.places()
    assert [place.name for place in found] == ["Home", "Downloads", "Computer"]
    assert found[1].path == str(tmp_path / "Downloads")
    monkeypatch.setattr(folders, "_MOUNTS", ("/",))
    assert "proc" in [place.name for place in await folders.places()]


async def test_what_is_there(tmp_path: Path) -> None:
    """A link to nothing is there, too: to save over it would not be nothing."""
    (tmp_path / "dead").symlink_to(tmp_path / "nowhere")
    assert await folders.is_folder(str(tmp_path))
    assert await folders.is_there(str(tmp_path / "dead"))
    assert not await folders.is_there(str(tmp_path / "none"))
