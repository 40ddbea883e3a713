"""The faces in a list of rows: drawn a few at a time, and not while the list is being drawn."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from asynchat.window.look.avatars import drawn
from asynchat.window.look.palettes import AVATARS, colour_index
from asynchat.window.look.shapes import rounded

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Hashable

    from PIL import Image

    from asynchat.window.look.avatars import Face
    from asynchat.window.look.theme import Look

_EVERY_MS: Final = 10
_AT_ONCE: Final = 6


class RowFaces:
    """Has a picture for everybody; one that is not drawn yet is a box in the right colour.

    ``redraw`` is called when others are drawn.  ``told`` returns somebody's picture.
    """

    def __init__(self, owner: tk.Misc, look: Look, redraw: Callable[[], None]) -> None:
        self._owner = owner
        self._look = look
        self._redraw = redraw
        self._waiting: dict[Hashable, Callable[[], Image.Image]] = {}
        self._timer: str | None = None
        self.told: Callable[[str], Face | None] = _nobody

    def get(self, account: str, name: str, size: int) -> tk.PhotoImage:
        """Return the face of an account, so many pixels high."""
        face = self.told(account)
        draw = partial(drawn, name, size, face, short=True)
        key = ("initial", name, size) if face is None else ("face", face.key, size)
        if key in self._look.images:
            return self._look.images.get(key, draw)
        self._waiting[key] = draw
        if self._timer is None:
            self._timer = self._owner.after(_EVERY_MS, self._draw)
        fill = AVATARS[colour_index(name)]
        return self._look.images.get(
            ("no face yet", size, fill),
            lambda: rounded(size, size, max(2, round(size * 0.26)), fill=fill),
        )

    def close(self) -> None:
        """Draw no more."""
        if self._timer is not None:
            self._owner.after_cancel(self._timer)
            self._timer = None

    def _draw(self) -> None:
        self._timer = None
        for key in list(self._waiting)[:_AT_ONCE]:
            self._look.images.get(key, self._waiting.pop(key))
        if self._waiting:
            self._timer = self._owner.after(_EVERY_MS, self._draw)
        self._redraw()


def _nobody(_: str) -> Face | None:
    return None
