from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from asynchat.window.presenters.picking import Entry, Listing, Place
from asynchat.window.widgets.file_picker import FilePicker

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import AsyncIterator

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.picking import Mode
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window

HERE = Listing(
    "/home/ada",
    (
        Entry("a [b] {c} $d.txt", size=10),
        Entry("z.png", size=5),
        Entry(".dot"),
        Entry("dead", usable=False),
        Entry("one", folder=True),
        Entry("two", folder=True),
    ),
)


class Asked:
    """What a picker asked for."""

    def __init__(self) -> None:
        self.folders: list[str] = []
        self.paths: list[str] = []


@asynccontextmanager
async def shown(
    look: Look, until: Until, mode: Mode = "files", name: str = ""
) -> AsyncIterator[tuple[FilePicker, Asked, asyncio.Task[tuple[str, ...] | None]]]:
    """Open a picker that lists `HERE`."""
    asked = Asked()
    dialog = FilePicker(
        look.root,
        look,
        "Attach files",
        mode=mode,
        words="Attach",
        folder="/home/ada",
        name=name,
        on_folder=asked.folders.append,
        on_answer=asked.paths.append,
    )
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(dialog.answer())
        dialog.show(HERE)
        dialog.offer((Place("Home", "/home/ada"), Place("Top", "/")))
        await until(dialog.winfo_viewable)
        yield dialog, asked, answer
        dialog.resolve(None)


def choose(dialog: FilePicker, *names: str) -> None:
    """Choose rows by name."""
    items = dict(zip(dialog.names, dialog.tree.get_children(), strict=True))
    dialog.tree.selection_set(*(items[name] for name in names))
    dialog.tree.focus(items[names[-1]])
    dialog.update_idletasks()


async def test_what_is_hidden_is_asked_for(
    root: tk.Tk, look: Look, press: Press, until: Until
) -> None:
    """By a key; names are shown as they are, whatever they mean to Tcl."""
    async with shown(look, until) as (dialog, _, _):
        assert dialog.names == ("one", "two", "a [b] {c} $d.txt", "dead", "z.png")
        await press(dialog.tree, "Control-h")
        assert ".dot" in dialog.names
        await press(dialog.tree, "Control-h")
        assert ".dot" not in dialog.names
        assert str(dialog.tree.item(dialog.tree.get_children()[2], "text")).strip() == (
            "a [b] {c} $d.txt"
        )


async def test_several_are_chosen(root: tk.Tk, look: Look, press: Press, until: Until) -> None:
    """By the space bar, with Shift, or all; folders do not go along with files."""
    async with shown(look, until) as (dialog, _, answer):
        choose(dialog, "one")
        await press(dialog.tree, "Shift-Down")
        dialog.take()
        assert dialog.note == "These are not only files."
        await press(dialog.tree, "Control-a")
        assert [entry.name for entry in dialog.chosen] == ["a [b] {c} $d.txt", "z.png"]
        choose(dialog, "z.png")
        await press(dialog.tree, " ")
        assert dialog.chosen == ()
        await press(dialog.tree, " ")
        dialog.take()
        assert await answer == ("/home/ada/z.png",)


async def test_one_goes_from_folder_to_folder(
    root: tk.Tk, look: Look, press: Press, until: Until
) -> None:
    """By keys, places and the button; an answer to an older wish is not shown."""
    async with shown(look, until) as (dialog, asked, _):
        await press(dialog.tree, "Alt-Up")
        assert asked.folders[-1] == "/home"
        dialog.show(Listing("/somewhere/else", (Entry("x"),)))
        assert dialog.folder == "/home/ada"
        dialog.show(Listing("/home", problem="This folder cannot be read: No."))
        assert dialog.folder == "/home/ada"
        assert dialog.note.endswith("No.")
        dialog.places.selection_set(dialog.places.get_children()[1])
        await press(dialog.places, "Return")
        assert asked.folders[-1] == "/"
        dialog.show(Listing("/", (Entry("home", folder=True),)))
        assert dialog.folder == "/"
        choose(dialog, "home")
        dialog.take()
        assert asked.folders[-1] == "/home"
        dialog.up.invoke()
        assert asked.folders[-1] == "/"


async def test_what_is_typed_in_the_list_narrows_it(
    root: tk.Tk, look: Look, press: Press, until: Until
) -> None:
    """It goes into the field, and what is left alone is taken by Return."""
    async with shown(look, until) as (dialog, asked, answer):
        await press(dialog.tree, "z")
        await until(lambda: dialog.names == ("z.png",))
        assert dialog.typed == "z"
        await press(dialog.name, "Down")
        await until(lambda: dialog.focus_displayof() is dialog.tree)
        await press(dialog.tree, "Return")
        assert await answer == ("/home/ada/z.png",)
        assert asked.paths == []


async def test_what_cannot_be_used_is_not_taken(
    root: tk.Tk, look: Look, press: Press, until: Until
) -> None:
    """A link to nothing; and without anything nothing happens."""
    async with shown(look, until) as (dialog, asked, answer):
        choose(dialog, "dead")
        await press(dialog.tree, "Return")
        dialog.tree.selection_set()
        dialog.take()
        assert not answer.done()
        dialog.name.insert(0, "/etc/hosts")
        dialog.take()
        assert asked.paths == ["/etc/hosts"]


async def test_what_is_typed_goes_before_what_was_chosen(
    root: tk.Tk, look: Look, press: Press, until: Until
) -> None:
    """Also while the folder of what is typed is not listed yet."""
    async with shown(look, until) as (dialog, asked, answer):
        choose(dialog, "z.png")
        dialog.name.insert(0, "/etc/hosts")
        await press(dialog.name, "Return")
        dialog.take()
        assert not answer.done()
        assert asked.folders[-1] == "/etc"
        assert asked.paths == ["/etc/hosts", "/etc/hosts"]


async def test_saving_takes_a_name(root: tk.Tk, look: Look, press: Press, until: Until) -> None:
    """That of a file of the list, too; the list is not narrowed, and Tab completes."""
    async with shown(look, until, "save", "new.txt") as (dialog, asked, _):
        assert "z.png" in dialog.names
        dialog.take()
        choose(dialog, "z.png")
        await until(lambda: dialog.typed == "z.png")
        await press(dialog.name, "Return")
        assert asked.paths == ["/home/ada/new.txt", "/home/ada/z.png"]
        dialog.name.delete(0, "end")
        dialog.name.insert(0, "tw")
        await press(dialog.name, "Tab")
        assert dialog.typed == "two/"
        assert asked.folders[-1] == "/home/ada/two"


async def test_a_narrow_picker_has_no_places(root: tk.Tk, look: Look, until: Until) -> None:
    """It leaves out the places and when a file was changed, and they come back."""
    async with shown(look, until) as (dialog, _, _):
        dialog.geometry(f"{look.px(400)}x{look.px(400)}")
        await until(lambda: not dialog.places.winfo_viewable())
        dialog.geometry(f"{look.px(700)}x{look.px(400)}")
        await until(dialog.places.winfo_viewable)
