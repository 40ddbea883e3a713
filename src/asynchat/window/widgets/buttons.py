"""Buttons: with words, or with an icon and a tooltip that says the same."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.window.look.shapes import icon

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.window.look.theme import Look

_TIP_AFTER_MS: Final = 500


class Button(ttk.Button):
    """A button with words.  Return presses it as space does."""

    def __init__(
        self,
        parent: tk.Misc,
        text: str,
        command: Callable[[], object],
        *,
        style: str = "Quiet",
    ) -> None:
        super().__init__(parent, text=text, command=command, style=f"{style}.TButton")
        self.bind("<Return>", self._pressed)
        self.bind("<KP_Enter>", self._pressed)
        self.bind("<Enter>", lambda _: self.configure(cursor="hand2"))

    def _pressed(self, _: tk.Event[tk.Misc]) -> str:
        self.invoke()
        return "break"


class IconButton(Button):
    """A button with an icon; ``text`` is its tooltip."""

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        name: str,
        text: str,
        command: Callable[[], object],
        *,
        style: str = "Icon",
    ) -> None:
        super().__init__(parent, text, command, style=style)
        self._look = look
        self._name = name
        self.tip = Tooltip(self, look, text)
        look.paints(self, self._paint)

    def become(self, name: str, text: str) -> None:
        """Change the icon and what it says."""
        self._name = name
        self.tip.text = text
        self._paint()

    def _paint(self) -> None:
        size, colour = self._look.px(18), self._look.palette.dim
        name = self._name
        self._image = self._look.images.get((name, size, colour), lambda: icon(name, size, colour))
        self.configure(image=self._image)


class Tooltip:
    """A few words that come up where the pointer rests."""

    def __init__(self, widget: tk.Widget, look: Look, text: str) -> None:
        self.text = text
        self._widget = widget
        self._look = look
        self._timer: str | None = None
        self._box: tk.Toplevel | None = None
        widget.bind("<Enter>", self._entered, add=True)
        for event in ("<Leave>", "<ButtonPress>", "<Destroy>"):
            widget.bind(event, self._gone, add=True)

    def _entered(self, _: tk.Event[tk.Misc]) -> None:
        if self._timer is None and self._box is None:
            self._timer = self._widget.after(_TIP_AFTER_MS, self._show)

    def _show(self) -> None:
        self._timer = None
        look, widget, palette = self._look, self._widget, self._look.palette
        self._box = box = tk.Toplevel(widget, background=palette.outline)
        box.withdraw()
        box.overrideredirect(True)
        label = tk.Label(
            box,
            text=self.text,
            font=look.fonts["small"],
            background=palette.field,
            foreground=palette.text,
            padx=look.px(8),
            pady=look.px(4),
        )
        label.pack(padx=1, pady=1)
        box.update_idletasks()
        x = widget.winfo_rootx() + widget.winfo_width() // 2 - box.winfo_reqwidth() // 2
        x = min(max(0, x), widget.winfo_screenwidth() - box.winfo_reqwidth())
        y = widget.winfo_rooty() + widget.winfo_height() + look.px(4)
        if y + box.winfo_reqheight() > widget.winfo_screenheight():
            y = widget.winfo_rooty() - box.winfo_reqheight() - look.px(4)
        box.geometry(f"+{x}+{y}")
        box.deiconify()

    def _gone(self, _: tk.Event[tk.Misc]) -> None:
        if self._timer is not None:
            self._widget.after_cancel(self._timer)
            self._timer = None
        if self._box is not None:
            self._box.destroy()
            self._box = None
