"""What a picture becomes, and what is no picture."""

from __future__ import annotations

import random
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from asynchat.chat.profile import check_picture
from asynchat.errors import ChatError
from asynchat.messages import MAX_PICTURE_BYTES
from asynchat.window.pictures import (
    MAX_SHOWN_PIXELS,
    SIZE,
    decoded,
    made_small,
    read_small,
    thumbnail,
)

if TYPE_CHECKING:
    from pathlib import Path


def file_of(image: Image.Image, form: str = "PNG") -> bytes:
    """Return the bytes of a picture's file."""
    out = BytesIO()
    image.save(out, form)
    return out.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_any_shape_becomes_a_small_square(form: str, tmp_path: Path) -> None:
    """What is in the middle is kept, and the server takes what comes of it."""
    path = tmp_path / "me"
    path.write_bytes(file_of(Image.new("RGB", (400, 200), "#3f6ad8"), form))
    data = read_small(path)
    assert len(data) <= MAX_PICTURE_BYTES
    assert decoded(data).size == (SIZE, SIZE)
    assert decoded(data).getpixel((48, 48)) == pytest.approx((63, 106, 216, 255), abs=6)


def test_noise_still_fits() -> None:
    """Where a PNG would be too large it is a JPEG."""
    noise = Image.frombytes("RGB", (96, 96), random.Random(1).randbytes(96 * 96 * 3))
    data = made_small(file_of(noise))
    assert data.startswith(b"\xff\xd8")
    assert len(data) <= MAX_PICTURE_BYTES


def test_a_picture_that_unpacks_to_much_is_refused() -> None:
    """A few bytes that claim many pixels are not decoded."""
    side = int(MAX_SHOWN_PIXELS**0.5) + 1
    bomb = file_of(Image.new("1", (side, side)))
    with pytest.raises(ChatError, match="too large"):
        decoded(bomb)
    assert made_small(bomb)


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    """A path that leads nowhere, or to something else, is one sentence."""
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(ChatError, match="cannot be read"):
            read_small(path)
    (tmp_path / "text").write_text("no picture")
    with pytest.raises(ChatError, match="This picture cannot be read"):
        read_small(tmp_path / "text")


@given(st.binary(max_size=300), st.integers(0, 200))
def test_any_bytes_are_a_picture_or_refused(data: bytes, at: int) -> None:
    """A damaged picture raises nothing else."""
    whole = file_of(Image.new("RGB", (9, 9), "red"))
    for one in (data, b"GIF89a" + data, whole[:at] + data + whole[at:]):
        try:
            assert decoded(one).size == (SIZE, SIZE)
        except ChatError as error:
            refused = error.code
            assert refused == "bad_profile"


def test_what_is_sent_is_what_the_server_takes() -> None:
    """The two sides agree on what a picture is."""
    from base64 import b64encode

    data = made_small(file_of(Image.new("RGBA", (5, 9), (255, 0, 0, 90))))
    assert check_picture(b64encode(data).decode()) == data


def test_a_thumbnail_fills_its_place() -> None:
    """But for a little that is cut off; its corners are round."""
    image = thumbnail(file_of(Image.new("RGB", (1000, 700), "#3f6ad8")), (240, 160))
    assert image.size == (240, 160)
    assert image.getpixel((0, 0))[3] == 0  # type: ignore[index]
    assert image.getpixel((120, 2)) == (63, 106, 216, 255)


@pytest.mark.parametrize("size", [(300, 900), (20, 10)])
def test_what_is_long_or_small_stands_in_the_middle(size: tuple[int, int]) -> None:
    """Nothing of it is cut off, and it is not made larger."""
    image = thumbnail(file_of(Image.new("RGB", size, "#3f6ad8")), (160, 160))
    assert image.size == (160, 160)
    assert image.getpixel((80, 80)) == (63, 106, 216, 255)
    assert image.getpixel((10, 80))[3] == 0  # type: ignore[index]
    scale = min(1, 160 / size[1])
    left, _, right, _ = image.getbbox() or (0, 0, 0, 0)
    assert right - left == pytest.approx(size[0] * scale, abs=1)


def test_a_thumbnail_of_too_many_pixels_is_refused() -> None:
    """As anything else that somebody sent."""
    with pytest.raises(ChatError):
        thumbnail(file_of(Image.new("L", (1001, 1000))), (160, 160))
