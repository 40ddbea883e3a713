"""The settings: each applies at once, and is kept."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from asynchat.window.look.tk_objects import Flag, Words
from asynchat.window.presenters import settings
from asynchat.window.widgets.buttons import Button
from asynchat.window.widgets.panel import Panel, ScrolledFrame

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from asynchat.window.live_preferences import LivePreferences
    from asynchat.window.look.theme import Look
    from asynchat.window.preferences import Preferences


class SettingsPanel(Panel):
    """Shows preferences and changes them.

    ``do`` is called with the name of a command, ``on_read`` to read the person's own palettes
    again; `offer` takes what was found.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        live: LivePreferences,
        *,
        folder: str,
        do: Callable[[str], None],
        on_read: Callable[[], None],
    ) -> None:
        super().__init__(parent, look, "Settings", size=(560, 640))
        self._live = live
        self._do = do
        self._row = 0
        self._padded: list[tuple[ttk.Widget, tuple[float, float], float]] = []
        self.body.rowconfigure(1, weight=1)
        self._scrolled = ScrolledFrame(self.body, look)
        self._scrolled.grid(row=1, column=0, sticky="nswe")
        self._scrolled.inside.columnconfigure(0, weight=1)
        now = live.now
        self._theme = Words(self, now.theme)
        self._clock = Words(self, str(now.clock))
        self._show = Words(self, now.notifications.show)
        self._sound = Flag(self, now.notifications.sound)
        self._preview = Flag(self, now.notifications.preview)
        self._appearance(folder, on_read)
        self._notifications()
        self._highlights()
        self._about()
        self._unsubscribe = live.subscribe(lambda _, chosen: self._changed(chosen))
        self._changed(now)
        look.paints(self._scrolled.inside, self._paint)

    def offer(self, palettes: Mapping[str, object], warnings: Sequence[str]) -> None:
        """Offer palettes, and say what is wrong with those that are not."""
        for child in self._themes.winfo_children():
            child.destroy()
        for at, (name, words) in enumerate(settings.themes(palettes)):
            button = ttk.Radiobutton(
                self._themes,
                text=words,
                value=name,
                variable=self._theme,
                style="Field.TRadiobutton",
                command=lambda: self._live.change(theme=self._theme.get()),
            )
            button.grid(row=at, column=0, sticky="w", pady=self._look.px(3))
            _enter_presses(button)
        self._warnings.configure(text="\n".join(warnings))
        self._offer_warnings()

    @property
    def first(self) -> tk.Misc:
        """What the keys go to first."""
        return self._themes.winfo_children()[0]

    def destroy(self) -> None:
        """Take what stands in the fields, and follow the preferences no more."""
        self._unsubscribe()
        super().destroy()

    def close(self) -> None:
        """Take what stands in the fields, and go."""
        self._words_typed()
        self._quiet_typed()
        super().close()

    # What stands there

    def _appearance(self, folder: str, on_read: Callable[[], None]) -> None:
        self._heading("APPEARANCE")
        self._themes = self._frame()
        self._warnings = self._line("", style="Bad.TLabel")
        self._line(f"Palettes of your own are TOML files in {folder}", style="Dim.TLabel")
        row = self._frame()
        Button(row, "Read them again", on_read).grid(row=0, column=0)
        self._label("Zoom")
        row = self._frame()
        self._zoom = ttk.Label(row, width=7, anchor="center")
        for at, (words, name) in enumerate(
            (("\N{MINUS SIGN}", "smaller"), ("+", "larger"), ("Normal", "normal-size"))
        ):
            press = Button(row, words, lambda name=name: self._do(name))  # type: ignore[misc]
            press.grid(row=0, column=at + (at > 0), padx=(0, self._look.px(6)))
        self._zoom.grid(row=0, column=1)
        self._label("Times of day")
        row = self._frame()
        for at, (clock, words) in enumerate(settings.CLOCKS):
            button = ttk.Radiobutton(
                row,
                text=words,
                value=str(clock),
                variable=self._clock,
                style="Field.TRadiobutton",
                command=lambda clock=clock: self._live.change(clock=clock),  # type: ignore[misc]
            )
            button.grid(row=at, column=0, sticky="w", pady=self._look.px(3))
            _enter_presses(button)

    def _notifications(self) -> None:
        self._heading("NOTIFICATIONS")
        row = self._frame()
        for at, (name, words) in enumerate(settings.SHOWN):
            button = ttk.Radiobutton(
                row,
                text=words,
                value=name,
                variable=self._show,
                style="Field.TRadiobutton",
                command=lambda: self._tell(show=self._show.get()),
            )
            button.grid(row=at, column=0, sticky="w", pady=self._look.px(3))
            _enter_presses(button)
        for words, variable, name in (
            ("Play a sound", self._sound, "sound"),
            ("Show what was said in them", self._preview, "preview"),
        ):
            check = ttk.Checkbutton(
                self._scrolled.inside,
                text=words,
                variable=variable,
                style="Field.TCheckbutton",
                command=lambda name=name, variable=variable: self._tell(**{name: variable.get()}),  # type: ignore[misc]
            )
            _enter_presses(check)
            self._place(check, (3, 3))
        self._label("Quiet hours: nothing is shown or played")
        row = self._frame()
        told = self._live.now.notifications
        self.quiet_from = self._field(row, told.quiet_from or "", width=7)
        self.quiet_from.grid(row=0, column=0)
        ttk.Label(row, text="to").grid(row=0, column=1, padx=self._look.px(8))
        self.quiet_to = self._field(row, told.quiet_to or "", width=7)
        self.quiet_to.grid(row=0, column=2)
        for entry in (self.quiet_from, self.quiet_to):
            for event in ("<FocusOut>", "<Return>"):
                entry.bind(event, lambda _: self._quiet_typed())
        self._quiet_problem = self._line("", style="Bad.TLabel")

    def _highlights(self) -> None:
        self._heading("HIGHLIGHTED WORDS")
        self._line("Besides your name, with commas between", style="Dim.TLabel")
        self.words = self._field(self._scrolled.inside, ", ".join(self._live.now.highlights))
        self._place(self.words, (2, 2), sticky="we")
        for event in ("<FocusOut>", "<Return>"):
            self.words.bind(event, lambda _: self._words_typed())

    def _about(self) -> None:
        self._heading("ABOUT")
        told = settings.versions(str(self.tk.call("info", "patchlevel")))
        for line in told:
            self._line(line)
        row = self._frame()
        for at, (words, call) in enumerate(
            (
                ("Copy", lambda: self._copy("\n".join(told))),
                ("Show the log", lambda: self._do("log")),
                ("Keys and commands", lambda: self._do("help")),
            )
        ):
            Button(row, words, call).grid(row=0, column=at, padx=(0, self._look.px(8)))

    # What is done there

    def _changed(self, chosen: Preferences) -> None:
        self._zoom.configure(text=f"{chosen.zoom} %")
        self._theme.set(chosen.theme)

    def _tell(self, **fields: Any) -> None:
        self._live.change(notifications=replace(self._live.now.notifications, **fields))

    def _quiet_typed(self) -> None:
        (begin, end), problem = settings.quiet_hours(self.quiet_from.get(), self.quiet_to.get())
        self._quiet_problem.configure(text=problem or "")
        if problem is None:
            self._tell(quiet_from=begin, quiet_to=end)

    def _words_typed(self) -> None:
        self._live.change(highlights=settings.words(self.words.get()))

    def _copy(self, text: str) -> None:
        self.clipboard_clear()
        self.clipboard_append(text)

    # How it stands there

    def _heading(self, text: str) -> None:
        label = ttk.Label(self._scrolled.inside, text=text, style="Heading.TLabel")
        self._place(label, (18 if self._row else 0, 6))

    def _label(self, text: str) -> None:
        self._place(ttk.Label(self._scrolled.inside, text=text), (10, 4))

    def _line(self, text: str, style: str = "TLabel") -> ttk.Label:
        label = ttk.Label(self._scrolled.inside, text=text, style=style, justify="left")
        self._place(label, (2, 2))
        return label

    def _frame(self) -> ttk.Frame:
        frame = ttk.Frame(self._scrolled.inside, style="Main.TFrame")
        self._place(frame, (2, 2))
        return frame

    def _field(self, parent: tk.Misc, text: str, width: int = 20) -> ttk.Entry:
        entry = ttk.Entry(parent, style="Field.TEntry", font=self._look.fonts["body"], width=width)
        entry.insert(0, text)
        return entry

    def _place(self, widget: ttk.Widget, pady: tuple[float, float], sticky: str = "w") -> None:
        widget.grid(row=self._row, column=0, sticky=sticky)
        self._padded.append((widget, pady, 20))
        self._row += 1

    def _offer_warnings(self) -> None:
        if self._warnings.cget("text"):
            self._warnings.grid()
        else:
            self._warnings.grid_remove()

    def _paint(self) -> None:
        px = self._look.px
        for widget, (above, below), side in self._padded:
            widget.grid_configure(padx=px(side), pady=(px(above), px(below)))
            if isinstance(widget, ttk.Label):
                widget.configure(wraplength=px(500))
        self._offer_warnings()
        for entry in (self.quiet_from, self.quiet_to, self.words):
            entry.configure(font=self._look.fonts["body"])


def _enter_presses(button: ttk.Radiobutton | ttk.Checkbutton) -> None:
    button.bind("<Return>", lambda _: button.invoke())
