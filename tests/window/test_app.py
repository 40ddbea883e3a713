from __future__ import annotations

import asyncio
import tkinter as tk
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from asynchat.link.client import Client
from asynchat.window import app as app_module
from asynchat.window.app import App
from asynchat.window.look.palettes import DARK
from asynchat.window.preferences import Place, PreferenceFile, Preferences
from asynchat.window.widgets.log_panel import LogPanel
from asynchat.window.widgets.room_dialog import RoomDialog
from asynchat.window.widgets.settings_panel import SettingsPanel
from asynchat.window.widgets.shortcut_sheet import ShortcutSheet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from asynchat.server import Server
    from asynchat.tasks import Tasks
    from asynchat.window.chat_window import ChatWindow
    from asynchat.window.widgets.connect_screen import ConnectScreen
    from tests.plugins.waiting import Until
    from tests.serving import Serve

pytest_plugins = ["tests.serving"]
pytestmark = pytest.mark.window

CHOSEN = Preferences(theme="dark")
"""What the tests begin with, whatever the desktop's own theme."""


class Run:
    """A window that is being shown."""

    def __init__(self, app: App, until: Until) -> None:
        self.app = app
        self._until = until
        self.status: int | None = None

    async def first(self) -> ConnectScreen:
        """Wait for the first screen."""
        screen = await self._until(lambda: self.app.connect_screen)
        assert screen is not None
        return screen

    async def chat(self) -> ChatWindow:
        """Wait for the main screen, with its room on view."""
        chat = await self._until(lambda: self.app.chat)
        assert chat is not None
        await self._until(lambda: chat.screen.header.texts[0] != "")
        return chat

    async def fill(self, address: str | None, name: str) -> None:
        """Fill in the first screen and press its button."""
        screen = await self.first()
        for entry, text in ((screen.address, address), (screen.name, name)):
            if text is not None:
                entry.delete(0, "end")
                entry.insert(0, text)
        screen.ask()

    async def say(self, text: str) -> None:
        """Write something and press Enter."""
        chat = await self.chat()
        chat.screen.composer.insert(text)
        await self.press(chat.screen.composer.text, "Return")

    async def press(self, widget: tk.Misc, key: str) -> None:
        """Press a key in a widget."""
        widget.focus_force()
        await self._until(lambda: widget.focus_displayof() is widget)
        widget.update()
        widget.event_generate(f"<{key}>")

    def shown(self) -> str:
        """Return what the transcript shows."""
        return "" if self.app.chat is None else self.app.chat.screen.transcript.shown


T = TypeVar("T")


def children(run: Run, kind: type[T]) -> list[T]:
    """Return the windows of a kind that are open."""
    return [child for child in run.app.root.winfo_children() if isinstance(child, kind)]


@pytest.fixture
async def opened(
    display: str, tmp_path: Path, until: Until, tasks: Tasks
) -> AsyncIterator[Callable[..., Run]]:
    """Return what opens windows; they are closed after the test."""
    apps: list[App] = []

    def opened(
        *,
        host: Any = None,
        hosting: bool = False,
        chosen: Preferences | None = CHOSEN,
        **wanted: Any,
    ) -> Run:
        data = tmp_path / "window"
        file = PreferenceFile(data)
        kept = file.load()[0] if chosen is None else chosen
        app = App(tk.Tk(), DARK, host=host, data=data, file=file, chosen=kept)
        run = Run(app, until)

        async def show() -> None:
            options = {"address": None, "name": None, "room": None, **wanted}
            run.status = await app.run(hosting=hosting, **options)

        tasks.spawn(show(), name="window")
        apps.append(app)
        return run

    yield opened
    for app in apps:
        app.ask_to_close()
        await app.end()


@pytest.fixture
async def server(serve: Serve) -> Server:
    return await serve()


@pytest.fixture
async def ben(server: Server, tmp_path: Path) -> AsyncIterator[Client]:
    async with Client(server.address, name="ben", data=tmp_path / "ben") as client:
        yield client


async def test_from_the_first_screen_to_a_conversation(
    opened: Any, server: Server, ben: Client, until: Until
) -> None:
    """Address and name connect; what is said is shown on both sides, and Exit is seen."""
    run = opened()
    await run.fill(server.address, "ada")
    await run.say("hello ben")
    await until(lambda: "hello ben" in run.shown())
    await ben.send("lobby", "hello ada")
    await until(lambda: "hello ada" in run.shown())
    await until(lambda: ben.online("lobby") == 2)
    run.app.chat.commands.do("quit")
    await until(lambda: run.status == 0)
    await run.app.end()
    await until(lambda: ben.online("lobby") == 1)


