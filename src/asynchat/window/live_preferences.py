"""The preferences of a running window: whoever shows them is told of each change at once."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from asynchat.window.preferences import sane

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.tasks import Tasks
    from asynchat.window.preferences import PreferenceFile, Preferences

logger = logging.getLogger(__name__)


class LivePreferences:
    """What is chosen now.  Changes are written behind, the last of many once."""

    def __init__(
        self,
        file: PreferenceFile,
        now: Preferences,
        tasks: Tasks,
        say: Callable[[str], None],
    ) -> None:
        self.now = now
        self._file = file
        self._tasks = tasks
        self._say = say
        self._kept = now
        self._written = asyncio.Event()
        self._written.set()
        self._listeners: list[Callable[[Preferences, Preferences], None]] = []

    def subscribe(self, listener: Callable[[Preferences, Preferences], None]) -> Callable[[], None]:
        """Call a function with what was chosen before and what is now; return what ends that."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def change(self, **fields: Any) -> None:
        """Choose something else, and keep it."""
        before, self.now = self.now, sane(replace(self.now, **fields))
        if self.now == before:
            return
        for listener in list(self._listeners):
            listener(before, self.now)
        if self._written.is_set():
            self._written.clear()
            self._tasks.spawn(self._write(), name="keep the preferences")

    async def written(self) -> None:
        """Wait until what is chosen is on the disk."""
        await self._written.wait()

    async def _write(self) -> None:
        try:
            while self._kept != self.now:
                chosen = self.now
                # Also where it fails, or it would be tried for ever.
                self._kept = chosen
                await asyncio.to_thread(self._file.save, chosen)
        except OSError as error:
            logger.warning("the preferences are not kept: %s", error)
            self._say(f"Your settings cannot be kept: {error.strerror or error}.")
        finally:
            self._written.set()
