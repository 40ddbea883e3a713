"""Asking a person for files, a folder, or where to save one, while all else goes on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from asynchat.window import folders

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Coroutine

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.picking import Mode
    from asynchat.window.widgets.file_picker import FilePicker


class Picking:
    """Opens one picker after the other, each where the last one was left.

    ``spawn`` begins a task under a name.
    """

    def __init__(
        self,
        root: tk.Misc,
        look: Look,
        spawn: Callable[[Coroutine[object, object, object], str], None],
        *,
        twelve: Callable[[], bool] = lambda: False,
    ) -> None:
        self._root = root
        self._look = look
        self._spawn = spawn
        self._twelve = twelve
        self._dialog: FilePicker | None = None
        self._last = os.path.expanduser("~")  # noqa: PTH111 - Path's own may raise

    @property
    def dialog(self) -> FilePicker | None:
        """The picker, while it is open."""
        return self._dialog

    async def files(self, title: str, words: str) -> tuple[Path, ...]:
        """Return files that are there; none where the person wants none."""
        return tuple(map(Path, await self._ask("files", title, words)))

    async def file(self, over: tk.Misc, title: str, words: str) -> Path | None:
        """Return one file that is there, or None; asked ``over`` another dialog."""
        answer = await self._ask("file", title, words, over=over)
        return Path(answer[0]) if answer else None

    async def folder(self, title: str, words: str) -> Path | None:
        """Return a folder, or None."""
        answer = await self._ask("folder", title, words)
        return Path(answer[0]) if answer else None

    async def save_as(self, title: str, name: str) -> Path | None:
        """Return where to save a file, where nothing is yet; or None."""
        answer = await self._ask("save", title, "Save", name)
        return Path(answer[0]) if answer else None

    async def _ask(
        self, mode: Mode, title: str, words: str, name: str = "", *, over: tk.Misc | None = None
    ) -> tuple[str, ...]:
        from asynchat.window.widgets.file_picker import FilePicker  # noqa: PLC0415 - when asked

        if self._dialog is not None:
            return ()
        dialog = self._dialog = FilePicker(
            over or self._root,
            self._look,
            title,
            mode=mode,
            words=words,
            folder=self._last,
            name=name,
            on_folder=lambda folder: self._spawn(self._list(folder), "read a folder"),
            on_answer=lambda path: self._spawn(self._look_at(path, mode), "look at a path"),
            twelve=self._twelve(),
        )
        self._spawn(self._offer(), "places to go to")
        try:
            return await dialog.answer() or ()
        finally:
            self._last = dialog.folder
            self._dialog = None

    async def _list(self, folder: str) -> None:
        listing = await folders.listing(folder)
        dialog = self._dialog
        if dialog is not None and dialog.winfo_exists():
            dialog.show(listing)

    async def _offer(self) -> None:
        places = await folders.places()
        if self._dialog is not None and self._dialog.winfo_exists():
            self._dialog.offer(places)

    async def _look_at(self, path: str, mode: Mode) -> None:
        """Take a path that was typed, go into it, or say why not."""
        folder, problem = await folders.is_folder(path), await _problem(path, mode)
        dialog = self._dialog
        if dialog is None or not dialog.winfo_exists():
            return
        if folder:
            if mode == "folder":
                dialog.resolve((path,))
            else:
                dialog.go(path)
        elif problem:
            dialog.complain(problem)
        else:
            dialog.resolve((path,))


async def _problem(path: str, mode: Mode) -> str:
    """Return why a path cannot be answered with; nothing where it can."""
    there = await folders.is_there(path)
    if mode != "save":
        return "" if there and mode != "folder" else "It is not there."
    if there:
        return "There is one of that name: nothing is overwritten."
    inside = os.path.dirname(path)  # noqa: PTH120 - a text all the way
    return "" if await folders.is_folder(inside) else "There is no such folder."
