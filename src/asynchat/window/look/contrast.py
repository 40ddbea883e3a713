"""What stands on what in the window, and whether it can be read there (WCAG 2.2, AA)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asynchat.window.look.palettes import contrast

if TYPE_CHECKING:
    from asynchat.window.look.palettes import Palette

TEXT: Final = 4.5
"""The least contrast of text: success criterion 1.4.3."""

SIGN: Final = 3.0
"""The least contrast of what is no text and tells something: success criterion 1.4.11."""

TEXT_ON: Final = {
    "text": ("canvas", "sidebar", "field", "selected", "hover", "selection", "panel", "mine"),
    "dim": ("canvas", "sidebar", "field", "selected", "hover", "panel", "mine"),
    "on_accent": ("accent", "accent_hover", "accent_pressed"),
    "link": ("canvas", "panel", "mine", "hover"),
    "mention": ("canvas", "mine", "hover"),
    "code_keyword": ("panel",),
    "code_string": ("panel",),
    "code_number": ("panel",),
    "code_comment": ("panel",),
    "code_name": ("panel",),
    "good": ("canvas",),
    "busy": ("canvas",),
    "bad": ("canvas", "sidebar", "hover"),
    "on_banner": ("banner",),
    "names": ("canvas", "hover", "mine"),
}
"""Each role of text, and the grounds on which it is drawn."""

SIGNS_ON: Final = {
    "online": ("sidebar",),
    "offline": ("sidebar",),
    "focus": ("canvas", "sidebar", "field"),
}

_INITIALS: Final = "#ffffff"


def shortfalls(palette: Palette) -> tuple[tuple[str, str, float], ...]:
    """Return what cannot be read well enough: role, ground and the contrast there is."""
    found = [
        (front, back, ratio)
        for table, least in ((TEXT_ON, TEXT), (SIGNS_ON, SIGN))
        for front, backs in table.items()
        for back in backs
        if (ratio := _lowest(palette, front, back)) < least
    ]
    initials = min(contrast(_INITIALS, avatar) for avatar in palette.avatars)
    if initials < TEXT:
        found.append(("initials", "avatars", initials))
    return tuple(found)


def warning(palette: Palette) -> str | None:
    """Return a sentence about what is hard to read in a palette, or None."""
    found = sorted(shortfalls(palette), key=lambda each: each[2])
    if not found:
        return None
    front, back, ratio = found[0]
    others = f", and {len(found) - 1} more" if len(found) > 1 else ""
    least = SIGN if front in SIGNS_ON else TEXT
    return (
        f"{palette.name} is hard to read: {front} on {back} has a contrast of {ratio:.1f},"
        f" and {least:g} is the least{others}."
    )


def _lowest(palette: Palette, front: str, back: str) -> float:
    colours = getattr(palette, front)
    ground: str = getattr(palette, back)
    if isinstance(colours, str):
        return contrast(colours, ground)
    return min(contrast(colour, ground) for colour in colours)
