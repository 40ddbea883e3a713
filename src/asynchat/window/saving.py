"""Saving a conversation from the window: where to, whether over another file, and how far it is."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from asynchat.errors import ChatError
from asynchat.link.saving import form_of, save
from asynchat.window.look.native import drawable
from asynchat.window.presenters.saving import completed, proposed
from asynchat.window.presenters.sidebar import room_label
from asynchat.window.widgets.dialog import Question

if TYPE_CHECKING:
    import tkinter as tk

    from asynchat.window.failures import Failures
    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.commands import Given
    from asynchat.window.session import Session
    from asynchat.window.widgets.save_dialog import SaveDialog, SaveProgress


class Saving:
    """Saves rooms of a session, one after the other."""

    def __init__(self, root: tk.Tk, look: Look, session: Session, failures: Failures) -> None:
        self._root = root
        self._look = look
        self._session = session
        self._failures = failures
        self._task: asyncio.Task[object] | None = None
        self._dialog: SaveDialog | None = None

    def save(self, given: Given) -> None:
        """Save a room, to the file of that name if one is given.  Raise `ChatError`."""
        if self._task is not None:
            raise ChatError("too_many", "One is being saved already.")
        if given.words:
            form_of(Path(given.words))
        self._session.spawn(self._run(given.room, given.words), "save")

    async def _run(self, room: str, typed: str) -> None:
        from asynchat.window.widgets.save_dialog import SaveProgress  # noqa: PLC0415 - when asked

        label = self._label(room)
        self._task = asyncio.current_task()
        progress: SaveProgress | None = None
        try:
            answer = await self._target(label, typed)
            if answer is None:
                return
            target, overwrite = answer
            progress = SaveProgress(self._root, self._look, drawable(f"Save {label}"), self._stop)
            count = await save(
                self._session.client,
                room,
                target,
                title=label,
                overwrite=overwrite,
                progress=progress.show,
            )
            self._failures.tell(f"Saved {label}, {count} lines, to {target}.")
        except OSError as error:
            self._failures.say(f"{label} was not saved: {error.strerror or error}.")
        finally:
            self._task = None
            if progress is not None and progress.winfo_exists():
                progress.close()

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _target(self, label: str, typed: str) -> tuple[Path, bool] | None:
        """Ask until there is a file to write to, or none is wanted; tell whether to replace it."""
        from asynchat.window.widgets.save_dialog import SaveDialog  # noqa: PLC0415 - when asked

        name: str | None = typed
        while True:
            if not name:
                self._dialog = dialog = SaveDialog(
                    self._root,
                    self._look,
                    drawable(f"Save {label}"),
                    typed=proposed(label),
                    check=_complaint,
                    on_complete=self._failures.guarded(self._complete),
                )
                name = await dialog.answer(dialog.name)
                self._dialog = None
            if name is None:
                return None
            target = await asyncio.to_thread(_path, name)
            if not await asyncio.to_thread(target.exists):
                return target, False
            question = Question(
                self._root,
                self._look,
                title="Replace the file?",
                text=drawable(f"{target} is there already."),
                choices=(("keep", "Another name"), ("replace", "Replace")),
            )
            if await question.ask() == "replace":
                return target, True
            name = ""

    def _label(self, room: str) -> str:
        known = self._session.client.rooms.get(room)
        label = room if known is None else room_label(known, self._session.me)
        return label.replace("# ", "#", 1)

    def _complete(self, typed: str) -> None:
        self._session.spawn(self._completed(typed), "complete a file's name")

    async def _completed(self, typed: str) -> None:
        names = await asyncio.to_thread(_names, typed)
        dialog = self._dialog
        if dialog is not None and dialog.winfo_exists() and dialog.typed == typed:
            dialog.typed = completed(typed, names)


def _complaint(typed: str) -> str | None:
    try:
        form_of(Path(typed))
    except ChatError as error:
        return error.text
    return None


def _path(typed: str) -> Path:
    return Path(os.path.expanduser(typed)).absolute()  # noqa: PTH111 - Path's own may raise


def _names(typed: str) -> list[str]:
    """Return what is in the folder of what is typed."""
    folder = _path(typed.rpartition("/")[0] + "/" if "/" in typed else ".")
    try:
        with os.scandir(folder) as found:
            return [f"{each.name}/" if each.is_dir() else each.name for each in found]
    except OSError:  # it is not there, or not for us
        return []