async def test_a_taken_name_is_told_on_the_first_screen(
    opened: Any, server: Server, ben: Client, until: Until
) -> None:
    """A name that is taken is told in a sentence, with another that is one press away."""
    run = opened()
    await run.fill(server.address, "ben")
    screen = await run.first()
    await until(lambda: screen.texts[0])
    assert screen.texts[0].startswith("Somebody else is called ben.")
    screen._suggest.invoke()
    chat = await run.chat()
    assert chat.screen.sidebar._name.full.startswith("ben")


async def test_a_bad_address_is_told_on_the_first_screen(opened: Any, until: Until) -> None:
    """What is no address is told there, and the screen can be used again."""
    run = opened()
    await run.fill("http://example.org", "ada")
    screen = await run.first()
    await until(lambda: "is no address" in screen.texts[0])
    assert screen.address.instate(["invalid", "!disabled"])


async def test_a_server_that_is_not_there_yet_is_waited_for(
    opened: Any, serve: Serve, until: Until, unused_tcp_port: int
) -> None:
    """The reason is told while it is tried again, and it connects once the server is there."""
    run = opened()
    await run.fill(f"asynchat://127.0.0.1:{unused_tcp_port}?tls=no", "ada")
    screen = await run.first()
    await until(lambda: "nobody listens there" in screen.texts[1])
    await serve(port=unused_tcp_port)
    await run.chat()


async def test_waiting_can_be_cancelled(
    opened: Any, server: Server, until: Until, unused_tcp_port: int
) -> None:
    """Cancel stops the trying, and another address can be tried."""
    run = opened()
    await run.fill(f"asynchat://127.0.0.1:{unused_tcp_port}?tls=no", "ada")
    screen = await run.first()
    await until(lambda: "nobody listens there" in screen.texts[1])
    screen._cancel.invoke()
    assert screen.texts == ("", "")
    # What shows how it goes is due now, and the task has not heard of its end yet.
    await asyncio.sleep(0)
    run.app.root.update()
    await until(lambda: not run.app.entering.busy)
    assert screen.texts == ("", "")
    await run.fill(server.address, "ada")
    await run.chat()


async def test_who_does_not_wait_for_the_end_is_let_in(
    opened: Any, server: Server, until: Until, unused_tcp_port: int
) -> None:
    """Another address that is asked for right after Cancel is tried next."""
    run = opened()
    await run.fill(f"asynchat://127.0.0.1:{unused_tcp_port}?tls=no", "ada")
    screen = await run.first()
    await until(lambda: "nobody listens there" in screen.texts[1])
    screen._cancel.invoke()
    await run.fill(server.address, "ada")
    assert run.app.entering.busy
    await run.chat()


async def test_with_address_and_name_nothing_is_asked(opened: Any, server: Server) -> None:
    """Both given on the command line connect at once."""
    run = opened(address=server.address, name="ada", room="lobby")
    chat = await run.chat()
    assert chat.screen.header.texts[0] == "# lobby"


async def test_rooms_are_made_joined_and_left(
    opened: Any, server: Server, ben: Client, until: Until
) -> None:
    """The dialog creates and joins rooms, the keys go from one to the next, a command leaves."""
    await ben.create("zoo", topic="Animals")
    run = opened(address=server.address, name="ada")
    chat = await run.chat()

    async def dialog() -> RoomDialog:
        chat.screen.sidebar._add.invoke()
        return (await until(lambda: children(run, RoomDialog)))[0]

    listed = (await dialog()).listed
    listed._on_choose(next(row for row in listed.rows if row.key == "zoo"))
    await until(lambda: chat.screen.header.texts == ("# zoo", "Animals · 2 members"))
    made = await dialog()
    made.name.insert(0, "cats")
    made._create()
    await until(lambda: chat.screen.header.texts[0] == "# cats")
    await run.press(chat.screen.composer.text, "Alt-Down")
    await until(lambda: chat.screen.header.texts[0] == "# zoo")
    await run.press(chat.screen.composer.text, "Alt-Up")
    await until(lambda: chat.screen.header.texts[0] == "# cats")
    await run.say("/leave")
    await until(lambda: chat.screen.header.texts[0] == "# lobby")


