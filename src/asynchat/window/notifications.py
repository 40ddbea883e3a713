"""The desktop's notifications, off the window's path: shown one after the other by one task.

Nothing is loaded or connected before the first one.  Where the desktop shows none, that is
logged once, and tried again now and then.
"""

from __future__ import annotations

import asyncio
import contextlib
import html
import importlib
import logging
import sys
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop_notifier import DesktopNotifier

    from asynchat.tasks import Tasks
    from asynchat.window.presenters.notifying import Notification

logger = logging.getLogger(__name__)

ICON: Final = Path(__file__).parent / "look" / "asynchat.png"
MAX_QUEUED: Final = 20
_TIMEOUT_S: Final = 5.0
_RETRY_S: Final = 60.0
_HAS_MARKUP: Final = sys.platform not in {"win32", "darwin"}

_Order: TypeAlias = "tuple[str, Notification | None, Callable[[], None]]"


class Desktop:
    """What shows notifications, at most one of each room.  Await `close` at the end."""

    def __init__(self, tasks: Tasks, *, timeout_s: float = _TIMEOUT_S) -> None:
        self._tasks = tasks
        self._timeout_s = timeout_s
        self._queue: deque[_Order] = deque(maxlen=MAX_QUEUED)
        self._working = False
        self._under_way: str | None = None
        self._notifier: DesktopNotifier | None = None
        self._shown: dict[str, str] = {}
        self._again_at = float("-inf")
        self._told = False
        self._closed = asyncio.Event()

    def show(self, notification: Notification, on_click: Callable[[], None]) -> None:
        """Show a notification instead of an older one of its room; return at once.

        ``on_click`` is called on the loop.  Where too many wait, the oldest are not shown.
        """
        self._put(notification.room, notification, on_click)

    def withdraw(self, room: str) -> None:
        """Take the notification of a room away, if it is still there; return at once."""
        queued = any(order[0] == room for order in self._queue)
        if queued or room == self._under_way or room in self._shown:
            self._put(room, None, _nothing)

    async def close(self) -> None:
        """Show nothing more, and leave the bus."""
        self._closed.set()
        self._queue.clear()
        await self._disconnect()

    def _put(
        self, room: str, notification: Notification | None, on_click: Callable[[], None]
    ) -> None:
        self._queue.append((room, notification, on_click))
        if not self._working:
            self._working = True
            self._tasks.spawn(self._work(), name="notifications")

    async def _work(self) -> None:
        try:
            while self._queue:
                order = self._queue.popleft()
                self._under_way = order[0]
                await self._carry_out(*order)
        finally:
            self._working, self._under_way = False, None

    async def _carry_out(
        self, room: str, notification: Notification | None, on_click: Callable[[], None]
    ) -> None:
        if self._closed.is_set() or asyncio.get_running_loop().time() < self._again_at:
            return
        try:
            async with asyncio.timeout(self._timeout_s):
                if self._notifier is not None and not _is_connected(self._notifier):
                    await self._disconnect()
                if self._notifier is None:
                    self._notifier = await self._connect()
                if self._closed.is_set():  # meanwhile
                    await self._disconnect()
                    return
                await self._replace(self._notifier, room, notification, on_click)
        except Exception as error:  # noqa: BLE001 - whatever the desktop fails at: it is logged
            await self._failed(error)

    async def _connect(self) -> DesktopNotifier:
        # In a thread: it takes tens of milliseconds.
        library = await asyncio.to_thread(importlib.import_module, "desktop_notifier")
        # It logs each failure with a traceback; ours is one sentence.
        logging.getLogger("desktop_notifier").setLevel(logging.ERROR)
        notifier: DesktopNotifier = library.DesktopNotifier("asynchat", library.Icon(path=ICON))
        try:
            # It raises where `send` would only log.
            await notifier.get_capabilities()
        except BaseException:
            await _leave(notifier)
            raise
        return notifier

    async def _replace(
        self,
        notifier: DesktopNotifier,
        room: str,
        notification: Notification | None,
        on_click: Callable[[], None],
    ) -> None:
        before = self._shown.pop(room, None)
        if before is not None:
            with contextlib.suppress(KeyError):  # it was closed or clicked
                await notifier.clear(before)
        if notification is None:
            return
        loop = asyncio.get_running_loop()
        identifier = await notifier.send(
            notification.title,
            html.escape(notification.body, quote=False) if _HAS_MARKUP else notification.body,
            # Some systems call from a thread of their own.
            on_clicked=lambda: loop.call_soon_threadsafe(on_click),
        )
        if identifier not in await notifier.get_current_notifications():
            raise ConnectionError("it was not taken")
        self._shown[room] = identifier

    async def _failed(self, error: Exception) -> None:
        text = str(error) or type(error).__name__
        logger.log(
            logging.DEBUG if self._told else logging.INFO,
            "the desktop shows no notifications: %s",
            text,
        )
        self._told = True
        self._again_at = asyncio.get_running_loop().time() + _RETRY_S
        await self._disconnect()

    async def _disconnect(self) -> None:
        notifier, self._notifier = self._notifier, None
        self._shown.clear()
        if notifier is not None:
            await _leave(notifier)


# The library can neither tell whether it is on the bus nor leave it: what follows asks its insides.


def _bus(notifier: DesktopNotifier) -> Any:
    return getattr(notifier._backend, "bus", None)  # noqa: SLF001


def _is_connected(notifier: DesktopNotifier) -> bool:
    bus = _bus(notifier)
    return bus is None or bool(bus.connected)


async def _leave(notifier: DesktopNotifier) -> None:
    bus = _bus(notifier)
    if bus is None:
        return
    bus.disconnect()
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            await bus.wait_for_disconnect()
    except Exception as error:  # noqa: BLE001 - it is left all the same
        logger.debug("the bus was left: %r", error)


def _nothing() -> None:
    pass
