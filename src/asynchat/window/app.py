"""The window from its first paint to its end: connect, show, ask, leave politely."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import logging
import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Final

from platformdirs import user_config_path

from asynchat.tasks import Tasks
from asynchat.text import name_from
from asynchat.window.adding import Adding
from asynchat.window.appearance import Appearance
from asynchat.window.coming_back import ComingBack, is_same_place, place_of
from asynchat.window.entering import Entering
from asynchat.window.failures import Failures
from asynchat.window.fields import bind_fields
from asynchat.window.hosted import Hosted
from asynchat.window.keys import Keys
from asynchat.window.live_preferences import LivePreferences
from asynchat.window.look import preference
from asynchat.window.look.icon_image import window_icon
from asynchat.window.look.theme import Look
from asynchat.window.loop import TkLoop, closing_signals, draws_in_pixels
from asynchat.window.panels import Panels
from asynchat.window.preferences import Known, PreferenceFile, Preferences
from asynchat.window.presenters.clock import read_locale
from asynchat.window.recent_log import RecentLog
from asynchat.window.servers import Servers
from asynchat.window.widgets.banner import Banner
from asynchat.window.widgets.connect_screen import ConnectScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from asynchat.window.chat_window import ChatWindow
    from asynchat.window.hosted import Host
    from asynchat.window.look.palettes import Palette
    from asynchat.window.presenters.commands import Given
    from asynchat.window.presenters.connecting import Wish
    from asynchat.window.server import Server

logger = logging.getLogger(__name__)

LOCAL: Final = "asynchat://127.0.0.1:27742"
_STOP_TIMEOUT_S: Final = 8.0
_PAINT_TIMEOUT_S: Final = 1.0


async def run(
    *,
    address: str | None,
    name: str | None,
    room: str | None,
    host: Host | None,
    data: Path | None,
    hosting: bool | None = None,
    accept_key: str | None = None,
) -> int:
    """Show the window until it is closed; return the exit status.

    With ``hosting`` (by default where there is a ``host`` and no ``address``) the server is
    hosted here, and only the name is asked for.  Otherwise ``address`` and ``name`` are asked
    for, unless both are given, and to host is offered where there is a ``host``.  ``accept_key`` is
    that of the server at ``address``, whatever key was known of it.

    Raise `tkinter.TclError`
    where there is no display.
    """
    if hosting is None:
        hosting = host is not None and address is None
    folder = data or user_config_path("asynchat", appauthor=False)
    file = PreferenceFile(folder)
    chosen, warning = await asyncio.to_thread(file.load)
    palette, amiss = await preference.palette_for(chosen.theme, folder)
    read_locale()
    draws_in_pixels()
    root = tk.Tk(className="Asynchat")
    app = App(root, palette, host=host, data=data, file=file, chosen=chosen)
    for sentence in filter(None, (warning, amiss)):
        app.banner.show(sentence)
    try:
        with closing_signals(app.ask_to_close):
            return await app.run(
                address=address, name=name, room=room, hosting=hosting, accept_key=accept_key
            )
    finally:
        await app.end()


class App:
    """The one window of a process, and the servers in it."""

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
        self._data = data
        self._name = ""
        self._room: str | None = None
        self._accepted: tuple[str, str] | None = None
        self._closing = asyncio.Event()
        self._painted = asyncio.Event()
        self._failures = Failures()
        self._tasks = Tasks(self._failures.report)
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
            "quit": self._quit,
            "add-server": self._add_server,
            "previous-server": lambda: self.servers.step(-1),
            "next-server": lambda: self.servers.step(1),
        }
        self.servers = Servers(
            self._body,
            self.look,
            self.preferences,
            self._failures,
            again=self._again,
            ask_to_remove=self._remove,
            add=self._add_server,
            forget=self._forget,
            sign_in=self._sign_in,
        )
        self.hosted = Hosted(
            root,
            self.look,
            self._tasks,
            host,
            close=self.ask_to_close,
            serve_on=self.servers.close,
        )
        self._coming_back = ComingBack(
            root,
            self.servers,
            self._tasks,
            make=self._make,
            came=self._show_theme,
            start_host=self.hosted.start,
            closing=self._closing,
        )
        self.adding = Adding(
            root,
            self.look,
            self.servers,
            self._tasks,
            self._failures,
            entering=self._new_entering,
            can_host=lambda: self.hosted.possible and not self.hosted.running,
            entered=self._added,
            gone=self._removed,
        )
        self.entering = self._new_entering(self._entered)
        self._build()
        self._failures.watch(root, asyncio.get_running_loop())
        self._loop = TkLoop(root, self._tasks, self.ask_to_close)

    @property
    def chat(self) -> ChatWindow | None:
        """The main screen of the server on view, once there is one."""
        server = self.servers.on_view
        return None if server is None else server.chat

    @property
    def connect_screen(self) -> ConnectScreen | None:
        """The first screen, until connected."""
        return self._connect

    @property
    def banner(self) -> Banner:
        """Where failures of the server on view are shown, or the program's where there is none."""
        server = self.servers.on_view
        return self._banner if server is None or self._banner.text else server.banner

    def ask_to_close(self) -> None:
        """Begin to end: by SIGINT, SIGTERM, Exit and the window's close button alike."""
        self._closing.set()

    async def run(
        self,
        *,
        address: str | None,
        name: str | None,
        room: str | None,
        hosting: bool,
        accept_key: str | None = None,
    ) -> int:
        """Show the window until it is closed; return the exit status."""
        self._room = room
        self._accepted = None if accept_key is None else (address or "", accept_key)
        self._name = name or _login()
        self._body.bind("<Map>", lambda _: self.root.after_idle(self._painted.set), add=True)
        kept = self.preferences.now.servers
        if hosting or not kept:
            self._ask_first(address, hosting=hosting)
            if name is not None and (address is not None or hosting) and self._connect is not None:
                self._connect.ask()
        else:
            self.root.deiconify()
            self._tasks.spawn(self._return_to(kept, address, name), name="come back")
        await self._closing.wait()
        return 0

    def _ask_first(self, address: str | None = None, *, hosting: bool = False) -> None:
        """Show the first screen."""
        screen = self._connect = ConnectScreen(
            self._body,
            self.look,
            address=address or ("" if hosting else LOCAL),
            name=self._name,
            can_host=self.hosted.possible,
            hosting=hosting,
            on_wish=self._failures.guarded(self.entering.wished),
            on_cancel=self._failures.guarded(self.entering.cancel),
            on_theme=self._failures.guarded(self.appearance.toggle),
        )
        self.entering.serve(screen)
        screen.show_theme(dark=self.look.palette.is_dark)
        screen.grid(row=1, column=1, sticky="nswe")
        self.root.deiconify()
        screen.focus_first()

    async def end(self) -> None:
        """Leave politely, stop what is hosted, and take the window away."""
        self._closing.set()
        self._failures.shown_by(None)
        with contextlib.suppress(tk.TclError):  # it may be gone
            self.appearance.close()
            self.root.withdraw()
        await self.entering.end()
        await self.adding.end()
        await self._coming_back.end()
        await self.servers.close()
        await self.hosted.stop()
        await self._loop.end()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_STOP_TIMEOUT_S):
                await self.preferences.written()
        await self._tasks.cancel()
        self._unlog()
        asyncio.get_running_loop().set_exception_handler(None)

    # The servers

    def _new_entering(self, entered: Callable[[Server], None]) -> Entering:
        return Entering(
            self.servers,
            self._tasks,
            ready=self._first_paint,
            start_host=self.hosted.start,
            make=self._make,
            entered=entered,
        )

    def _make(self, known: Known, wish: Wish | None = None) -> Server:
        from asynchat.window.server import Server  # noqa: PLC0415 - after the first paint

        return Server(
            self._body,
            self.look,
            address=known.address,
            name=known.name,
            hosted=known.hosted,
            data=self._data,
            preferences=self.preferences,
            program=self._program,
            servers=self.servers,
            code=self.hosted.owner_code() if known.hosted else None,
            password=None if wish is None else wish.password,
            register=wish is not None and wish.register,
            accept_key=self._key_for(known.address),
        )

    def _key_for(self, address: str) -> str | None:
        """Return the key that was accepted beforehand, where it is that of this server."""
        if self._accepted is None:
            return None
        asked, key = self._accepted
        return key if is_same_place(asked, address) else None

    def _entered(self, server: Server) -> None:
        """Show the first server instead of the first screen."""
        if self._connect is not None:
            self._connect.destroy()
            self._connect = None
        others = [
            known
            for known in self.preferences.now.servers
            # What is hosted here is one server, whatever its address was.
            if not known.is_at(server.known)
            and (known.hosted, known.name) != (True, server.known.name if server.hosted else None)
        ]
        if others:
            self._coming_back.bring(others)
        self.servers.insert(server, room=self._room)
        self._room = None
        self._show_theme()

    async def _return_to(
        self, kept: Sequence[Known], address: str | None, name: str | None
    ) -> None:
        """Come back to the servers of the last time, the one asked for on view."""
        order, wanted = list(kept), min(self.preferences.now.server, len(kept) - 1)
        missing = False
        if address is not None:
            at = place_of(kept, address, name)
            missing, wanted = at is None, wanted if at is None else at
        release = self.servers.hold()
        await self._first_paint()
        room = None if missing else self._room
        await self._coming_back.bring_back(order, release, first=order[wanted], room=room)
        if missing and not self._closing.is_set():
            self._add_server(address or "", at_once=name is not None)

    def _add_server(self, address: str = "", *, at_once: bool = False) -> None:
        if self._connect is None:
            room, self._room = self._room, None
            self.adding.ask(self._name, address, room=room, at_once=at_once)

    def _added(self, server: Server, room: str | None, instead_of: Server | None) -> None:
        before = instead_of or self.servers.find(server.known)
        if server in self.servers.all:
            self.servers.show(server)
        elif before is None:
            self.servers.insert(server, room=room)
            self.servers.show(server)
        else:
            self._tasks.spawn(self._replace(before, server), name="take a server's place")
        self._show_theme()

    async def _replace(self, old: Server, new: Server) -> None:
        await self.servers.replace(old, new)
        self._show_theme()

    def _again(self, server: Server) -> None:
        self._coming_back.again(server)

    def _remove(self, server: Server) -> None:
        self.adding.remove(server)

    def _sign_in(self, server: Server) -> None:
        self.adding.sign_in(server)

    def _forget(self, server: Server) -> None:
        self.adding.forget(server)

    def _removed(self) -> None:
        if not self.servers.all and not self._closing.is_set():
            self._ask_first()

    async def _first_paint(self) -> None:
        """Wait until the first screen is to be seen: what comes next takes a while to load."""
        with contextlib.suppress(TimeoutError):  # it may be iconified
            async with asyncio.timeout(_PAINT_TIMEOUT_S):
                await self._painted.wait()

    # The window itself

    def _build(self) -> None:
        root = self.root
        root.title("asynchat")
        self._icon = window_icon(root)
        root.iconphoto(True, *self._icon)
        root.protocol("WM_DELETE_WINDOW", self._failures.guarded(self.hosted.ask_to_close))
        self._body.pack(fill="both", expand=True)
        self._body.columnconfigure(1, weight=1)
        self._body.rowconfigure(1, weight=1)
        self._banner.grid(row=0, column=0, columnspan=2, sticky="we")
        self._banner.hide()
        guarded = self._failures.guarded
        self._keys = Keys(root, frozenset(self._program) | {"nth-server"}, guarded(self._pressed))
        bind_fields(root, self.look, self._tasks, guarded)

    def _quit(self) -> None:
        self.hosted.ask_to_close()

    def _pressed(self, name: str, given: Given) -> None:
        if name == "nth-server":
            self.servers.nth(int(given.words))
        else:
            self._program[name]()

    def _show_theme(self) -> None:
        dark = self.look.palette.is_dark
        if self._connect is not None:
            self._connect.show_theme(dark=dark)
        for server in self.servers.all:
            server.chat.screen.sidebar.show_theme(dark=dark)


def _login() -> str:
    """Return the name of whoever sits here, as far as the system tells."""
    try:
        return name_from(getpass.getuser())
    except (OSError, KeyError, ImportError):  # a system without accounts
        return name_from("")
