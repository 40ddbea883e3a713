"""What is most often done to a message, at its right end while the pointer is over it."""

from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING, Final

from asynchat.window.look.shapes import icon
from asynchat.window.presenters.message_menu import is_said, may
from asynchat.window.widgets.buttons import Tooltip

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.transcript import Block

_BUTTONS: Final = (
    ("react", "smile", "React"),
    ("reply", "reply", "Reply"),
    ("edit", "edit", "Edit"),
    ("more", "more", "More"),
)


class MessageBar(tk.Frame):
    """One bar for all messages; ``on_act`` gets the name of a command, or ``more``."""

    def __init__(self, text: tk.Text, look: Look, *, on_act: Callable[[str, Block], None]) -> None:
        super().__init__(text, borderwidth=0, cursor="arrow")
        self._look = look
        self._on_act = on_act
        self._over: tuple[Block, int] | None = None
        self._buttons: dict[str, tk.Label] = {}
        for at, (name, _, words) in enumerate(_BUTTONS):
            button = tk.Label(self, borderwidth=0, cursor="hand2")
            button.grid(row=0, column=at)
            button.bind("<Enter>", lambda _, name=name: self._lit(name, lit=True))  # type: ignore[misc]
            button.bind("<Leave>", lambda _, name=name: self._lit(name, lit=False))  # type: ignore[misc]
            button.bind("<Button-1>", lambda _, name=name: self.press(name))  # type: ignore[misc]
            Tooltip(button, look, words)
            self._buttons[name] = button
        look.paints(self, self._paint)

    @property
    def block(self) -> Block | None:
        """The message it belongs to, while it is shown."""
        return None if self._over is None else self._over[0]

    def over(self, block: Block, y: int, me: str) -> None:
        """Show it for a message of which the first line is so far down."""
        if not is_said(block):
            self.hide()
            return
        if self._over == (block, y):
            return
        self._over = (block, y)
        if may("edit", block, me):
            self._buttons["edit"].grid()
        else:
            self._buttons["edit"].grid_remove()
        px = self._look.px
        self.place(relx=1, x=-px(24), y=max(px(2), y - px(4)), anchor="ne", bordermode="outside")
        self.lift()

    def hide(self) -> None:
        """Take it away."""
        if self._over is not None:
            self._over = None
            self.place_forget()

    def press(self, name: str) -> None:
        """Do what a button says."""
        block = self.block
        if block is not None:
            if name != "more":
                self.hide()
            self._on_act(name, block)

    def holds(self, widget: tk.Misc | None) -> bool:
        """Tell whether a widget is it, or is in it."""
        return widget is not None and str(widget).startswith(str(self))

    def _lit(self, name: str, *, lit: bool) -> None:
        palette = self._look.palette
        self._buttons[name].configure(background=palette.hover if lit else palette.field)

    def _paint(self) -> None:
        px, palette = self._look.px, self._look.palette
        self.configure(
            background=palette.field,
            highlightthickness=max(1, px(1)),
            highlightbackground=palette.outline,
        )
        size, colour = px(17), palette.dim
        for name, sign, _ in _BUTTONS:
            image = self._look.images.get(
                (sign, size, colour),
                lambda sign=sign: icon(sign, size, colour),  # type: ignore[misc]
            )
            button = self._buttons[name]
            button.configure(image=image, background=palette.field, padx=0, pady=0)
            button.grid_configure(ipadx=px(6), ipady=px(5))
            button.image = image  # type: ignore[attr-defined] # Tk forgets what nobody holds
        # To configure what was taken away would bring it back.
        self.hide()
