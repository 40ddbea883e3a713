"""One server of a window: its client, session, chat and notifications, in a place of its own."""

from __future__ import annotations

import contextlib
import tkinter as tk
from functools import partial
from tkinter import ttk
from typing import TYPE_CHECKING

from asynchat.errors import ChatError
from asynchat.fingerprint import grouped
from asynchat.link.client import Client
from asynchat.link.identities import default_data
from asynchat.link.notices import Connection, FirstUse
from asynchat.tasks import Tasks
from asynchat.window.chat_window import ChatWindow
from asynchat.window.drafts import Drafts
from asynchat.window.elsewhere import Elsewhere
from asynchat.window.failures import Failures
from asynchat.window.notifications import Desktop
from asynchat.window.notifying import Notifying
from asynchat.window.preferences import Known
from asynchat.window.presenters.clock import uses_twelve
from asynchat.window.presenters.connecting import TO_SIGN_IN
from asynchat.window.presenters.trusting import KEY_CHANGED, KEY_CODE
from asynchat.window.session import Session
from asynchat.window.sound import Sound
from asynchat.window.widgets.banner import Banner

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from pathlib import Path

    from asynchat.link.notices import Notice
    from asynchat.window.live_preferences import LivePreferences
    from asynchat.window.look.theme import Look
    from asynchat.window.servers import Servers


