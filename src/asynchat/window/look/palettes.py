"""The palettes, as data.  Contrast is WCAG AA in each; a test computes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_DARKEST: Final = 0.04045


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a theme, as ``#rrggbb``.

    ``names`` colour a sender's name and ``avatars``, in the same order, the picture behind
    the initials.  ``panel`` is behind code, ``mine`` behind a message that mentions oneself.
    """

    name: str
    canvas: str
    sidebar: str
    field: str
    rule: str
    outline: str
    text: str
    dim: str
    accent: str
    accent_hover: str
    accent_pressed: str
    on_accent: str
    focus: str
    link: str
    selected: str
    hover: str
    selection: str
    thumb: str
    thumb_hover: str
    online: str
    away: str
    offline: str
    good: str
    busy: str
    bad: str
    banner: str
    on_banner: str
    panel: str
    quote: str
    mention: str
    mine: str
    mine_bar: str
    code_keyword: str
    code_string: str
    code_number: str
    code_comment: str
    code_name: str
    names: tuple[str, ...]
    avatars: tuple[str, ...]

    @property
    def is_dark(self) -> bool:
        """Whether light text stands on a dark ground."""
        return _luminance(self.canvas) < _luminance(self.text)


AVATARS: Final = (
    "#2c8459",
    "#3f6ad8",
    "#a653b8",
    "#a85f17",
    "#c4445a",
    "#1f7f8c",
    "#6f5bd0",
    "#7a7120",
)

DARK: Final = Palette(
    name="dark",
    canvas="#1e1f24",
    sidebar="#17181c",
    field="#282a31",
    rule="#2b2d34",
    outline="#3a3d46",
    text="#f0f1f4",
    dim="#9da0aa",
    accent="#3f6fe6",
    accent_hover="#3865d6",
    accent_pressed="#2f58bf",
    on_accent="#ffffff",
    focus="#5b8cff",
    link="#7ea4ff",
    selected="#2b2d35",
    hover="#212329",
    selection="#34498a",
    thumb="#3a3d46",
    thumb_hover="#535762",
    online="#3ba55c",
    away="#f0a020",
    offline="#868994",
    good="#4cc38a",
    busy="#f0b050",
    bad="#ff7a7a",
    banner="#5c2530",
    on_banner="#ffe9ea",
    panel="#15161a",
    quote="#535762",
    mention="#9db9ff",
    mine="#2f2b20",
    mine_bar="#f0a020",
    code_keyword="#d58ae6",
    code_string="#7fcf9a",
    code_number="#e69a4b",
    code_comment="#8d93a1",
    code_name="#7ea4ff",
    names=(
        "#4cc38a",
        "#7ea4ff",
        "#d58ae6",
        "#e69a4b",
        "#ff8595",
        "#4cc0cf",
        "#a999ff",
        "#c9bd4f",
    ),
    avatars=AVATARS,
)

LIGHT: Final = Palette(
    name="light",
    canvas="#ffffff",
    sidebar="#f4f5f7",
    field="#ffffff",
    rule="#e3e5e9",
    outline="#c9ccd3",
    text="#1c1e24",
    dim="#5f636d",
    accent="#2f62e0",
    accent_hover="#2556cf",
    accent_pressed="#1e49b4",
    on_accent="#ffffff",
    focus="#2f62e0",
    link="#1f56d8",
    selected="#dde7fb",
    hover="#e9ebef",
    selection="#bcd3ff",
    thumb="#cfd2d9",
    thumb_hover="#a9adb7",
    online="#2c9a4e",
    away="#d98200",
    offline="#8a8e98",
    good="#1f7a3d",
    busy="#8a5300",
    bad="#c62828",
    banner="#fde3e3",
    on_banner="#7d1515",
    panel="#f2f3f6",
    quote="#c9ccd3",
    mention="#1b4cc0",
    mine="#fff6de",
    mine_bar="#d98200",
    code_keyword="#8a2fa0",
    code_string="#1a6b3c",
    code_number="#8f4a0a",
    code_comment="#636873",
    code_name="#1f50c4",
    names=(
        "#1f7148",
        "#2f5bd0",
        "#9338a8",
        "#985211",
        "#b8304a",
        "#136e7a",
        "#5f49c6",
        "#696110",
    ),
    avatars=AVATARS,
)

PALETTES: Final = {palette.name: palette for palette in (DARK, LIGHT)}


def rgb(colour: str) -> tuple[int, int, int]:
    """Return ``#rrggbb`` as three numbers from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2), from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def colour_index(name: str) -> int:
    """Return which of the colours belongs to a name, the same everywhere and always."""
    number = 0
    for char in name.casefold():
        number = (number * 31 + ord(char)) % 65_521
    return number % len(AVATARS)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(value / 255) for value in rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    """Return a part of a colour as light (WCAG 2.2, relative luminance)."""
    return part / 12.92 if part <= _DARKEST else ((part + 0.055) / 1.055) ** 2.4
