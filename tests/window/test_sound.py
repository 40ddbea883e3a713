from __future__ import annotations

import asyncio
import sys
import wave
from typing import TYPE_CHECKING, Protocol

import pytest

from asynchat.window.sound import FILE, Sound

if TYPE_CHECKING:
    from pathlib import Path

    from tests.plugins.waiting import Until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="programs are shell scripts here")


class Install(Protocol):
    """The type of the fixture `install`."""

    def __call__(self, name: str, ending: str = "") -> None:
        """Put a player on the path; it notes what it was called with, and ends as it is told."""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return what puts players on a path that has nothing else."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def install(name: str, ending: str = "") -> None:
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\necho {name} "$@" >>"{tmp_path}/calls"\n{ending}\n')
        program.chmod(0o755)

    return install


def calls(tmp_path: Path) -> list[str]:
    """Return how the players were called."""
    file = tmp_path / "calls"
    return file.read_text().splitlines() if file.exists() else []


def test_the_sound_is_short() -> None:
    """The file that comes with asynchat is a sound of less than half a second."""
    with wave.open(str(FILE)) as file:
        assert file.getnframes() / file.getframerate() < 0.5
    assert FILE.stat().st_size < 20_000


async def test_the_first_player_there_is_plays_it(install: Install, tmp_path: Path) -> None:
    """What is known to play sounds is asked in order, with the file as one argument."""
    install("aplay")
    install("canberra-gtk-play")
    bells: list[None] = []
    await Sound(lambda: bells.append(None)).play()
    assert calls(tmp_path) == [f"canberra-gtk-play -f {FILE}"]
    assert not bells


async def test_a_player_that_fails_is_not_asked_again(install: Install, tmp_path: Path) -> None:
    """The next one is, at once and from then on."""
    install("pw-play", "exit 1")
    install("aplay")
    sound = Sound(lambda: None)
    await sound.play()
    await sound.play()
    assert [call.split()[0] for call in calls(tmp_path)] == ["pw-play", "aplay", "aplay"]


async def test_the_bell_rings_where_nothing_plays(install: Install, tmp_path: Path) -> None:
    """Without a player, or where none can be started, there is the bell."""
    (tmp_path / "paplay").write_text("no program")
    (tmp_path / "paplay").chmod(0o755)
    bells: list[None] = []
    sound = Sound(lambda: bells.append(None))
    await sound.play()
    await sound.play()
    assert len(bells) == 2


async def test_a_player_that_hangs_is_ended(install: Install, tmp_path: Path) -> None:
    """After its deadline it is killed, and the bell rings."""
    install("aplay", "exec /bin/sleep 60")
    bells: list[None] = []
    async with asyncio.timeout(20):
        await Sound(lambda: bells.append(None), timeout_s=0.2).play()
    assert len(bells) == 1


async def test_there_is_never_more_than_one_sound(
    install: Install, tmp_path: Path, until: Until
) -> None:
    """What comes while it sounds is not heard, and the next one after that is."""
    install("aplay", f'while [ ! -e "{tmp_path}/end" ]; do /bin/sleep 0.02; done')
    sound = Sound(lambda: None)
    async with asyncio.TaskGroup() as group:
        group.create_task(sound.play())
        await until(lambda: calls(tmp_path))
        await sound.play()
        (tmp_path / "end").touch()
    await sound.play()
    assert len(calls(tmp_path)) == 2
