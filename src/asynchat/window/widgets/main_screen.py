"""The main screen: where the sidebar, the transcript and the composer stand."""

from __future__ import annotations

import tkinter as tk
from dataclasses import dataclass
from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.window.preferences import LEAST_SIDEBAR, MOST_SIDEBAR
from asynchat.window.widgets.attachments import Attachments
from asynchat.window.widgets.composer import Composer
from asynchat.window.widgets.header import Header
from asynchat.window.widgets.mode_bar import ModeBar
from asynchat.window.widgets.sidebar import Sidebar
from asynchat.window.widgets.status_bar import StatusBar
from asynchat.window.widgets.transcript import Transcript
from asynchat.window.widgets.transfer_rows import MAX_ROWS, TransferRows

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.sidebar import Row
    from asynchat.window.presenters.transcript import Block

SIDEBAR: Final = 226
_NARROW: Final = 640


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """What the main screen's widgets call.

    ``do`` is called with the name of a command, ``topic`` with one that was typed, ``widen``
    with the width that the sidebar was dragged to, ``act`` with the name of a command, a message
    and words, ``cancel`` where no reply or edit is to be written any more, ``narrowed`` when
    the window became narrow or wide.
    """

    choose: Callable[[Row], None]
    row_menu: Callable[[Row, int, int], None]
    rooms: Callable[[], None]
    do: Callable[[str], None]
    topic: Callable[[str], None]
    widen: Callable[[int], None]
    narrowed: Callable[[], None]
    send: Callable[[], None]
    change: Callable[[], None]
    paste: Callable[[], None]
    top: Callable[[], None]
    bottom: Callable[[], None]
    newest: Callable[[], None]
    link: Callable[[str], None]
    act: Callable[[str, Block, str], None]
    to_message: Callable[[int], None]
    cancel: Callable[[], object]
    retry: Callable[[str], None]
    delete: Callable[[str], None]


class MainScreen(ttk.Frame):
    """In a narrow window the sidebar lies over the rest, and comes and goes by a button."""

    def __init__(
        self, parent: tk.Misc, look: Look, actions: Actions, *, sidebar: int = SIDEBAR
    ) -> None:
        super().__init__(parent, style="Main.TFrame")
        self._look = look
        self._actions = actions
        self._narrow: bool | None = None
        self._hidden = False
        self._width = sidebar
        self.columnconfigure(2, weight=1)
        self.rowconfigure(0, weight=1)
        self.sidebar = Sidebar(
            self,
            look,
            on_choose=self._choose,
            on_menu=actions.row_menu,
            on_rooms=actions.rooms,
            on_jump=lambda: actions.do("jump"),
            on_settings=lambda: actions.do("settings"),
            on_theme=lambda: actions.do("theme"),
            on_exit=lambda: actions.do("quit"),
        )
        self._rule = ttk.Frame(self, style="Rule.TFrame", cursor="sb_h_double_arrow")
        for edge in (self._rule, self.sidebar.grip):
            edge.bind("<B1-Motion>", self._dragged)
            edge.bind("<ButtonRelease-1>", lambda _: actions.widen(self._width))
        main = ttk.Frame(self, style="Main.TFrame")
        main.grid(row=0, column=2, sticky="nswe")
        main.columnconfigure(0, weight=1)
        main.rowconfigure(1, weight=1)
        self.header = Header(
            main,
            look,
            on_menu=self.toggle_sidebar,
            on_people=lambda: actions.do("people"),
            on_invite=lambda: actions.do("invite"),
            on_topic=actions.topic,
            on_pins=lambda: actions.do("pinned"),
        )
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
            on_act=actions.act,
            on_jump=actions.to_message,
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
        self.mode = ModeBar(main, look, on_cancel=actions.cancel)
        self.mode.grid(row=2, column=0, sticky="we")
        self.mode.hide()
        self.transfers = TransferRows(main, look, most=MAX_ROWS)
        self.transfers.grid(row=3, column=0, sticky="we")
        self.attachments = Attachments(main, look, on_send=actions.send)
        self.attachments.grid(row=4, column=0, sticky="we")
        self.attachments.grid_remove()
        self.composer.grid(row=5, column=0, sticky="we")
        self.status = StatusBar(
            main,
            look,
            on_try=lambda: actions.do("reconnect"),
            on_details=lambda: actions.do("server-details"),
        )
        self.status.grid(row=6, column=0, sticky="we")
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
        """Show the sidebar, or take it away; in a narrow window it lies over the rest."""
        if self.sidebar.winfo_manager() == "place":
            self.sidebar.place_forget()
        elif self._narrow:
            top = self._look.px(47)
            width = min(self._look.px(self._width), self.winfo_width() - self._look.px(48))
            self.sidebar.place(x=0, y=top, width=width, relheight=1, height=-top)
            self.sidebar.lift()
        else:
            self._hidden = not self._hidden
            self._lay_out()

    def tuck_away(self) -> bool:
        """Take the sidebar away where it lies over the rest; tell whether it did."""
        if self.sidebar.winfo_manager() == "place":
            self.sidebar.place_forget()
            return True
        return False

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
        narrow = width < self._look.px(_NARROW - SIDEBAR + self._width)
        if narrow != self._narrow:
            self._narrow = narrow
            self._lay_out()
            self._actions.narrowed()

    def _lay_out(self) -> None:
        away = self._narrow or self._hidden
        self.header.show_menu_button(bool(away))
        self.columnconfigure(0, minsize=0 if away else self._look.px(self._width))
        if away:
            self.sidebar.grid_forget()
            self._rule.grid_forget()
        else:
            self.sidebar.place_forget()
            self.sidebar.grid(row=0, column=0, sticky="nswe")
            self._rule.grid(row=0, column=1, sticky="ns")
        self.sidebar.show_grip(not away)

    def _dragged(self, event: tk.Event[tk.Misc]) -> None:
        wanted = event.x_root - self.winfo_rootx()
        per_px = self._look.px(1_000) / 1_000
        width = min(max(round(wanted / per_px), LEAST_SIDEBAR), MOST_SIDEBAR)
        # Never so wide that the window would count as narrow.
        room = self.winfo_width() / per_px - _NARROW + SIDEBAR
        self._width = min(width, max(LEAST_SIDEBAR, int(room)))
        self.columnconfigure(0, minsize=self._look.px(self._width))

    def _paint(self) -> None:
        px = self._look.px
        self.transfers.grid_configure(padx=(px(18), px(14)))
        self._rule.configure(width=max(1, px(1)))
        self._narrow = None
        if self.winfo_width() > 1:
            self._arrange(self.winfo_width())
