"""Joining what is committed in a row, so that it costs each reader one write.

A write to a reader costs about the same whether it carries one message or sixty.  Where requests
are waiting when a commit is done, the next commit follows at once, and its events go out with
those of the first.  Where none are waiting nothing is held, and no clock is asked: what is held
waits for one commit at most, also where that brings no event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.store.interface import Stored

ENOUGH_EVENTS: Final = 64
"""So many events are worth a write of their own."""


class Coalescing:
    """Between the store's `watch` and the fan-out: it holds at most one short batch.

    ``more`` tells whether batches are still being stored; whoever stores them has to call `flush`
    when that ends, and after one that has no events.
    """

    def __init__(
        self, deliver: Callable[[list[Stored]], None], *, more: Callable[[], bool]
    ) -> None:
        self._deliver = deliver
        self._more = more
        self._held: list[Stored] = []

    def take(self, batch: list[Stored]) -> None:
        """Deliver a batch with what is held before it, or hold it for the next one."""
        joined = [*self._held, *batch] if self._held else batch
        if self._held or len(batch) >= ENOUGH_EVENTS or not self._more():
            self._held = []
            self._deliver(joined)
        else:
            self._held = batch

    def flush(self) -> None:
        """Deliver what is held."""
        if self._held:
            held, self._held = self._held, []
            self._deliver(held)
