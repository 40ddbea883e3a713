"""Run ``asynchat-client`` and look at it from inside: what `ground.inside` starts.

``inside.py client ARGUMENT ...`` runs the client as the command does, ``inside.py bare`` a window
with an empty Text on the same kind of loop.  Each line of standard input is something to do, each
line of standard output its answer, in JSON.

Drawn means here: Tk has done what it put off until it is idle, and the X server has answered a
question that was asked after it.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
import tkinter as tk
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from asynchat.window.app import App
    from asynchat.window.chat_window import ChatWindow

_SCREENFUL: Final = 20
_POLL_S: Final = 0.001
_TIMEOUT_S: Final = 60.0
_PROBE_S: Final = 0.005
_CONTENT: Final = {"TLabel", "TEntry", "TButton", "Text", "Label"}


def drawn(widget: tk.Misc) -> float:
    """Have everything drawn that is to be; return when that was."""
    widget.update_idletasks()
    widget.winfo_pointerxy()  # a round trip to the X server
    return time.monotonic()


class Inside:
    """Does what the lines of standard input say, in the process of the client."""

    def __init__(self, app: App, painted: asyncio.Future[dict[str, float]]) -> None:
        self._app = app
        self._root = app.root
        self._painted = painted
        self._keys: list[float] = []
        self._bound = False
        self._stalls: list[tuple[float, float]] = []
        self._probing: asyncio.TimerHandle | None = None
        self._doing: dict[str, Callable[..., Coroutine[Any, Any, dict[str, Any]]]] = {
            "painted": self.painted,
            "chat": self.chat,
            "on": self.on,
            "open": self.open,
            "switch": self.switch,
            "to-top": self.to_top,
            "to-newest": self.to_newest,
            "live": self.live,
            "keys": self.keys,
            "keys-drawn": self.keys_drawn,
            "stalls": self.stalls,
            "stalls-seen": self.stalls_seen,
        }

    async def run(self) -> None:
        """Do what is said until standard input ends or says ``close``; then close the window."""
        try:
            lines = await _lines()
            while words := (await lines.readline()).decode().split():
                if words[0] == "close":
                    break
                _answer(await self._doing[words[0]](*words[1:]))
        finally:
            self._app.ask_to_close()

    @property
    def _chat(self) -> ChatWindow:
        return cast("ChatWindow", self._app.chat)

    async def painted(self) -> dict[str, Any]:
        """Tell when the first Expose of a widget with content had been drawn."""
        return await self._painted

    async def chat(self, room: str) -> dict[str, Any]:
        """Tell when a screenful of a room was to be seen."""
        await _until(lambda: self._app.chat is not None and self._chat.session.on_view == room)
        await _until(lambda: self._said() >= _SCREENFUL)
        return {"at": drawn(self._root), "cpu_s": time.process_time()}

    async def on(self, room: str) -> dict[str, Any]:
        """Wait until connected and in a room."""
        await _until(lambda: self._app.chat is not None)
        session = self._chat.session
        await _until(
            lambda: session.on_view == room and session.client.connection.phase == "online"
        )
        return {"at": drawn(self._root)}

    async def open(self, room: str) -> dict[str, Any]:
        """Go into a room that this client has never been to, until messages are drawn."""
        began = time.monotonic()
        await self._chat.session.join(room)
        await _until(lambda: self._chat.session.on_view == room and self._said() > 0)
        return {"s": drawn(self._root) - began, "lines": self._said()}

    async def switch(self, room: str) -> dict[str, Any]:
        """Put a room on view that was there before, until it is drawn."""
        session = self._chat.session
        began = time.monotonic()
        session.show(room)
        return {"s": drawn(self._root) - began, "lines": self._said()}

    async def to_top(self, pages: str) -> dict[str, Any]:
        """Scroll up to the oldest message, so many pages at most."""
        transcript = self._chat.screen.transcript
        session = self._chat.session
        timeline = session.histories.state(session.on_view or "").timeline
        turned = most = 0
        while turned < int(pages):
            turned += 1
            transcript.page(-1)
            drawn(self._root)
            most = max(most, self._said())
            if transcript.text.yview()[0] <= 0:
                if timeline.complete and not self._chat.view.presenter.hidden_above:
                    break
                # As people do who want more: a little down, and up again.
                transcript.text.yview_scroll(3, "units")
                drawn(self._root)
                await asyncio.sleep(_POLL_S)
            await asyncio.sleep(0)
        return {"pages": turned, "lines": len(timeline.lines), "live": most}

    async def to_newest(self) -> dict[str, Any]:
        """Go to the newest message."""
        self._chat.view.to_newest()
        return {"at": drawn(self._root)}

    async def live(self) -> dict[str, Any]:
        """Tell how many messages are live in the widget."""
        return {"live": self._said()}

    async def keys(self) -> dict[str, Any]:
        """Note from now on when what a key typed was drawn; the composer has the focus."""
        composer = self._chat.screen.composer
        self._keys.clear()
        composer.text.focus_force()
        if not self._bound:
            tag = "benchmark"
            # After the class has put the letter in, and after those that Tk has for all.
            composer.text.bindtags((*composer.text.bindtags(), tag))
            composer.text.bind_class(tag, "<Key>", lambda _: self._root.after_idle(self._key_drawn))
            self._bound = True
        await _until(lambda: self._root.focus_get() is composer.text)
        return {"at": drawn(self._root)}

    def _key_drawn(self) -> None:
        self._keys.append(drawn(self._root))

    async def keys_drawn(self, count: str) -> dict[str, Any]:
        """Tell when what each key typed was drawn."""
        await _until(lambda: len(self._keys) >= int(count))
        return {"at": self._keys[: int(count)]}

    async def stalls(self) -> dict[str, Any]:
        """Look from now on how late a timer of the loop is, 200 times a second."""
        self._stalls = []
        self._next_probe()
        return {}

    def _next_probe(self) -> None:
        loop = asyncio.get_running_loop()
        due, used = loop.time() + _PROBE_S, time.thread_time()
        self._probing = loop.call_at(due, self._probe, due, used)

    def _probe(self, due: float, used: float) -> None:
        late = asyncio.get_running_loop().time() - due
        self._stalls.append((late, time.thread_time() - used))
        self._next_probe()

    async def stalls_seen(self) -> dict[str, Any]:
        """Tell the longest stalls, and how long this thread was on a processor in each."""
        if self._probing is not None:
            self._probing.cancel()
        worst = sorted(self._stalls, reverse=True)
        used = max((used for _, used in worst), default=0.0)
        return {"longest": worst[:5], "used": used, "gc": gc.get_count()}

    def _said(self) -> int:
        return 0 if self._app.chat is None else len(self._chat.view.presenter.blocks)


def _answer(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


async def _lines() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    commands = os.fdopen(_COMMANDS, "rb")
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), commands
    )
    return reader


async def _until(condition: Callable[[], object], timeout_s: float = _TIMEOUT_S) -> None:
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - widgets tell nobody
            await asyncio.sleep(_POLL_S)


def watch_client() -> None:
    """Be there when the client makes its window, without loading anything before it does."""
    make = tk.Tk.__init__

    def made(root: tk.Tk, *args: Any, **options: Any) -> None:
        make(root, *args, **options)
        painted: asyncio.Future[dict[str, float]] = asyncio.get_running_loop().create_future()
        _note_paint(root, painted)
        app_module = sys.modules["asynchat.window.app"]
        make_app = app_module.App.__init__

        def made_app(app: App, *args: Any, **options: Any) -> None:
            make_app(app, *args, **options)
            app.benchmark = Tasks()  # type: ignore[attr-defined]
            app.benchmark.spawn(Inside(app, painted).run(), name="benchmark")  # type: ignore[attr-defined]

        app_module.App.__init__ = made_app

    from asynchat.tasks import Tasks  # noqa: PLC0415 - the client has it, too

    tk.Tk.__init__ = made  # type: ignore[method-assign, assignment]


def _note_paint(root: tk.Tk, painted: asyncio.Future[dict[str, float]]) -> None:
    def exposed(event: tk.Event[tk.Misc]) -> None:
        if not painted.done() and event.widget.winfo_class() in _CONTENT:
            root.after_idle(note)

    def note() -> None:
        at = drawn(root)
        if not painted.done():
            painted.set_result({"at": at, "cpu_s": time.process_time()})

    root.bind_all("<Expose>", exposed, add=True)


async def bare() -> None:
    """Show an empty Text until standard input ends."""
    from async_tkinter_loop import main_loop  # noqa: PLC0415 - the client loads it when it needs it

    root = tk.Tk()
    tk.Text(root).pack(fill="both", expand=True)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(main_loop(root), name="tk")
        lines = await _lines()
        while (await lines.readline()).strip() == b"painted":
            _answer({"at": drawn(root)})
        root.destroy()


if __name__ == "__main__":
    # The client is to find nothing on its standard input, as where it is started by a click.
    _COMMANDS = os.dup(0)
    with open(os.devnull, "rb") as _nothing:  # noqa: PTH123 - pathlib is not loaded yet
        os.dup2(_nothing.fileno(), 0)
    if sys.argv[1] == "bare":
        asyncio.run(bare())
    else:
        watch_client()
        from asynchat.client import main

        sys.exit(main(sys.argv[2:]))
