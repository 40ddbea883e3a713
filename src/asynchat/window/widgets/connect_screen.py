"""The first screen: where to connect to and under which name, or to host here."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.window.look.native import drawable
from asynchat.window.look.tk_objects import Words
from asynchat.window.presenters.connecting import WAYS, Problem, Wish, wish
from asynchat.window.widgets.buttons import Button, IconButton

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.connecting import Way

_WIDTH: Final = 300


class ConnectScreen(ttk.Frame):
    """Asks, shows how the connecting goes, and says what is wrong.

    ``on_wish`` is called with what was asked for, ``on_cancel`` when the connecting shall
    stop.  ``hosting`` asks for the name only, to host here; ``can_host`` offers it.  Without
    ``on_theme`` it is a form in a dialog, which says what it is for.  Passwords are asked for where
    the person or the server wants it, and forgotten once something is tried that needs none.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        *,
        address: str,
        name: str,
        can_host: bool,
        hosting: bool,
        on_wish: Callable[[Wish], None],
        on_cancel: Callable[[], None],
        on_theme: Callable[[], None] | None,
    ) -> None:
        super().__init__(parent, style="Main.TFrame")
        self.look = look
        self._on_wish = on_wish
        self._on_cancel = on_cancel
        self._hosting = hosting
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self._card = ttk.Frame(self, style="Card.TFrame")
        self._card.grid(row=0, column=0)
        self._card.columnconfigure(0, weight=1, minsize=look.px(_WIDTH))
        self._card.columnconfigure(1, weight=1)
        self._way = Words(self, "guest")
        self._theme: IconButton | None = None
        self._make(can_host=can_host)
        if on_theme is not None:
            self._theme = IconButton(self, look, "sun", "Light or dark", on_theme)
            self._theme.place(relx=1, x=-look.px(12), y=look.px(12), anchor="ne")
            # The last that Tab comes to was the first.
            self._theme.lower()
        else:
            self._card.configure(style="Main.TFrame")
            for label in (self._title, self._words):
                label.grid_remove()
            for label in self._labels:
                label.configure(style="Dim.TLabel")
            self._ways.configure(style="Main.TFrame")
            for button in self.ways.values():
                button.configure(style="Field.TRadiobutton")
            self._problem.configure(style="Bad.TLabel")
            self._progress.configure(style="Dim.TLabel")
        self.address.insert(0, address)
        self.name.insert(0, name)
        look.paints(self, self._paint)

    def focus_first(self) -> None:
        """Let the keys go to the first field that is empty, or else to the name."""
        entry = self.first
        entry.focus_set()
        entry.selection_range(0, "end")
        entry.icursor("end")

    @property
    def first(self) -> ttk.Entry:
        """What the keys go to first."""
        if not self._hosting and not self.address.get().strip():
            return self.address
        return self.name if self.way == "guest" else self.password

    def say(self, problem: Problem) -> None:
        """Show what is wrong, and where; offer what may mend it."""
        self._free()
        if problem.way is not None:
            self.come(problem.way)
        _say(self._problem, problem.text)
        if problem.suggestion:
            suggestion = problem.suggestion
            self._suggest.configure(
                text=f"Use {suggestion}", command=lambda: self._take(suggestion)
            )
            self._suggest.grid()
        entry = self._fields.get(problem.field or "")
        if entry is not None and entry.winfo_manager():
            entry.state(["invalid" if problem.text else "!invalid"])
            entry.focus_set()
            entry.selection_range(0, "end")

    def busy(self, sentence: str) -> None:
        """Show how the connecting goes; only Cancel can be pressed."""
        _say(self._problem, "")
        self._suggest.grid_remove()
        _say(self._progress, sentence)
        for widget in self._pressed_or_typed:
            widget.state(["disabled", "!invalid"])
        self._cancel.grid()

    @property
    def texts(self) -> tuple[str, str]:
        """What it says: what is wrong, and how it goes."""
        return str(self._problem.cget("text")), str(self._progress.cget("text"))

    @property
    def way(self) -> Way:
        """How the person wants to come in."""
        return next(way for way, _ in WAYS if way == self._way.get())

    def come(self, way: Way) -> None:
        """Ask for what a way in needs."""
        self._way.set(way)
        self._ways.grid()
        self._account.grid_remove()
        for entry, label, wanted in (
            (self.password, self._password_label, way != "guest"),
            (self.again, self._again_label, way == "register"),
        ):
            if wanted:
                label.grid()
                entry.grid()
            else:
                label.grid_remove()
                entry.grid_remove()
                entry.delete(0, "end")
        words = {"guest": "Connect", "sign-in": "Sign in", "register": "Register"}
        self._connect.configure(text=words[way])

    def show_theme(self, *, dark: bool) -> None:
        """Show which theme the button leads to."""
        if self._theme is not None:
            self._theme.become(*(("sun", "Light theme") if dark else ("moon", "Dark theme")))

    def _make(self, *, can_host: bool) -> None:
        card, look = self._card, self.look
        self._title = ttk.Label(card, text="asynchat", style="Hero.Card.TLabel")
        self._title.grid(row=0, column=0, columnspan=2, sticky="w")
        words = (
            "You host the chat on this computer."
            if self._hosting
            else "A chat you start with one command and keep."
        )
        self._words = ttk.Label(card, text=words, style="Dim.Card.TLabel")
        self._words.grid(row=1, column=0, columnspan=2, sticky="w")
        self.address, self._address_label = self._field("Address, or an invitation", 2)
        self.name, self._name_label = self._field("Your name", 4)
        if self._hosting:
            self._address_label.grid_remove()
            self.address.grid_remove()
        self._ways = ttk.Frame(card, style="Card.TFrame")
        self.ways = {way: self._made_way(at, way, words) for at, (way, words) in enumerate(WAYS)}
        self._ways.grid(row=6, column=0, columnspan=2, sticky="w")
        self.password, self._password_label = self._field("Password", 7)
        self.again, self._again_label = self._field("The same again", 9)
        for entry in (self.password, self.again):
            entry.configure(show="\N{BULLET}")
        self._fields = {
            "address": self.address,
            "name": self.name,
            "password": self.password,
            "again": self.again,
        }
        self._labels = (
            self._address_label,
            self._name_label,
            self._password_label,
            self._again_label,
        )
        self._problem = ttk.Label(card, style="Bad.Card.TLabel", wraplength=look.px(_WIDTH))
        self._problem.grid(row=11, column=0, columnspan=2, sticky="w")
        self._suggest = Button(card, "", lambda: None)
        self._suggest.grid(row=12, column=0, columnspan=2, sticky="w")
        first = "Start" if self._hosting else "Connect"
        self._connect = Button(card, first, self.ask, style="Accent")
        self._connect.grid(row=13, column=0, columnspan=2, sticky="we")
        self._account = Button(card, "Sign in or register …", self._ask_how)
        self._account.grid(row=14, column=0, columnspan=2, sticky="we")
        self._host = Button(card, "Host here", self._ask_to_host)
        self._host.grid(row=15, column=0, columnspan=2, sticky="we")
        self._progress = ttk.Label(card, style="Dim.Card.TLabel", wraplength=look.px(_WIDTH))
        self._progress.grid(row=16, column=0, columnspan=2, sticky="w")
        self._cancel = Button(card, "Cancel", self._stop)
        self._cancel.grid(row=17, column=0, columnspan=2, sticky="we")
        for widget in (
            *(self._ways, self.password, self._password_label, self.again, self._again_label),
            *(self._problem, self._suggest, self._progress, self._cancel),
        ):
            widget.grid_remove()
        if not can_host or self._hosting:
            self._host.grid_remove()
        if self._hosting:
            self._account.grid_remove()
        self._pressed_or_typed: tuple[ttk.Widget, ...] = (
            *self._fields.values(),
            *self.ways.values(),
            *(self._connect, self._account, self._host),
        )
        for entry in self._fields.values():
            entry.bind("<Return>", lambda _: self.ask())
            entry.bind("<KP_Enter>", lambda _: self.ask())
            entry.bind("<Key>", self._edited, add=True)
        self.bind_all("<Escape>", self._escaped)

    def _field(self, words: str, row: int) -> tuple[ttk.Entry, ttk.Label]:
        """Return a field and the label above it."""
        label = ttk.Label(self._card, text=words, style="Dim.Card.TLabel")
        label.grid(row=row, column=0, columnspan=2, sticky="w")
        entry = ttk.Entry(self._card, style="Field.TEntry", font=self.look.fonts["body"])
        entry.grid(row=row + 1, column=0, columnspan=2, sticky="we")
        return entry, label

    def _made_way(self, at: int, way: Way, words: str) -> ttk.Radiobutton:
        button = ttk.Radiobutton(
            self._ways,
            text=words,
            value=way,
            variable=self._way,
            style="Field.Card.TRadiobutton",
            command=lambda: self.come(way),
        )
        button.grid(row=0, column=at)
        button.bind("<Return>", lambda _: button.invoke())
        return button

    def _paint(self) -> None:
        px = self.look.px
        self._card.configure(padding=px(28) if self._theme is not None else 0)
        self._card.columnconfigure(0, minsize=px(_WIDTH))
        if self._words.winfo_manager():
            self._words.grid_configure(pady=(px(4), px(10)))
        for label in self._labels:
            _pad(label, (px(10), px(4)))
        self._connect.grid_configure(pady=(px(16), 0))
        for button in self.ways.values():
            button.grid_configure(padx=(0, px(14)))
        for label in (self._problem, self._progress):
            label.configure(wraplength=px(_WIDTH))
        for widget in (
            *(self._ways, self._host, self._account, self._cancel, self._suggest),
            *(self._problem, self._progress),
        ):
            _pad(widget, (px(10), 0))
        for entry in self._fields.values():
            entry.configure(font=self.look.fonts["body"])

    def _edited(self, event: tk.Event[tk.Misc]) -> None:
        if event.char:
            for entry in self._fields.values():
                entry.state(["!invalid"])
            _say(self._problem, "")
            self._suggest.grid_remove()

    def _free(self) -> None:
        _say(self._progress, "")
        self._cancel.grid_remove()
        for widget in self._pressed_or_typed:
            widget.state(["!disabled", "!invalid"])

    def _take(self, name: str) -> None:
        self.name.delete(0, "end")
        self.name.insert(0, name)
        self.ask()

    def ask(self) -> None:
        """Ask for what the fields say, as the button does."""
        self._wish(hosting=self._hosting)

    def _ask_how(self) -> None:
        self.come("sign-in")
        (self.password if self.name.get().strip() else self.name).focus_set()

    def _ask_to_host(self) -> None:
        self._wish(hosting=True)

    def _wish(self, *, hosting: bool) -> None:
        if self._connect.instate(["disabled"]):
            return
        asked = wish(
            name=self.name.get(),
            address=self.address.get(),
            hosting=hosting,
            way=self.way,
            password=self.password.get(),
            again=self.again.get(),
        )
        if isinstance(asked, Problem):
            self.say(asked)
        else:
            self._on_wish(asked)

    def _stop(self) -> None:
        self._free()
        self.focus_first()
        self._on_cancel()

    def _escaped(self, _: tk.Event[tk.Misc]) -> None:
        if self.winfo_ismapped() and self._cancel.winfo_manager():
            self._stop()

    def destroy(self) -> None:
        """Take the binding of Escape away, too."""
        self.unbind_all("<Escape>")
        super().destroy()


def _say(label: ttk.Label, sentence: str) -> None:
    label.configure(text=drawable(sentence))
    if sentence:
        label.grid()
    else:
        label.grid_remove()


def _pad(widget: ttk.Widget, pady: tuple[int, int]) -> None:
    shown = widget.winfo_manager()
    widget.grid_configure(pady=pady)
    if not shown:
        widget.grid_remove()
