"""The server's window, drawn: tabs, a table for each, what can be done, and how the server is."""

from __future__ import annotations

import tkinter as tk
from functools import partial
from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.window.look.native import drawable
from asynchat.window.look.tk_objects import Words
from asynchat.window.presenters.overview import BY_NAME, TABS
from asynchat.window.widgets.buttons import Button
from asynchat.window.widgets.labels import ShortenedLabel
from asynchat.window.widgets.plots import Plots
from asynchat.window.widgets.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.overview import Act, Tab
    from asynchat.window.presenters.tables import TableRow

_TYPED_MS: Final = 300


class ServerView(ttk.Frame):
    """Shows one of `TABS` at a time.

    ``on_tab`` is called when another one is on view, or another text is searched for in it;
    ``on_act`` with the name of something to be done and the row that is chosen.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        *,
        on_tab: Callable[[], None],
        on_act: Callable[[str, TableRow | None], None],
    ) -> None:
        super().__init__(parent, style="Main.TFrame")
        self._look = look
        self._on_tab = on_tab
        self._on_act = on_act
        self._tables: dict[str, Table] = {}
        self._buttons: list[tuple[Act, Button]] = []
        self._typing: str | None = None
        self._on_view = Words(self, TABS[0].name)
        self._searched = Words(self)
        self.columnconfigure(0, weight=1)
        self.rowconfigure(2, weight=1)
        self._strip = ttk.Frame(self, style="Main.TFrame")
        self._strip.grid(row=0, column=0, sticky="we")
        self.tabs = {
            tab.name: ttk.Radiobutton(
                self._strip,
                text=tab.title,
                value=tab.name,
                variable=self._on_view,
                style="Tab.TRadiobutton",
                command=self._changed,
                takefocus=True,
            )
            for tab in TABS
        }
        self._find = ttk.Frame(self, style="Main.TFrame")
        self._find.grid(row=1, column=0, sticky="we")
        self._find.columnconfigure(1, weight=1)
        ttk.Label(self._find, text="Find by name", style="Dim.TLabel").grid(row=0, column=0)
        self.search = ttk.Entry(self._find, style="Field.TEntry", textvariable=self._searched)
        self.search.grid(row=0, column=1, sticky="we")
        self.plots = Plots(self, look)
        self.plots.grid(row=1, column=0, sticky="we")
        self._off: set[str] = set()
        self._nothing = ttk.Label(self, style="Dim.Card.TLabel")
        self._detail = ttk.Label(self, style="Dim.TLabel", justify="left")
        self._detail.grid(row=3, column=0, sticky="we")
        self._acts = ttk.Frame(self, style="Main.TFrame")
        self._acts.grid(row=4, column=0, sticky="we")
        self._status = ShortenedLabel(self, look, style="Dim.TLabel", role="small")
        self._status.grid(row=5, column=0, sticky="we")
        self._bind_keys()
        self._searched.trace_add("write", lambda *_: self._typed())
        look.paints(self, self._paint)
        self._show_tab()

    @property
    def tab(self) -> Tab:
        """The tab on view."""
        return BY_NAME[self._on_view.get()]

    @property
    def table(self) -> Table:
        """The table of the tab on view."""
        return self._tables[self.tab.name]

    @property
    def searched(self) -> str:
        """What is searched for."""
        return self._searched.get().strip() if self.tab.searched else ""

    @property
    def status(self) -> str:
        """What the last line says."""
        return self._status.full

    @property
    def acts(self) -> tuple[str, ...]:
        """What can be done at the moment."""
        return tuple(act.name for act, button in self._buttons if button.instate(["!disabled"]))

    def open(self, name: str) -> None:
        """Show another tab."""
        self._on_view.set(name)
        self._changed()

    def show(self, rows: Sequence[TableRow]) -> None:
        """Show the rows of the tab on view."""
        self.table.show(rows)
        if rows:
            self._nothing.place_forget()
        else:
            self._nothing.configure(text=self.tab.nothing)
            self._nothing.place(in_=self.table, relx=0.5, rely=0.5, anchor="center")
            self._nothing.lift()

    def allow(self, name: str, *, on: bool) -> None:
        """Say whether there is anything left that something could be done to."""
        (self._off.discard if on else self._off.add)(name)
        self._chosen()

    def say(self, text: str) -> None:
        """Show how the server is, or what failed."""
        self._status.show(drawable(text))

    def act(self, name: str) -> None:
        """Do something, where it can be done."""
        if name in self.acts:
            self._on_act(name, self.table.chosen)

    def focus_table(self) -> None:
        """Let the keys come to the table."""
        self.table.tree.focus_set()

    def _bind_keys(self) -> None:
        top = self.winfo_toplevel()
        for keys, step in (
            ("Control-Tab", 1),
            ("Control-Shift-Tab", -1),
            ("Control-ISO_Left_Tab", -1),
            ("Control-Next", 1),
            ("Control-Prior", -1),
        ):
            if keys != "Control-ISO_Left_Tab" or self.tk.call("tk", "windowingsystem") == "x11":
                top.bind(f"<{keys}>", lambda _, step=step: self._step(step), add=True)  # type: ignore[misc]
        top.bind("<F5>", lambda _: self._on_tab(), add=True)
        for button in self.tabs.values():
            button.bind("<Left>", lambda _: self._step(-1, follow=True))
            button.bind("<Right>", lambda _: self._step(1, follow=True))
            button.bind("<Up>", lambda _: "break")
            button.bind("<Down>", lambda _: self._into_table())
            button.bind("<Return>", lambda _: self._into_table())
        self.search.bind("<Down>", lambda _: self.focus_table())
        self.search.bind("<Return>", lambda _: self.focus_table())
        self._strip.bind("<Configure>", lambda _: self._flow())
        self._acts.bind("<Configure>", lambda _: self._flow())
        self.bind("<Configure>", lambda _: self._wrap())
        self.bind("<Destroy>", self._destroyed)

    def _into_table(self) -> str:
        self.focus_table()
        # By themselves they go to the next of the buttons.
        return "break"

    def _step(self, step: int, *, follow: bool = False) -> str:
        names = [tab.name for tab in TABS]
        name = names[(names.index(self.tab.name) + step) % len(names)]
        self.open(name)
        if follow:
            self.tabs[name].focus_set()
        else:
            self.focus_table()
        return "break"

    def _changed(self) -> None:
        self._show_tab()
        self._on_tab()

    def _show_tab(self) -> None:
        tab = self.tab
        for table in self._tables.values():
            table.grid_remove()
        if tab.name not in self._tables:
            self._tables[tab.name] = self._made(tab)
        self._tables[tab.name].grid(row=2, column=0, sticky="nswe")
        self._nothing.place_forget()
        for part, wanted in ((self._find, tab.searched), (self.plots, tab.plotted)):
            if wanted:
                part.grid()
            else:
                part.grid_remove()
        for _, button in self._buttons:
            button.destroy()
        self._buttons = [
            (
                act,
                Button(
                    self._acts,
                    act.title,
                    partial(self.act, act.name),
                    style="Accent" if not at else "Quiet",
                ),
            )
            for at, act in enumerate(tab.acts)
        ]
        self._chosen()
        self._paint()

    def _made(self, tab: Tab) -> Table:
        table = Table(self, self._look, tab.columns, on_chosen=self._chosen, on_menu=self._menu)
        for act in tab.acts:
            if act.bound:
                table.tree.bind(f"<{act.bound}>", lambda _, name=act.name: self.act(name))  # type: ignore[misc]
        table.tree.bind("<Double-Button-1>", self._twice)
        # Tab goes through strip, search, table and buttons: in the order of this list.
        table.lower(self._detail)
        return table

    def _twice(self, event: tk.Event[ttk.Treeview]) -> None:
        first = next(iter(self.tab.acts), None)
        if first is not None and event.widget.identify_row(event.y) and first.bound == "Return":
            self.act(first.name)

    def _menu(self, x: int, y: int) -> None:
        menu = self._look.menu(self)
        for act, button in self._buttons:
            if button.instate(["!disabled"]):
                menu.add_command(label=act.title, command=partial(self.act, act.name))
        self.table.add_sorting(menu)
        self._look.pop_up(menu, x, y)

    def _chosen(self) -> None:
        row = self.table.chosen
        self._detail.configure(text="" if row is None else drawable(row.detail))
        for act, button in self._buttons:
            off = act.name in self._off or (act.chosen and row is None)
            button.state(["disabled" if off else "!disabled"])

    def _typed(self) -> None:
        if self._typing is not None:
            self.after_cancel(self._typing)
        self._typing = self.after(_TYPED_MS, self._search)

    def _search(self) -> None:
        self._typing = None
        self._on_tab()

    def _destroyed(self, event: tk.Event[tk.Misc]) -> None:
        if event.widget is self and self._typing is not None:
            self.after_cancel(self._typing)
            self._typing = None

    def _flow(self) -> None:
        """Put tabs and buttons side by side, in as many rows as they need."""
        px = self._look.px
        for frame, widgets, gap in (
            (self._strip, list(self.tabs.values()), px(2)),
            (self._acts, [button for _, button in self._buttons], px(8)),
        ):
            room, x, y = max(frame.winfo_width(), px(200)), 0, 0
            high = max((one.winfo_reqheight() for one in widgets), default=1)
            for one in widgets:
                wide = one.winfo_reqwidth()
                if x and x + wide > room:
                    x, y = 0, y + high + px(4)
                one.place(x=x, y=y, width=wide, height=high)
                x += wide + gap
            if str(frame.cget("height")) != str(y + high):
                frame.configure(height=y + high)

    def _wrap(self) -> None:
        self._detail.configure(wraplength=max(self._look.px(120), self.winfo_width()))

    def _paint(self) -> None:
        px = self._look.px
        self._strip.grid_configure(pady=(0, px(8)))
        if self.tab.searched:
            self._find.grid_configure(pady=(0, px(8)))
        self.search.grid_configure(padx=(px(10), 0))
        self.search.configure(font=self._look.fonts["body"])
        self._detail.grid_configure(pady=(px(8), px(8)))
        self._status.grid_configure(pady=(px(10), 0))
        self._nothing.configure(font=self._look.fonts["body"])
        self._flow()
        self._wrap()
