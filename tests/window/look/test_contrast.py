from __future__ import annotations

from dataclasses import fields, replace

import pytest

from asynchat.window.look.contrast import SIGNS_ON, TEXT_ON, shortfalls, warning
from asynchat.window.look.palettes import DARK, PALETTES, Palette


@pytest.mark.parametrize("palette", PALETTES.values(), ids=lambda palette: palette.name)
def test_every_palette_can_be_read(palette: Palette) -> None:
    """Every text and sign has the contrast of WCAG AA on whatever it stands."""
    assert shortfalls(palette) == ()
    assert warning(palette) is None


def test_every_pair_names_colours_there_are() -> None:
    """The table is about roles of a palette."""
    roles = {field.name for field in fields(Palette)}
    for table in (TEXT_ON, SIGNS_ON):
        assert set(table) <= roles
        assert {back for backs in table.values() for back in backs} <= roles


def test_what_is_hard_to_read_is_told_in_a_sentence() -> None:
    """The worst pair is named, with its contrast, and how many others there are."""
    faint = replace(DARK, name="mist", dim="#30323a", avatars=("#ffff00",))
    assert ("initials", "avatars") in {each[:2] for each in shortfalls(faint)}
    assert warning(faint) == (
        "mist is hard to read: initials on avatars has a contrast of 1.1,"
        " and 4.5 is the least, and 7 more."
    )
    dull = replace(DARK, name="dull", offline="#555866")
    assert warning(dull) == (
        "dull is hard to read: offline on sidebar has a contrast of 2.5, and 3 is the least."
    )
