"""A field with a list below it of what may be meant; Tab and Enter take what is marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asynchat.window.widgets.completion_list import CompletionList

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable
    from tkinter import ttk

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.completion import Choice, Completion

_MOVES: Final = {"Left", "Right", "Home", "End"}


class CompletedField:
    """Watches an entry, whose keys are the list's while that is there.

    ``offered`` and ``by_tab`` return what may be meant with the text before the cursor: while one
    types, and where Tab asks.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        entry: ttk.Entry,
        *,
        offered: Callable[[str], Completion | None],
        by_tab: Callable[[str], Completion | None],
    ) -> None:
        self._look = look
        self._entry = entry
        self._offered = offered
        self._by_tab = by_tab
        self._completion: Completion | None = None
        self._suggesting: str | None = None
        self.list = CompletionList(parent, look, self._take)
        tag = f"Completed{entry}"
        for keys, do in (
            ("Tab", self._tabbed),
            ("Return", self._entered),
            ("KP_Enter", self._entered),
            ("Escape", self._escaped),
        ):
            entry.bind_class(tag, f"<{keys}>", lambda _, do=do: do())  # type: ignore[misc]
        for keys, steps in (("Up", -1), ("Down", 1)):
            entry.bind_class(tag, f"<{keys}>", lambda _, steps=steps: self._move(steps))  # type: ignore[misc]
        entry.bind_class(tag, "<Key>", self._typed)
        entry.bind_class(tag, "<Destroy>", lambda _: self._forget())
        entry.bind_class(tag, "<FocusOut>", lambda _: self._show(None))
        entry.bind_class(tag, "<Button-1>", lambda _: self._show(None))
        entry.bindtags((tag, *entry.bindtags()))

    def _before(self) -> str:
        entry = self._entry
        # Where the cursor stands is counted by Tk, which takes some characters for two.
        at = entry.index("insert")
        return str(entry.tk.call("string", "range", entry.get(), 0, at - 1)) if at else ""

    def _typed(self, event: tk.Event[tk.Misc]) -> None:
        if event.keysym in _MOVES:
            self._show(None)
        elif (
            (event.char and event.char.isprintable()) or event.keysym == "BackSpace"
        ) and self._suggesting is None:
            # Once the key has done what it does.
            self._suggesting = self._entry.after_idle(self._suggest)

    def _suggest(self) -> None:
        self._suggesting = None
        self._show(self._offered(self._before()))

    def _forget(self) -> None:
        if self._suggesting is not None:
            self._entry.after_cancel(self._suggesting)
            self._suggesting = None

    def _show(self, completion: Completion | None) -> None:
        self._completion = completion
        self.list.show(() if completion is None else completion.choices)
        if completion is not None:
            self.list.place(in_=self._entry, x=0, rely=1, y=self._look.px(2), anchor="nw")

    def _take(self, choice: Choice) -> None:
        completion, entry = self._completion, self._entry
        if completion is None:
            return
        at = entry.index("insert")
        start = at - int(entry.tk.call("string", "length", completion.typed))
        entry.delete(start, at)
        entry.insert(start, choice.text)
        entry.focus_set()
        # An operator asks for its value at once.
        self._show(self._offered(self._before()))

    def _catch_up(self) -> None:
        """Have the list be that of what is typed now: keys may come faster than it is shown."""
        if self._suggesting is not None:
            self._entry.after_cancel(self._suggesting)
            self._suggest()

    def _tabbed(self) -> str | None:
        self._catch_up()
        if self.list.marked is not None:
            self._take(self.list.marked)
            return "break"
        completion = self._by_tab(self._before())
        if completion is None:
            return None
        self._completion = completion
        if len(completion.choices) == 1:
            self._take(completion.choices[0])
        else:
            self._show(completion)
        return "break"

    def _entered(self) -> str | None:
        self._catch_up()
        if self.list.marked is None:
            return None
        self._take(self.list.marked)
        return "break"

    def _escaped(self) -> str | None:
        if not self.list.choices:
            return None
        self._show(None)
        return "break"

    def _move(self, steps: int) -> str | None:
        if not self.list.choices:
            return None
        self.list.move(steps)
        return "break"
