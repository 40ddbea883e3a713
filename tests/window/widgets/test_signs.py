from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.look.palettes import LIGHT, rgb
from asynchat.window.widgets.signs import COPY, RULE, Signs

if TYPE_CHECKING:
    from asynchat.window.look.theme import Look

pytestmark = pytest.mark.window


async def test_a_sign_is_one_picture_in_any_palette(look: Look) -> None:
    """Palette and scale change the picture itself, wherever it stands."""
    signs = Signs(look)
    rule, copy = signs.get(RULE), signs.get(COPY)
    before = copy.width()
    look.use(LIGHT)
    look.zoom(200)
    signs.paint()
    assert signs.get(RULE) is rule
    assert rule.get(0, 0) == rgb(LIGHT.outline)
    assert copy.width() == 2 * before
