from __future__ import annotations

import contextlib
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.window.look.own_palettes import WrongPaletteError, load, palette_from
from asynchat.window.look.palettes import DARK, LIGHT, Palette

if TYPE_CHECKING:
    from pathlib import Path


def plain(palette: Palette) -> dict[str, Any]:
    """Return a palette as TOML would give it."""
    return {
        role: list(value) if isinstance(value, tuple) else value
        for role, value in asdict(palette).items()
        if role != "name"
    }


def test_a_base_and_what_differs() -> None:
    """Colours that are not given are those of the base."""
    palette = palette_from({"base": "light", "accent": "#AA1122"}, "rose")
    assert (palette.name, palette.accent, palette.canvas) == ("rose", "#aa1122", LIGHT.canvas)
    assert palette_from({"base": "light", "name": "Rose 2"}, "rose").name == "Rose 2"


def test_every_colour_and_no_base() -> None:
    """A palette that gives every colour needs no base."""
    assert palette_from(plain(DARK) | {"name": "mine"}, "file") == palette_from(
        {"base": "dark"}, "mine"
    )


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"base": []}, "its base is dark or light, not []."),
        ({"base": "plaid"}, "its base is dark or light, not 'plaid'."),
        ({"base": "dark", "canvass": "#000000"}, "there is no colour called canvass."),
        ({"base": "dark", "canvas": "black"}, "canvas is no colour like #1e1f24."),
        ({"base": "dark", "canvas": 0}, "canvas is no colour like #1e1f24."),
        ({"base": "dark", "names": ["#000000"]}, "names is no list of 8 colours like #1e1f24."),
        ({"base": "dark", "names": "#000000"}, "names is no list of 8 colours like #1e1f24."),
        ({"base": "dark", "names": [1] * 8}, "names is no list of 8 colours like #1e1f24."),
        ({"canvas": "#000000"}, "it has no base, and no sidebar."),
        ({"base": "dark", "name": "system"}, "it cannot be called 'system'."),
        ({"base": "dark", "name": "dark"}, "it cannot be called 'dark'."),
        ({"base": "dark", "name": "a/b"}, "it cannot be called 'a/b'."),
    ],
)
def test_what_is_wrong_is_told(table: dict[str, Any], says: str) -> None:
    """A palette that cannot be used is refused in a sentence that names the place."""
    with pytest.raises(WrongPaletteError) as refused:
        palette_from(table, "mine")
    assert str(refused.value) == says


json = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists)


@given(st.dictionaries(st.sampled_from([*plain(DARK), "base", "name", "x"]), json))
def test_any_table_is_a_palette_or_refused(table: dict[str, Any]) -> None:
    """Whatever is in a file, it never does harm."""
    with contextlib.suppress(WrongPaletteError):
        palette_from(table, "mine")


def test_a_folder_is_read(tmp_path: Path) -> None:
    """Each file is a palette by its name; what is wrong with one costs only that one."""
    assert not load(tmp_path).found
    folder = tmp_path / "palettes"
    folder.mkdir()
    (folder / "a.toml").write_text('base = "dark"\n')
    (folder / "b.toml").write_text('base = "dark"\ndim = "#555555"\n')
    (folder / "c.toml").write_text("base = dark\n")
    (folder / "d.toml").write_text('base = "plaid"\n')
    (folder / "e.toml").write_bytes(b"\xff")
    (folder / "f.toml").mkdir()
    (folder / "notes.txt").write_text("no palette")
    read = load(tmp_path)
    assert sorted(read.found) == ["a", "b"]
    assert [sentence.split()[0] for sentence in read.warnings] == [
        "b",
        "c.toml",
        "d.toml",
        "e.toml",
        "f.toml",
    ]
    assert "hard to read" in read.warnings[0]
