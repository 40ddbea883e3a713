"""The line above the transcript: the room, its topic, how many are in it."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING

from asynchat.window.look.native import drawable
from asynchat.window.widgets.buttons import IconButton
from asynchat.window.widgets.labels import ShortenedLabel

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.look.theme import Look


class Header(ttk.Frame):
    """``on_menu`` shows or hides the sidebar, where it is not there anyway."""

    def __init__(self, parent: tk.Misc, look: Look, *, on_menu: Callable[[], None]) -> None:
        super().__init__(parent, style="Main.TFrame")
        self._look = look
        self.columnconfigure(2, weight=1)
        self._menu = IconButton(self, look, "menu", "Rooms and people", on_menu)
        self._menu.grid(row=0, column=0, sticky="w")
        self._menu.grid_remove()
        self._name = ttk.Label(self, style="Title.TLabel")
        self._name.grid(row=0, column=1, sticky="w")
        self._about = ShortenedLabel(self, look, style="Dim.TLabel", role="small")
        self._about.grid(row=0, column=2, sticky="we")
        self._rule = ttk.Frame(self, style="Rule.TFrame", height=1)
        self._rule.grid(row=1, column=0, columnspan=3, sticky="we")
        look.paints(self, self._paint)

    def show(self, name: str, topic: str, members: int | None) -> None:
        """Show a room; ``members`` None leaves the count out."""
        count = None if members is None else f"{members} member{'' if members == 1 else 's'}"
        about = " · ".join(part for part in (drawable(topic), count) if part)
        self._full_name = name
        room = max(self._look.px(80), self.winfo_width() // 2)
        self._name.configure(text=self._look.fonts.shortened(name, room, "title"))
        self._about.show(about)

    @property
    def texts(self) -> tuple[str, str]:
        """The room's name and what stands beside it, in full."""
        return str(self._name.cget("text")), self._about.full

    def show_menu_button(self, shown: bool) -> None:  # noqa: FBT001 - what it is named for
        """Offer the sidebar where it has no room of its own."""
        if shown:
            self._menu.grid()
        else:
            self._menu.grid_remove()

    def _paint(self) -> None:
        px = self._look.px
        self.rowconfigure(0, minsize=px(46))
        # To configure what was taken away would bring it back.
        shown = self._menu.winfo_manager()
        self._menu.grid_configure(padx=(px(10), 0))
        self.show_menu_button(bool(shown))
        self._name.grid_configure(padx=(px(18), px(14)))
        self._about.grid_configure(padx=(0, px(16)), pady=(px(3), 0))
        self._rule.configure(height=max(1, px(1)))
