from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.link.client import Client
from asynchat.window.chat_window import ChatWindow
from asynchat.window.live_preferences import LivePreferences
from asynchat.window.preferences import PreferenceFile, Preferences
from asynchat.window.presenters.sidebar import Row
from asynchat.window.session import Session

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import AsyncIterator
    from pathlib import Path

    from asynchat.server import Server
    from asynchat.tasks import Tasks
    from asynchat.window.failures import Failures
    from asynchat.window.look.theme import Look
    from tests.plugins.waiting import Until
    from tests.serving import Serve

pytest_plugins = ["tests.serving"]
pytestmark = pytest.mark.window

PROGRAM = ("larger", "smaller", "normal-size", "theme", "settings", "log", "help", "quit")
"""The commands that are the program's."""


@pytest.fixture
async def server(serve: Serve) -> Server:
    return await serve()


@pytest.fixture
async def ada(server: Server, tmp_path: Path) -> AsyncIterator[Client]:
    async with Client(server.address, name="ada", data=tmp_path / "ada") as client:
        yield client


@pytest.fixture
def session(ada: Client, tasks: Tasks, failures: Failures) -> Session:
    return Session(ada, tasks=tasks, failures=failures)


@pytest.fixture
def live(tmp_path: Path, tasks: Tasks, failures: Failures) -> LivePreferences:
    return LivePreferences(PreferenceFile(tmp_path), Preferences(), tasks, failures.say)


@pytest.fixture
async def chat(
    look: Look, session: Session, failures: Failures, fill: Any, live: LivePreferences
) -> AsyncIterator[ChatWindow]:
    root = look.root
    made = ChatWindow(
        root,
        root,
        look,
        session,
        failures,
        preferences=live,
        program={name: lambda: None for name in PROGRAM},
    )
    await fill(made.screen)
    made.open(None)
    yield made
    made.close()


async def menu_of(root: tk.Tk, until: Until) -> Any:
    """Return the menu that is open."""
    menus = await until(
        lambda: [one for one in root.winfo_children() if one.winfo_class() == "Menu"]
    )
    return menus[0]


def labels(menu: Any) -> list[tuple[str, str]]:
    return [
        (menu.entrycget(at, "label"), menu.entrycget(at, "state"))
        for at in range(menu.index("end") + 1)
    ]


ROOM = [
    ("Open", "normal"),
    ("Show who is in the room", "normal"),
    ("Invite somebody to the room", "normal"),
    ("Set the room's topic", "normal"),
    ("Notifications", "normal"),
    ("Save this conversation to a file", "normal"),
]


@pytest.mark.parametrize(
    ("row", "entries"),
    [
        (Row("room", "lobby", "# lobby"), [*ROOM, ("Leave the room", "disabled")]),
        (
            Row("room", "zoo", "# zoo"),
            [
                *ROOM[:4],
                ("Settings of the room …", "normal"),
                ("Show who is muted in the room or banned from it", "normal"),
                *ROOM[4:],
                ("Leave the room", "normal"),
            ],
        ),
        (
            Row("person", "b1", "ben"),
            [
                ("Write a direct message", "normal"),
                ("Show the profile", "normal"),
                ("Block: hide what they say", "normal"),
                ("Remove from the room …", "normal"),
                ("Mute …", "normal"),
                ("Ban …", "normal"),
                ("Make a moderator of the room", "normal"),
            ],
        ),
    ],
)
async def test_each_row_has_its_menu(
    chat: ChatWindow, root: tk.Tk, until: Until, row: Row, entries: list[tuple[str, str]]
) -> None:
    """A room can be opened and left, but for the lobby; a person can be written to.

    Who made the room on view keeps order in it.
    """
    await chat._session.create("zoo")
    chat._row_menu(row, root.winfo_rootx() + 50, root.winfo_rooty() + 50)
    menu = await menu_of(root, until)
    assert labels(menu) == entries
    menu.unpost()
    await until(lambda: not [one for one in root.winfo_children() if one.winfo_class() == "Menu"])


async def test_a_room_is_left_by_its_menu(chat: ChatWindow, root: tk.Tk, until: Until) -> None:
    """Leaving a room from its menu takes it out of the sidebar."""
    await chat._session.create("zoo")
    await until(lambda: any(row.key == "zoo" for row in chat.screen.sidebar.rows.rows))
    chat._row_menu(Row("room", "zoo", "# zoo"), 50, 50)
    menu = await menu_of(root, until)
    menu.invoke("end")
    await until(lambda: not any(row.key == "zoo" for row in chat.screen.sidebar.rows.rows))
    menu.unpost()


