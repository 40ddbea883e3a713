"""A window beside the main one: it asks nothing, so that both can be used."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING

from asynchat.window.widgets.scrolling import SlimScrollbar

if TYPE_CHECKING:
    from asynchat.window.look.theme import Look


class Panel(tk.Toplevel):
    """Fill ``body``, then `open`.  Escape and its close button close it."""

    def __init__(self, parent: tk.Misc, look: Look, title: str, *, size: tuple[int, int]) -> None:
        super().__init__(parent, background=look.palette.canvas)
        self.withdraw()
        self.title(f"{title} — asynchat")
        self._look = look
        self._size = size
        self._before = parent.focus_get()
        self.body = ttk.Frame(self, style="Main.TFrame")
        self.body.pack(fill="both", expand=True)
        self.body.columnconfigure(0, weight=1)
        self._title = ttk.Label(self.body, text=title, style="Title.TLabel")
        self._title.grid(row=0, column=0, sticky="w")
        self.bind("<Escape>", lambda _: self.close())
        self.protocol("WM_DELETE_WINDOW", self.close)
        look.paints(self.body, self._paint_panel)

    def open(self, focus: tk.Misc | None = None) -> None:
        """Show it over the middle of the main window, or in front if it is there."""
        if self.state() == "withdrawn":
            owner = self.master.winfo_toplevel()
            self.transient(owner)
            self.update_idletasks()
            px = self._look.px
            width = min(px(self._size[0]), self.winfo_screenwidth())
            height = min(px(self._size[1]), self.winfo_screenheight() - px(60))
            x = owner.winfo_rootx() + (owner.winfo_width() - width) // 2
            y = owner.winfo_rooty() + (owner.winfo_height() - height) // 3
            x = max(0, min(x, self.winfo_screenwidth() - width))
            y = max(0, min(y, self.winfo_screenheight() - height))
            self.geometry(f"{width}x{height}+{x}+{y}")
            self.deiconify()
        self.lift()
        (focus or self).focus_force()

    def close(self) -> None:
        """Go, and give the keys back."""
        before = self._before
        self.destroy()
        if before is not None and before.winfo_exists():
            before.focus_set()

    def _paint_panel(self) -> None:
        px = self._look.px
        self.configure(background=self._look.palette.canvas)
        if self._title.winfo_manager():
            self._title.grid_configure(padx=px(20), pady=(px(16), px(10)))


class ScrolledFrame(ttk.Frame):
    """Fill ``inside``: where it is higher than there is room, it scrolls."""

    def __init__(self, parent: tk.Misc, look: Look) -> None:
        super().__init__(parent, style="Main.TFrame")
        self._look = look
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self._canvas = canvas = tk.Canvas(
            self, highlightthickness=0, borderwidth=0, takefocus=False
        )
        canvas.grid(row=0, column=0, sticky="nswe")
        self._bar = SlimScrollbar(self, canvas.yview)
        self._bar.grid(row=0, column=1, sticky="ns")
        canvas.configure(yscrollcommand=self._bar.set, width=1, height=1)
        self.inside = ttk.Frame(canvas, style="Main.TFrame")
        self._item = canvas.create_window(0, 0, window=self.inside, anchor="nw")
        canvas.bind(
            "<Configure>", lambda event: canvas.itemconfigure(self._item, width=event.width)
        )
        self.inside.bind("<Configure>", lambda _: self._fit())
        top = self.winfo_toplevel()
        # By the window: the wheel turns over whatever stands inside.
        for keys, step in (("Button-4", -1), ("Button-5", 1)):
            top.bind(f"<{keys}>", lambda _, step=step: self.scroll(step), add=True)  # type: ignore[misc]
        top.bind("<MouseWheel>", lambda event: self.scroll(-1 if event.delta > 0 else 1), add=True)
        top.bind("<Prior>", lambda _: self.scroll(-6), add=True)
        top.bind("<Next>", lambda _: self.scroll(6), add=True)
        top.bind("<FocusIn>", lambda event: self._show(event.widget), add=True)
        look.paints(self, self._paint)

    def scroll(self, steps: int) -> None:
        """Scroll by so many lines."""
        if self.winfo_exists() and self.winfo_viewable():
            self._canvas.yview_scroll(steps * self._look.px(28), "units")

    def to_top(self) -> None:
        """Go to the beginning."""
        self._canvas.yview_moveto(0)

    def _fit(self) -> None:
        canvas = self._canvas
        height = max(self.inside.winfo_reqheight(), canvas.winfo_height())
        canvas.configure(scrollregion=(0, 0, 1, height), yscrollincrement=1)

    def _show(self, widget: object) -> None:
        """Scroll so that what has the focus is on view."""
        if not isinstance(widget, tk.Widget) or not str(widget).startswith(f"{self.inside}."):
            return
        top = widget.winfo_rooty() - self.inside.winfo_rooty()
        bottom, seen = top + widget.winfo_height(), int(self._canvas.canvasy(0))
        margin = self._look.px(8)
        if top - margin < seen:
            self._canvas.yview_scroll(top - margin - seen, "units")
        elif bottom + margin > seen + self._canvas.winfo_height():
            beyond = bottom + margin - seen - self._canvas.winfo_height()
            self._canvas.yview_scroll(beyond, "units")

    def _paint(self) -> None:
        self._canvas.configure(background=self._look.palette.canvas)
