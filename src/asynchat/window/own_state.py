"""How one is: away after some time without a key or a move of the mouse, busy when one says so."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from asynchat.chat.profile import AWAY, BUSY, ONLINE
from asynchat.window.keys import unbind

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.link.client import Client

_LOOK_EVERY_MS: Final = 5_000
_SIGNS: Final = ("<Key>", "<Button>", "<Motion>", "<MouseWheel>")


class OwnState:
    """Tells the server how one is, until `close`; ``away_after_s`` is asked each time, 0 never."""

    def __init__(self, root: tk.Tk, client: Client, *, away_after_s: Callable[[], float]) -> None:
        self._root = root
        self._client = client
        self._away_after_s = away_after_s
        self._active_at = _now()
        self._bound = [(sign, root.bind(sign, self._active, add=True)) for sign in _SIGNS]
        self._timer: str | None = root.after(_LOOK_EVERY_MS, self._tick)

    def toggle_busy(self) -> str:
        """Be busy, or no longer; return a sentence that says which."""
        if self._client.state == BUSY:
            self._client.set_state(ONLINE)
            return "You are shown as online again."
        self._client.set_state(BUSY)
        return "You are shown as busy: do not disturb."

    def look(self) -> None:
        """Be away, if nothing was done for so long."""
        after_s = self._away_after_s()
        if after_s and self._client.state == ONLINE and _now() - self._active_at >= after_s:
            self._client.set_state(AWAY)

    def close(self) -> None:
        """Leave it as it is."""
        for sign, binding in self._bound:
            unbind(self._root, sign, binding)
        self._bound = []
        if self._timer is not None:
            self._root.after_cancel(self._timer)
            self._timer = None

    def _active(self, _: tk.Event[tk.Misc]) -> None:
        self._active_at = _now()
        if self._client.state == AWAY:
            self._client.set_state(ONLINE)

    def _tick(self) -> None:
        self.look()
        self._timer = self._root.after(_LOOK_EVERY_MS, self._tick)


def _now() -> float:
    return asyncio.get_running_loop().time()
