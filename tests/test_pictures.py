"""Pictures that anybody may have sent."""

from __future__ import annotations

import tracemalloc
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from asynchat import pictures
from asynchat.pictures import MAX_PREVIEW_BYTES, MAX_SCANS, NoPictureError, look, stripped
from tests.pictures import (
    bomb,
    many_scans,
    noise,
    photograph,
    picture,
    progressive,
    see_through,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give where a picture may be."""
    return tmp_path / "picture"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_is_made_small(path: Path, kind: str) -> None:
    """Its size is told, and the preview keeps its shape."""
    path.write_bytes(picture(kind))
    looked = look(path)
    assert looked is not None
    assert (looked.width, looked.height) == (800, 600)
    assert looked.preview is not None
    with Image.open(BytesIO(looked.preview)) as small:
        assert small.size == (512, 384)
        assert small.format == "JPEG"


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_shows_through_still_does(path: Path, mode: str) -> None:
    """A preview with transparency is a PNG, and a small picture stays as large as it is."""
    path.write_bytes(picture("PNG", (40, 30), mode, "#00000000" if mode == "RGBA" else "black"))
    looked = look(path)
    assert looked is not None
    assert looked.preview is not None
    with Image.open(BytesIO(looked.preview)) as small:
        assert (small.format, small.size, small.mode) == ("PNG", (40, 30), "RGBA")


def test_a_preview_tells_nothing_besides(path: Path) -> None:
    """No place, camera or comment; it is upright, and so is the size."""
    path.write_bytes(photograph(orientation=6))
    assert b"SecretCamera" in path.read_bytes()
    looked = look(path)
    assert looked is not None
    assert (looked.width, looked.height) == (600, 800)
    assert looked.preview is not None
    assert b"Secret" not in looked.preview
    with Image.open(BytesIO(looked.preview)) as small:
        assert small.size == (384, 512)
        assert not small.getexif()


@pytest.mark.parametrize("size", [(100_000, 100_000), (6_000, 6_000), (40_000, 100)])
def test_a_bomb_does_not_go_off(path: Path, size: tuple[int, int]) -> None:
    """Few bytes that would be many pixels are never decoded: that takes no memory."""
    path.write_bytes(bomb(*size))
    tracemalloc.start()
    try:
        looked = look(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert looked is None or looked.preview is None
    assert peak < 5_000_000
    with pytest.raises(NoPictureError):
        stripped(path, path.with_name("x"))


def test_a_large_jpeg_is_decoded_small(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A photograph of more pixels than are decoded still has its preview."""
    monkeypatch.setattr(pictures, "MAX_PIXELS", 500_000)
    path.write_bytes(picture("JPEG", (1000, 700)))
    assert (looked := look(path)) is not None
    assert looked.preview is None
    path.write_bytes(picture("JPEG", (1600, 1200)))
    assert (looked := look(path)) is not None
    assert looked.preview is not None


@pytest.mark.parametrize(
    "data", [b"", b"hello", picture()[:100], photograph()[:300], b"%!PS-Adobe-3.0 EPSF", b"GIF89a"]
)
def test_what_is_no_picture_has_no_preview(path: Path, data: bytes) -> None:
    """Half ones, other formats and nonsense are no error."""
    path.write_bytes(data)
    looked = look(path)
    assert looked is None or looked.preview is None
    with pytest.raises(NoPictureError):
        stripped(path, path.with_name("x"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_an_original_is_rid_of_what_it_tells(path: Path, kind: str) -> None:
    """It keeps its format, and its pixels as they look."""
    path.write_bytes(photograph(orientation=6) if kind == "JPEG" else picture(kind))
    target = path.with_name("stripped")
    stripped(path, target)
    assert b"Secret" not in target.read_bytes()
    with Image.open(target) as image:
        assert image.format == kind
        assert not image.getexif()
        assert image.size == ((600, 800) if kind == "JPEG" else (800, 600))


def test_a_jpeg_of_many_scans_is_not_decoded(path: Path) -> None:
    """Each is work for the whole picture and costs a few bytes; honest ones have a dozen."""
    path.write_bytes(many_scans(MAX_SCANS))
    assert (looked := look(path)) is not None
    assert looked.preview is not None
    # What only looks like one, in what a camera adds, is none.
    plain = many_scans(MAX_SCANS)
    path.write_bytes(plain[:2] + b"\xff\xe1\x00\xca" + b"\xff\xda" * 100 + plain[2:])
    assert (looked := look(path)) is not None
    assert looked.preview is not None
    path.write_bytes(many_scans(MAX_SCANS + 1))
    assert (looked := look(path)) is not None
    assert (looked.width, looked.height, looked.preview) == (64, 64, None)
    with pytest.raises(NoPictureError):
        stripped(path, path.with_name("x"))


def test_a_progressive_jpeg_counts_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it is in memory while it is decoded, also where it is decoded small."""
    monkeypatch.setattr(pictures, "MAX_PIXELS", 1_900_000)
    path.write_bytes(progressive((1600, 1200)))
    assert (looked := look(path)) is not None
    assert looked.preview is None
    path.write_bytes(progressive((1500, 1200)))
    assert (looked := look(path)) is not None
    assert looked.preview is not None


def test_a_preview_is_never_large(path: Path) -> None:
    """What stays too large is made smaller still, and it still shows through."""
    path.write_bytes(noise((700, 700)))
    looked = look(path)
    assert looked is not None
    assert looked.preview is not None
    assert len(looked.preview) <= MAX_PREVIEW_BYTES
    with Image.open(BytesIO(looked.preview)) as small:
        assert small.mode == "RGBA"


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_an_original_without_metadata_still_shows_through(path: Path, kind: str) -> None:
    """Which of its colours is not seen is no metadata."""
    path.write_bytes(see_through(kind))
    target = path.with_name("stripped")
    stripped(path, target)
    with Image.open(target) as image:
        assert image.convert("RGBA").getpixel((1, 1))[3] == 0  # type: ignore[index]
