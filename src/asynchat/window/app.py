"""The window from its first paint to its end: connect, show, ask, leave politely."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import logging
import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Final, Protocol

from platformdirs import user_config_path

from asynchat.errors import ChatError
from asynchat.link.identities import default_data
from asynchat.tasks import Tasks
from asynchat.text import name_from
from asynchat.window.appearance import Appearance
from asynchat.window.drafts import Drafts
from asynchat.window.failures import Failures
from asynchat.window.fields import bind_fields
from asynchat.window.keys import Keys
from asynchat.window.live_preferences import LivePreferences
from asynchat.window.look import preference
from asynchat.window.look.icon_image import window_icon
from asynchat.window.look.theme import Look
from asynchat.window.loop import TkLoop, closing_signals, draws_in_pixels
from asynchat.window.panels import Panels
from asynchat.window.preferences import PreferenceFile, Preferences
from asynchat.window.presenters.connecting import problem, progress
from asynchat.window.recent_log import RecentLog
from asynchat.window.widgets.banner import Banner
from asynchat.window.widgets.connect_screen import ConnectScreen
from asynchat.window.widgets.dialog import Question

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from asynchat.link.client import Client
    from asynchat.link.notices import Notice
    from asynchat.window.chat_window import ChatWindow
    from asynchat.window.look.palettes import Palette
    from asynchat.window.notifications import Desktop
    from asynchat.window.notifying import Notifying
    from asynchat.window.presenters.commands import Given
    from asynchat.window.presenters.connecting import Wish

logger = logging.getLogger(__name__)

LOCAL: Final = "asynchat://127.0.0.1:27742?tls=no"
_STOP_TIMEOUT_S: Final = 8.0
_PAINT_TIMEOUT_S: Final = 1.0
_PROGRESS_MS: Final = 250


class Host(Protocol):
    """A server that this process can run beside the window."""

    async def start(self) -> str:
        """Serve, and return the address.  Raise `ChatError` with one sentence."""

    def others(self) -> int:
        """Return how many people besides this window are connected."""

    async def stop(self) -> None:
        """Say goodbye to everyone and stop serving."""


async def run(
    *,
    address: str | None,
    name: str | None,
    room: str | None,
    host: Host | None,
    data: Path | None,
    hosting: bool | None = None,
) -> int:
    """Show the window until it is closed; return the exit status.

    With ``hosting`` (by default where there is a ``host`` and no ``address``) the server is
    hosted here, and only the name is asked for.  Otherwise ``address`` and ``name`` are asked
    for, unless both are given, and to host is offered where there is a ``host``.

    Raise `tkinter.TclError`
    where there is no display.
    """
    if hosting is None:
        hosting = host is not None and address is None
    folder = data or user_config_path("asynchat", appauthor=False)
    file = PreferenceFile(folder)
    chosen, warning = await asyncio.to_thread(file.load)
    palette, amiss = await preference.palette_for(chosen.theme, folder)
    draws_in_pixels()
    root = tk.Tk(className="Asynchat")
    app = App(root, palette, host=host, data=data, file=file, chosen=chosen)
    for sentence in filter(None, (warning, amiss)):
        app.banner.show(sentence)
    try:
        with closing_signals(app.ask_to_close):
            return await app.run(address=address, name=name, room=room, hosting=hosting)
    finally:
        await app.end()


class App:
    """The one window of a process, and what it is connected to."""

    def __init__(
        self,
        root: tk.Tk,
        palette: Palette,
        *,
        host: Host | None,
        data: Path | None,
        file: PreferenceFile,
        chosen: Preferences = Preferences(),  # noqa: B008 - it is frozen
    ) -> None:
        self.root = root
        self._host = host
        self._data = data
        self._hosted = False
        self._host_address = ""
        self._asking = False
        self._progress_timer: str | None = None
        self._room: str | None = None
        self._closing = asyncio.Event()
        self._painted = asyncio.Event()
        self._failures = Failures()
        self._tasks = Tasks(self._failures.report)
        self._connecting: asyncio.Task[None] | None = None
        self._client: Client | None = None
        self._chat: ChatWindow | None = None
        self._notifying: Notifying | None = None
        self._desktop: Desktop | None = None
        self._connect: ConnectScreen | None = None
        root.withdraw()
        self.look = Look(root, palette, zoom=chosen.zoom)
        self._body = ttk.Frame(root, style="Main.TFrame")
        self._banner = Banner(self._body, self.look)
        self._failures.shown_by(self._banner.show)
        self.preferences = LivePreferences(file, chosen, self._tasks, self._failures.say)
        self.appearance = Appearance(
            root,
            self.look,
            self.preferences,
            folder=file.path.parent,
            tasks=self._tasks,
            say=self._failures.say,
            on_palette=self._show_theme,
        )
        self._log = RecentLog()
        self._unlog = self._log.install()
        self._drafts = Drafts(data or default_data(), self._tasks, self._failures.say)
        self.panels = Panels(
            root,
            self.look,
            self.preferences,
            self.appearance,
            self._log,
            tasks=self._tasks,
            do=self._failures.guarded(lambda name: self._program[name]()),
        )
        self._program: dict[str, Callable[[], None]] = {
            "larger": lambda: self.appearance.zoom(1),
            "smaller": lambda: self.appearance.zoom(-1),
            "normal-size": lambda: self.appearance.zoom(0),
            "theme": self.appearance.toggle,
            "settings": self.panels.settings,
            "log": self.panels.log,
            "help": self.panels.shortcuts,
            "quit": self._window_closed,
        }
        self._build()
        self._failures.watch(root, asyncio.get_running_loop())
        self._loop = TkLoop(root, self._tasks, self.ask_to_close)

    @property
    def chat(self) -> ChatWindow | None:
        """The main screen, once connected."""
        return self._chat

    @property
    def connect_screen(self) -> ConnectScreen | None:
        """The first screen, until connected."""
        return self._connect

    @property
    def banner(self) -> Banner:
        """Where failures are shown."""
        return self._banner

    def ask_to_close(self) -> None:
        """Begin to end: by SIGINT, SIGTERM, Exit and the window's close button alike."""
        self._closing.set()

    async def run(
        self, *, address: str | None, name: str | None, room: str | None, hosting: bool
    ) -> int:
        """Show the window until it is closed; return the exit status."""
        self._room = room
        try:
            login = name_from(getpass.getuser())
        except (OSError, KeyError, ImportError):  # a system without accounts
            login = name_from("")
        screen = self._connect = ConnectScreen(
            self._body,
            self.look,
            address=address or ("" if hosting else LOCAL),
            name=name or login,
            can_host=self._host is not None,
            hosting=hosting,
            on_wish=self._failures.guarded(self._wished),
            on_cancel=self._failures.guarded(self._cancelled),
            on_theme=self._failures.guarded(self.appearance.toggle),
        )
        screen.show_theme(dark=self.look.palette.is_dark)
        screen.grid(row=1, column=0, sticky="nswe")
        screen.bind("<Map>", lambda _: self.root.after_idle(self._painted.set), add=True)
        self.root.deiconify()
        screen.focus_first()
        if name is not None and (address is not None or hosting):
            screen.ask()
        await self._closing.wait()
        return 0

    async def end(self) -> None:
        """Leave politely, stop what is hosted, and take the window away."""
        self._failures.shown_by(None)
        if self._chat is not None:
            self._chat.close()
        await self._notify_no_more()
        with contextlib.suppress(tk.TclError):  # it may be gone
            self.appearance.close()
            self.root.withdraw()
            if self._progress_timer is not None:
                self.root.after_cancel(self._progress_timer)
        if self._connecting is not None:
            self._connecting.cancel()
            # It takes its widgets away: they have to be there until then.
            await asyncio.wait({self._connecting}, timeout=_STOP_TIMEOUT_S)
        if self._client is not None:
            await self._client.close()
        if self._host is not None and self._hosted:
            try:
                async with asyncio.timeout(_STOP_TIMEOUT_S):
                    await self._host.stop()
            except TimeoutError:
                logger.warning("the server did not stop in time")
        await self._loop.end()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_STOP_TIMEOUT_S):
                await self.preferences.written()
                await self._drafts.written()
        await self._tasks.cancel()
        self._unlog()
        asyncio.get_running_loop().set_exception_handler(None)

    def _window_closed(self) -> None:
        others = self._host.others() if self._host is not None and self._hosted else 0
        if not others:
            self.ask_to_close()
        elif not self._asking:
            self._asking = True
            self._tasks.spawn(self._ask_to_serve(others), name="keep serving?")

    async def _ask_to_serve(self, others: int) -> None:
        try:
            answer = await self._question(others)
        finally:
            self._asking = False
        if answer == "stop":
            self.ask_to_close()
        elif answer == "keep":
            await self._serve_on()

    async def _question(self, others: int) -> str | None:
        people = "One other person is" if others == 1 else f"{others} other people are"
        return await Question(
            self.root,
            self.look,
            title="Keep serving?",
            text=f"{people} connected to the server in this window. Keep serving without"
            " the window, until this program is interrupted, or stop for everyone?",
            choices=(("keep", "Keep serving"), ("stop", "Stop for everyone")),
        ).ask()

    async def _serve_on(self) -> None:
        self.root.withdraw()
        if self._chat is not None:
            self._chat.close()
        await self._notify_no_more()
        if self._client is not None:
            await self._client.close()
        logger.info("serving on without a window, until interrupted")

    # Connecting

    def _wished(self, wish: Wish) -> None:
        if self._connecting is None:
            self._tasks.spawn(self._connect_to(wish), name="connect")

    def _cancelled(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()

    async def _connect_to(self, wish: Wish) -> None:
        screen = self._connect
        if screen is None:
            return
        self._connecting = asyncio.current_task()
        screen.busy("Starting the server …" if wish.address is None else "Connecting …")
        try:
            await self._first_paint()
            address = wish.address
            if address is None:
                address = await self._start_host()
            from asynchat.link.client import Client  # noqa: PLC0415 - after the first paint

            client = Client(
                address, name=wish.name, data=self._data, keep_outbox=True, keep_history=True
            )
            # Made before, so that nothing waits for it once the server talks.
            chat = self._chat_window(client)
            try:
                self._show_progress(client)
                unsubscribe = client.subscribe(self._failures.guarded(self._told))
                if not await client.begin():
                    await client.welcomed()
                await self._drafts.load(client.address, client.account or "")
                unsubscribe()
            except BaseException:
                await client.close()
                chat.close()
                chat.screen.destroy()
                raise
        except ChatError as error:
            screen.say(problem(error))
        else:
            self._connected(client, chat)
            self._tasks.spawn(self._watch_welcome(client), name="welcome")
        finally:
            self._connecting = None

    def _told(self, notice: Notice) -> None:
        from asynchat.link.notices import Told  # noqa: PLC0415 - as well

        if isinstance(notice, Told):
            self._failures.say(notice.text)

    async def _watch_welcome(self, client: Client) -> None:
        """Tell why there will be none, where the last visit is shown meanwhile."""
        try:
            await client.welcomed()
        except ChatError as error:
            if error.code != "closed":
                self._failures.report(error)

    async def _first_paint(self) -> None:
        """Wait until the first screen is to be seen: what comes next takes a while to load."""
        with contextlib.suppress(TimeoutError):  # it may be iconified
            async with asyncio.timeout(_PAINT_TIMEOUT_S):
                await self._painted.wait()

    async def _start_host(self) -> str:
        if self._host is None:
            raise ChatError("cannot_host", "This program cannot host a server.")
        if not self._hosted:
            self._host_address = await self._host.start()
            self._hosted = True
        return self._host_address

    def _show_progress(self, client: Client) -> None:
        """Show how it goes for as long as it does; the seconds to the next try count down."""
        if self._connect is not None and self._connecting is not None:
            now = asyncio.get_running_loop().time()
            self._connect.busy(progress(client.connection, now))
            self._progress_timer = self.root.after(_PROGRESS_MS, self._show_progress, client)

    def _chat_window(self, client: Client) -> ChatWindow:
        from asynchat.window.chat_window import ChatWindow  # noqa: PLC0415 - after the first paint
        from asynchat.window.session import Session  # noqa: PLC0415 - as well

        return ChatWindow(
            self.root,
            self._body,
            self.look,
            Session(client, tasks=self._tasks, failures=self._failures, drafts=self._drafts),
            self._failures,
            preferences=self.preferences,
            program=self._program,
        )

    def _connected(self, client: Client, chat: ChatWindow) -> None:
        self._client = client
        self._chat = chat
        if self._connect is not None:
            self._connect.destroy()
            self._connect = None
        chat.screen.grid(row=1, column=0, sticky="nswe")
        self._show_theme()
        chat.open(self._room)
        self._notify_of(chat)

    def _notify_of(self, chat: ChatWindow) -> None:
        from asynchat.window.notifications import Desktop  # noqa: PLC0415 - after the first paint
        from asynchat.window.notifying import Notifying  # noqa: PLC0415 - as well
        from asynchat.window.sound import Sound  # noqa: PLC0415 - as well

        self._desktop = Desktop(self._tasks)
        self._notifying = Notifying(
            self.root,
            chat.session,
            self.preferences,
            desktop=self._desktop,
            sound=Sound(self.root.bell),
            tasks=self._tasks,
            failures=self._failures,
            open_room=chat.commands.show,
        )

    async def _notify_no_more(self) -> None:
        if self._notifying is not None:
            self._notifying.close()
            self._notifying = None
        if self._desktop is not None:
            await self._desktop.close()

    # The window itself

    def _build(self) -> None:
        root = self.root
        root.title("asynchat")
        self._icon = window_icon(root)
        root.iconphoto(True, *self._icon)
        root.protocol("WM_DELETE_WINDOW", self._failures.guarded(self._window_closed))
        self._body.pack(fill="both", expand=True)
        self._body.columnconfigure(0, weight=1)
        self._body.rowconfigure(1, weight=1)
        self._banner.grid(row=0, column=0, sticky="we")
        self._banner.hide()
        guarded = self._failures.guarded
        self._keys = Keys(root, frozenset(self._program), guarded(self._pressed))
        bind_fields(root, self.look, self._tasks, guarded)

    def _pressed(self, name: str, _: Given) -> None:
        self._program[name]()

    def _show_theme(self) -> None:
        dark = self.look.palette.is_dark
        for screen in (self._connect, self._chat.screen.sidebar if self._chat else None):
            if screen is not None:
                screen.show_theme(dark=dark)
