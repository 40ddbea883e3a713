from __future__ import annotations

import ctypes
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from asynchat.window.look import emoji
from asynchat.window.look.native import drawable

if TYPE_CHECKING:
    from collections.abc import Iterator

needs_font = pytest.mark.skipif(
    emoji.picture("😀", 20) is None, reason="no colour emoji font is installed"
)


@pytest.fixture
def ask_again() -> Iterator[None]:
    emoji.tk_draws_emoji.cache_clear()
    yield
    emoji.tk_draws_emoji.cache_clear()


@needs_font
@pytest.mark.parametrize("sequence", ["😀", "👨‍👩‍👧‍👦", "🇩🇪", "1️⃣", "👍🏽", "❤️"])
def test_a_sequence_is_one_picture(sequence: str) -> None:
    """Families, flags, keycaps and skin tones are one picture of the height asked for."""
    image = emoji.picture(sequence, 20)
    assert image is not None
    assert image.height == 20
    assert image.width < 30


@needs_font
@pytest.mark.parametrize("text", ["😀😀", "", "\U0001d4e9", "a\nb", "\r", "\x00", "\x85"])
def test_what_the_font_has_not_is_no_picture(text: str) -> None:
    """What is drawn in several pieces, or not at all, is left to Tk."""
    assert emoji.picture(text, 20) is None


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="there is no libXft")
@pytest.mark.usefixtures("ask_again")
@pytest.mark.parametrize(("version", "draws"), [(20305, True), (20304, False)])
def test_an_old_libxft_gets_no_emoji(
    monkeypatch: pytest.MonkeyPatch, version: int, draws: bool
) -> None:
    """Before libXft 2.3.5 a colour glyph aborts the process: then Tk's text holds a sign."""
    library = SimpleNamespace(XftGetVersion=lambda: version)
    monkeypatch.setattr(ctypes, "CDLL", lambda _: library)
    assert emoji.tk_draws_emoji() is draws
    assert drawable("hi 😀") == ("hi 😀" if draws else "hi □")


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="there is no libXft")
@pytest.mark.usefixtures("ask_again")
def test_no_libxft_is_no_danger(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Tk without libXft draws what it can, without colour."""

    def missing(_: str) -> None:
        raise OSError

    monkeypatch.setattr(ctypes, "CDLL", missing)
    assert emoji.tk_draws_emoji()
