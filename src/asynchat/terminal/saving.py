"""Saving a conversation in the terminal: what ``/save`` does, while one goes on talking."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asynchat.errors import ChatError
from asynchat.link.saving import form_of, save
from asynchat.tasks import Tasks
from asynchat.terminal.render import notice_row
from asynchat.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.link.client import Client
    from asynchat.terminal.render import Row

_TOLD_EVERY: Final = 0.25
_MANY: Final = 1_000
"""A room with fewer events is saved before one could read how far it is."""


class Saves:
    """One save at a time; `stop` it before the client is closed.

    ``room`` tells which room is open, ``label`` how people call one, ``show`` takes rows.
    """

    def __init__(
        self,
        client: Client,
        show: Callable[[Row], None],
        *,
        room: Callable[[], str],
        label: Callable[[str], str],
    ) -> None:
        self._client = client
        self._show = show
        self._room = room
        self._label = label
        self._tasks = Tasks()
        self._asked: Path | None = None
        self._told = 0.0

    async def save(self, typed: str | None) -> None:
        """Begin to save the open room, or, without a path, stop.  Raise `ChatError`."""
        if typed is None:
            if len(self._tasks):
                await self.stop()
                self._say("It was not saved.")
            else:
                self._say("It is /save PATH, and its end is .txt, .html or .jsonl.")
            return
        if len(self._tasks):
            raise ChatError("too_many", "One is being saved already; /save alone stops that.")
        target = _path(typed)
        form_of(target)
        there = await asyncio.to_thread(target.exists)
        if there and target != self._asked:
            self._asked = target
            name = one_line(str(target))
            self._say(f"{name} is there already; the same command again overwrites it.")
            return
        self._asked = None
        saving = self._save(self._room(), target, overwrite=there)
        self._tasks.spawn(saving, name="terminal: save")

    async def stop(self) -> None:
        """Stop, and leave no file behind."""
        await self._tasks.cancel()

    async def _save(self, room: str, target: Path, *, overwrite: bool) -> None:
        self._told = 0.0
        label = self._label(room)
        try:
            count = await save(
                self._client,
                room,
                target,
                title=label,
                overwrite=overwrite,
                progress=self._progress,
            )
            where = await asyncio.to_thread(target.resolve)
        except ChatError as error:
            self._say(f"{label} was not saved: {error.text}", "error")
        except OSError as error:
            self._say(f"{label} was not saved: {error.strerror or error}", "error")
        else:
            self._say(f"Saved {label}, {count} lines, to {one_line(str(where))}.")

    def _progress(self, count: int, share: float) -> None:
        if count >= _MANY and share < 1 and share >= self._told + _TOLD_EVERY:
            self._told = share
            self._say(f"Saving: {share:.0%}; /save alone stops it.")

    def _say(self, sentence: str, kind: str = "notice") -> None:
        self._show(notice_row(one_line(sentence), kind))


def _path(typed: str) -> Path:
    """Return the file that is meant.  Raise `ChatError`."""
    try:
        return Path(typed).expanduser()
    except RuntimeError:
        raise ChatError(
            "bad_request", f"There is no home of {typed.split('/', maxsplit=1)[0]}."
        ) from None
