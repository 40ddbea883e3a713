"""Pixels of this screen: every size goes through `Scale.px`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import tkinter as tk

PERCENTS: Final = (70, 80, 90, 100, 110, 125, 150, 175, 200)
_BASE_DPI: Final = 96


class Scale:
    """How large things are: the screen's dots per inch, and what the person chose."""

    def __init__(self, root: tk.Misc) -> None:
        self._dpi = root.winfo_fpixels("1i")
        self._step = PERCENTS.index(100)

    @property
    def percent(self) -> int:
        """The zoom chosen."""
        return PERCENTS[self._step]

    def px(self, n: float) -> int:
        """Return how many pixels ``n`` pixels at 96 dpi and 100 % are; at least 1 for any."""
        scaled = round(n * self._dpi / _BASE_DPI * self.percent / 100)
        return max(1, scaled) if n > 0 else scaled

    def use(self, percent: int) -> None:
        """Take the step that is nearest to a zoom in percent."""
        self._step = min(range(len(PERCENTS)), key=lambda step: abs(PERCENTS[step] - percent))


def zoomed(percent: int, steps: int) -> int:
    """Return the zoom so many steps up or down, as far as there are any; 0 is back to 100 %."""
    if steps == 0:
        return 100
    near = min(range(len(PERCENTS)), key=lambda step: abs(PERCENTS[step] - percent))
    return PERCENTS[min(max(near + steps, 0), len(PERCENTS) - 1)]
