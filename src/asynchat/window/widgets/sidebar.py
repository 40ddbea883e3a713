"""The sidebar: the name of the program, rooms and people, and oneself with the way out."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING

from asynchat.window.look.avatars import drawn
from asynchat.window.widgets.buttons import IconButton
from asynchat.window.widgets.labels import ShortenedLabel
from asynchat.window.widgets.row_list import RowList

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.window.look.avatars import Face
    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.sidebar import Row


class JumpField(ttk.Frame):
    """It looks like a field, and opens the box of Ctrl+K."""

    def __init__(self, parent: tk.Misc, look: Look, on_jump: Callable[[], None]) -> None:
        super().__init__(parent, style="SideField.TFrame", takefocus=True, cursor="hand2")
        self._look = look
        self.columnconfigure(0, weight=1)
        self._words = ttk.Label(self, text="Jump to …", style="Dim.Field.TLabel")
        self._words.grid(row=0, column=0, sticky="w")
        self._keys = ttk.Label(self, text="Ctrl+K", style="Dim.Field.TLabel")
        self._keys.grid(row=0, column=1, sticky="e")
        for widget in (self, self._words, self._keys):
            widget.bind("<Button-1>", lambda _: on_jump())
        for keys in ("Return", "KP_Enter", "space"):
            self.bind(f"<{keys}>", lambda _: on_jump())
        self.bind("<FocusIn>", lambda _: self.state(["focus"]))
        self.bind("<FocusOut>", lambda _: self.state(["!focus"]))
        look.paints(self, self._paint)

    def _paint(self) -> None:
        px = self._look.px
        self.configure(padding=(px(10), px(5)))


class Sidebar(ttk.Frame):
    """``on_rooms`` is the plus beside ROOMS; the others say what they are."""

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        *,
        on_choose: Callable[[Row], None],
        on_menu: Callable[[Row, int, int], None],
        on_rooms: Callable[[], None],
        on_jump: Callable[[], None],
        on_settings: Callable[[], None],
        on_theme: Callable[[], None],
        on_exit: Callable[[], None],
    ) -> None:
        super().__init__(parent, style="Side.TFrame")
        self._look = look
        self._who = ""
        self._face: Face | None = None
        self.columnconfigure(0, weight=1)
        self.rowconfigure(2, weight=1)
        self.title = ShortenedLabel(self, look, style="Title.Side.TLabel", role="title")
        self.title.show("asynchat")
        self.title.grid(row=0, column=0, sticky="we")
        self._add = IconButton(
            self, look, "plus", "Join or create a room (Ctrl+J)", on_rooms, style="Side"
        )
        self._add.grid(row=0, column=1, sticky="e")
        self.jump = JumpField(self, look, on_jump)
        self.jump.grid(row=1, column=0, columnspan=2, sticky="we")
        self.rows = RowList(
            self,
            look,
            on_choose=on_choose,
            on_menu=on_menu,
            on_add=lambda _: on_rooms(),
            headings_with_add=frozenset(),
        )
        self.rows.grid(row=2, column=0, columnspan=2, sticky="nswe")
        self.grip = ttk.Frame(self, style="Side.TFrame", cursor="sb_h_double_arrow")
        self._rule = ttk.Frame(self, style="Rule.TFrame")
        self._rule.grid(row=3, column=0, columnspan=2, sticky="we")
        self._foot = foot = ttk.Frame(self, style="Side.TFrame")
        foot.grid(row=4, column=0, columnspan=2, sticky="we")
        foot.columnconfigure(1, weight=1)
        self._picture = ttk.Label(foot, style="Side.TLabel")
        self._picture.grid(row=0, column=0)
        self._name = ShortenedLabel(foot, look, style="Bold.Side.TLabel", role="bold")
        self._name.grid(row=0, column=1, sticky="we")
        self._theme = IconButton(foot, look, "sun", "Light theme", on_theme, style="Side")
        self._theme.grid(row=0, column=2)
        self._exit = IconButton(foot, look, "exit", "Exit (Ctrl+Q)", on_exit, style="Side")
        self._exit.grid(row=0, column=4)
        self._settings = IconButton(
            foot, look, "gear", "Settings (Ctrl+,)", on_settings, style="Side"
        )
        self._settings.grid(row=0, column=3)
        look.paints(self, self._paint)

    def show_grip(self, shown: bool) -> None:  # noqa: FBT001 - what it is named for
        """Let its right edge be dragged, which takes whatever is bound to ``grip``."""
        if shown:
            self.grip.place(
                relx=1, rely=0, anchor="ne", relheight=1, in_=self.rows, x=self._look.px(4)
            )
        else:
            self.grip.place_forget()

    def show_me(self, name: str, face: Face | None = None) -> None:
        """Show who one is."""
        if (name, face) != (self._who, self._face):
            self._who, self._face = name, face
            self._paint()

    def show_theme(self, *, dark: bool) -> None:
        """Show which theme the button leads to."""
        self._theme.become(*(("sun", "Light theme") if dark else ("moon", "Dark theme")))

    def _paint(self) -> None:
        px, name = self._look.px, self._who
        self.rowconfigure(0, minsize=px(46))
        self.title.grid_configure(padx=(px(14), 0))
        self._add.grid_configure(padx=(0, px(12)))
        self.rows.grid_configure(padx=(0, px(4)))
        self.grip.configure(width=px(4), height=px(4))
        self._rule.configure(height=max(1, px(1)))
        self._picture.grid_configure(padx=(px(14), px(8)), pady=px(9))
        self.jump.grid_configure(padx=px(12), pady=(0, px(6)))
        self._exit.grid_configure(padx=(0, px(10)))
        self._name.show(name)
        if name:
            size = px(26)
            face = self._face
            key = ("avatar", name, size) if face is None else ("face", face.key, size)
            self._image = self._look.images.get(key, lambda: drawn(name, size, face))
            self._picture.configure(image=self._image)
