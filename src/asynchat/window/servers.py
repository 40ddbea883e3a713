"""The servers of one window, in order, and which of them is on view."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import tkinter as tk
from typing import TYPE_CHECKING, Final

from asynchat.window.look.native import drawable
from asynchat.window.presenters.connecting import TO_SIGN_IN
from asynchat.window.presenters.sidebar import window_title
from asynchat.window.presenters.trusting import KEY_CODE

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.link.notices import Notice
    from asynchat.window.failures import Failures
    from asynchat.window.live_preferences import LivePreferences
    from asynchat.window.look.theme import Look
    from asynchat.window.preferences import Known
    from asynchat.window.server import Server
    from asynchat.window.widgets.server_column import ServerColumn

logger = logging.getLogger(__name__)

_SHOW_MS: Final = 50
_CLOSE_TIMEOUT_S: Final = 8.0


class Servers:
    """The servers in order.  ``body`` has its second row for them, the first column for pictures.

    ``again`` makes a server anew that has ended, ``ask_to_remove`` asks and then calls `drop`;
    ``forget`` does so without asking,
    ``sign_in`` asks for a password and puts one in the place of another.
    """

    def __init__(
        self,
        body: tk.Misc,
        look: Look,
        preferences: LivePreferences,
        failures: Failures,
        *,
        again: Callable[[Server], None],
        ask_to_remove: Callable[[Server], None],
        add: Callable[[], None],
        forget: Callable[[Server], None] = lambda _: None,
        sign_in: Callable[[Server], None] = lambda _: None,
    ) -> None:
        self.all: list[Server] = []
        self.on_view: Server | None = None
        self._root = look.root
        self._look = look
        self._preferences = preferences
        self._failures = failures
        self._again = again
        self._ask_to_remove = ask_to_remove
        self._timer: str | None = None
        self._restoring = 0
        self._unsubscribe: dict[Server, Callable[[], None]] = {}
        self._body = body
        self._add = add
        self._forget = forget
        self._sign_in = sign_in
        self.column: ServerColumn | None = None

    def find(self, known: Known) -> Server | None:
        """Return the one that is there under an address and a name."""
        return next((server for server in self.all if server.known.is_at(known)), None)

    def insert(self, server: Server, rank: int | None = None, *, room: str | None = None) -> None:
        """Take one that has begun, at its rank or else as the last; `show` puts it on view.

        The first one is shown at once.
        """
        last = max((each.rank for each in self.all), default=-1)
        server.rank = last + 1 if rank is None else rank
        self.all = sorted([*self.all, server], key=lambda each: each.rank)
        guarded = server.failures.guarded
        self._unsubscribe[server] = server.client.subscribe(guarded(self._noticed))
        first = self.on_view is None
        if first:
            self._put(server)
        server.open(room, shown=first)
        self.changed()

    def show(self, server: Server) -> None:
        """Put one on view."""
        if server is not self.on_view:
            self._put(server)
            server.chat.show()
            self.changed()
            self._show()

    def step(self, step: int) -> None:
        """Put the next one on view, or the one before, going round."""
        if self.on_view is not None:
            self.show(self.all[(self.all.index(self.on_view) + step) % len(self.all)])

    def nth(self, number: int) -> None:
        """Put the one at a place on view, the first at 1."""
        if 1 <= number <= len(self.all):
            self.show(self.all[number - 1])

    def reconnect(self, server: Server) -> None:
        """Try at once, also where it would not be tried again."""
        connection = server.client.connection
        if connection.phase != "closed":
            server.client.retry_now()
        elif connection.code in TO_SIGN_IN:
            self.sign_in(server)
        elif connection.code == KEY_CODE:
            server.look_at_key()
        else:
            self.again(server)

    def again(self, server: Server) -> None:
        """Make one anew that has ended, in its place."""
        self._again(server)

    def remove(self, server: Server) -> None:
        """Ask whether one is to go."""
        self._ask_to_remove(server)

    def sign_in(self, server: Server) -> None:
        """Ask how to come in anew to one of them."""
        self._sign_in(server)

    async def replace(self, old: Server, new: Server) -> None:
        """Put one that is in, in the place of one that has ended."""
        room, shown = old.chat.session.on_view, old is self.on_view
        self.insert(new, old.rank, room=room)
        if shown:
            self.show(new)
        await self.drop(old)

    def forget(self, server: Server) -> None:
        """Let one go without asking: there is no account there any more."""
        self._forget(server)

    async def drop(self, server: Server) -> None:
        """Leave one and take it away; the one beside it comes on view."""
        if server not in self.all:
            return
        at = self.all.index(server)
        self.all.remove(server)
        self._unsubscribe.pop(server)()
        if server is self.on_view:
            self.on_view = None
            server.chat.hide()
            server.frame.grid_remove()
            if self.all:
                self.show(self.all[min(at, len(self.all) - 1)])
        self.changed()
        self._show()
        await server.close()
        server.destroy()

    def label(self, server: Server) -> str:
        """Return what to call one of them."""
        return self._labels()[self.all.index(server)]

    def retitle(self) -> None:
        """Show the title: the room on view, and what is unread on all of them."""
        session = None if self.on_view is None else self.on_view.chat.session
        unread = sum(server.unread for server in self.all)
        label = "" if session is None else session.label()
        self._root.title(drawable(window_title(label, unread)))

    def changed(self) -> None:
        """Show column and title anew, once for many changes, and keep what is to come back."""
        if self._timer is None:
            self._timer = self._root.after(_SHOW_MS, self._failures.guarded(self._show))

    def hold(self) -> Callable[[], None]:
        """Keep nothing until the returned function is called: some are still to come."""
        self._restoring += 1

        def release() -> None:
            self._restoring -= 1
            self.changed()

        return release

    async def close(self) -> None:
        """Leave them all politely, at once, within one deadline."""
        if self._timer is not None and not self._restoring:
            # What came a moment ago would be forgotten.
            self._keep()
        self.quiet()
        for unsubscribe in self._unsubscribe.values():
            unsubscribe()
        self._unsubscribe.clear()
        try:
            async with asyncio.timeout(_CLOSE_TIMEOUT_S), asyncio.TaskGroup() as leaving:
                for server in self.all:
                    leaving.create_task(server.close(), name=f"leave {server.client.address}")
        except TimeoutError:
            logger.warning("not every server could be left politely in time")

    def quiet(self) -> None:
        """Show nothing more."""
        if self._timer is not None:
            with contextlib.suppress(tk.TclError):  # it may be gone
                self._root.after_cancel(self._timer)
            self._timer = None

    def _put(self, server: Server) -> None:
        before, self.on_view = self.on_view, server
        if before is not None:
            before.chat.hide()
            before.frame.grid_remove()
        server.frame.grid(row=1, column=1, sticky="nswe")

    def _noticed(self, notice: Notice) -> None:
        from asynchat.link.notices import (  # noqa: PLC0415 - after the first paint
            Connection,
            RoomsChanged,
            UnreadChanged,
        )

        if isinstance(notice, UnreadChanged | RoomsChanged | Connection):
            self.changed()

    def _show(self) -> None:
        self.quiet()
        if self.column is None and len(self.all) > 1:
            self.column = self._made_column()
        if self.column is not None:
            self._fill(self.column)
            several = len(self.all) > 1
            for server, label in zip(self.all, self._labels(), strict=True):
                server.chat.screen.sidebar.title.show(label if several else "asynchat")
        self.retitle()
        if not self._restoring:
            self._keep()

    def _made_column(self) -> ServerColumn:
        from asynchat.window.widgets.server_column import ServerColumn  # noqa: PLC0415 - for two

        guarded = self._failures.guarded
        column = ServerColumn(
            self._body,
            self._look,
            on_choose=guarded(self._choose),
            on_menu=guarded(self._menu),
            on_add=guarded(self._add),
        )
        column.grid(row=1, column=0, sticky="ns")
        # Tab comes to it before what is beside it.
        column.lower()
        return column

    def _fill(self, column: ServerColumn) -> None:
        from asynchat.window.presenters.servers import tile  # noqa: PLC0415 - for two

        column.show(
            [
                tile(
                    str(at),
                    address=server.client.address,
                    name=server.chat.session.my_name,
                    connection=server.client.connection,
                    unread=server.client.unread.values(),
                    selected=server is self.on_view,
                )
                for at, server in enumerate(self.all)
            ]
        )

    def _keep(self) -> None:
        at = 0 if self.on_view is None else self.all.index(self.on_view)
        chosen, known = self._preferences.now, tuple(server.known for server in self.all)
        if (chosen.servers, chosen.server) != (known, at):
            self._preferences.change(servers=known, server=at)

    def _labels(self) -> tuple[str, ...]:
        from asynchat.window.presenters.servers import labels  # noqa: PLC0415 - for two

        return labels([(each.client.address, each.chat.session.my_name) for each in self.all])

    def _choose(self, key: str) -> None:
        self.show(self.all[int(key)])

    def _menu(self, key: str, x: int, y: int) -> None:
        self.all[int(key)].chat.commands.server_menu(x, y)