async def test_a_person_is_clicked_for_a_direct_room(
    opened: Any, server: Server, ben: Client, until: Until
) -> None:
    """A click on a person opens the room of two; what is said there reaches only them."""
    run = opened(address=server.address, name="ada")
    chat = await run.chat()
    rows = chat.screen.sidebar.rows
    await until(lambda: any(row.text == "ben" for row in rows.rows))
    # Nobody clicks on what is not on the screen yet.
    await until(rows.canvas.winfo_viewable)
    row = next(row for row in rows.rows if row.text == "ben")
    x, y = rows.row_box(row.key)
    rows.canvas.event_generate("<Button-1>", x=x, y=y)
    await until(lambda: chat.screen.header.texts[0] == "ben")
    await run.say("psst")
    await until(lambda: any(room.direct for room in ben.rooms.values()))


@pytest.mark.parametrize(
    ("typed", "says"),
    [("/nope", "no command /nope"), ("x" * 4001, "1 character too many"), ("   ", "")],
)
async def test_what_cannot_be_sent_is_not(
    opened: Any, server: Server, until: Until, typed: str, says: str
) -> None:
    """What cannot be sent stays where it was typed, with a few words that say why."""
    run = opened(address=server.address, name="ada")
    await run.say(typed)
    chat = await run.chat()
    assert chat.screen.composer.typed == typed
    assert says in chat.screen.status.texts[1]
    chat.change_status()
    assert says in chat.screen.status.texts[1]
    chat.screen.composer.insert(" ")
    chat.screen.composer.text.delete("1.0", "end")
    await until(lambda: not chat.screen.status.texts[1])


@pytest.mark.parametrize(
    ("command", "header"),
    [("/create cats", "# cats"), ("/msg ben hi", "ben"), ("/join zoo", "# zoo")],
)
async def test_commands_go_where_they_say(
    opened: Any, ben: Client, until: Until, command: str, header: str
) -> None:
    """Slash commands do what the buttons do."""
    await ben.create("zoo")
    run = opened(address=ben.address, name="ada")
    chat = await run.chat()
    await run.say(command)
    await until(lambda: chat.screen.header.texts[0] == header)
    await run.say("/topic New things")
    await run.say("/help")
    sheet = (await until(lambda: children(run, ShortcutSheet)))[0]
    assert ("Join a room", "/join ROOM", "Ctrl+J") in sheet.lines
    sheet.close()
    await run.say("/quit")
    await until(lambda: run.status == 0)


async def test_a_refusal_is_shown_in_the_banner(opened: Any, server: Server, until: Until) -> None:
    """What the server refuses is told in the window, which goes on."""
    run = opened(address=server.address, name="ada")
    await run.say("/join no-such-room")
    await until(lambda: run.app.banner.text == "There is no room of that name.")
    await run.say("still here")
    await until(lambda: "still here" in run.shown())


async def test_the_title_counts_what_is_unread(
    opened: Any, server: Server, ben: Client, until: Until
) -> None:
    """What is said in a room not on view is in the title, until it is looked at."""
    run = opened(address=server.address, name="ada")
    await run.chat()
    await run.say("/create zoo")
    await until(lambda: run.app.root.title() == "asynchat — #zoo")
    await ben.send("lobby", "hello")
    await until(lambda: run.app.root.title() == "(1) asynchat — #zoo")
    chat = await run.chat()
    await run.press(chat.screen.composer.text, "Alt-Up")
    await until(lambda: run.app.root.title() == "asynchat — #lobby")


async def test_the_theme_is_switched_and_remembered(
    opened: Any, server: Server, tmp_path: Path, until: Until
) -> None:
    """A press changes light and dark, live, and the choice is kept."""
    run = opened(address=server.address, name="ada")
    chat = await run.chat()
    chat.screen.sidebar._theme.invoke()
    assert run.app.root.cget("background") == "#ffffff"
    await until(lambda: PreferenceFile(tmp_path / "window").load()[0].theme == "light")
    chat.screen.sidebar._theme.invoke()
    await until(lambda: PreferenceFile(tmp_path / "window").load()[0].theme == "dark")


async def test_zoom(opened: Any, server: Server, until: Until) -> None:
    """Ctrl with plus, minus and nought makes everything larger, smaller and normal."""
    run = opened(address=server.address, name="ada")
    chat = await run.chat()
    normal = run.app.look.fonts.line_height()
    await run.press(chat.screen.composer.text, "Control-plus")
    await run.press(chat.screen.composer.text, "Control-plus")
    await until(lambda: run.app.look.fonts.line_height() > normal)
    await run.press(chat.screen.composer.text, "Control-minus")
    await run.press(chat.screen.composer.text, "Control-0")
    await until(lambda: run.app.look.fonts.line_height() == normal)


