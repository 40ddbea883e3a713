"""The files that are about to be sent, over the composer: each with a caption, each removable."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from tkinter import ttk
from typing import TYPE_CHECKING

from asynchat.chat.files import size_text
from asynchat.window.look.native import drawable
from asynchat.window.look.shapes import icon
from asynchat.window.look.tk_objects import Words
from asynchat.window.widgets.buttons import IconButton
from asynchat.window.widgets.labels import ShortenedLabel

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Sequence

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.attachments import Attachment


class Attachments(ttk.Frame):
    """Is not there while there are none.

    ``on_remove`` is called with the place of one, ``on_caption`` with a place and what is typed,
    ``on_send`` by Return.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        *,
        on_send: Callable[[], None],
    ) -> None:
        super().__init__(parent, style="Main.TFrame")
        self._look = look
        self.on_remove: Callable[[int], None] = lambda _: None
        self.on_caption: Callable[[int, str], None] = lambda *_: None
        self._on_send = on_send
        self._images: list[tk.PhotoImage] = []
        self._shown: tuple[Attachment, ...] = ()
        self.captions: list[CaptionField] = []
        self.removals: list[IconButton] = []
        self.columnconfigure(1, weight=1)
        self.columnconfigure(2, weight=1)
        look.paints(self, self._draw)

    @property
    def shown(self) -> tuple[Attachment, ...]:
        """What is about to be sent."""
        return self._shown

    def show(self, attachments: Sequence[Attachment]) -> None:
        """Show other files."""
        self._shown = tuple(attachments)
        self._draw()
        if self._shown:
            self.grid()
        else:
            self.grid_remove()

    def _draw(self) -> None:
        for child in self.winfo_children():
            child.destroy()
        self._images, self.captions, self.removals = [], [], []
        for at, one in enumerate(self._shown):
            self._draw_one(at, one)

    def _draw_one(self, at: int, one: Attachment) -> None:
        look, px = self._look, self._look.px
        name, size, colour = one.sign, px(16), look.palette.dim
        image = look.images.get((name, size, colour), lambda: icon(name, size, colour))
        self._images.append(image)
        gap = px(3)
        ttk.Label(self, style="TLabel", image=image).grid(row=at, column=0, padx=(px(18), px(8)))
        label = ShortenedLabel(self, look, style="TLabel", role="body")
        label.show(drawable(f"{one.path.name}  ({size_text(one.size)})"))
        label.grid(row=at, column=1, sticky="we", pady=gap)
        caption = CaptionField(self, look, one.caption, partial(self._captioned, at))
        caption.grid(row=at, column=2, sticky="we", padx=px(8), pady=gap)
        caption.bind("<Return>", lambda _: self._entered())
        self.captions.append(caption)
        words = f"Do not send {drawable(one.path.name)}"
        remove = IconButton(self, look, "close", words, partial(self._removed, at))
        remove.grid(row=at, column=3, padx=(0, px(14)))
        self.removals.append(remove)

    def _removed(self, at: int) -> None:
        self.on_remove(at)

    def _captioned(self, at: int, caption: str) -> None:
        shown = list(self._shown)
        shown[at] = replace(shown[at], caption=caption)
        self._shown = tuple(shown)
        self.on_caption(at, caption)

    def _entered(self) -> str:
        self._on_send()
        return "break"


class CaptionField(ttk.Entry):
    """A field that says what belongs there while it is empty, and tells of each change."""

    def __init__(
        self, parent: tk.Misc, look: Look, caption: str, on_change: Callable[[str], None]
    ) -> None:
        self._words = Words(parent, caption)
        super().__init__(
            parent,
            style="Field.TEntry",
            font=look.fonts["body"],
            width=1,
            textvariable=self._words,
        )
        self._look = look
        self._on_change = on_change
        self._hint = ttk.Label(self, text="Caption", style="Placeholder.TLabel", cursor="xterm")
        self._hint.bind("<Button-1>", lambda _: self.focus_set())
        self._words.trace_add("write", lambda *_: self._changed())
        self._fit()

    def _changed(self) -> None:
        self._fit()
        self._on_change(self.get())

    def _fit(self) -> None:
        if self._words.get():
            self._hint.place_forget()
        else:
            self._hint.place(x=self._look.px(9), rely=0.5, anchor="w")
