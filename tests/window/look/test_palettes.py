from __future__ import annotations

import pytest

from asynchat.window.look.palettes import (
    AVATARS,
    DARK,
    LIGHT,
    colour_index,
    contrast,
    rgb,
)


def test_contrast_is_that_of_wcag() -> None:
    """Black on white is 21, a colour on itself 1."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.01)


def test_a_colour_belongs_to_a_name() -> None:
    """The same name has the same colour always, in any case, and names do not all share one."""
    assert colour_index("Ada") == colour_index("ada")
    assert {colour_index(f"name{n}") for n in range(200)} == set(range(len(AVATARS)))
    assert rgb("#0aff10") == (10, 255, 16)


def test_a_palette_knows_whether_it_is_dark() -> None:
    """Dark is where the text is lighter than what it stands on."""
    assert DARK.is_dark
    assert not LIGHT.is_dark
