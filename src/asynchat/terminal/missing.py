"""Where the server cannot read a message: a row stands in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.link.timeline import DAMAGED
from asynchat.terminal.render import notice_row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asynchat.messages import Page
    from asynchat.terminal.render import Row


class Missing:
    """What is missing of each room, and was not shown yet; ``show`` is called with rows."""

    def __init__(self, show: Callable[[Row], None]) -> None:
        self._show = show
        self._seqs: dict[str, set[int]] = {}

    def add(self, room: str, seqs: Sequence[int]) -> None:
        """Note what is missing from what comes next of a room."""
        self._seqs.setdefault(room, set()).update(seqs)

    def show_before(self, room: str, seq: int) -> None:
        """Show a row for each event that is missing before one that is shown next."""
        self._take(room, lambda one: one < seq)

    def show_rest(self, page: Page) -> None:
        """Show rows for what is missing after the last event of a page."""
        self._take(page.room, lambda _: True)

    def forget(self) -> None:
        """Let nothing count of another history."""
        self._seqs.clear()

    def _take(self, room: str, fits: Callable[[int], bool]) -> None:
        known = self._seqs.get(room)
        for seq in sorted(filter(fits, known or ())):
            self._show(notice_row(DAMAGED, "error"))
            (known or set()).discard(seq)
