"""The window of `asynchat-server --window`: the operator's, over the control socket."""

from __future__ import annotations

import asyncio
import logging
import tkinter as tk
from contextlib import suppress
from tkinter import ttk
from typing import TYPE_CHECKING, Final

from platformdirs import user_config_path

from asynchat.link.operator import Operator
from asynchat.tasks import Tasks
from asynchat.window.failures import Failures
from asynchat.window.fields import bind_fields
from asynchat.window.look import preference
from asynchat.window.look.icon_image import window_icon
from asynchat.window.look.native import drawable
from asynchat.window.look.palettes import DARK, LIGHT
from asynchat.window.look.scale import zoomed
from asynchat.window.look.theme import Look
from asynchat.window.loop import TkLoop, draws_in_pixels
from asynchat.window.overseeing import Overseeing
from asynchat.window.preferences import PreferenceFile
from asynchat.window.presenters.clock import read_locale, uses_twelve
from asynchat.window.widgets.banner import Banner
from asynchat.window.widgets.dialog import Question

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from asynchat.window.look.palettes import Palette
    from asynchat.window.preferences import Preferences

logger = logging.getLogger(__name__)

_SIZE: Final = (940, 600)
_LEAST: Final = (420, 320)


async def run(
    dial: Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]],
    *,
    address: str,
    others: Callable[[], int],
    stop: asyncio.Event,
) -> None:
    """Show the server's window; return when the server is to end.

    That is when ``stop`` is set, or when the person who closes it says so.  ``dial`` opens the
    control socket, ``address`` is where others find the server, ``others`` how many are
    connected.  Raise `tkinter.TclError` where there is no display, and `ChatError` where the
    control socket does not answer.
    """
    folder = user_config_path("asynchat", appauthor=False)
    chosen, _ = await asyncio.to_thread(PreferenceFile(folder).load)
    palette, _ = await preference.palette_for(chosen.theme, folder)
    read_locale()
    draws_in_pixels()
    operator = Operator(dial, address=address)
    await operator.start()
    try:
        root = tk.Tk(className="Asynchat")
        window = ServerWindow(root, palette, chosen, operator, others=others, stop=stop)
        try:
            await stop.wait()
        finally:
            await window.end()
    finally:
        await operator.close()


class ServerWindow:
    """The window until `end`; it sets ``stop`` where the server is to end with it."""

    def __init__(
        self,
        root: tk.Tk,
        palette: Palette,
        chosen: Preferences,
        operator: Operator,
        *,
        others: Callable[[], int],
        stop: asyncio.Event,
    ) -> None:
        self.root = root
        self._others = others
        self._stop = stop
        self._asking = False
        self._failures = Failures()
        self._tasks = Tasks(self._failures.report)
        root.withdraw()
        self.look = Look(root, palette, zoom=chosen.zoom)
        self._body = body = ttk.Frame(root, style="Main.TFrame")
        body.pack(fill="both", expand=True)
        body.columnconfigure(0, weight=1)
        body.rowconfigure(2, weight=1)
        self.banner = Banner(body, self.look)
        self.banner.grid(row=0, column=0, sticky="we")
        self.banner.hide()
        self._failures.shown_by(self.banner.show)
        where = operator.address.partition("?")[0]
        self._title = ttk.Label(body, text=drawable(where), style="Title.TLabel")
        self._title.grid(row=1, column=0, sticky="w")
        root.title(drawable(f"{where} — asynchat-server"))
        self._icon = window_icon(root)
        root.iconphoto(True, *self._icon)
        self.overseeing = Overseeing(
            body,
            self.look,
            operator,
            tasks=self._tasks,
            failures=self._failures,
            twelve=lambda: uses_twelve(chosen.clock),
        )
        self.overseeing.view.grid(row=2, column=0, sticky="nswe")
        self._bind_keys()
        self.look.paints(body, self._paint)
        self._failures.watch(root, asyncio.get_running_loop())
        self._loop = TkLoop(root, self._tasks, lambda: None)
        px = self.look.px
        root.geometry(f"{px(_SIZE[0])}x{px(_SIZE[1])}")
        root.minsize(px(_LEAST[0]), px(_LEAST[1]))
        root.deiconify()
        self.overseeing.view.focus_table()

    def ask_to_close(self) -> None:
        """Ask whether to keep serving; the server goes on meanwhile."""
        if not self._asking:
            self._asking = True
            self._tasks.spawn(self._ask(), name="keep serving?")

    async def end(self) -> None:
        """Take the window away."""
        self.overseeing.close()
        self._failures.shown_by(None)
        await self._loop.end()
        await self._tasks.cancel()
        asyncio.get_running_loop().set_exception_handler(None)

    async def _ask(self) -> None:
        count = self._others()
        people = "Nobody is" if not count else "One is" if count == 1 else f"{count:,} people are"
        try:
            answer = await Question(
                self.root,
                self.look,
                title="Keep serving?",
                text=f"{people} connected. Keep serving without the window, until this program is"
                " interrupted, or stop the server?",
                choices=(("keep", "Keep serving"), ("stop", "Stop the server")),
            ).ask()
        finally:
            self._asking = False
        if answer == "stop":
            self._stop.set()
        elif answer == "keep":
            self.overseeing.close()
            self.root.withdraw()
            logger.info("serving on without a window, until interrupted")

    def _bind_keys(self) -> None:
        root, guarded = self.root, self._failures.guarded
        root.protocol("WM_DELETE_WINDOW", guarded(self.ask_to_close))
        root.bind("<Control-q>", lambda _: self.ask_to_close())
        for keys, step in (
            ("Control-plus", 1),
            ("Control-equal", 1),
            ("Control-minus", -1),
            ("Control-Key-0", 0),
        ):
            root.bind(f"<{keys}>", lambda _, step=step: self._zoom(step))  # type: ignore[misc]
        root.bind("<Control-Shift-L>", lambda _: self._toggle())
        bind_fields(root, self.look, self._tasks, guarded)

    def _zoom(self, step: int) -> None:
        self.look.zoom(zoomed(self.look.scale.percent, step))

    def _toggle(self) -> None:
        self.look.use(LIGHT if self.look.palette.is_dark else DARK)

    def _paint(self) -> None:
        px = self.look.px
        with suppress(tk.TclError):  # it may be gone
            self._title.grid_configure(padx=px(20), pady=(px(16), px(10)))
            self.overseeing.view.grid_configure(padx=px(20), pady=(0, px(14)))
