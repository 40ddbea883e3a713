"""The sidebar: the name of the program, rooms and people, and oneself with the way out."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING

from asynchat.window.look.avatars import avatar
from asynchat.window.widgets.buttons import IconButton
from asynchat.window.widgets.labels import ShortenedLabel
from asynchat.window.widgets.row_list import RowList

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.sidebar import Row


class Sidebar(ttk.Frame):
    """``on_rooms`` is the plus beside ROOMS; the others say what they are."""

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        *,
        on_choose: Callable[[Row], None],
        on_menu: Callable[[Row, int, int], None],
        on_rooms: Callable[[], None],
        on_theme: Callable[[], None],
        on_exit: Callable[[], None],
    ) -> None:
        super().__init__(parent, style="Side.TFrame")
        self._look = look
        self._who = ""
        self.columnconfigure(0, weight=1)
        self.rowconfigure(1, weight=1)
        self._title = ttk.Label(self, text="asynchat", style="Title.Side.TLabel")
        self._title.grid(row=0, column=0, sticky="w")
        self._add = IconButton(self, look, "plus", "Join or create a room", on_rooms, style="Side")
        self._add.grid(row=0, column=1, sticky="e")
        self.rows = RowList(
            self,
            look,
            on_choose=on_choose,
            on_menu=on_menu,
            on_add=lambda _: on_rooms(),
            headings_with_add=frozenset(),
        )
        self.rows.grid(row=1, column=0, columnspan=2, sticky="nswe")
        self._rule = ttk.Frame(self, style="Rule.TFrame")
        self._rule.grid(row=2, column=0, columnspan=2, sticky="we")
        self._foot = foot = ttk.Frame(self, style="Side.TFrame")
        foot.grid(row=3, column=0, columnspan=2, sticky="we")
        foot.columnconfigure(1, weight=1)
        self._picture = ttk.Label(foot, style="Side.TLabel")
        self._picture.grid(row=0, column=0)
        self._name = ShortenedLabel(foot, look, style="Bold.Side.TLabel", role="bold")
        self._name.grid(row=0, column=1, sticky="we")
        self._theme = IconButton(foot, look, "sun", "Light theme", on_theme, style="Side")
        self._theme.grid(row=0, column=2)
        self._exit = IconButton(foot, look, "exit", "Exit (Ctrl+Q)", on_exit, style="Side")
        self._exit.grid(row=0, column=3)
        look.paints(self, self._paint)

    def show_me(self, name: str) -> None:
        """Show who one is."""
        self._who = name
        self._paint()

    def show_theme(self, *, dark: bool) -> None:
        """Show which theme the button leads to."""
        self._theme.become(*(("sun", "Light theme") if dark else ("moon", "Dark theme")))

    def _paint(self) -> None:
        px, name = self._look.px, self._who
        self.rowconfigure(0, minsize=px(46))
        self._title.grid_configure(padx=(px(18), 0))
        self._add.grid_configure(padx=(0, px(12)))
        self._rule.configure(height=max(1, px(1)))
        self._picture.grid_configure(padx=(px(14), px(8)), pady=px(9))
        self._theme.grid_configure(padx=px(2))
        self._exit.grid_configure(padx=(0, px(10)))
        self._name.show(name)
        if name:
            size = px(26)
            self._image = self._look.images.get(("avatar", name, size), lambda: avatar(name, size))
            self._picture.configure(image=self._image)
