"""The sound of a new message, by whatever plays sounds here."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

FILE: Final = Path(__file__).parent / "look" / "message.wav"
PLAYERS: Final = (
    ("pw-play",),
    ("paplay",),
    ("canberra-gtk-play", "-f"),
    ("aplay", "-q"),
    ("afplay",),
)
_TIMEOUT_S: Final = 5.0
_END_TIMEOUT_S: Final = 1.0


class Sound:
    """One sound, never twice at once; ``bell`` is rung where nothing plays it."""

    def __init__(self, bell: Callable[[], None], *, timeout_s: float = _TIMEOUT_S) -> None:
        self._bell = bell
        self._timeout_s = timeout_s
        self._playing = False
        self._players = list(PLAYERS)

    async def play(self) -> None:
        """Play it, unless it is being played."""
        if self._playing:
            return
        self._playing = True
        try:
            while self._players:
                name, *options = self._players[0]
                path = shutil.which(name)
                if path is not None and await self._plays(path, *options):
                    return
                # It is not asked again: what has no sound now will hardly have one later.
                del self._players[0]
            self._bell()
        finally:
            self._playing = False

    async def _plays(self, path: str, *options: str) -> bool:
        """Tell whether this player took the file."""
        try:
            process = await asyncio.create_subprocess_exec(
                path,
                *options,
                str(FILE),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
        except OSError as error:
            logger.info("%s cannot be started: %s", path, error)
            return False
        try:
            async with asyncio.timeout(self._timeout_s):
                status = await process.wait()
        except TimeoutError:
            logger.info("%s did not end in time", path)
            return False
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):  # it has ended
                    process.kill()
                with contextlib.suppress(TimeoutError):  # the system reaps it
                    async with asyncio.timeout(_END_TIMEOUT_S):
                        await process.wait()
        if status:
            logger.info("%s failed with status %d", path, status)
        return not status
