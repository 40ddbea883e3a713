"""The way from a form to a server that is there: it is tried, refused, cancelled, or goes on."""

from __future__ import annotations

import asyncio
import tkinter as tk
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from asynchat.address import parse_address
from asynchat.errors import ChatError
from asynchat.window.preferences import Known
from asynchat.window.presenters.connecting import problem, progress
from asynchat.window.presenters.trusting import KEY_CODE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from asynchat.tasks import Tasks
    from asynchat.window.presenters.connecting import Wish
    from asynchat.window.server import Server
    from asynchat.window.servers import Servers
    from asynchat.window.widgets.connect_screen import ConnectScreen

_PROGRESS_MS: Final = 250
_STOP_TIMEOUT_S: Final = 8.0


class Entering:
    """Takes what a form asks for, one at a time.

    ``start_host`` serves here and returns the address; ``make`` makes a server by what was asked
    for, and ``entered`` is called with one that has something to show, or was there before.
    """

    def __init__(
        self,
        servers: Servers,
        tasks: Tasks,
        *,
        ready: Callable[[], Awaitable[None]],
        start_host: Callable[[], Awaitable[str]],
        make: Callable[[Known, Wish], Server],
        entered: Callable[[Server], None],
    ) -> None:
        self._servers = servers
        self._tasks = tasks
        self._ready = ready
        self._start_host = start_host
        self._make = make
        self._entered = entered
        self._form: ConnectScreen | None = None
        self._instead_of: Server | None = None
        self._task: asyncio.Task[None] | None = None
        self._timer: str | None = None
        self._next: Wish | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being tried."""
        return self._task is not None

    def serve(self, form: ConnectScreen, *, instead_of: Server | None = None) -> None:
        """Say which form shows how it goes, and which server is to be left for what comes in."""
        self._form = form
        self._instead_of = instead_of

    def wished(self, wish: Wish) -> None:
        """Try what was asked for, once what was tried before has left."""
        if self._form is None:
            return
        if self._task is None:
            self._tasks.spawn(self._try(wish, self._form), name="connect")
        else:
            self._next = wish
            self._form.busy("Connecting …")

    def cancel(self) -> None:
        """Stop trying."""
        self._next = None
        if self._form is not None:
            # Now: its task ends later, and until then it would show the form as busy again.
            self._stop_progress(self._form)
        if self._task is not None:
            self._task.cancel()

    async def end(self) -> None:
        """Stop trying, and wait until what was tried has left."""
        self.cancel()
        if self._task is not None:
            # It takes its widgets away: they have to be there until then.
            await asyncio.wait({self._task}, timeout=_STOP_TIMEOUT_S)
        self._form = None

    async def _try(self, wish: Wish, form: ConnectScreen) -> None:
        self._task = asyncio.current_task()
        form.busy("Starting the server …" if wish.address is None else "Connecting …")
        server = None
        try:
            await self._ready()
            address = await self._start_host() if wish.address is None else wish.address
            where, hosted = parse_address(address), wish.address is None
            server = self._servers.find(Known(str(where.place), wish.name, hosted))
            if server is None or server is self._instead_of or _has_ended(server):
                before = self._instead_of or server
                if before is not None:
                    # Its outbox is for the one that comes.
                    await before.client.close()
                server = self._make(Known(str(where), wish.name, hosted), wish)
                await self._enter(server, form)
        except ChatError as error:
            form.say(problem(error, wish))
            if error.code == KEY_CODE and server is not None and await self._trusts(server, form):
                self._next = wish
        else:
            self._entered(server)
        finally:
            self._task = None
            wish_then, self._next = self._next, None
            if wish_then is not None:
                self.wished(wish_then)

    async def _enter(self, server: Server, form: ConnectScreen) -> None:
        try:
            self._show_progress(server, form)
            await server.enter()
        except BaseException:
            self._stop_progress(form)
            await server.close()
            server.destroy()
            raise
        self._stop_progress(form)

    async def _trusts(self, server: Server, form: ConnectScreen) -> bool:
        """Ask whether the key that a server showed is to be trusted."""
        from asynchat.window.trusting import confirmed  # noqa: PLC0415 - when asked

        return await confirmed(
            form.winfo_toplevel(),
            form.look,
            server.client,
            spawn=lambda coroutine, name: self._tasks.spawn(coroutine, name=name),
        )

    def _show_progress(self, server: Server, form: ConnectScreen) -> None:
        """Show how it goes for as long as it does; the seconds to the next try count down."""
        now = asyncio.get_running_loop().time()
        form.busy(progress(server.client.connection, now))
        self._timer = form.after(_PROGRESS_MS, self._show_progress, server, form)

    def _stop_progress(self, form: ConnectScreen) -> None:
        if self._timer is not None:
            with suppress(tk.TclError):  # the form may be gone
                form.after_cancel(self._timer)
            self._timer = None


def _has_ended(server: Server) -> bool:
    return server.client.connection.phase == "closed"
