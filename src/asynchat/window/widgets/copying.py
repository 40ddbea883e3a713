"""From the transcript to the clipboard: what is selected, a piece of code, an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asynchat.window.widgets import signs
from asynchat.window.widgets.body_writer import COPY

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.widgets.block_writer import BlockWriter

_COPIED_MS: Final = 1_500


class Copying:
    """Copies out of a transcript; call `close` when its Text goes."""

    def __init__(self, text: tk.Text, writer: BlockWriter) -> None:
        self._text = text
        self._writer = writer
        self._signing: str | None = None

    def put(self, text: str) -> None:
        """Put a text on the clipboard."""
        self._text.clipboard_clear()
        self._text.clipboard_append(text)

    def selected(self) -> None:
        """Put what is selected there; several messages with their names and times."""
        if self._text.tag_ranges("sel"):
            self.put(self._writer.copied("sel.first", "sel.last"))

    def code(self, index: str) -> None:
        """Put the code there whose sign is at an index, and sign for a moment that it is done."""
        code = self._writer.bodies.code(self._text.tag_names(index))
        if code is None:
            return
        self.put(code[1])
        span = self._text.tag_nextrange(COPY, index, f"{index} +1 indices")
        if not span:
            return
        if self._signing is not None:
            self._text.after_cancel(self._signing)
            self._sign()
        self._text.mark_set("copied", span[0])
        self._text.mark_gravity("copied", "left")
        self._sign(done=True)
        self._signing = self._text.after(_COPIED_MS, self._sign)

    def close(self) -> None:
        """Change no sign any more."""
        if self._signing is not None:
            self._text.after_cancel(self._signing)

    def _sign(self, *, done: bool = False) -> None:
        self._signing = None
        if COPY in self._text.tag_names("copied"):
            image = self._writer.signs.get(signs.DONE if done else signs.COPY)
            self._text.image_configure("copied", image=image)
