"""The line below the composer: the connection's state, who is typing, hints."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING

from asynchat.window.look.shapes import dot
from asynchat.window.widgets.buttons import Tooltip
from asynchat.window.widgets.labels import ShortenedLabel

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.status import Status


class StatusBar(ttk.Frame):
    """Shows what it is told.

    ``on_try`` is called to connect now, where there is no connection; ``on_details`` by a click on
    the state, to show how the server is known.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        *,
        on_try: Callable[[], None],
        on_details: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(parent, style="Main.TFrame")
        self._look = look
        self._status: Status | None = None
        self.columnconfigure(1, weight=1)
        self._dot = ttk.Label(self)
        self._dot.grid(row=0, column=0)
        self._state = ShortenedLabel(self, look, style="good.Status.TLabel", role="small")
        self._state.grid(row=0, column=1, sticky="we")
        for label in (self._dot, self._state):
            label.bind("<Button-1>", lambda _: on_details())
        self.tip = Tooltip(self._state, look, "")
        self._aside = ttk.Label(self, style="Dim.TLabel", anchor="e")
        self._aside.grid(row=0, column=2, sticky="e")
        # Not a button: it would make the line higher.  F5 is its key.
        self.again = ttk.Label(self, text="Try now (F5)", style="Link.TLabel", cursor="hand2")
        self.again.grid(row=0, column=3)
        self.again.bind("<Button-1>", lambda _: on_try())
        self.again.grid_remove()
        look.paints(self, self._paint)

    def show(self, status: Status) -> None:
        """Show the connection's state."""
        if status != self._status:
            self._status = status
            self._paint()

    def aside(self, text: str, *, bad: bool = False) -> None:
        """Show a few words at the right: who is typing, or what is wrong with the message."""
        self._aside.configure(text=text, style="Bad.TLabel" if bad else "Dim.TLabel")

    @property
    def texts(self) -> tuple[str, str]:
        """What it says, left and right."""
        return self._state.full, str(self._aside.cget("text"))

    def _paint(self) -> None:
        px, palette = self._look.px, self._look.palette
        self._dot.grid_configure(padx=(px(18), px(6)), pady=(px(2), px(7)))
        self._state.grid_configure(pady=(px(2), px(7)))
        self._aside.grid_configure(padx=(px(8), px(18)), pady=(px(2), px(7)))
        if self._status is None:
            return
        tone = self._status.tone
        colour = {"good": palette.online, "busy": palette.away, "bad": palette.bad}[tone]
        size = px(9)
        self._image = self._look.images.get(("dot", size, colour, False), lambda: dot(size, colour))
        self._dot.configure(image=self._image)
        self.again.grid_configure(padx=(0, px(18)), pady=(px(2), px(7)))
        if tone == "good":
            self.again.grid_remove()
        self._state.configure(style=f"{tone}.Status.TLabel")
        self._state.show(self._status.text)
