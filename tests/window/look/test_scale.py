from __future__ import annotations

from typing import cast

import pytest

from asynchat.window.look.scale import PERCENTS, Scale


class Screen:
    """Tells its dots per inch, as a Tk widget does."""

    def __init__(self, dpi: float) -> None:
        self._dpi = dpi

    def winfo_fpixels(self, distance: str) -> float:
        assert distance == "1i"
        return self._dpi


def scale(dpi: float) -> Scale:
    return Scale(cast("object", Screen(dpi)))  # type: ignore[arg-type]


@pytest.mark.parametrize(("dpi", "pixels"), [(96, 10), (144, 15), (192, 20)])
def test_pixels_follow_the_screen(dpi: float, pixels: int) -> None:
    """Ten pixels at 96 dpi are as long on any screen."""
    assert scale(dpi).px(10) == pixels


def test_something_is_never_nothing() -> None:
    """A thin line stays at least a pixel; nothing stays nothing."""
    assert scale(48).px(1) == 1
    assert scale(48).px(0) == 0


def test_zoom_has_ends() -> None:
    """Zoom goes from step to step, stops at both ends, and comes back to normal."""
    made = scale(96)
    made.zoom(1)
    assert (made.percent, made.px(10)) == (110, 11)
    for _ in range(20):
        made.zoom(1)
    assert made.percent == PERCENTS[-1]
    for _ in range(20):
        made.zoom(-1)
    assert made.percent == PERCENTS[0]
    made.zoom(0)
    assert made.percent == 100
