"""Pixels of this screen: every size goes through `Scale.px`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import tkinter as tk

PERCENTS: Final = (70, 80, 90, 100, 110, 125, 150, 175, 200)
_NORMAL: Final = PERCENTS.index(100)
_BASE_DPI: Final = 96


class Scale:
    """How large things are: the screen's dots per inch, and what the person chose."""

    def __init__(self, root: tk.Misc) -> None:
        self._dpi = root.winfo_fpixels("1i")
        self._step = _NORMAL

    @property
    def percent(self) -> int:
        """The zoom chosen."""
        return PERCENTS[self._step]

    def px(self, n: float) -> int:
        """Return how many pixels ``n`` pixels at 96 dpi and 100 % are; at least 1 for any."""
        scaled = round(n * self._dpi / _BASE_DPI * self.percent / 100)
        return max(1, scaled) if n > 0 else scaled

    def zoom(self, steps: int) -> None:
        """Go so many steps up or down, as far as there are any; 0 goes back to 100 %."""
        if steps == 0:
            self._step = _NORMAL
        else:
            self._step = min(max(self._step + steps, 0), len(PERCENTS) - 1)
