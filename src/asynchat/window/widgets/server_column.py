"""The column of servers at the window's left edge: a round picture each, and a plus."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING

from asynchat.window.look.native import drawable
from asynchat.window.look.server_pictures import server_picture
from asynchat.window.widgets.buttons import Button, IconButton, Tooltip

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Sequence

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.servers import Tile


class ServerColumn(ttk.Frame):
    """Place it with `grid`; it takes no room where there is one server.

    ``on_choose`` is called with a tile's key, ``on_menu`` with that and a place on the screen.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        *,
        on_choose: Callable[[str], None],
        on_menu: Callable[[str, int, int], None],
        on_add: Callable[[], None],
    ) -> None:
        super().__init__(parent, style="Side.TFrame")
        self._look = look
        self._on_choose = on_choose
        self._on_menu = on_menu
        self._buttons: list[_Picture] = []
        self.rowconfigure(98, weight=1)
        self._rule = ttk.Frame(self, style="Rule.TFrame")
        self._rule.grid(row=0, column=1, rowspan=100, sticky="ns")
        self.add = IconButton(self, look, "plus", "Add a server", on_add, style="Side")
        self.add.grid(row=97, column=0)
        look.paints(self, self._paint)

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """What it shows."""
        return tuple(button.tile for button in self._buttons)

    def button(self, key: str) -> Button:
        """Return the button of a server."""
        return next(button for button in self._buttons if button.tile.key == key)

    def show(self, tiles: Sequence[Tile]) -> None:
        """Show these servers, or nothing where there is but one."""
        while len(self._buttons) > len(tiles):
            self._buttons.pop().destroy()
        for at, tile in enumerate(tiles):
            if at < len(self._buttons):
                self._buttons[at].show(tile)
            else:
                self._buttons.append(self._made(at, tile))
        if len(tiles) > 1:
            self.grid()
        else:
            self.grid_remove()

    def _made(self, at: int, tile: Tile) -> _Picture:
        button = _Picture(self, self._look, tile, self._on_choose)
        button.grid(row=at, column=0, padx=self._look.px(2), pady=self._look.px(2))
        button.bind("<Button-3>", lambda event: self._menu(button, event.x_root, event.y_root))
        for keys in ("<Menu>", "<Shift-F10>"):
            button.bind(keys, lambda _: self._menu_below(button))
        button.bind("<Up>", lambda _: self._step(button, -1))
        button.bind("<Down>", lambda _: self._step(button, 1))
        # Tab goes through them in this order, and to the plus after them.
        self.add.lift()
        return button

    def _menu(self, button: _Picture, x: int, y: int) -> str:
        self._on_menu(button.tile.key, x, y)
        return "break"

    def _menu_below(self, button: _Picture) -> str:
        x, y = button.winfo_rootx(), button.winfo_rooty()
        return self._menu(button, x + button.winfo_width() // 2, y + button.winfo_height() // 2)

    def _step(self, button: _Picture, step: int) -> str:
        at = (self._buttons.index(button) + step) % len(self._buttons)
        self._buttons[at].focus_set()
        return "break"

    def _paint(self) -> None:
        px = self._look.px
        self._rule.configure(width=max(1, px(1)))
        self.add.grid_configure(pady=px(8))
        for button in self._buttons:
            button.grid_configure(padx=px(2), pady=px(2))


class _Picture(Button):
    """One server's button."""

    def __init__(
        self, parent: tk.Misc, look: Look, tile: Tile, on_choose: Callable[[str], None]
    ) -> None:
        super().__init__(parent, "", lambda: on_choose(self.tile.key), style="Side")
        self.tile = tile
        self._look = look
        self._tip = Tooltip(self, look, "")
        look.paints(self, self._paint)

    def show(self, tile: Tile) -> None:
        """Show a server."""
        if tile != self.tile:
            self.tile = tile
            self._paint()

    def _paint(self) -> None:
        look, tile = self._look, self.tile
        self._tip.text = "\n".join(map(drawable, tile.tip.split("\n")))
        drawn = (tile.letters, tile.seed, tile.badge, tile.unread, tile.trouble, tile.selected)
        self._image = look.images.get(
            ("server", drawn, look.palette, look.scale.percent),
            lambda: server_picture(tile, look.palette, look.scale),
        )
        self.configure(image=self._image)
