from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from asynchat.window.picking import Picking

if TYPE_CHECKING:
    import tkinter as tk
    from pathlib import Path

    from asynchat.tasks import Tasks
    from asynchat.window.look.theme import Look
    from asynchat.window.widgets.file_picker import FilePicker
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytestmark = pytest.mark.window


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "sea.png").write_bytes(b"png")
    (tmp_path / "notes.txt").write_bytes(b"text")
    (tmp_path / "report.pdf").write_bytes(b"pdf")
    return tmp_path


@pytest.fixture
def picking(root: tk.Tk, look: Look, tasks: Tasks, folder: Path) -> Picking:
    return Picking(root, look, lambda coroutine, name: tasks.spawn(coroutine, name=name))


async def opened(picking: Picking, until: Until) -> FilePicker:
    await until(lambda: picking.dialog is not None and picking.dialog.winfo_viewable())
    dialog = picking.dialog
    assert dialog is not None
    await until(lambda: dialog.names and dialog.places.get_children())
    return dialog


async def test_files_are_picked_by_the_keys(
    picking: Picking, folder: Path, press: Press, until: Until
) -> None:
    """Into a folder and back, several with Shift; the next time it begins where one was."""
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(picking.files("Attach files", "Attach"))
        dialog = await opened(picking, until)
        assert dialog.names == ("photos", "notes.txt", "report.pdf")
        assert await picking.files("Another", "Attach") == ()
        await press(dialog.tree, "Return")
        await until(lambda: dialog.names == ("sea.png",))
        await press(dialog.tree, "BackSpace")
        await until(lambda: len(dialog.names) == 3)
        assert [entry.name for entry in dialog.chosen] == ["photos"]
        await press(dialog.tree, "Down", "Shift-Down")
        await until(lambda: dialog.note == "2 files, 7 bytes")
        await press(dialog.tree, "Return")
    assert answer.result() == (folder / "notes.txt", folder / "report.pdf")


async def test_a_path_is_typed(picking: Picking, folder: Path, press: Press, until: Until) -> None:
    """It narrows, Tab completes, a folder is gone into, and what is not there is told."""
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(picking.files("Attach files", "Attach"))
        dialog = await opened(picking, until)
        dialog.name.insert(0, "nothing")
        await press(dialog.name, "Return")
        await until(lambda: dialog.note == "It is not there.")
        dialog.name.delete(0, "end")
        dialog.name.insert(0, "pho")
        await press(dialog.name, "Tab")
        assert dialog.typed == "photos/"
        await until(lambda: dialog.names == ("sea.png",))
        await press(dialog.name, "Return")
    assert answer.result() == (folder / "photos" / "sea.png",)
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(picking.files("Attach files", "Attach"))
        dialog = await opened(picking, until)
        assert dialog.folder == str(folder / "photos")
        dialog.name.insert(0, str(folder))
        await press(dialog.name, "Return")
        await until(lambda: dialog.folder == str(folder))
        dialog.name.insert(0, str(folder / "report.pdf"))
        dialog.take()
    assert answer.result() == (folder / "report.pdf",)


async def test_a_folder_is_picked(
    picking: Picking, folder: Path, press: Press, until: Until
) -> None:
    """The one that is chosen, the one that is listed, or one that is typed; or none."""
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(picking.folder("Save here", "Save"))
        dialog = await opened(picking, until)
        assert dialog.names == ("photos",)
        dialog.take()
    assert answer.result() == folder
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(picking.folder("Save here", "Save"))
        dialog = await opened(picking, until)
        dialog.name.insert(0, "photos")
        await press(dialog.name, "Return")
    assert answer.result() == folder / "photos"
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(picking.folder("Save here", "Save"))
        dialog = await opened(picking, until)
        await press(dialog.name, "Escape")
    assert answer.result() is None


async def test_a_file_is_saved_under_a_name(
    picking: Picking, folder: Path, press: Press, until: Until
) -> None:
    """In a folder that is there, and never over another file."""
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(picking.save_as("Save", "no/such.txt"))
        dialog = await opened(picking, until)
        await press(dialog.name, "Return")
        await until(lambda: dialog.note == "There is no such folder.")
        dialog.name.delete(0, "end")
        dialog.name.insert(0, "report.pdf")
        await press(dialog.name, "Return")
        await until(lambda: "nothing is overwritten" in dialog.note)
        dialog.name.delete(0, "end")
        dialog.name.insert(0, "new.pdf")
        await press(dialog.name, "Return")
    assert answer.result() == folder / "new.pdf"
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(picking.save_as("Save", "new.pdf"))
        (await opened(picking, until)).resolve(None)
    assert answer.result() is None
