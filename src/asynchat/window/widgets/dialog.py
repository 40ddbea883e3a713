"""A dialog of our own: it waits on a Future, so that the network goes on."""

from __future__ import annotations

import asyncio
import contextlib
import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Generic, TypeVar

from asynchat.window.widgets.buttons import Button

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asynchat.window.look.theme import Look

T = TypeVar("T")


class Dialog(tk.Toplevel, Generic[T]):
    """Fill ``body``, then await `answer`.

    Escape, its close button and the end of the window answer None.
    """

    def __init__(self, parent: tk.Misc, look: Look, title: str) -> None:
        super().__init__(parent, background=look.palette.canvas)
        self.withdraw()
        self.title(f"{title} — asynchat")
        self._look = look
        self._answer: asyncio.Future[T | None] = asyncio.get_running_loop().create_future()
        self._grabbed = False
        self._grab_before: tk.Misc | None = None
        self._before = parent.focus_get()
        self.body = ttk.Frame(self, style="Main.TFrame")
        self.body.pack(fill="both", expand=True)
        self.body.columnconfigure(0, weight=1)
        ttk.Label(self.body, text=title, style="Title.TLabel").grid(row=0, column=0, sticky="w")
        self.bind("<Escape>", lambda _: self.resolve(None))
        self.protocol("WM_DELETE_WINDOW", lambda: self.resolve(None))
        self.bind("<Destroy>", self._destroyed)
        look.paints(self.body, self._paint_dialog)

    def resolve(self, answer: T | None) -> None:
        """Give the answer, and go."""
        if not self._answer.done():
            self._answer.set_result(answer)

    async def answer(self, focus: tk.Misc | None = None) -> T | None:
        """Show it and wait for the answer."""
        try:
            self._open(focus)
            return await self._answer
        finally:
            # The window, or all of them, may have gone before the answer.
            with contextlib.suppress(tk.TclError):
                self.grab_release()
                self.destroy()
                if self._before is not None:
                    self._before.focus_set()
                if self._grab_before is not None and self._grab_before.winfo_viewable():
                    self._grab_before.grab_set()

    def _open(self, focus: tk.Misc | None) -> None:
        owner = self.master.winfo_toplevel()
        self.transient(owner)
        self.update_idletasks()
        width, height = self.winfo_reqwidth(), self.winfo_reqheight()
        x = owner.winfo_rootx() + (owner.winfo_width() - width) // 2
        y = owner.winfo_rooty() + (owner.winfo_height() - height) // 3
        self.geometry(f"+{max(0, x)}+{max(0, y)}")
        self.resizable(False, False)
        # A grab needs a window that is on the screen, and Tk's way to wait is a nested loop.
        self.bind("<Visibility>", lambda event: self._visible(event, focus or self))
        self.deiconify()
        self.lift()

    def _visible(self, event: tk.Event[tk.Misc], focus: tk.Misc) -> None:
        if event.widget is self and not self._grabbed:
            self._grabbed = True
            # typeshed does not say what it returns.
            self._grab_before = self.grab_current()  # type: ignore[no-untyped-call]
            self.grab_set()
            # Tk lays out what is inside when it is idle, and what is not laid out gets no keys.
            self.update_idletasks()
            focus.focus_set()

    def _paint_dialog(self) -> None:
        self.configure(background=self._look.palette.canvas)
        self.body.configure(padding=self._look.px(20))

    def _destroyed(self, event: tk.Event[tk.Misc]) -> None:
        if event.widget is self:
            self.resolve(None)


class Question(Dialog[str]):
    """A sentence and buttons; the answer is a button's key, the first one's by Return."""

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        *,
        title: str,
        text: str,
        choices: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(parent, look, title)
        self._text = ttk.Label(self.body, text=text, justify="left")
        self._text.grid(row=1, column=0, sticky="w")
        row = ttk.Frame(self.body, style="Main.TFrame")
        row.grid(row=2, column=0, sticky="e")
        self._buttons = [
            Button(
                row,
                words,
                lambda key=key: self.resolve(key),  # type: ignore[misc]
                style="Accent" if not at else "Quiet",
            )
            for at, (key, words) in enumerate(choices)
        ]
        look.paints(row, self._paint)

    async def ask(self) -> str | None:
        """Show it and return the key of the choice."""
        return await self.answer(self._buttons[0])

    def _paint(self) -> None:
        px = self._look.px
        self._text.configure(wraplength=px(380))
        self._text.grid_configure(pady=(px(10), px(18)))
        for at, button in enumerate(reversed(self._buttons)):
            button.grid(row=0, column=at, padx=(0 if at == 0 else px(8), 0))
