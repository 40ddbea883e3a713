"""What stands unsent in each room's composer, kept across restarts in one file.

Read and written off the loop, by one at a time; the last of many changes is written once.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from asynchat.tasks import Tasks

logger = logging.getLogger(__name__)

FILE: Final = "drafts.json"
MAX_DRAFTS: Final = 200
MAX_CHARS: Final = 40_000
"""A draft that is longer is kept only for as long as the window is open."""

_DELAY_S: Final = 1.0
_FILE_LOCK: Final = threading.Lock()
"""One at a time reads the file and writes it: several servers share it."""


class Draft(msgspec.Struct, frozen=True, omit_defaults=True):
    """A text, and what it replies to: ``sender`` and ``quoted`` say what that is."""

    text: str = ""
    reply_to: int | None = None
    sender: str = ""
    quoted: str = ""


NOTHING: Final = Draft()


class Drafts:
    """The drafts of one account on one server; without a ``folder`` they are kept nowhere."""

    def __init__(
        self,
        folder: Path | None = None,
        tasks: Tasks | None = None,
        say: Callable[[str], None] = lambda _: None,
        *,
        delay_s: float = _DELAY_S,
    ) -> None:
        self._path = None if folder is None else folder / FILE
        self._tasks = tasks
        self._say = say
        self._delay_s = delay_s
        self._owner = ""
        self._drafts: dict[str, Draft] = {}
        self._changed = False
        self._hurry = asyncio.Event()
        self._written = asyncio.Event()
        self._written.set()

    def get(self, room: str) -> Draft:
        """Return what stands in a room's composer."""
        return self._drafts.get(room, NOTHING)

    def clear(self) -> None:
        """Keep none of them any more."""
        self._drafts.clear()
        self._changed_now()

    def put(self, room: str, draft: Draft) -> None:
        """Keep what stands in a room's composer."""
        if draft == self.get(room):
            return
        self._drafts.pop(room, None)
        if draft.text or draft.reply_to is not None:
            # The newest stands last: of too many, the oldest goes.
            self._drafts[room] = draft
            while len(self._drafts) > MAX_DRAFTS:
                del self._drafts[next(iter(self._drafts))]
        self._changed_now()

    def _changed_now(self) -> None:
        self._changed = True
        if self._path is not None and self._tasks is not None and self._written.is_set():
            self._written.clear()
            self._tasks.spawn(self._write(self._path), name="keep the drafts")

    async def load(self, address: str, account: str) -> None:
        """Read those of an account on a server; a file that makes no sense counts as none."""
        self._owner = f"{account} {address}"
        if self._path is None:
            return
        kept = await asyncio.to_thread(_read, self._path)
        try:
            found = msgspec.convert(kept.get(self._owner, {}), dict[str, Draft])
        except msgspec.ValidationError:
            found = {}
        self._drafts = found | self._drafts

    async def written(self) -> None:
        """Have everything on the disk."""
        self._hurry.set()
        await self._written.wait()

    async def _write(self, path: Path) -> None:
        try:
            while self._changed:
                await self._pause()
                self._changed = False
                kept = {
                    room: draft
                    for room, draft in self._drafts.items()
                    if len(draft.text) <= MAX_CHARS
                }
                await asyncio.to_thread(_put, path, self._owner, kept)
        except OSError as error:
            logger.warning("drafts are not kept: %s", error)
            self._say(f"What you have not sent cannot be kept: {error.strerror or error}.")
        finally:
            self._written.set()

    async def _pause(self) -> None:
        """Wait for more to come, but not where the window closes."""
        try:
            async with asyncio.timeout(self._delay_s):
                await self._hurry.wait()
        except TimeoutError:
            pass  # nobody is in a hurry


def _read(path: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return {}


def _put(path: Path, owner: str, kept: dict[str, Draft]) -> None:
    """Keep one account's drafts beside those of the others, which may change meanwhile."""
    with _FILE_LOCK:
        content = _read(path)
        content.pop(owner, None)
        _save(path, content | ({owner: kept} if kept else {}))


def _save(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        # What is not sent yet is nobody else's.
        new.touch(mode=0o600)
        new.write_bytes(msgspec.json.encode(content))
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
