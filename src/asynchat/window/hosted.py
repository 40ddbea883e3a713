"""The server that this process runs beside its window, and what becomes of it at the end."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol

from asynchat.errors import ChatError
from asynchat.window.widgets.dialog import Question

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Awaitable, Callable

    from asynchat.tasks import Tasks
    from asynchat.window.look.theme import Look

logger = logging.getLogger(__name__)

_STOP_TIMEOUT_S = 8.0


class Host(Protocol):
    """A server that this process can run beside the window."""

    async def start(self) -> str:
        """Serve, and return the address.  Raise `ChatError` with one sentence."""

    def others(self) -> int:
        """Return how many people besides this window are connected."""

    def owner_code(self) -> str | None:
        """Return the code by which who serves here becomes the owner, while nobody is."""

    async def stop(self) -> None:
        """Say goodbye to everyone and stop serving."""


class Hosted:
    """Starts a host once, and asks before others lose it with the window.

    ``close`` begins the end of the program, ``serve_on`` leaves every server without it.
    """

    def __init__(
        self,
        root: tk.Tk,
        look: Look,
        tasks: Tasks,
        host: Host | None,
        *,
        close: Callable[[], None],
        serve_on: Callable[[], Awaitable[None]],
    ) -> None:
        self._root = root
        self._look = look
        self._tasks = tasks
        self._host = host
        self._close = close
        self._serve_on = serve_on
        self._asking = False
        self._address: str | None = None

    @property
    def possible(self) -> bool:
        """Whether there is a host."""
        return self._host is not None

    @property
    def running(self) -> bool:
        """Whether it serves."""
        return self._address is not None

    async def start(self) -> str:
        """Serve, if it does not yet, and return the address.  Raise `ChatError`."""
        if self._host is None:
            raise ChatError("cannot_host", "This program cannot host a server.")
        if self._address is None:
            self._address = await self._host.start()
        return self._address

    def owner_code(self) -> str | None:
        """Return the code by which who serves here becomes the owner, while nobody is."""
        return None if self._host is None else self._host.owner_code()

    async def stop(self) -> None:
        """Stop serving, within bounds."""
        if self._host is not None and self.running:
            try:
                async with asyncio.timeout(_STOP_TIMEOUT_S):
                    await self._host.stop()
            except TimeoutError:
                logger.warning("the server did not stop in time")

    def ask_to_close(self) -> None:
        """Begin to end; where others are connected, ask what is to become of them."""
        others = self._host.others() if self._host is not None and self.running else 0
        if not others:
            self._close()
        elif not self._asking:
            self._asking = True
            self._tasks.spawn(self._ask(others), name="keep serving?")

    async def _ask(self, others: int) -> None:
        people = "One other person is" if others == 1 else f"{others} other people are"
        try:
            answer = await Question(
                self._root,
                self._look,
                title="Keep serving?",
                text=f"{people} connected to the server in this window. Keep serving without"
                " the window, until this program is interrupted, or stop for everyone?",
                choices=(("keep", "Keep serving"), ("stop", "Stop for everyone")),
            ).ask()
        finally:
            self._asking = False
        if answer == "stop":
            self._close()
        elif answer == "keep":
            self._root.withdraw()
            await self._serve_on()
            logger.info("serving on without a window, until interrupted")
