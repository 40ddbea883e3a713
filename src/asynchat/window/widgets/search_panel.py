"""The panel of Ctrl+F: a field, where to search, and below it what was found."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Any, Final, cast

from asynchat.window.look.native import drawable
from asynchat.window.look.palettes import colour_index
from asynchat.window.look.tk_objects import Words
from asynchat.window.widgets.buttons import IconButton
from asynchat.window.widgets.completed_field import CompletedField
from asynchat.window.widgets.scrolling import SlimScrollbar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.completion import Completion
    from asynchat.window.presenters.finding import Result

WIDTH: Final = 350
_ROOM_BESIDE: Final = 760
"""How wide header, messages and panel have to be together to stand side by side."""

_HINT: Final = "Tab: from:  in:  before:  after:  has:link"
_PAGE: Final = 5
_NEAR_END: Final = 0.9


class SearchPanel(ttk.Frame):
    """Stands beside the messages in ``parent``, a grid, or over them where that is narrow.

    ``on_type`` is called when something else is to be searched for, ``on_choose`` with what is
    to be gone to, ``on_more`` near the end of the list, and ``on_close`` once it has gone.
    ``offered`` and ``by_tab`` as for `CompletedField`.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        *,
        everywhere: bool,
        on_type: Callable[[], None],
        on_choose: Callable[[Result], None],
        on_more: Callable[[], None],
        on_close: Callable[[], None],
        offered: Callable[[str], Completion | None] = lambda _: None,
        by_tab: Callable[[str], Completion | None] = lambda _: None,
    ) -> None:
        super().__init__(parent, style="Main.TFrame")
        self._look = look
        self._on_choose = on_choose
        self._on_more = on_more
        self._on_close = on_close
        self._results: list[Result] = []
        self._chosen = 0
        self._scope = Words(self, "all" if everywhere else "room")
        self._make(on_type)
        self.completed = CompletedField(self, look, self.entry, offered=offered, by_tab=by_tab)
        look.paints(self, self._paint)
        # By a tag of its own: to unbind takes every binding of a widget away before 3.12.
        self._tag = f"Search{self}"
        self.bind_class(self._tag, "<Configure>", lambda _: self._put())
        parent.bindtags((*parent.bindtags(), self._tag))
        self._put()
        self.entry.focus_set()

    @property
    def typed(self) -> str:
        """What is searched for."""
        return self._typed.get().strip()

    @typed.setter
    def typed(self, text: str) -> None:
        self._typed.set(text)
        self.entry.icursor("end")

    @property
    def everywhere(self) -> bool:
        """Whether all rooms are searched."""
        return self._scope.get() == "all"

    @property
    def results(self) -> Sequence[Result]:
        """What is listed."""
        return self._results

    @property
    def chosen(self) -> Result | None:
        """What Enter goes to."""
        return self._results[self._chosen] if self._results else None

    @property
    def said(self) -> str:
        """What stands below the list."""
        return str(self._state.cget("text"))

    @property
    def text(self) -> tk.Text:
        """The list."""
        return self._text

    def show(self, results: Sequence[Result]) -> None:
        """List something else."""
        self._results = []
        self._chosen = 0
        self._text.configure(state="normal")
        self._text.delete("1.0", "end")
        self._text.configure(state="disabled")
        self.add(results)
        self._text.yview_moveto(0)

    def add(self, results: Sequence[Result]) -> None:
        """List older ones, too."""
        text, start = self._text, len(self._results)
        text.configure(state="normal")
        for at, found in enumerate(results, start):
            self._write(at, found)
        text.configure(state="disabled")
        self._results += results
        if not start:
            self._mark()

    def say(self, words: str, *, bad: bool = False) -> None:
        """Say below the list how it stands."""
        self._state.configure(text=drawable(words), style="Bad.TLabel" if bad else "Dim.TLabel")

    def close(self) -> None:
        """Go away."""
        if self.winfo_exists():
            tags = [tag for tag in self.master.bindtags() if tag != self._tag]
            self.master.bindtags(tuple(tags))
            self.unbind_class(self._tag, "<Configure>")
            self.destroy()
            self._on_close()

    def _make(self, on_type: Callable[[], None]) -> None:
        self.grid_propagate(False)
        self.columnconfigure(1, weight=1)
        self.rowconfigure(4, weight=1)
        self._rule = ttk.Frame(self, style="Rule.TFrame")
        self._rule.grid(row=0, column=0, rowspan=6, sticky="ns")
        self._title = ttk.Label(self, text="Search", style="Title.TLabel")
        self._title.grid(row=0, column=1, sticky="w")
        self._shut = IconButton(self, self._look, "close", "Close  (Esc)", self.close)
        self._shut.grid(row=0, column=2, sticky="e")
        self._typed = Words(self)
        self.entry = ttk.Entry(
            self, style="Field.TEntry", font=self._look.fonts["body"], textvariable=self._typed
        )
        self.entry.grid(row=1, column=1, columnspan=2, sticky="we")
        self._typed.trace_add("write", lambda *_: on_type())
        self._row = ttk.Frame(self, style="Main.TFrame")
        self._row.grid(row=2, column=1, columnspan=2, sticky="we")
        self._scopes = [
            ttk.Radiobutton(
                self._row,
                text=words,
                value=value,
                variable=self._scope,
                style="Field.TRadiobutton",
                command=on_type,
            )
            for value, words in (("room", "This room"), ("all", "All rooms"))
        ]
        for at, each in enumerate(self._scopes):
            each.grid(row=0, column=at, sticky="w")
        self._hint = ttk.Label(self, text=_HINT, style="Dim.TLabel")
        self._hint.grid(row=3, column=1, columnspan=2, sticky="w")
        self._make_list()
        self._state = ttk.Label(self, style="Dim.TLabel")
        self._state.grid(row=5, column=1, columnspan=2, sticky="we")
        for keys, step in (("Up", -1), ("Down", 1), ("Prior", -_PAGE), ("Next", _PAGE)):
            self.entry.bind(f"<{keys}>", lambda _, step=step: self._step(step))  # type: ignore[misc]
        for keys in ("Return", "KP_Enter"):
            self.entry.bind(f"<{keys}>", lambda _: self._enter())
        for widget in (self.entry, self._text, self._shut, *self._scopes):
            widget.bind("<Escape>", self._escaped)

    def _make_list(self) -> None:
        self._text = text = tk.Text(
            self,
            wrap="word",
            state="disabled",
            borderwidth=0,
            highlightthickness=0,
            takefocus=False,
            cursor="hand2",
            width=1,
            height=1,
        )
        text.grid(row=4, column=1, sticky="nswe", columnspan=2)
        self._bar = SlimScrollbar(self, text.yview)
        self._bar.grid(row=4, column=3, sticky="ns")
        text.configure(yscrollcommand=self._scrolled)
        text.bind("<Button-1>", self._clicked)

    def _write(self, at: int, found: Result) -> None:
        put, tag = self._text.insert, f"hit{at}"
        name = f"name{colour_index(found.sender)}"
        put("end", drawable(found.called), (tag, "head", name))
        put("end", drawable(f"   {found.where}   {found.when}"), (tag, "head", "about"))
        put("end", "\n", (tag, "head"))
        for words, marked in found.pieces:
            put("end", drawable(words), (tag, "said", *(("match",) if marked else ())))
        put("end", "\n", (tag, "said"))

    def _paint(self) -> None:
        look, px = self._look, self._look.px
        fonts, palette, text = look.fonts, look.palette, self._text
        self.configure(width=px(WIDTH))
        self._rule.configure(width=max(1, px(1)))
        self._title.grid_configure(padx=(px(14), 0), pady=(px(10), px(6)))
        self._shut.grid_configure(padx=(0, px(10)), pady=(px(8), px(4)))
        self.entry.configure(font=fonts["body"])
        self.entry.grid_configure(padx=px(14))
        self._row.grid_configure(padx=px(14), pady=(px(6), px(2)))
        for at, each in enumerate(self._scopes):
            each.grid_configure(padx=(0 if at == 0 else px(16), 0))
        self._hint.grid_configure(padx=px(14), pady=(0, px(6)))
        self._state.grid_configure(padx=px(14), pady=px(8))
        self._state.configure(wraplength=px(WIDTH - 40))
        colours = cast("dict[str, Any]", look.text_colours(palette.canvas))
        text.configure(**colours, padx=0, pady=0, font=(fonts.family, -1))
        margins: dict[str, Any] = {"lmargin1": px(16), "lmargin2": px(16), "rmargin": px(10)}
        text.tag_configure("head", font=fonts["bold"], spacing1=px(8), **margins)
        text.tag_configure("said", font=fonts["body"], spacing3=px(8), **margins)
        for number, colour in enumerate(palette.names):
            text.tag_configure(f"name{number}", foreground=colour)
        text.tag_configure("about", font=fonts["small"], foreground=palette.dim)
        filled: dict[str, Any] = {"lmargincolor": palette.hover, "rmargincolor": palette.hover}
        text.tag_configure("chosen", background=palette.hover, **filled)
        text.tag_configure("match", foreground=palette.mention, font=fonts["bold"])
        text.tag_raise("match")
        self._put()

    def _put(self) -> None:
        parent, px = self.master, self._look.px
        if parent.winfo_width() >= px(_ROOM_BESIDE):
            if self.winfo_manager() != "grid":
                self.place_forget()
                self.grid(row=0, column=1, rowspan=parent.grid_size()[1], sticky="ns")
        else:
            if self.winfo_manager() == "grid":
                self.grid_forget()
            width = min(px(WIDTH), parent.winfo_width())
            self.place(relx=1, y=0, anchor="ne", width=width, relheight=1)
            self.lift()

    def _scrolled(self, first: float, last: float) -> None:
        self._bar.set(first, last)
        if float(last) > _NEAR_END and self._results:
            self._on_more()

    def _mark(self) -> None:
        text = self._text
        text.tag_remove("chosen", "1.0", "end")
        if self._results:
            tag = f"hit{self._chosen}"
            text.tag_add("chosen", f"{tag}.first", f"{tag}.last")
            text.see(f"{tag}.last -1 indices")
            text.see(f"{tag}.first")

    def _step(self, step: int) -> str:
        if self._results:
            self._chosen = min(max(self._chosen + step, 0), len(self._results) - 1)
            self._mark()
            if self._chosen == len(self._results) - 1:
                self._on_more()
        return "break"

    def _enter(self) -> str:
        if self._results:
            self._on_choose(self._results[self._chosen])
        return "break"

    def _clicked(self, event: tk.Event[tk.Text]) -> str:
        tags = self._text.tag_names(f"@{event.x},{event.y}")
        at = next((int(tag[3:]) for tag in tags if tag.startswith("hit")), None)
        if at is not None:
            self._chosen = at
            self._mark()
            self._enter()
        return "break"

    def _escaped(self, _: tk.Event[tk.Misc]) -> str:
        self.close()
        return "break"
