from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from asynchat.link.annotations import Reaction
from asynchat.window.look.palettes import LIGHT
from asynchat.window.widgets.chips import Chips, who

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.look.theme import Look

pytestmark = pytest.mark.window


def colour(image: tk.PhotoImage) -> object:
    """Return the colour of a chip's ground."""
    return image.get(image.width() // 2, 2)


async def test_the_same_reaction_is_one_picture(look: Look) -> None:
    """Messages share a chip, and one's own looks different; none outlives its messages."""
    chips = Chips(look)
    one = chips.get(Reaction("🎉", 2))
    assert chips.get(Reaction("🎉", 2, names=("ada",))) is one
    mine = chips.get(Reaction("🎉", 2, mine=True))
    assert colour(mine) != colour(one)
    assert chips.emoji(str(one)) == "🎉"
    del one
    gc.collect()
    eyes = chips.get(Reaction("👀", 1))
    assert list(chips._images.values()) == [mine, eyes]


async def test_many_are_told_as_many(look: Look) -> None:
    """A chip grows with its count, up to a point."""
    chips = Chips(look)
    few, many = chips.get(Reaction("🎉", 2)), chips.get(Reaction("🎉", 1_000))
    assert many.width() > few.width()
    assert chips.get(Reaction("🎉", 5_000)) is many


async def test_the_palette_is_followed(look: Look) -> None:
    """A chip that is shown is drawn anew where the palette changes."""
    chips = Chips(look)
    image = chips.get(Reaction("🎉", 2))
    before = colour(image)
    look.use(LIGHT)
    chips.paint()
    assert colour(image) != before


@pytest.mark.parametrize(
    ("reaction", "text"),
    [
        (Reaction("x", 1, names=("ada",)), "ada reacted with :x:"),
        (Reaction("x", 2, names=("ada", "ben")), "ada and ben reacted with :x:"),
        (Reaction("x", 4, names=("ada", "ben")), "ada, ben and 2 others reacted with :x:"),
        (Reaction("x", 2, names=("ada",)), "ada and 1 other reacted with :x:"),
        (Reaction("x", 1), "1 person reacted with :x:"),
        (Reaction("x", 3), "3 people reacted with :x:"),
    ],
)
def test_who_reacted_is_told(reaction: Reaction, text: str) -> None:
    """Names are told as far as they are known, and how many there are besides."""
    assert who(reaction, ":x:") == text
