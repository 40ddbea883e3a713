"""A further server comes into the window, and one goes for good: both are asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from asynchat.errors import ChatError
from asynchat.window.presenters.connecting import Problem, problem
from asynchat.window.widgets.dialog import Question

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    from asynchat.tasks import Tasks
    from asynchat.window.entering import Entering
    from asynchat.window.failures import Failures
    from asynchat.window.look.theme import Look
    from asynchat.window.server import Server
    from asynchat.window.servers import Servers


class Adding:
    """Asks for a server's address and adds it; asks before one is removed.

    ``entering`` makes the way in from a form; ``entered`` is called with one that is in,
    the room asked for, and the one in whose place it comes, and ``gone`` where one was removed.
    """

    def __init__(
        self,
        root: tk.Tk,
        look: Look,
        servers: Servers,
        tasks: Tasks,
        failures: Failures,
        *,
        entering: Callable[[Callable[[Server], None]], Entering],
        can_host: Callable[[], bool],
        entered: Callable[[Server, str | None, Server | None], None],
        gone: Callable[[], None],
    ) -> None:
        self._root = root
        self._look = look
        self._servers = servers
        self._tasks = tasks
        self._failures = failures
        self._entering = entering
        self._can_host = can_host
        self._entered = entered
        self._gone = gone
        self._asking = False
        self._under_way: Entering | None = None

    @property
    def asking(self) -> bool:
        """Whether the address is being asked for."""
        return self._asking

    def ask(
        self, name: str, address: str = "", *, room: str | None = None, at_once: bool = False
    ) -> None:
        """Ask for the address of another server, to show a room there.

        ``at_once`` tries the one that is given.
        """
        if not self._asking:
            self._asking = True
            self._tasks.spawn(self._ask(name, address, room, at_once=at_once), name="add a server")

    def sign_in(self, server: Server) -> None:
        """Ask for a password, or an invitation, and let what comes in take a server's place."""
        if not self._asking:
            self._asking = True
            known = server.known
            self._tasks.spawn(
                self._ask(known.name, known.address, None, instead_of=server), name="sign in"
            )

    async def _ask(
        self,
        name: str,
        address: str,
        room: str | None,
        *,
        at_once: bool = False,
        instead_of: Server | None = None,
    ) -> None:
        from asynchat.window.widgets.server_dialog import ServerDialog  # noqa: PLC0415 - when asked

        def entered(server: Server) -> None:
            self._entered(server, room, instead_of)
            dialog.resolve(True)

        entering = self._under_way = self._entering(entered)
        dialog = ServerDialog(
            self._root,
            self._look,
            address=address,
            name=name,
            can_host=instead_of is None and self._can_host(),
            title="Add a server" if instead_of is None else "Sign in",
            on_wish=self._failures.guarded(entering.wished),
            on_cancel=self._failures.guarded(entering.cancel),
        )
        entering.serve(dialog.form, instead_of=instead_of)
        if instead_of is not None:
            dialog.form.say(_why(instead_of))
        if at_once:
            dialog.form.ask()
        try:
            if await dialog.ask() and self._servers.on_view is not None:
                self._servers.on_view.chat.screen.composer.focus()
        finally:
            self._asking, self._under_way = False, None
            await entering.end()

    async def end(self) -> None:
        """Stop trying, and wait until what was tried has left: the window closes."""
        if self._under_way is not None:
            await self._under_way.end()

    def remove(self, server: Server) -> None:
        """Ask whether one is to go, and take it away."""
        self._tasks.spawn(self._remove(server), name="remove a server")

    def forget(self, server: Server) -> None:
        """Take one away where there is no account any more, and say so."""
        self._tasks.spawn(self._forget(server), name="forget a server")

    async def _forget(self, server: Server) -> None:
        label = self._servers.label(server)
        await self._servers.drop(server)
        self._gone()
        self._failures.tell(f"Your account on {label} is deleted.")

    async def _remove(self, server: Server) -> None:
        from asynchat.window.presenters.servers import unsent  # noqa: PLC0415 - when asked

        label = self._servers.label(server)
        lost = unsent(server.client.outbox)
        answer = await Question(
            self._root,
            self._look,
            title=f"Remove {label}?",
            text=f"This window will not come back to {label}. Your account and your messages stay"
            f" there.{' ' if lost else ''}{lost}",
            choices=(("remove", "Remove"), ("keep", "Keep it")),
        ).ask()
        if answer == "remove":
            await self._servers.drop(server)
            self._gone()


def _why(server: Server) -> Problem:
    """Return why one has to sign in there, as far as it was refused."""
    connection = server.client.connection
    if connection.code is None:
        return Problem("", "password", way="sign-in")
    found = problem(ChatError(connection.code, connection.reason))
    return found if found.way is not None else replace(found, way="sign-in")
