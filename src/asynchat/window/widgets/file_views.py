"""Which pictures of files are on view in a transcript: these are asked for, and shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Sequence

    from PIL import Image

    from asynchat.messages import File
    from asynchat.window.widgets.block_writer import BlockWriter

_WAIT_MS: Final = 60
"""Whoever scrolls past a picture need not have it."""


class FileViews:
    """Call `later` whenever what is on view may be another, and `show` when a picture came."""

    def __init__(self, text: tk.Text, writer: BlockWriter) -> None:
        self._text = text
        self._writer = writer
        self._timer: str | None = None

    @property
    def live(self) -> frozenset[str]:
        """The blocks whose picture is shown."""
        return self._writer.cards.live

    def ask(self, told: Callable[[File, tuple[int, int]], Image.Image | None]) -> None:
        """Show pictures as something tells them; see `FileCards.told`."""
        self._writer.cards.told = told
        self.later()

    def later(self) -> None:
        """See what is on view, once it has come to rest."""
        if self._timer is None and self._writer.cards.any:
            self._timer = self._text.after(_WAIT_MS, self._look)

    def show(self, file_id: str) -> None:
        """Show a picture that came, if it is on view."""
        self._writer.cards.show(file_id, self._on_view())

    def close(self) -> None:
        """See nothing more."""
        if self._timer is not None:
            self._text.after_cancel(self._timer)
            self._timer = None

    def _look(self) -> None:
        self._timer = None
        self._writer.cards.look(self._on_view())

    def _on_view(self) -> Sequence[str]:
        return self._writer.between("@0,0", f"@0,{self._text.winfo_height()} -1 indices")
