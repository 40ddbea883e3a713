from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.look.palettes import DARK, LIGHT
from asynchat.window.look.presence import dot_colour, presence_dot

if TYPE_CHECKING:
    from asynchat.window.look.theme import Look


def test_every_state_has_its_own_dot() -> None:
    """Online, away, busy and offline differ in every palette; only offline is hollow."""
    for palette in (DARK, LIGHT):
        dots = [dot_colour(palette, state) for state in ("online", "away", "busy", "offline")]
        assert len(set(dots)) == 4
        assert [hollow for _, hollow in dots] == [False, False, False, True]
        assert dot_colour(palette, "on the moon") == dots[-1]


@pytest.mark.window
async def test_a_dot_is_drawn_once(look: Look) -> None:
    """The same state has the same picture."""
    assert presence_dot(look, "busy") is presence_dot(look, "busy")
    assert presence_dot(look, "busy") is not presence_dot(look, "away")
