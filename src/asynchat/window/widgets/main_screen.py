"""The main screen: where the sidebar, the transcript and the composer stand."""

from __future__ import annotations

import tkinter as tk
from dataclasses import dataclass
from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.window.widgets.composer import Composer
from asynchat.window.widgets.header import Header
from asynchat.window.widgets.sidebar import Sidebar
from asynchat.window.widgets.status_bar import StatusBar
from asynchat.window.widgets.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.sidebar import Row

SIDEBAR: Final = 226
_NARROW: Final = 640


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """What the main screen's widgets call."""

    choose: Callable[[Row], None]
    row_menu: Callable[[Row, int, int], None]
    rooms: Callable[[], None]
    theme: Callable[[], None]
    exit: Callable[[], None]
    send: Callable[[], None]
    change: Callable[[], None]
    paste: Callable[[], None]
    top: Callable[[], None]
    bottom: Callable[[], None]
    newest: Callable[[], None]
    link: Callable[[str], None]
    retry: Callable[[str], None]
    delete: Callable[[str], None]


class MainScreen(ttk.Frame):
    """In a narrow window the sidebar lies over the rest, and comes and goes by a button."""

    def __init__(self, parent: tk.Misc, look: Look, actions: Actions) -> None:
        super().__init__(parent, style="Main.TFrame")
        self._look = look
        self._actions = actions
        self._narrow: bool | None = None
        self.columnconfigure(2, weight=1)
        self.rowconfigure(0, weight=1)
        self.sidebar = Sidebar(
            self,
            look,
            on_choose=self._choose,
            on_menu=actions.row_menu,
            on_rooms=actions.rooms,
            on_theme=actions.theme,
            on_exit=actions.exit,
        )
        self._rule = ttk.Frame(self, style="Rule.TFrame")
        main = ttk.Frame(self, style="Main.TFrame")
        main.grid(row=0, column=2, sticky="nswe")
        main.columnconfigure(0, weight=1)
        main.rowconfigure(1, weight=1)
        self.header = Header(main, look, on_menu=self.toggle_sidebar)
        self.header.grid(row=0, column=0, sticky="we")
        self.transcript = Transcript(
            main,
            look,
            on_top=actions.top,
            on_bottom=actions.bottom,
            on_newest=actions.newest,
            on_link=actions.link,
            on_retry=actions.retry,
            on_delete=actions.delete,
            on_key=self._typed_elsewhere,
        )
        self.transcript.grid(row=1, column=0, sticky="nswe")
        self.composer = Composer(
            main,
            look,
            on_send=actions.send,
            on_change=actions.change,
            on_paste=actions.paste,
            on_page=self.transcript.page,
        )
        self.composer.grid(row=2, column=0, sticky="we")
        self.status = StatusBar(main, look)
        self.status.grid(row=3, column=0, sticky="we")
        self.bind("<Configure>", self._configured)
        look.paints(self, self._paint)
        # Tab goes from the composer to the rooms: in the order of this list.
        for widget in (main, self._rule, self.sidebar):
            widget.lift()

    @property
    def narrow(self) -> bool:
        """Whether the sidebar has no room of its own."""
        return bool(self._narrow)

    def toggle_sidebar(self) -> None:
        """Show the sidebar over the rest, or take it away."""
        if self.sidebar.winfo_manager() == "place":
            self.sidebar.place_forget()
        elif self._narrow:
            px = self._look.px
            self.sidebar.place(x=0, y=px(47), width=px(SIDEBAR), relheight=1, height=-px(47))
            self.sidebar.lift()

    def tuck_away(self) -> None:
        """Take the sidebar away where it lies over the rest."""
        if self.sidebar.winfo_manager() == "place":
            self.sidebar.place_forget()

    def _choose(self, row: Row) -> None:
        self.tuck_away()
        self._actions.choose(row)

    def _typed_elsewhere(self, char: str) -> None:
        self.composer.focus()
        self.composer.insert(char)

    def _configured(self, event: tk.Event[tk.Misc]) -> None:
        if event.widget is self:
            self._arrange(event.width)

    def _arrange(self, width: int) -> None:
        narrow = width < self._look.px(_NARROW)
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self.header.show_menu_button(narrow)
        self.columnconfigure(0, minsize=0 if narrow else self._look.px(SIDEBAR))
        if narrow:
            self.sidebar.grid_forget()
            self._rule.grid_forget()
        else:
            self.sidebar.place_forget()
            self.sidebar.grid(row=0, column=0, sticky="nswe")
            self._rule.grid(row=0, column=1, sticky="ns")

    def _paint(self) -> None:
        px = self._look.px
        self._rule.configure(width=max(1, px(1)))
        self._narrow = None
        if self.winfo_width() > 1:
            self._arrange(self.winfo_width())
