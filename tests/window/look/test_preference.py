from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from asynchat.window.look.palettes import DARK, LIGHT
from asynchat.window.look.preference import VARIABLE, Choice, load, palette_for, save

if TYPE_CHECKING:
    from pathlib import Path


def test_a_choice_is_kept(tmp_path: Path) -> None:
    """What was chosen is there the next time, and nothing else is left behind."""
    folder = tmp_path / "new"
    save(folder, Choice(theme="light"))
    assert load(folder) == Choice(theme="light")
    assert [path.name for path in folder.iterdir()] == ["window.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"theme":3}', b"\xff"])
def test_a_damaged_choice_is_none(tmp_path: Path, content: bytes) -> None:
    """What cannot be read is as if nothing had been chosen."""
    (tmp_path / "window.json").write_bytes(content)
    assert load(tmp_path) == Choice()


async def test_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable outweighs the choice, and the choice the system."""
    monkeypatch.setenv(VARIABLE, "light")
    assert await palette_for(Choice(theme="dark")) is LIGHT
    monkeypatch.delenv(VARIABLE)
    assert await palette_for(Choice(theme="light")) is LIGHT


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="asks the system otherwise")
@pytest.mark.parametrize(
    ("script", "palette"),
    [
        ("echo \"'prefer-light'\"", LIGHT),
        ("echo \"'prefer-dark'\"", DARK),
        ("exit 1", DARK),
        ("exec sleep 60", DARK),
    ],
)
async def test_the_system_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, palette: object
) -> None:
    """The desktop's preference counts; one that does not answer in time does not."""
    program = tmp_path / "gsettings"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert await palette_for(Choice()) is palette


async def test_without_any_word_it_is_dark(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing says otherwise, and for a word that is no theme, the window is dark."""
    monkeypatch.setenv(VARIABLE, "plaid")
    assert await palette_for(Choice()) is DARK
