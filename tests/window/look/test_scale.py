from __future__ import annotations

from typing import cast

import pytest

from asynchat.window.look.scale import PERCENTS, Scale, zoomed


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


def test_zoom_makes_things_larger() -> None:
    """A zoom that is no step is taken for the nearest one."""
    made = scale(96)
    made.use(112)
    assert (made.percent, made.px(10)) == (110, 11)


def test_zoom_has_ends() -> None:
    """Zoom goes from step to step, stops at both ends, and comes back to normal."""
    assert zoomed(100, 1) == 110
    assert zoomed(100, 20) == zoomed(200, 1) == PERCENTS[-1]
    assert zoomed(100, -20) == PERCENTS[0]
    assert zoomed(175, 0) == 100
