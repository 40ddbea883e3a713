from __future__ import annotations

import pytest
from PIL import Image

from asynchat.window.look.avatars import Face, avatar, drawn, initials, slices
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


def test_a_face_stands_in_an_avatar_s_frame() -> None:
    """It is as large as initials would be, with round corners, whole or in slices."""
    face = Face("f1", Image.new("RGBA", (96, 96), "#00ff00"))
    whole = drawn("ada", 36, face)
    assert (whole.size, whole.getpixel((18, 18))) == ((36, 36), (0, 255, 0, 255))
    corner = whole.getpixel((0, 0))
    assert isinstance(corner, tuple)
    assert corner[3] == 0
    upper, lower = slices("ada", 36, 20, 6, face)
    assert (upper.size, lower.size) == ((42, 20), (42, 16))
    assert lower.getpixel((18, 2)) == (0, 255, 0, 255)
    assert drawn("ada", 36, None).tobytes() != whole.tobytes()
