"""Tk pictures, kept for as long as they may be in use, and no more than so many."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from asynchat.window.look.shapes import png
from asynchat.window.look.tk_objects import Picture

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Hashable

    from PIL import Image

MAX_IMAGES: Final = 1_024


class Images:
    """A bounded cache.  Tk forgets a picture nobody in Python holds, even one that it shows."""

    def __init__(self, root: tk.Misc, limit: int = MAX_IMAGES) -> None:
        self._root = root
        self._limit = limit
        self._kept: OrderedDict[Hashable, tk.PhotoImage | None] = OrderedDict()

    def get(self, key: Hashable, draw: Callable[[], Image.Image]) -> tk.PhotoImage:
        """Return the picture of a key, drawn the first time.

        A view that shows it for long holds it itself.
        """
        image = self._kept.get(key)
        if image is None:
            image = photo(self._root, draw())
        self._keep(key, image)
        return image

    def get_if_any(
        self, key: Hashable, draw: Callable[[], Image.Image | None]
    ) -> tk.PhotoImage | None:
        """Return the picture of a key, or None where it cannot be drawn: that is kept too."""
        if key in self._kept:
            image = self._kept[key]
        else:
            drawn = draw()
            image = None if drawn is None else photo(self._root, drawn)
        self._keep(key, image)
        return image

    def _keep(self, key: Hashable, image: tk.PhotoImage | None) -> None:
        self._kept[key] = image
        self._kept.move_to_end(key)
        if len(self._kept) > self._limit:
            self._kept.popitem(last=False)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._kept

    def __len__(self) -> int:
        return len(self._kept)


def photo(root: tk.Misc, image: Image.Image) -> tk.PhotoImage:
    """Return a drawn picture as Tk's."""
    return Picture(root, png(image))