class Server:
    """One server in its own place of the window, where its failures are shown, too.

    ``hosted`` is the one that this program serves.  `enter` or `resume`, then `close`.
    """

    def __init__(
        self,
        parent: tk.Misc,
        look: Look,
        *,
        address: str,
        name: str,
        hosted: bool,
        data: Path | None,
        preferences: LivePreferences,
        program: Mapping[str, Callable[[], None]],
        servers: Servers,
        code: str | None = None,
        password: str | None = None,
        register: bool = False,
        accept_key: str | None = None,
    ) -> None:
        """Raise `ChatError` ``bad_address``."""
        self.client = Client(
            address,
            name=name,
            data=data,
            keep_outbox=True,
            keep_history=True,
            code=code,
            password=password,
            register=register,
            accept_key=accept_key,
        )
        # What was kept of a last visit tells nothing of whether a password is right.
        self._has_to_be_let_in = password is not None
        self.hosted = hosted
        self.rank = 0
        self.opened = False
        self._offered: str | None = None
        self._deciding = False
        self._root = look.root
        self._look = look
        self._preferences = preferences
        self._servers = servers
        self._notifying: Notifying | None = None
        self.failures = Failures()
        self._tasks = Tasks(self.failures.report)
        # What is shown of one server says nothing of a room of that name on another.
        self._desktop = Desktop(self._tasks)
        self._drafts = Drafts(data or default_data(), self._tasks, self.failures.say)
        self.frame = ttk.Frame(parent, style="Main.TFrame")
        self.frame.columnconfigure(0, weight=1)
        self.frame.rowconfigure(2, weight=1)
        self.banner = Banner(self.frame, look)
        self.banner.grid(row=0, column=0, sticky="we")
        self.banner.hide()
        self.failures.shown_by(self.banner.show)
        self.notice = Banner(self.frame, look, quiet=True)
        self.notice.grid(row=1, column=0, sticky="we")
        self.notice.hide()
        self._unsubscribe = self.client.subscribe(self.failures.guarded(self._noticed))
        self.chat = ChatWindow(
            look.root,
            self.frame,
            look,
            Session(self.client, tasks=self._tasks, failures=self.failures, drafts=self._drafts),
            self.failures,
            preferences=preferences,
            program=program,
            of_server={
                "reconnect": partial(servers.reconnect, self),
                "disconnect": partial(self.spawn, self.client.close, "disconnect"),
                "remove-server": partial(servers.remove, self),
                "sign-in": self._sign_in,
                "server-details": self._show_details,
            },
            elsewhere=Elsewhere(servers, self),
            retitle=servers.retitle,
            on_deleted=partial(servers.forget, self),
        )
        self.chat.screen.grid(row=2, column=0, sticky="nswe")

    @property
    def known(self) -> Known:
        """What to come back with."""
        return Known(self.client.address, self.client.known_as or "", self.hosted)

    @property
    def unread(self) -> int:
        """How much was said there and not seen."""
        return self.chat.session.unread() if self.opened else 0

    def spawn(self, do: Callable[[], Coroutine[object, object, None]], name: str) -> None:
        """Do something that takes time; a failure is shown in its place."""
        self._tasks.spawn(do(), name=name)

    async def enter(self) -> None:
        """Connect until there is something to show.  Raise `ChatError` where it is refused."""
        if not await self.client.begin() or self._has_to_be_let_in:
            await self.client.welcomed()
        await self._drafts.load(self.client.address, self.client.account or "")

    async def begin(self) -> None:
        """Begin to connect: a last visit can be shown, if there is one."""
        await self.client.begin()
        await self._drafts.load(self.client.address, self.client.account or "")

    def open(self, room: str | None, *, shown: bool) -> None:
        """Show what there is; `Servers` puts it on view."""
        self.opened = True
        self.chat.open(room, shown=shown)
        self._ended(self.client.connection)
        self.spawn(self._welcomed, "welcome")
        self._notifying = Notifying(
            self._root,
            self.chat.session,
            self._preferences,
            desktop=self._desktop,
            sound=Sound(self._root.bell),
            tasks=self._tasks,
            failures=self.failures,
            open_room=self._open_room,
            shown=lambda: self.chat.shown,
        )

    async def close(self) -> None:
        """Leave politely, within bounds."""
        self._unsubscribe()
        self.chat.close()
        self.failures.shown_by(None)
        if self._notifying is not None:
            self._notifying.close()
            self._notifying = None
        await self._desktop.close()
        await self.client.close()
        await self._drafts.written()
        await self._tasks.cancel()

    def destroy(self) -> None:
        """Take its place away, after `close`."""
        with contextlib.suppress(tk.TclError):  # with the window
            self.frame.destroy()

    def _open_room(self, room: str) -> None:
        self._servers.show(self)
        self.chat.commands.show(room)

    async def _welcomed(self) -> None:
        """Tell why there will be no welcome, where the last visit is shown meanwhile."""
        try:
            await self.client.welcomed()
        except ChatError as error:
            if error.code not in {"closed", KEY_CODE, *TO_SIGN_IN}:
                self.failures.report(error)

    def _noticed(self, notice: Notice) -> None:
        if isinstance(notice, FirstUse):
            self.notice.show(notice.text, ("Copy it", partial(self._copy, notice.fingerprint)))
        elif isinstance(notice, Connection) and self.opened:
            self._ended(notice)

    def _ended(self, connection: Connection) -> None:
        """Offer what may mend a refusal, once while it is tried again and again."""
        if connection.phase == "connecting" or connection.code == self._offered:
            return
        self._offered = connection.code
        if connection.code in TO_SIGN_IN:
            self.failures.say(connection.reason or "", ("Sign in …", self._sign_in))
        elif connection.code == KEY_CODE:
            self.notice.hide()
            self.failures.say(KEY_CHANGED, ("Look …", self.look_at_key))

    def look_at_key(self) -> None:
        """Ask whether a changed key is the server's, and if it is, come again."""
        if not self._deciding:
            self._deciding = True
            self.spawn(self._decide, "a changed key")

    async def _decide(self) -> None:
        from asynchat.window.trusting import confirmed  # noqa: PLC0415 - when asked

        try:
            trusted = await confirmed(
                self._root,
                self._look,
                self.client,
                spawn=lambda coroutine, name: self._tasks.spawn(coroutine, name=name),
            )
        finally:
            self._deciding = False
        if trusted:
            self.banner.hide()
            self._servers.again(self)

    def _show_details(self) -> None:
        self.spawn(self._details, "details")

    async def _details(self) -> None:
        from asynchat.window.trusting import show_details  # noqa: PLC0415 - when asked

        twelve = uses_twelve(self._preferences.now.clock)
        await show_details(self._root, self._look, self.client, twelve=twelve)

    def _copy(self, fingerprint: str) -> None:
        self._root.clipboard_clear()
        self._root.clipboard_append(grouped(fingerprint))

    def _sign_in(self) -> None:
        self._servers.sign_in(self)
