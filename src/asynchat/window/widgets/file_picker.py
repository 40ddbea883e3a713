"""A file picker of our own: it waits on a Future, and others read the folders."""

from __future__ import annotations

import tkinter as tk
from datetime import datetime
from tkinter import ttk
from typing import TYPE_CHECKING, Final

from asynchat.window.look.native import drawable
from asynchat.window.look.shapes import icon
from asynchat.window.look.tk_objects import Flag
from asynchat.window.presenters.picking import Listing, above, cells, joined, parted, shown, told
from asynchat.window.presenters.saving import completed
from asynchat.window.widgets.buttons import Button, IconButton
from asynchat.window.widgets.dialog import Dialog
from asynchat.window.widgets.scrolling import SlimScrollbar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.picking import Entry, Mode, Place

_SIZE: Final = (680, 470)
_PLACES: Final = 130
_NARROW: Final = 520
_DIM: Final = "dim"
_HINT: Final = "Type a name or a path; Tab completes it."
_COLUMNS: Final = (("size", "Size", 80), ("at", "Changed", 150))
_CONTROL_OR_ALT: Final = 0x000C


class FilePicker(Dialog[tuple[str, ...]]):
    """Answers with paths: of files, of a folder, or where to save; none is no answer.

    ``on_folder`` is called with a folder that is to be listed, which `show` then does.
    ``on_answer`` is called with what was typed where that is no file of the list: see to it, and
    `resolve`, or `complain`.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        title: str,
        *,
        mode: Mode,
        words: str,
        folder: str,
        name: str = "",
        on_folder: Callable[[str], None],
        on_answer: Callable[[str], None],
        twelve: bool = False,
    ) -> None:
        super().__init__(parent, look, title)
        self._mode = mode
        self._on_folder = on_folder
        self._on_answer = on_answer
        self._twelve = twelve
        self._listing = Listing(folder)
        self._entries: dict[str, Entry] = {}
        self._places: dict[str, Place] = {}
        self._typing: str | None = None
        self._asked = self._base = folder
        """What is typed is meant from the latter on."""
        self._followed = name
        self._hidden = Flag(self)
        self._make(words)
        self.name.insert(0, name)
        look.paints(self.body, self._paint)
        on_folder(folder)

    @property
    def folder(self) -> str:
        """The folder that is listed."""
        return self._listing.folder

    @property
    def typed(self) -> str:
        """What stands in the field."""
        return self.name.get()

    @property
    def names(self) -> tuple[str, ...]:
        """The names that are listed."""
        return tuple(self._entries[item].name for item in self.tree.get_children())

    @property
    def chosen(self) -> tuple[Entry, ...]:
        """What is chosen of the list."""
        return tuple(self._entries[item] for item in self.tree.selection())

    @property
    def note(self) -> str:
        """What it says below the list."""
        return str(self._note.cget("text"))

    def offer(self, places: Sequence[Place]) -> None:
        """Show where one can go at once."""
        self._places = {f"p{at}": place for at, place in enumerate(places)}
        self.places.delete(*self.places.get_children())
        for item, place in self._places.items():
            self._put(self.places, item, values=(drawable(place.name),))
        self._mark_place()

    def show(self, listing: Listing) -> None:
        """List a folder, if it is the one that was asked for last."""
        if listing.folder != self._asked:
            return
        if listing.problem and self._listing.entries:
            # One stays where one is.
            self._asked = self._base = self._listing.folder
            self._say(listing.problem, bad=True)
            return
        moved = listing.folder != self._listing.folder
        before, self._listing = self._listing.folder, listing
        self._where.configure(text=drawable(listing.folder))
        self._list()
        if moved:
            # Whoever went up stands on the folder they came from.
            came = before.rpartition("/")[2] if above(before) == listing.folder else ""
            self._mark(came)
        self._mark_place()

    def complain(self, problem: str) -> None:
        """Say why it cannot be that one."""
        self._say(problem, bad=True)

    def go(self, folder: str) -> None:
        """List another folder."""
        self._asked = self._base = folder
        if self._mode != "save":
            self.name.delete(0, "end")
        self._on_folder(folder)

    def _make(self, words: str) -> None:
        look, body = self._look, self.body
        body.columnconfigure(0, weight=0)
        body.columnconfigure(1, weight=1)
        body.rowconfigure(2, weight=1)
        self.places = ttk.Treeview(
            body, style="Table.Treeview", columns=("name",), show="", selectmode="browse", height=3
        )
        self.places.grid(row=1, column=0, rowspan=3, sticky="ns")
        top = self._top = ttk.Frame(body, style="Main.TFrame")
        top.grid(row=1, column=1, sticky="we")
        top.columnconfigure(1, weight=1)
        self.up = IconButton(top, look, "up", "The folder above (Alt+Up)", self._go_up)
        self.up.grid(row=0, column=0)
        self._where = ttk.Label(top, style="Dim.TLabel", anchor="w")
        self._where.grid(row=0, column=1, sticky="we")
        card = ttk.Frame(body, style="Card.TFrame")
        card.grid(row=2, column=1, sticky="nswe")
        self._card = card
        card.columnconfigure(0, weight=1)
        card.rowconfigure(0, weight=1)
        self.tree = tree = ttk.Treeview(
            card,
            style="Table.Treeview",
            columns=[key for key, _, _ in _COLUMNS],
            show="tree headings",
            selectmode="extended" if self._mode == "files" else "browse",
            height=3,
        )
        tree.grid(row=0, column=0, sticky="nswe")
        tree.heading("#0", text="Name", anchor="w")
        for key, title, _ in _COLUMNS:
            tree.heading(key, text=title, anchor="w")
        bar = SlimScrollbar(card, tree.yview, style="Side")
        bar.grid(row=0, column=1, sticky="ns")
        tree.configure(yscrollcommand=bar.set)
        self.name = ttk.Entry(body, style="Field.TEntry", font=look.fonts["body"])
        self.name.grid(row=3, column=1, sticky="we")
        foot = self._foot = ttk.Frame(body, style="Main.TFrame")
        foot.grid(row=4, column=0, columnspan=2, sticky="we")
        foot.columnconfigure(1, weight=1)
        self.hidden = ttk.Checkbutton(
            foot,
            text="Hidden files",
            style="Field.TCheckbutton",
            variable=self._hidden,
            command=self._list,
        )
        self.hidden.grid(row=0, column=0, sticky="w")
        self._note = ttk.Label(foot, style="Dim.TLabel", anchor="w")
        self._note.grid(row=0, column=1, sticky="we")
        self._cancel = Button(foot, "Cancel", lambda: self.resolve(None))
        self._cancel.grid(row=0, column=2)
        self._take = Button(foot, words, self.take, style="Accent")
        self._take.grid(row=0, column=3)
        # Tab goes from the field to the list, and on: in the order of this list.
        for widget in (self.name, top, self.places, foot):
            widget.lift()
        self._bind_keys()

    def _bind_keys(self) -> None:
        tree, name, places = self.tree, self.name, self.places
        name.bind("<KeyRelease>", lambda _: self._later())
        name.bind("<Return>", lambda _: self._entered())
        name.bind("<KP_Enter>", lambda _: self._entered())
        name.bind("<Tab>", lambda _: self._complete())
        name.bind("<Down>", lambda _: self._to_list())
        tree.bind("<<TreeviewSelect>>", lambda _: self._selected())
        tree.bind("<Return>", lambda _: self._entered())
        tree.bind("<KP_Enter>", lambda _: self._entered())
        tree.bind("<BackSpace>", lambda _: self._go_up())
        tree.bind("<space>", lambda _: self._toggle())
        tree.bind("<Shift-Up>", lambda _: self._reach(-1))
        tree.bind("<Shift-Down>", lambda _: self._reach(1))
        tree.bind("<Control-a>", lambda _: self._all())
        tree.bind("<Double-Button-1>", self._twice)
        tree.bind("<Key>", self._typed_in_list)
        tree.bind("<FocusIn>", lambda _: self._focused())
        places.bind("<Return>", lambda _: self._to_place())
        places.bind("<ButtonRelease-1>", lambda _: self._to_place())
        self.bind("<Alt-Up>", lambda _: self._go_up())
        self.bind("<Control-h>", lambda _: self._toggle_hidden())
        self._card.bind("<Configure>", lambda _: self._fit())
        self.bind("<Destroy>", self._forget, add=True)

    # What is listed

    def _list(self) -> None:
        """Show what fits of the folder."""
        self._typing = None
        words = "" if self._mode == "save" else parted(self.typed, self._base)[1]
        if parted(self.typed, self._base)[0] != self.folder:
            words = ""
        found = shown(self._listing, self._mode, words, hidden=self._hidden.get())
        kept = {entry.name for entry in self.chosen}
        self.tree.delete(*self.tree.get_children())
        self._entries = {f"e{at}": entry for at, entry in enumerate(found.entries)}
        now = datetime.now().astimezone()
        for item, entry in self._entries.items():
            name, size, when = (drawable(cell) for cell in cells(entry, now, twelve=self._twelve))
            tags = () if entry.usable else (_DIM,)
            self._put(
                self.tree,
                item,
                text=f" {name}",
                values=(size, when),
                image=str(self._sign(entry)),
                tags=tags,
            )
        again = [item for item, entry in self._entries.items() if entry.name in kept]
        if again:
            self.tree.selection_set(*again)
        self._say(found.note or self._told() or _HINT, bad=bool(self._listing.problem))

    def _put(self, tree: ttk.Treeview, item: str, **options: object) -> None:
        # Names of files are given to Tk as values, never as a script.
        given = [part for key, value in options.items() for part in (f"-{key}", value)]
        tree.tk.call(str(tree), "insert", "", "end", "-id", item, *given)

    def _sign(self, entry: Entry) -> tk.PhotoImage:
        look, name = self._look, "folder" if entry.folder else "file"
        size, colour = look.px(16), look.palette.dim
        return look.images.get((name, size, colour), lambda: icon(name, size, colour))

    def _told(self) -> str:
        return told([entry for entry in self.chosen if not entry.folder])

    def _say(self, words: str, *, bad: bool = False) -> None:
        self._note.configure(text=drawable(words), style="Bad.TLabel" if bad else "Dim.TLabel")

    def _mark(self, name: str) -> None:
        for item, entry in self._entries.items():
            if entry.name == name:
                self.tree.selection_set(item)
                self.tree.focus(item)
                self.tree.see(item)

    def _mark_place(self) -> None:
        here = [item for item, place in self._places.items() if place.path == self.folder]
        self.places.selection_set(*here)

    def _later(self) -> None:
        if self._typing is None:
            self._typing = self.after_idle(self._follow)

    def _follow(self) -> None:
        """List what is typed: another folder, or what has that in its name."""
        self._typing = None
        self._followed = self.typed
        folder, _ = parted(self.typed, self._base)
        if "/" in self.typed and folder != self._asked:
            self._asked = folder
            self._on_folder(folder)
        elif self._mode != "save":
            self._list()

    # What a person does

    def take(self) -> None:
        """Answer with what is chosen, or go into it."""
        chosen = [entry for entry in self._meant() if entry.usable]
        folders = [entry for entry in chosen if entry.folder]
        typed = self.typed.strip()
        if self._mode == "save":
            self._on_answer(self._path(typed))
        elif self._mode == "folder" and folders:
            self.resolve((joined(self.folder, folders[0].name),))
        elif chosen and not folders:
            self.resolve(tuple(joined(self.folder, entry.name) for entry in chosen))
        elif len(chosen) == 1:
            self.go(joined(self.folder, folders[0].name))
        elif chosen:
            self._say("These are not only files.", bad=True)
        elif typed:
            self._on_answer(self._path(typed))
        elif self._mode == "folder":
            self.resolve((self.folder,))

    def _meant(self) -> tuple[Entry, ...]:
        """Return what is chosen of the list, if that is the list of what is typed now."""
        if self.typed != self._followed:
            self._follow()
        return self.chosen if self._asked == self.folder else ()

    def _entered(self) -> str:
        """Go on with what Return is pressed on."""
        chosen, typed = self._meant(), self.typed
        if len(chosen) == 1 and chosen[0].folder:
            self.go(joined(self.folder, chosen[0].name))
        elif chosen and self._mode != "save":
            self.take()
        elif self._narrowed and len(self._entries) == 1:
            self._only(next(iter(self._entries)))
        elif typed:
            self._on_answer(self._path(typed.strip()))
        return "break"

    @property
    def _narrowed(self) -> bool:
        """Whether the list is of what has in its name what is typed."""
        here = parted(self.typed, self._base)[0] == self.folder == self._asked
        return self._mode in {"file", "files"} and bool(self.typed) and here

    def _only(self, item: str) -> None:
        """Take the one that is left of the list."""
        self.tree.selection_set(item)
        self.take()

    def _path(self, typed: str) -> str:
        folder, name = parted(typed, self._base)
        return joined(folder, name) if name else folder

    def _complete(self) -> str | None:
        """Add to what is typed as much as the names here agree on."""
        typed = self.typed
        folder, begun = parted(typed, self._base)
        if not begun or folder != self.folder:
            return None
        names = [f"{one.name}/" if one.folder else one.name for one in self._listing.entries]
        more = completed(typed, names)
        if more == typed:
            return None
        self.name.delete(0, "end")
        self.name.insert(0, more)
        self.name.icursor("end")
        self._follow()
        return "break"

    def _to_list(self) -> str:
        self.tree.focus_set()
        return "break"

    def _focused(self) -> None:
        # Without one that has the focus no key moves anything.
        items = self.tree.get_children()
        if items and not self.tree.selection():
            self.tree.selection_set(items[0])
            self.tree.focus(items[0])

    def _selected(self) -> None:
        chosen = self.chosen
        if self._mode == "save" and len(chosen) == 1 and not chosen[0].folder:
            self.name.delete(0, "end")
            self._base = self.folder
            self.name.insert(0, chosen[0].name)
            self._followed = self.typed
        if chosen:
            self._say(self._told())

    def _toggle(self) -> str:
        """Choose what the keys are at besides what is chosen, or not any more."""
        item = self.tree.focus()
        if item and self._mode == "files":
            self.tree.selection_toggle(item)
        return "break"

    def _reach(self, step: int) -> str:
        tree, item = self.tree, self.tree.focus()
        there = tree.next(item) if step > 0 else tree.prev(item)
        if there and self._mode == "files":
            tree.focus(there)
            tree.selection_add(there)
            tree.see(there)
        return "break"

    def _all(self) -> str:
        files = [item for item, one in self._entries.items() if one.usable and not one.folder]
        if self._mode == "files" and files:
            self.tree.selection_set(*files)
        return "break"

    def _twice(self, event: tk.Event[ttk.Treeview]) -> str | None:
        if not self.tree.identify_row(event.y):
            return None
        return self._entered() if self._mode != "save" or self.chosen[0].folder else None

    def _typed_in_list(self, event: tk.Event[ttk.Treeview]) -> str | None:
        """Have what is typed in the list stand in the field."""
        if int(event.state) & _CONTROL_OR_ALT or not event.char or not event.char.isprintable():
            return None
        self.tree.selection_set()
        self.name.focus_set()
        self.name.insert("end", event.char)
        self.name.icursor("end")
        self._later()
        return "break"

    def _go_up(self) -> str:
        self.go(above(self.folder))
        return "break"

    def _to_place(self) -> str:
        for item in self.places.selection():
            self.go(self._places[item].path)
        return "break"

    def _toggle_hidden(self) -> str:
        self._hidden.set(not self._hidden.get())
        self._list()
        return "break"

    def _forget(self, event: tk.Event[tk.Misc]) -> None:
        if event.widget is self and self._typing is not None:
            self.after_cancel(self._typing)
            self._typing = None

    def _open(self, focus: tk.Misc | None) -> None:
        px, owner = self._look.px, self.master.winfo_toplevel()
        width = min(px(_SIZE[0]), self.winfo_screenwidth())
        height = min(px(_SIZE[1]), self.winfo_screenheight() - px(60))
        super()._open(focus or self.name)
        x = owner.winfo_rootx() + (owner.winfo_width() - width) // 2
        y = owner.winfo_rooty() + (owner.winfo_height() - height) // 3
        x = max(0, min(x, self.winfo_screenwidth() - width))
        y = max(0, min(y, self.winfo_screenheight() - height))
        self.geometry(f"{width}x{height}+{x}+{y}")
        self.resizable(True, True)
        self.minsize(px(320), px(280))

    def _fit(self) -> None:
        """Leave out what there is no room for."""
        px = self._look.px
        width = self.winfo_width()
        self.tree.configure(displaycolumns=("size", "at") if width >= px(_NARROW) else ("size",))
        if width >= px(_NARROW):
            self.places.grid()
        else:
            self.places.grid_remove()

    def _paint(self) -> None:
        look, px = self._look, self._look.px
        self.places.column("name", width=px(_PLACES), minwidth=px(40))
        self.places.grid_configure(padx=(0, px(10)), pady=(px(10), 0))
        self._top.grid_configure(pady=(px(10), px(6)))
        self._where.grid_configure(padx=(px(6), 0))
        self._card.configure(padding=px(4))
        self.tree.column("#0", width=px(240), minwidth=px(80), stretch=True)
        for key, _, width in _COLUMNS:
            self.tree.column(key, width=px(width), minwidth=px(40), stretch=False)
        self.tree.tag_configure(_DIM, foreground=look.palette.dim)
        self.name.configure(font=look.fonts["body"])
        self.name.grid_configure(pady=(px(8), 0))
        self._foot.grid_configure(pady=(px(12), 0))
        self._note.grid_configure(padx=px(12))
        self._cancel.grid_configure(padx=(0, px(8)))
        if self.places.winfo_manager() == "" and self.winfo_width() < px(_NARROW):
            self.places.grid_remove()
        self._list()
