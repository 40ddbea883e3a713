"""Servers of the last time come back, and one that has ended comes back in its place."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import msgspec

from asynchat.address import parse_address
from asynchat.errors import ChatError

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Awaitable, Callable, Sequence

    from asynchat.tasks import Tasks
    from asynchat.window.preferences import Known
    from asynchat.window.server import Server
    from asynchat.window.servers import Servers

_STOP_TIMEOUT_S: Final = 8.0


class ComingBack:
    """Brings servers into the window without asking.

    ``make`` makes one that has not begun; ``came`` is called whenever one is there, and
    ``start_host`` serves here and returns the address.  ``closing`` is set where the window ends.
    """

    def __init__(
        self,
        root: tk.Tk,
        servers: Servers,
        tasks: Tasks,
        *,
        make: Callable[[Known], Server],
        came: Callable[[], None],
        start_host: Callable[[], Awaitable[str]],
        closing: asyncio.Event,
    ) -> None:
        self._root = root
        self._servers = servers
        self._tasks = tasks
        self._make = make
        self._came = came
        self._start_host = start_host
        self._closing = closing
        self._bringing: asyncio.Task[None] | None = None

    def bring(self, kept: Sequence[Known]) -> None:
        """Begin to bring back what was kept, after those that are there."""
        self._tasks.spawn(self.bring_back(kept, self._servers.hold()), name="come back")

    async def bring_back(
        self,
        kept: Sequence[Known],
        release: Callable[[], None],
        *,
        first: Known | None = None,
        room: str | None = None,
    ) -> None:
        """Show what was kept of servers, one after the other; none waits for another to answer.

        ``release`` lets them be kept again: see `Servers.hold`.
        """
        base = max((server.rank for server in self._servers.all), default=-1) + 1
        self._bringing = asyncio.current_task()
        try:
            for known in sorted(kept, key=lambda known: known != first):
                if self._closing.is_set():
                    return
                server = self._make(known)
                await server.begin()
                self._servers.insert(
                    server, base + kept.index(known), room=room if known == first else None
                )
                self._came()
                if known.hosted:
                    self._tasks.spawn(self._host(server), name="host again")
                await self._idle()
        finally:
            self._bringing = None
            if not self._closing.is_set():
                # Else those that did not come would be forgotten.
                release()

    def again(self, server: Server) -> None:
        """Make a server anew that has ended, in its place."""
        self._tasks.spawn(self._replace(server), name="connect again")

    async def end(self) -> None:
        """Wait, within bounds, until none comes any more: the window closes."""
        if self._bringing is not None:
            # It sees that the window closes when the next one has begun.
            await asyncio.wait({self._bringing}, timeout=_STOP_TIMEOUT_S)

    async def _replace(self, server: Server, known: Known | None = None) -> None:
        servers = self._servers
        if server not in servers.all:
            return
        release = servers.hold()
        try:
            shown, room = server is servers.on_view, server.chat.session.on_view
            new = self._make(known or server.known)
            # Its outbox is held by the one before.
            await server.close()
            await new.begin()
            if self._closing.is_set():
                await new.close()
                return
            servers.insert(new, server.rank, room=room)
            if shown:
                servers.show(new)
            await servers.drop(server)
            self._came()
        finally:
            release()

    async def _host(self, server: Server) -> None:
        """Serve what was served here the last time, while that is on view already."""
        try:
            address = await self._start_host()
        except ChatError as error:
            server.failures.report(error)
            return
        where, known = parse_address(address), server.known
        if known.address == str(where.place) and server.client.connection.phase != "closed":
            server.client.retry_now()
        else:
            # Its port is in use by another program, or another server had it before.
            await self._replace(server, msgspec.structs.replace(known, address=str(where)))

    async def _idle(self) -> None:
        """Wait until what has changed is on the screen."""
        drawn = asyncio.Event()
        self._root.after_idle(drawn.set)
        await drawn.wait()


def place_of(kept: Sequence[Known], address: str, name: str | None) -> int | None:
    """Return which of the servers an address means, under any name where none is given."""
    for at, known in enumerate(kept):
        if name in {None, known.name} and is_same_place(address, known.address):
            return at
    return None


def is_same_place(one: str, other: str) -> bool:
    """Tell whether two addresses lead to one server; what is no address leads nowhere."""
    try:
        return parse_address(one).place == parse_address(other).place
    except ChatError:
        return False
