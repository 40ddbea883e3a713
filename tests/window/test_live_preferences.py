from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.live_preferences import LivePreferences
from asynchat.window.preferences import PreferenceFile, Preferences

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.tasks import Tasks


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def live(tmp_path: Path, tasks: Tasks, said: list[str]) -> LivePreferences:
    return LivePreferences(PreferenceFile(tmp_path), Preferences(), tasks, said.append)


async def test_changes_are_told_at_once_and_kept(live: LivePreferences, tmp_path: Path) -> None:
    """Who shows a preference hears of the change; the last of many is on the disk."""
    heard: list[tuple[int, int]] = []
    stop = live.subscribe(lambda before, now: heard.append((before.zoom, now.zoom)))
    for zoom in (110, 125, 125, 150):
        live.change(zoom=zoom)
    assert heard == [(100, 110), (110, 125), (125, 150)]
    await live.written()
    assert PreferenceFile(tmp_path).load()[0].zoom == 150
    stop()
    stop()
    live.change(zoom=100)
    assert len(heard) == 3
    await live.written()
    assert PreferenceFile(tmp_path).load()[0].zoom == 100


async def test_a_disk_that_takes_nothing_is_told(
    live: LivePreferences, said: list[str], tmp_path: Path
) -> None:
    """Where the choice cannot be kept, it holds for now, and why is said."""
    (tmp_path / "window.json").mkdir()
    live.change(theme="light")
    await live.written()
    assert live.now.theme == "light"
    assert said == ["Your settings cannot be kept: Is a directory."]
