"""The composer: where a message is written.  Enter sends, Shift+Enter begins a new line."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Any, Final, cast

from asynchat.markup.shortcodes import name_of, with_emoji
from asynchat.window.look.emoji import tk_draws_emoji
from asynchat.window.presenters.completion import by_tab, offered
from asynchat.window.presenters.segments import without_emoji
from asynchat.window.widgets.buttons import Button, IconButton
from asynchat.window.widgets.completion_list import CompletionList
from asynchat.window.widgets.silence import Silence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.completion import Choice, Completion
    from asynchat.window.widgets.emoji_picker import EmojiPicker

MAX_LINES: Final = 5
_MANY: Final = 200_000
_MOVES: Final = frozenset({"Left", "Right", "Home", "End", "KP_Left", "KP_Right"})
"""Keys that take the cursor away from what was being typed."""


class Composer(ttk.Frame):
    """``on_send`` is called by Enter and the button, ``on_change`` after every change.

    ``on_paste`` is asked to fetch the clipboard; it calls `insert` with what it holds.
    ``names`` answers whose names Tab and a list complete; ``recent`` are the emoji picked of
    late, and ``on_recent`` is told of them.  ``on_up`` is called by Up while it is empty, and
    answers whether it did something, ``on_again`` by the button of `silence_with`.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        *,
        on_send: Callable[[], None],
        on_change: Callable[[], None],
        on_paste: Callable[[], None],
        on_page: Callable[[int], None],
    ) -> None:
        super().__init__(parent, style="Main.TFrame")
        self._look = look
        self._on_send = on_send
        self._on_change = on_change
        self._on_paste = on_paste
        self._on_page = on_page
        self.names: Callable[[], Sequence[str]] = tuple
        self.recent: tuple[str, ...] = ()
        self.on_recent: Callable[[tuple[str, ...]], None] = lambda _: None
        self.on_attach: Callable[[], None] = lambda: None
        self.on_again: Callable[[], None] = lambda: None
        self.on_up: Callable[[], bool] = lambda: False
        self._picker: EmojiPicker | None = None
        self._silence: Silence | None = None
        self._completion: Completion | None = None
        self._suggesting: str | None = None
        self._make()
        self.bind("<Destroy>", self._destroyed)
        look.paints(self, self._paint)

    @property
    def typed(self) -> str:
        """What stands in it."""
        return self._text.get("1.0", "end-1c")

    @property
    def text(self) -> tk.Text:
        """The Text widget."""
        return self._text

    @property
    def placeholder(self) -> str:
        """What it says while it is empty."""
        return str(self._hint.cget("text"))

    def show(self, draft: str, placeholder: str) -> None:
        """Put another text in, with nothing to undo, and say what belongs here."""
        self._text.delete("1.0", "end")
        self._text.insert("1.0", draft)
        self._text.edit_reset()
        self._text.edit_modified(False)
        self._offer(None)
        self._hint.configure(text=placeholder)
        self._changed()

    def hint(self, placeholder: str) -> None:
        """Say otherwise what belongs here."""
        self._hint.configure(text=placeholder)

    def clear(self) -> None:
        """Empty it, once it is sent."""
        self.show("", self.placeholder)

    def insert(self, text: str) -> None:
        """Put a text where the insertion cursor is, in place of what is selected."""
        if self._silence is not None:
            return
        text = text[:_MANY]
        if not tk_draws_emoji():
            text = without_emoji(text)
        self._text.edit_separator()
        if self._text.tag_ranges("sel"):
            self._text.delete("sel.first", "sel.last")
        self._text.insert("insert", text)
        self._text.edit_separator()
        self._text.see("insert")
        self._changed()

    def focus(self) -> None:
        """Let the keys come here."""
        target = self._text if self._silence is None else self._silence
        if not target.winfo_viewable():
            # Until it has its place Tk gives it no keys, and drops those that come first.
            target.update_idletasks()
        target.focus_set()

    @property
    def silence(self) -> str:
        """Why nothing can be written; empty while something can."""
        return "" if self._silence is None else self._silence.text

    def silence_with(self, why: str, again: str = "") -> None:
        """Stand back for a sentence that says why, or with an empty one come back.

        ``again`` are the words of a button that comes back as well, where there shall be one.
        """
        if why == self.silence:
            return
        had = self.focus_get() in {self._text, self._silence}
        if self._silence is not None:
            self._silence.destroy()
            self._silence = None
        parts = (self._box, self._send, self._smile, self.attach)
        if why:
            self._put_picker_away()
            self._offer(None)
            for part in parts:
                part.grid_remove()
            self._silence = Silence(self, self._look, why, again, self._again)
            self._silence.grid(row=0, column=0, columnspan=4, sticky="we")
            self._paint()
        else:
            for part in parts:
                part.grid()
        if had:
            self.focus()

    def toggle_picker(self) -> None:
        """Show the emoji to pick one from, or take them away."""
        if self._picker is not None and self._picker.winfo_manager():
            self._put_picker_away()
            return
        if self._silence is not None:
            return
        if self._picker is None:
            # Off the first paint.
            from asynchat.window.widgets.emoji_picker import EmojiPicker  # noqa: PLC0415

            self._picker = EmojiPicker(
                self.master, self._look, on_pick=self._picked, on_close=self._put_picker_away
            )
        px = self._look.px
        self._picker.place(in_=self, relx=1, x=-px(16), y=px(2), anchor="se", bordermode="outside")
        self._picker.lift()
        self.update_idletasks()
        self._picker.open(self.recent, self.winfo_rooty() - self.winfo_toplevel().winfo_rooty())

    def _attached(self) -> None:
        self.on_attach()

    def _pick(self, _: tk.Event[tk.Text]) -> str:
        self.toggle_picker()
        return "break"

    def _picked(self, emoji: str) -> None:
        from asynchat.window.presenters.emoji_grid import used  # noqa: PLC0415 - as the picker

        self.recent = used(self.recent, emoji)
        self.on_recent(self.recent)
        self._put_picker_away()
        self.insert(emoji if tk_draws_emoji() else f":{name_of(emoji)}:")

    def _put_picker_away(self) -> None:
        if self._picker is not None and self._picker.winfo_manager():
            self._picker.place_forget()
            self.focus()

    def mark_invalid(self, invalid: bool) -> None:  # noqa: FBT001 - what it is named for
        """Show that what stands here cannot be sent."""
        # Each `state` draws the box anew, and this is asked with every key.
        if self._box.instate(["invalid"]) != invalid:
            self._box.state(["invalid" if invalid else "!invalid"])

    def _make(self) -> None:
        self.columnconfigure(0, weight=1)
        self._box = ttk.Frame(self, style="Field.TFrame")
        self._box.grid(row=0, column=0, sticky="nswe")
        self._box.columnconfigure(0, weight=1)
        self._box.rowconfigure(0, weight=1)
        self._text = text = tk.Text(
            self._box,
            wrap="word",
            height=1,
            width=1,
            undo=True,
            maxundo=-1,
            borderwidth=0,
            highlightthickness=0,
        )
        text.grid(row=0, column=0, sticky="nswe")
        self._hint = ttk.Label(text, style="Placeholder.TLabel", cursor="xterm")
        self._hint.bind("<Button-1>", lambda _: text.focus_set())
        self._box.bind("<Button-1>", lambda _: text.focus_set())
        self._send = Button(self, "Send", self._on_send, style="Accent")
        self._send.grid(row=0, column=3, sticky="se")
        self.attach = IconButton(
            self, self._look, "attach", "Attach files (Ctrl+U)", self._attached
        )
        self.attach.grid(row=0, column=1, sticky="s")
        self._smile = IconButton(self, self._look, "smile", "Emoji (Ctrl+.)", self.toggle_picker)
        self._smile.grid(row=0, column=2, sticky="s")
        # Above the transcript, it must be what lies beside it.
        self._list = CompletionList(self.master, self._look, self._take)
        text.bind("<FocusIn>", lambda _: self._box.state(["focus"]))
        text.bind("<FocusOut>", self._left)
        text.bind("<Return>", self._entered)
        text.bind("<KP_Enter>", self._entered)
        text.bind("<Shift-Return>", self._new_line)
        text.bind("<<Paste>>", self._pasted)
        text.bind("<Prior>", lambda _: self._page(-1))
        text.bind("<Next>", lambda _: self._page(1))
        text.bind("<Tab>", self._tabbed)
        text.bind("<Up>", lambda _: self._marked(-1))
        text.bind("<Down>", lambda _: self._marked(1))
        for modifier in ("Control", "Alt", "Alt-Shift", "Shift"):
            for key in ("Up", "Down"):
                # Else they would count as the bare key.
                text.bind(f"<{modifier}-{key}>", lambda _: None)
        text.bind("<Escape>", lambda _: self._escaped())
        text.bind("<Key>", self._keyed)
        text.bind("<ButtonRelease-1>", lambda _: self._offer(None))
        text.bind("<space>", lambda _: text.edit_separator())
        text.bind("<Control-y>", self._redone)
        text.bind("<Control-period>", self._pick)
        text.bind("<Control-a>", self._select_all)
        text.bind("<<Modified>>", lambda _: self._modified())
        text.bind("<Configure>", lambda _: self._grow())

    def _paint(self) -> None:
        look, px = self._look, self._look.px
        self._text.configure(
            **cast("dict[str, Any]", look.text_colours(look.palette.field)),
            font=look.fonts["body"],
            padx=px(8),
            pady=0,
            insertwidth=max(1, px(1.4)),
            spacing2=px(2),
            spacing3=px(2),
        )
        self._text.grid_configure(padx=px(3), pady=(px(11), px(9)))
        self._box.grid_configure(padx=(px(16), px(8)), pady=(px(8), px(6)))
        self._send.grid_configure(padx=(0, px(16)), pady=(px(8), px(6)))
        self._smile.grid_configure(padx=(0, px(8)), pady=(px(8), px(9)))
        self.attach.grid_configure(padx=(0, px(2)), pady=(px(8), px(9)))
        if self._silence is not None:
            self._silence.grid_configure(padx=px(16), pady=(px(8), px(6)))
            # To configure what was taken away would bring it back.
            for part in (self._box, self._send, self._smile, self.attach):
                part.grid_remove()
        self._send.configure(padding=(px(20), px(11)))
        self._hint.configure(font=look.fonts["body"])
        self._lay_out()

    def _destroyed(self, event: tk.Event[tk.Misc]) -> None:
        if event.widget is self and self._suggesting is not None:
            self.after_cancel(self._suggesting)

    def _modified(self) -> None:
        if self._text.edit_modified():
            self._text.edit_modified(False)
            self._changed()

    def _changed(self) -> None:
        self._lay_out()
        self._on_change()

    def _lay_out(self) -> None:
        if self._text.compare("end-1c", "==", "1.0"):
            self._hint.place(x=self._look.px(8), y=0, bordermode="outside")
        else:
            self._hint.place_forget()
        self._grow()

    def _grow(self) -> None:
        # Tk 8.6 gives a tuple, 3.13's tkinter a number.
        found = self._text.tk.call(
            str(self._text), "count", "-update", "-displaylines", "1.0", "end"
        )
        lines = int(found[0] if isinstance(found, tuple) else found or 1)
        height = min(max(lines, 1), MAX_LINES)
        if int(self._text.cget("height")) != height:
            self._text.configure(height=height)
            self._text.see("insert")

    def _entered(self, _: tk.Event[tk.Text]) -> str:
        self._catch_up()
        if self._list.marked is not None:
            self._take(self._list.marked)
            return "break"
        self._spell_out()
        self._on_send()
        return "break"

    def _spell_out(self) -> None:
        """Put emoji in the place of their names."""
        typed = self.typed
        if tk_draws_emoji() and (spelt := with_emoji(typed)) != typed:
            self._text.edit_separator()
            self._text.replace("1.0", "end-1c", spelt)
            self._text.edit_separator()

    def _offer(self, completion: Completion | None) -> None:
        """Show what may be meant with what stands before the cursor, or nothing."""
        self._completion = completion
        self._list.show(() if completion is None else completion.choices)
        if completion is not None:
            px = self._look.px
            self._list.place(in_=self, x=px(16), y=px(2), anchor="sw", bordermode="outside")

    def _take(self, choice: Choice) -> None:
        """Put a choice in the place of what was typed of it."""
        completion = self._completion
        if completion is None:
            return
        text = choice.text
        if choice.emoji and not tk_draws_emoji():
            text = choice.label
        self._text.edit_separator()
        # How many characters that is, is Tk's to say.
        count = self.tk.call("string", "length", completion.typed)
        self._text.delete(f"insert -{count} chars", "insert")
        self._offer(None)
        self.insert(text)

    def _before(self) -> str:
        return self._text.get("1.0", "insert")

    def _keyed(self, event: tk.Event[tk.Text]) -> None:
        if event.keysym in _MOVES:
            self._offer(None)
        elif (
            (event.char and event.char.isprintable()) or event.keysym == "BackSpace"
        ) and self._suggesting is None:
            # Once the key has done what it does.
            self._suggesting = self.after_idle(self._suggest)

    def _catch_up(self) -> None:
        """Have the list be that of what is typed now: keys may come faster than it is shown."""
        if self._suggesting is not None:
            self.after_cancel(self._suggesting)
            self._suggest()

    def _suggest(self) -> None:
        self._suggesting = None
        completion = offered(self._before(), self.names())
        if completion != self._completion:
            self._offer(completion)
        if completion is not None and completion.typed.endswith(":"):
            self._take(completion.choices[0])

    def _marked(self, steps: int) -> str | None:
        if not self._list.choices:
            return "break" if steps < 0 and not self.typed and self.on_up() else None
        self._list.move(steps)
        return "break"

    def _escaped(self) -> str | None:
        if not self._list.choices:
            return None
        self._offer(None)
        return "break"

    def _again(self) -> None:
        self.silence_with("")
        self.on_again()
        self.focus()

    def _left(self, _: tk.Event[tk.Text]) -> None:
        self._box.state(["!focus"])
        self._offer(None)

    def _redone(self, _: tk.Event[tk.Text]) -> str:
        self._text.event_generate("<<Redo>>")
        return "break"

    def _new_line(self, _: tk.Event[tk.Text]) -> str:
        self.insert("\n")
        return "break"

    def _pasted(self, _: tk.Event[tk.Text]) -> str:
        self._on_paste()
        return "break"

    def _page(self, pages: int) -> str:
        self._on_page(pages)
        return "break"

    def _tabbed(self, _: tk.Event[tk.Text]) -> str:
        self._catch_up()
        if self._list.marked is not None:
            self._take(self._list.marked)
            return "break"
        completion = by_tab(self._before(), self.names())
        if completion is not None:
            self._completion = completion
            if len(completion.choices) == 1:
                self._take(completion.choices[0])
            else:
                self._offer(completion)
            return "break"
        self._text.tk_focusNext().focus_set()  # type: ignore[union-attr]
        return "break"

    def _select_all(self, _: tk.Event[tk.Text]) -> str:
        self._text.tag_add("sel", "1.0", "end-1c")
        return "break"
