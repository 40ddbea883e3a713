"""What others say, and what a server says, in a real window: every widget is looked into."""

from __future__ import annotations

import asyncio
import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.window.app import App
from asynchat.window.look.palettes import DARK
from asynchat.window.preferences import PreferenceFile, Preferences
from asynchat.window.presenters.commands import Given
from tests.hostile.conftest import say_all
from tests.hostile.liar import THE_END, Liar
from tests.hostile.texts import HOSTILE, acting
from tests.window.conftest import _collected_here, _without_desktop, failures, tasks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from asynchat.tasks import Tasks
    from asynchat.window.chat_window import ChatWindow
    from tests.link.conftest import Raw
    from tests.plugins.waiting import Until
    from tests.serving import Join, Serve

__all__ = ["_collected_here", "_without_desktop", "failures", "tasks"]

pytestmark = [pytest.mark.window, pytest.mark.slow]

DEADLINE_S = 60
LITERAL = ("[exec touch taken] [exit]", "$env(HOME) ${tcl_version}", "%W %A %% %s %K", '{ ] [ \\ "')
"""What Tcl would have taken for its own, as it is to stand there."""


class Shown:
    """A window of the program, in this process."""

    def __init__(self, app: App, until: Until) -> None:
        self.app = app
        self._until = until
        self._harmless: set[str] = set()

    async def chat(self) -> ChatWindow:
        """Wait until a room is on view."""
        chat = await self._until(lambda: self.app.chat, DEADLINE_S)
        assert chat is not None
        await self._until(lambda: chat.screen.header.texts[0] != "", DEADLINE_S)
        return chat

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield what every widget that there is has to show, and which one."""
        todo: list[tk.Misc] = [self.app.root]
        while todo:
            widget = todo.pop()
            todo += widget.winfo_children()
            for text in drawn(widget):
                yield str(widget), text

    def check(self) -> str:
        """Fail where something in a widget acts on it; return all of it."""
        found = list(self.texts())
        for where, text in found:
            # Most of it is as it was when it was last looked at.
            if text not in self._harmless:
                assert not acting(text, lines=True), (where, text[:200])
                self._harmless.add(text)
        return "\n".join(text for _, text in found)


async def end_of(chat: ChatWindow, until: Until, last: str) -> str:
    """Return what a transcript shows once it shows what came last."""

    def is_there() -> bool:
        chat.commands.do("newest")
        return last in chat.screen.transcript.shown

    await until(is_there, DEADLINE_S, what=last)
    return chat.screen.transcript.shown


def labels(menu: tk.Menu) -> Iterator[str]:
    """Yield what the entries of a menu say."""
    last = menu.index("end")
    for at in range(0 if last is None else last + 1):
        if menu.type(at) not in {"separator", "tearoff"}:
            yield str(menu.entrycget(at, "label"))


def drawn(widget: tk.Misc) -> Iterator[str]:
    """Yield what a widget shows."""
    match widget:
        case tk.Text():
            yield widget.get("1.0", "end-1c")
        case tk.Canvas():
            for item in widget.find_all():
                if str(widget.type(item)) == "text":
                    yield str(widget.tk.call(str(widget), "itemcget", item, "-text"))
        case ttk.Entry() | tk.Entry():
            yield widget.get()
        case tk.Menu():
            yield from labels(widget)
        case tk.Tk() | tk.Toplevel():
            yield str(widget.title())
        case _:
            if "text" in widget.keys():  # noqa: SIM118 - a widget is no dict
                yield str(widget.cget("text"))


@pytest.fixture
async def opened(
    display: str, tmp_path: Path, until: Until, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Callable[[str], Shown]]:
    """Return what opens a window on a server; `taken` would be made here by a script of theirs."""
    monkeypatch.chdir(tmp_path)
    apps: list[App] = []

    def opened(address: str) -> Shown:
        data = tmp_path / "window"
        file, chosen = PreferenceFile(data), Preferences(theme="dark")
        app = App(tk.Tk(), DARK, host=None, data=data, file=file, chosen=chosen)
        apps.append(app)
        given: dict[str, Any] = {"address": address, "name": "ada", "room": None}
        tasks.spawn(app.run(hosting=False, **given), name="window")
        return Shown(app, until)

    yield opened
    for app in apps:
        app.ask_to_close()
        await app.end()
    assert not (tmp_path / "taken").exists()


async def look_everywhere(shown: Shown, account: str, until: Until) -> str:
    """Open all that shows what others said, and look into every widget; return what was there."""
    chat = await shown.chat()
    session = chat.session
    seen = shown.check()
    for name, given in (
        ("people", Given()),
        ("profile", Given(account=account)),
        ("pinned", Given()),
        ("join", Given()),
        ("find", Given(words="taken")),
        ("jump", Given()),
        ("log", Given()),
        ("own-profile", Given()),
        ("topic", Given()),
        ("settings", Given()),
    ):
        before = len(shown.app.root.winfo_children())
        chat.commands.do(name, given)
        for _ in range(20):
            await asyncio.sleep(0.01)
            if len(shown.app.root.winfo_children()) > before:
                break
        shown.app.root.update_idletasks()
        await session.client.who("lobby")
        seen += shown.check()
        for child in shown.app.root.winfo_children():
            if isinstance(child, tk.Toplevel):
                child.destroy()
    return seen


async def test_a_window_beside_a_hostile_peer(
    opened: Callable[[str], Shown], serve: Serve, join: Join, until: Until
) -> None:
    """Nothing that somebody says is run by Tcl or changes a widget; it stands there as typed."""
    server = await serve()
    eve = await join(server, "eve")
    shown = opened(server.address)
    chat = await shown.chat()
    await say_all(eve)
    transcript = await end_of(chat, until, THE_END)
    for text in LITERAL:
        assert text in transcript
    await look_everywhere(shown, eve.account, until)
    for text in HOSTILE.values():
        await eve.ask("topic", room="lobby", text=text[:250])
        await eve.ask("profile", display=text[:50], status=text[:100])
        shown.check()
    await eve.ask("topic", room="lobby", text=LITERAL[0])
    await until(lambda: LITERAL[0] in chat.screen.header.texts[1], DEADLINE_S)
    shown.check()


async def test_a_window_on_a_hostile_server(
    opened: Callable[[str], Shown], raw: Raw, until: Until
) -> None:
    """Whatever a server sends, the window draws it as harmless text, and goes on."""
    liar = Liar()
    shown = opened(await raw(liar.serve))
    chat = await shown.chat()
    await end_of(chat, until, THE_END)
    shown.check()
    seen = await look_everywhere(shown, "p3", until)
    for text in LITERAL:
        assert text[:20] in seen
    chat.screen.composer.insert("hello")
    chat.session.post("hello")
    await end_of(chat, until, "Not sent")
    shown.check()
    room = next(name for name in chat.session.client.rooms if name.startswith("[exec"))
    chat.commands.do("open", Given(room=room))
    await until(lambda: chat.session.on_view == room, DEADLINE_S)
    await end_of(chat, until, "page [exec")
    shown.check()
