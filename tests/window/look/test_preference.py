from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from asynchat.window.look.palettes import DARK, LIGHT
from asynchat.window.look.preference import VARIABLE, follows_system, palette_for

if TYPE_CHECKING:
    from pathlib import Path


async def test_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The variable outweighs the choice, and the choice the system."""
    monkeypatch.setenv(VARIABLE, "light")
    assert await palette_for("dark", tmp_path) == (LIGHT, None)
    monkeypatch.delenv(VARIABLE)
    assert await palette_for("light", tmp_path) == (LIGHT, None)
    assert not follows_system("light")


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
    assert await palette_for("system", tmp_path) == (palette, None)
    assert follows_system("system")


async def test_a_word_that_is_no_theme_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where there is no palette of a name, the system's is shown, and that is said."""
    monkeypatch.setenv(VARIABLE, "plaid")
    monkeypatch.setenv("PATH", str(tmp_path))
    palette, problem = await palette_for("light", tmp_path)
    assert palette is DARK
    assert problem == "There is no palette called plaid; the system's is shown."


async def test_a_persons_own_palette_is_read(tmp_path: Path) -> None:
    """A palette of the folder is shown like any other."""
    folder = tmp_path / "palettes"
    folder.mkdir()
    (folder / "forest.toml").write_text('base = "dark"\ncanvas = "#101a12"\n')
    palette, problem = await palette_for("forest", tmp_path)
    assert (palette.name, palette.canvas, palette.text) == ("forest", "#101a12", DARK.text)
    assert problem is None
