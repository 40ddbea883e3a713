from __future__ import annotations

import pytest

from asynchat.window.look.avatars import avatar, initials, slices
from asynchat.window.look.palettes import AVATARS, colour_index, rgb


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("alice", "AL"),
        ("mary.kay", "MK"),
        ("x", "X"),
        ("a_b-c", "AB"),
        ("...", ""),
        ("ßx", "ßx"),
        ("漢字", "漢字"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    """One or two letters stand for a name, never more."""
    assert initials(name) == letters


@pytest.mark.parametrize("name", ["alice", "漢字", "...", "\U0001d4e9"])
def test_an_avatar_has_the_name_s_colour(name: str) -> None:
    """Whatever the name, the picture has its colour."""
    image = avatar(name, 36)
    assert image.size == (36, 36)
    assert image.getpixel((3, 18)) == (*rgb(AVATARS[colour_index(name)]), 255)


def test_slices_make_the_whole() -> None:
    """The two slices, one on the other, are the avatar with a gap at its right."""
    upper, lower = slices("alice", 36, 15, 10)
    assert (upper.size, lower.size) == ((46, 15), (46, 21))
    whole = avatar("alice", 36)
    assert lower.crop((0, 0, 36, 21)).tobytes() == whole.crop((0, 15, 36, 36)).tobytes()
