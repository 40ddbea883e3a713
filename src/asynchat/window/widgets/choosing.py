"""Choosing a message of the transcript by the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.window.widgets.block_tags import CHOSEN

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.presenters.transcript import Block
    from asynchat.window.widgets.block_writer import BlockWriter


class Choosing:
    """Which message is chosen, if any; ``on_change`` is called when it is marked otherwise."""

    def __init__(
        self, text: tk.Text, writer: BlockWriter, *, on_change: Callable[[], None]
    ) -> None:
        self._text = text
        self._writer = writer
        self._on_change = on_change
        self._chosen: str | None = None

    @property
    def block(self) -> Block | None:
        """The message that is chosen."""
        at = self._at()
        return None if at is None else self._writer.block(at)

    def step(self, step: int) -> None:
        """Choose the message above or below; the first time, the lowest on view."""
        writer, height = self._writer, self._text.winfo_height()
        at = self._at()
        if at is None:
            lowest = writer.position_at(f"@0,{height} -1 indices")
            at = (writer.count if lowest is None else lowest + 1) if step < 0 else writer.count
        at += step
        while 0 <= at < writer.count and writer.block(at).kind != "said":
            at += step
        if at >= writer.count:
            self.end()
        elif at >= 0:
            self._chosen = writer.block(at).key
            self.refresh()
            self._text.see(writer.end_of(at))
            self._text.see(writer.start_of(at))

    def end(self) -> bool:
        """Choose nothing any more; tell whether something was."""
        if self._chosen is None:
            return False
        self._chosen = None
        self._mark(-1)
        return True

    def forget(self) -> None:
        """Choose nothing, because nothing is shown any more."""
        self._chosen = None

    def refresh(self) -> None:
        """Mark what is chosen where it is now; it may have gone."""
        if self._chosen is None:
            return
        at = self._at()
        if at is None:
            self._chosen = None
        self._mark(-1 if at is None else at)

    def _at(self) -> int | None:
        return None if self._chosen is None else self._writer.find(self._chosen)

    def _mark(self, at: int) -> None:
        self._writer.mark(CHOSEN, at)
        self._on_change()