async def test_a_failed_paste_of_nothing_changes_nothing(
    chat: ChatWindow, root: tk.Tk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an empty clipboard a paste does nothing."""

    async def nothing(_: object) -> str:
        return ""

    async def no_picture(_: object) -> bytes:
        return b""

    monkeypatch.setattr("asynchat.window.sharing.clipboard_text", nothing)
    monkeypatch.setattr("asynchat.window.sharing.clipboard_picture", no_picture)
    await chat.sharing.paste()
    assert chat.screen.composer.typed == ""


async def test_what_is_typed_is_told_and_measured(chat: ChatWindow, until: Until) -> None:
    """A message too long is told while it is typed, and not any more when it is shorter."""
    chat.screen.composer.insert("x" * 4_001)
    assert chat.screen.status.texts[1] == "1 character too many"
    chat.screen.composer.clear()
    assert chat.screen.status.texts[1] == ""


async def test_who_scrolled_up_sees_what_is_new_in_the_title(
    chat: ChatWindow, root: tk.Tk, server: Server, tmp_path: Path, until: Until
) -> None:
    """What comes in below what is read counts as unread, until one goes down to it."""
    async with Client(server.address, name="ben", data=tmp_path / "ben") as ben:
        for number in range(60):
            ben.post("lobby", f"line {number}")
        await until(lambda: "line 59" in chat.screen.transcript.shown)
        chat.screen.transcript.text.yview_moveto(0)
        await until(lambda: not chat.screen.transcript.pinned)
        await ben.send("lobby", "below")
        await until(lambda: root.title() == "(1) asynchat — #lobby")
        await until(lambda: "1 new message" in str(chat.screen.transcript._down.cget("text")))
        chat.screen.transcript._down.invoke()
        await until(lambda: root.title() == "asynchat — #lobby")


async def test_the_clock_is_changed_live(
    chat: ChatWindow, live: LivePreferences, until: Until
) -> None:
    """Times are written by the clock that is chosen, those on view too."""
    chat.session.post("hello")
    await until(lambda: "hello" in chat.screen.transcript.shown)
    times = [block.time for block in chat.view.presenter.blocks if block.kind == "said"]
    live.change(clock=12)
    blocks = chat.view.presenter.blocks
    assert [block.time for block in blocks if block.kind == "said"] != times
    assert blocks[-1].time.endswith(("AM", "PM"))
    chat.close()
    live.change(clock=24)
    await live.written()


async def test_the_connection_is_in_the_log(
    chat: ChatWindow, ada: Client, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    """Support sees when and why the connection was lost."""
    caplog.set_level("INFO", "asynchat.window.chat_window")
    await ada.close()
    chat.change_status()
    told = "asynchat.window.chat_window"
    (record,) = (record for record in caplog.records if record.name == told)
    assert record.getMessage() == f"{ada.address}: closed "


async def test_the_hint_is_short_in_a_narrow_window(
    chat: ChatWindow, root: tk.Tk, until: Until
) -> None:
    """What belongs in the composer is said in as many words as there is room for."""
    await until(lambda: "Enter sends" in chat.screen.composer.placeholder)
    root.geometry("440x500")
    await until(lambda: chat.screen.composer.placeholder == "Message #lobby")


async def test_what_came_while_the_window_was_away_begins_with_a_line(
    chat: ChatWindow, root: tk.Tk, server: Server, tmp_path: Path, until: Until
) -> None:
    """Where more came than the window holds, its beginning is on view when one comes back; then
    it is read, and the line goes with Escape.
    """
    text = chat.screen.transcript.text

    def new_on_view() -> bool:
        at = text.search("NEW", "1.0")
        return bool(at) and text.dlineinfo(at) is not None

    async with Client(server.address, name="ben", data=tmp_path / "ben") as ben:
        await ben.send("lobby", "seen")
        await until(lambda: "seen" in chat.screen.transcript.shown)
        root.iconify()
        await until(lambda: root.focus_displayof() is None)
        for number in range(60):
            ben.post("lobby", f"line {number}")
        await until(lambda: "line 59" in chat.screen.transcript.shown)
        await until(lambda: root.title() == "(60) asynchat — #lobby")
        await until(lambda: text.search("NEW", "1.0"))
        assert not new_on_view()
        root.deiconify()
        root.focus_force()
        await until(new_on_view)
        await until(lambda: root.title() == "asynchat — #lobby")
        chat.commands.do("mark-read")
        await until(lambda: not text.search("NEW", "1.0"))