async def test_the_clipboard_is_pasted(opened: Any, server: Server, until: Until) -> None:
    """Ctrl+V puts the clipboard's text into the field or the composer."""
    run = opened()
    screen = await run.first()
    run.app.root.clipboard_clear()
    run.app.root.clipboard_append("ada\n")
    screen.name.delete(0, "end")
    await run.press(screen.name, "Control-v")
    await until(lambda: screen.name.get() == "ada ⏎")
    await run.fill(server.address, "ada")
    chat = await run.chat()
    await run.press(chat.screen.composer.text, "Control-v")
    await until(lambda: chat.screen.composer.typed == "ada\n")


async def test_a_field_has_a_menu_by_the_right_button(
    opened: Any, server: Server, until: Until
) -> None:
    """The first screen's fields and the composer have cut, copy and paste; what only shows, not."""
    run = opened()
    screen = await run.first()
    await until(screen.name.winfo_viewable)

    def menus(widget: tk.Misc) -> list[tk.Misc]:
        return [child for child in widget.winfo_children() if isinstance(child, tk.Menu)]

    screen.name.event_generate("<Button-3>", x=5, y=5)
    assert len(menus(screen.name)) == 1
    menus(screen.name)[0].destroy()
    await run.fill(server.address, "ada")
    chat = await run.chat()
    text = chat.screen.composer.text
    text.event_generate("<Button-3>", x=5, y=5)
    assert len(menus(text)) == 1
    menus(text)[0].destroy()


async def test_zoom_theme_and_place_are_there_the_next_time(
    opened: Any, server: Server, tmp_path: Path, until: Until
) -> None:
    """A window begins as the last one ended, and a damaged file is told of."""
    run = opened(address=server.address, name="ada")
    chat = await run.chat()
    run.app.root.geometry("800x560+60+50")
    await run.press(chat.screen.composer.text, "Control-plus")
    await run.press(chat.screen.composer.text, "Control-Shift-L")
    await until(lambda: run.app.preferences.now.place == Place(60, 50, 800, 560))
    await run.say("/quit")
    await until(lambda: run.status == 0)
    await run.app.end()
    kept, _ = PreferenceFile(tmp_path / "window").load()
    assert (kept.zoom, kept.theme, kept.place) == (110, "light", Place(60, 50, 800, 560))


async def test_settings_log_and_keys_open_by_key(opened: Any, server: Server, until: Until) -> None:
    """They open from the first screen as well, and the window behind stays usable."""
    run = opened()
    screen = await run.first()
    await run.press(screen.name, "F1")
    (await until(lambda: children(run, ShortcutSheet)))[0].close()
    await run.press(screen.name, "Control-comma")
    settings = (await until(lambda: children(run, SettingsPanel)))[0]
    await run.fill(server.address, "ada")
    chat = await run.chat()
    settings._do("log")
    log = (await until(lambda: children(run, LogPanel)))[0]
    await until(lambda: f"{server.address}: online" in log.text.get("1.0", "end"))
    log.close()
    settings.close()
    assert chat.session.client.connection.phase == "online"


def watched(monkeypatch: pytest.MonkeyPatch) -> list[App]:
    """Return where every window that the entry makes will be found."""
    made: list[App] = []

    class Watched(App):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            made.append(self)

    monkeypatch.setattr(app_module, "App", Watched)
    return made


async def test_closing_while_nobody_answers_is_quiet(
    display: str,
    tmp_path: Path,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
    unused_tcp_port: int,
) -> None:
    """A window that still waits for a server closes like any other, and logs no error."""
    made = watched(monkeypatch)
    address = f"asynchat://127.0.0.1:{unused_tcp_port}?tls=no"
    async with asyncio.TaskGroup() as group:
        running = group.create_task(
            app_module.run(
                address=address, name="ada", room=None, host=None, data=tmp_path / "data"
            )
        )
        await until(lambda: made and made[0].connect_screen)
        screen = made[0].connect_screen
        await until(lambda: screen is not None and "nobody listens there" in screen.texts[1])
        made[0].ask_to_close()
    assert running.result() == 0


async def test_run_shows_the_window_until_it_is_told_to_close(
    display: str, server: Server, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry asks for what was not given, and returns 0 when the window is closed."""
    made = watched(monkeypatch)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(
            app_module.run(
                address=server.address, name="ada", room=None, host=None, data=tmp_path / "data"
            )
        )
        await until(lambda: made and made[0].chat)
        made[0].root.tk.eval(made[0].root.protocol("WM_DELETE_WINDOW"))
    assert running.result() == 0


async def test_without_a_display_the_entry_says_so(
    display: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no window can be opened, Tk's error comes out of the entry."""
    monkeypatch.setenv("DISPLAY", ":99999")
    with pytest.raises(tk.TclError, match="display"):
        await app_module.run(address=None, name=None, room=None, host=None, data=None)
