"""The signs beside a room's name: private, read-only, archived, slow."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING

from asynchat.window.look.shapes import icon
from asynchat.window.widgets.buttons import Tooltip

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Sequence

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.room_signs import Sign


class RoomSigns(ttk.Frame):
    """A row of signs, each with its word unless it is to be short."""

    def __init__(self, parent: tk.Misc, look: Look) -> None:
        super().__init__(parent, style="Main.TFrame")
        self._look = look
        self._signs: tuple[Sign, ...] = ()
        self._labels: list[ttk.Label] = []
        self._short = False
        look.paints(self, self._paint)

    @property
    def words(self) -> tuple[str, ...]:
        """What they say."""
        return tuple(sign.word for sign in self._signs)

    def show(self, signs: Sequence[Sign]) -> None:
        """Show other signs."""
        if tuple(signs) == self._signs:
            return
        self._signs = tuple(signs)
        for label in self._labels:
            label.destroy()
        self._labels = []
        for at, sign in enumerate(self._signs):
            label = ttk.Label(self, style="Dim.TLabel", compound="left")
            label.grid(row=0, column=at)
            Tooltip(label, self._look, sign.tip)
            self._labels.append(label)
        if not self._signs:
            # A frame that has lost its last child keeps its size.
            self.configure(width=1)
        self._paint()

    def shorten(self, short: bool) -> None:  # noqa: FBT001 - what it is named for
        """Leave the words out, or have them again."""
        if short != self._short:
            self._short = short
            self._paint()

    def _paint(self) -> None:
        look, px = self._look, self._look.px
        size, colour = px(13), look.palette.dim
        self._images = []
        for sign, label in zip(self._signs, self._labels, strict=True):
            image = look.images.get(
                (sign.icon, size, colour),
                lambda name=sign.icon: icon(name, size, colour),  # type: ignore[misc]
            )
            self._images.append(image)
            label.configure(image=image, text="" if self._short else f" {sign.word}")
            label.grid_configure(padx=(0, px(12)), pady=(px(3), 0))
