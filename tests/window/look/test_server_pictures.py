from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from asynchat.window.look.palettes import DARK, rgb
from asynchat.window.look.server_pictures import HEIGHT, WIDTH, server_picture
from asynchat.window.presenters.servers import Tile

if TYPE_CHECKING:
    from asynchat.window.look.theme import Look

pytestmark = pytest.mark.window

TILE = Tile("0", "CE", "asynchat://chat.example.org:27742", "tip")


async def test_each_state_has_a_picture_of_its_own(look: Look) -> None:
    """Selected, unread, mentioned and not connected look different, in one size."""
    tiles = [
        TILE,
        replace(TILE, selected=True),
        replace(TILE, unread=True),
        replace(TILE, badge="3"),
        replace(TILE, trouble="busy"),
        replace(TILE, trouble="bad"),
    ]
    pictures = [server_picture(tile, DARK, look.scale) for tile in tiles]
    assert len({picture.tobytes() for picture in pictures}) == len(tiles)
    assert {picture.size for picture in pictures} == {(look.px(WIDTH), look.px(HEIGHT))}


async def test_the_bar_of_the_one_on_view_is_in_the_texts_colour(look: Look) -> None:
    """The bar stands at the left edge, in the middle."""
    picture = server_picture(replace(TILE, selected=True), DARK, look.scale)
    assert picture.getpixel((look.px(2), picture.height // 2)) == (*rgb(DARK.text), 255)
    without = server_picture(TILE, DARK, look.scale).getchannel("A")
    assert without.getpixel((look.px(2), 22)) == 0
