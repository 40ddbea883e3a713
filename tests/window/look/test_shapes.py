from __future__ import annotations

import io

import pytest
from PIL import Image

from asynchat.window.look.shapes import ICONS, badge, dot, icon, png, ringed, rounded, widened


def test_a_box_has_round_corners() -> None:
    """The corner is clear, the middle filled, the edge of the outline's colour."""
    image = rounded(24, 24, 7, fill="#102030", outline="#ffffff", line=2)
    assert image.getpixel((0, 0)) == (*image.getpixel((0, 0))[:3], 0)  # type: ignore[index]
    assert image.getpixel((12, 12)) == (0x10, 0x20, 0x30, 255)
    assert image.getpixel((12, 0)) == (255, 255, 255, 255)


def test_a_ring_is_set_off() -> None:
    """The focus ring runs round the edge, with a gap before what it is round."""
    image = ringed(40, 8, fill="#ff0000", ring="#00ff00", gap="#0000ff", line=3)
    assert [image.getpixel((20, y)) for y in (1, 4, 20)] == [
        (0, 255, 0, 255),
        (0, 0, 255, 255),
        (255, 0, 0, 255),
    ]


def test_a_hollow_dot_is_hollow() -> None:
    """A ring's middle is clear, a disc's is not."""
    assert dot(10, "#ff0000", hollow=True).getpixel((5, 5))[3] == 0  # type: ignore[index]
    assert dot(10, "#ff0000").getpixel((5, 5)) == (255, 0, 0, 255)


@pytest.mark.parametrize("name", sorted(ICONS))
def test_an_icon_fits_its_square(name: str) -> None:
    """Each icon draws something, and nothing that is cut off at the edge."""
    image = icon(name, 36, "#ffffff")
    box = image.getbbox()
    assert box is not None
    assert min(box[0], box[1]) > 0
    assert max(box[2], box[3]) < 36


def test_pictures_are_png() -> None:
    """What Tk is given is a PNG of the same size."""
    assert Image.open(io.BytesIO(png(badge(10, 20, "#123456")))).size == (20, 10)


def test_a_wider_box_has_the_same_borders() -> None:
    """Every border and corner of a nine-slice is as it was; only its middle is larger."""
    small = rounded(24, 24, 7, fill="#ffffff", outline="#ff0000", line=1)
    wide = widened(small, 8, 160, 64)
    assert wide.size == (160, 64)
    for left in (0, 16):
        for top in (0, 16):
            corner = small.crop((left, top, left + 8, top + 8))
            x, y = left and 152, top and 56
            assert wide.crop((x, y, x + 8, y + 8)).tobytes() == corner.tobytes()
    assert wide.getpixel((80, 0)) == small.getpixel((12, 0))
    assert wide.getpixel((80, 32)) == small.getpixel((12, 12))
