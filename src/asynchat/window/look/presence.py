"""The dot that says how somebody is: by colour, and hollow where nobody is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.window.look.shapes import dot

if TYPE_CHECKING:
    import tkinter as tk

    from PIL import Image

    from asynchat.window.look.palettes import Palette
    from asynchat.window.look.theme import Look


def presence_dot(look: Look, state: str) -> tk.PhotoImage:
    """Return the dot of a state: online, away, busy; any other is as offline."""
    colour, hollow = dot_colour(look.palette, state)
    size = look.px(10)
    return look.images.get(("dot", size, colour, hollow), lambda: dot(size, colour, hollow=hollow))


def ringed_dot(look: Look, state: str, ground: str) -> tk.PhotoImage:
    """Return the dot that lies over the corner of a face, with a rim in a ground's colour."""
    colour, hollow = dot_colour(look.palette, state)
    rim = max(1, look.px(2))
    size = look.px(9) + 2 * rim

    def draw() -> Image.Image:
        image = dot(size, ground)
        image.alpha_composite(dot(size - 2 * rim, colour, hollow=hollow), (rim, rim))
        return image

    return look.images.get(("ringed dot", size, colour, hollow, ground), draw)


def dot_colour(palette: Palette, state: str) -> tuple[str, bool]:
    """Return the colour of a state, and whether its dot is hollow."""
    colours = {"online": palette.online, "away": palette.away, "busy": palette.bad}
    return colours.get(state, palette.offline), state not in colours
