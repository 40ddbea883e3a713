"""The line above the transcript: the room, its topic, who is in it, and the way in for others."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.messages import MAX_TOPIC_CHARS
from asynchat.window.look.native import drawable
from asynchat.window.look.shapes import icon
from asynchat.window.widgets.buttons import Button, IconButton, Tooltip
from asynchat.window.widgets.labels import ShortenedLabel
from asynchat.window.widgets.room_signs import RoomSigns

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Sequence

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.room_signs import Sign

_NO_TOPIC: Final = "Add a topic"


class Header(ttk.Frame):
    """``on_menu`` shows or hides the sidebar, where it is not there anyway.

    ``on_people`` is called by the count, ``on_invite`` by its button, ``on_topic`` with the
    topic that was typed, and ``on_pins`` by the count of what is pinned, where something is.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        *,
        on_menu: Callable[[], None],
        on_people: Callable[[], None],
        on_invite: Callable[[], None],
        on_topic: Callable[[str], None],
        on_pins: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(parent, style="Main.TFrame")
        self._look = look
        self._on_topic = on_topic
        self._full_name = ""
        self._topic = ""
        self._members: int | None = None
        self.columnconfigure(3, weight=1)
        self._menu = IconButton(self, look, "menu", "Rooms and people (F9)", on_menu)
        self._menu.grid(row=0, column=0, sticky="w")
        self._menu.grid_remove()
        self._name = ttk.Label(self, style="Title.TLabel")
        self._name.grid(row=0, column=1, sticky="w")
        self._signs = RoomSigns(self, look)
        self._signs.grid(row=0, column=2, sticky="w")
        self._about = ShortenedLabel(self, look, style="Dim.TLabel", role="small")
        self._about.grid(row=0, column=3, sticky="we")
        self._about.bind("<Button-1>", lambda _: self.edit_topic())
        self.topic = ttk.Entry(self, style="Field.TEntry", font=look.fonts["small"])
        self.topic.grid(row=0, column=3, sticky="we")
        self.topic.grid_remove()
        for keys in ("Return", "KP_Enter"):
            self.topic.bind(f"<{keys}>", lambda _: self._typed())
        self.topic.bind("<Escape>", lambda _: self._stop_editing())
        self.topic.bind("<FocusOut>", lambda _: self._left())
        self._tip = Tooltip(self._about, look, "")
        self._count = Button(self, "", on_people, style="Icon")
        self._count.grid(row=0, column=5)
        self._pins = Button(self, "", on_pins, style="Icon")
        self._pins.grid(row=0, column=4)
        self._pins.grid_remove()
        Tooltip(self._pins, look, "What is pinned here (Ctrl+Shift+B)")
        Tooltip(self._count, look, "Who is in this room (Ctrl+Shift+P)")
        self._invite = IconButton(
            self, look, "invite", "Invite somebody to this room (Ctrl+Shift+I)", on_invite
        )
        self._invite.grid(row=0, column=6)
        self._rule = ttk.Frame(self, style="Rule.TFrame", height=1)
        self._rule.grid(row=1, column=0, columnspan=7, sticky="we")
        self.bind("<Configure>", lambda _: self._fit())
        look.paints(self, self._paint)

    def show(self, name: str, topic: str, members: int | None) -> None:
        """Show a room; without ``members`` it is a direct one, which has no topic either."""
        shown = (drawable(name), drawable(topic), members)
        if shown == (self._full_name, self._topic, self._members):
            return
        if self._full_name != shown[0]:
            self._stop_editing()
        self._full_name, self._topic, self._members = shown
        self._fit()
        if members is None:
            self._about.show("")
            self._count.grid_remove()
            self._invite.grid_remove()
        else:
            self._about.show(self._topic or _NO_TOPIC)
            self._count.grid()
            self._invite.grid()
        self._about.configure(cursor="" if members is None else "hand2")
        self._tip.text = "" if members is None else f"{self._about.full} — click to change"

    def show_signs(self, signs: Sequence[Sign]) -> None:
        """Show how the room is used."""
        self._signs.show(signs)

    @property
    def signs(self) -> tuple[str, ...]:
        """What the signs say."""
        return self._signs.words

    def show_pins(self, count: int) -> None:
        """Show how many messages are pinned."""
        self._pins.configure(text=f" {count}")
        if count:
            self._pins.grid()
        else:
            self._pins.grid_remove()

    def edit_topic(self) -> None:
        """Let the topic be typed where it stands; Enter sets it, Escape leaves it."""
        if self._members is None:
            return
        self._about.grid_remove()
        self.topic.grid()
        self.topic.delete(0, "end")
        self.topic.insert(0, self._topic)
        self.topic.selection_range(0, "end")
        self.topic.icursor("end")
        self.topic.focus_set()

    @property
    def texts(self) -> tuple[str, str]:
        """The room's name and what stands beside it, in full."""
        about = " · ".join(part for part in (self._topic, self._count_text()) if part)
        return str(self._name.cget("text")), about

    def show_menu_button(self, shown: bool) -> None:  # noqa: FBT001 - what it is named for
        """Offer the sidebar where it has no room of its own."""
        if shown:
            self._menu.grid()
        else:
            self._menu.grid_remove()

    def _count_text(self) -> str:
        count = self._members
        return "" if count is None else f"{count} member{'' if count == 1 else 's'}"

    def _typed(self) -> None:
        text = self.topic.get()[: 2 * MAX_TOPIC_CHARS]
        self._stop_editing()
        if text != self._topic:
            self._on_topic(text)

    def _left(self) -> None:
        # By now it may be edited again.
        if self.focus_get() is not self.topic:
            self._stop_editing()

    def _stop_editing(self) -> str:
        if self.topic.winfo_manager():
            had = self.focus_get() is self.topic
            self.topic.grid_remove()
            self._about.grid()
            if had:
                self._count.focus_set()
        return "break"

    def _fit(self) -> None:
        narrow = bool(self._menu.winfo_manager())
        self._signs.shorten(narrow)
        room = max(self._look.px(80), self.winfo_width() // (3 if narrow else 2))
        self._name.configure(text=self._look.fonts.shortened(self._full_name, room, "title"))
        count = "" if self._members is None else str(self._members)
        self._count.configure(text=count if narrow else self._count_text())

    def _paint(self) -> None:
        px = self._look.px
        self.rowconfigure(0, minsize=px(46))
        # To configure what was taken away would bring it back.
        for widget, padx in (
            (self._menu, (px(10), 0)),
            (self.topic, (0, px(8))),
            (self._pins, (px(4), 0)),
            (self._count, (px(4), 0)),
            (self._invite, (px(2), px(12))),
        ):
            shown = widget.winfo_manager()
            widget.grid_configure(padx=padx)
            if not shown:
                widget.grid_remove()
        self._count.configure(padding=(px(8), px(5)))
        size, colour = px(15), self._look.palette.dim
        self._pin_image = self._look.images.get(
            ("pin", size, colour), lambda: icon("pin", size, colour)
        )
        self._pins.configure(padding=(px(8), px(5)), image=self._pin_image, compound="left")
        self._name.grid_configure(padx=(px(18), px(14)))
        self._about.grid_configure(padx=(0, px(8)), pady=(px(3), 0))
        if self.topic.winfo_manager():
            self._about.grid_remove()
        self.topic.configure(font=self._look.fonts["small"])
        self._rule.configure(height=max(1, px(1)))
        self._fit()
