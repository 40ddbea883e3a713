from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from asynchat.errors import ChatError
from asynchat.link.client import Client
from asynchat.window.chat_window import ChatWindow
from asynchat.window.live_preferences import LivePreferences
from asynchat.window.preferences import PreferenceFile, Preferences
from asynchat.window.presenters.commands import COMMANDS, Given
from asynchat.window.presenters.sidebar import Row
from asynchat.window.session import Session
from asynchat.window.widgets.invite_dialog import InviteDialog
from asynchat.window.widgets.people_panel import PeoplePanel, ProfilePanel
from asynchat.window.widgets.room_dialog import RoomChoice, RoomDialog

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import AsyncIterator
    from pathlib import Path

    from asynchat.server import Server
    from asynchat.tasks import Tasks
    from asynchat.window.failures import Failures
    from asynchat.window.look.theme import Look
    from asynchat.window.widgets.jump_box import JumpBox
    from tests.plugins.waiting import Until
    from tests.serving import Serve
    from tests.window.conftest import Press

pytest_plugins = ["tests.serving"]
pytestmark = pytest.mark.window

T = TypeVar("T")


@pytest.fixture
async def server(serve: Serve) -> Server:
    return await serve()


@pytest.fixture
async def ben(server: Server, tmp_path: Path) -> AsyncIterator[Client]:
    async with Client(server.address, name="ben", data=tmp_path / "ben") as client:
        await client.create("zoo", topic="Animals")
        await client.create("yard")
        yield client


@pytest.fixture
async def session(
    server: Server, ben: Client, tmp_path: Path, tasks: Tasks, failures: Failures
) -> AsyncIterator[Session]:
    async with Client(server.address, name="ada", data=tmp_path / "ada") as client:
        yield Session(client, tasks=tasks, failures=failures)


@pytest.fixture
def said(failures: Failures) -> list[str]:
    """Return what the window says in its banner."""
    found: list[str] = []
    failures.shown_by(lambda sentence, **_: found.append(sentence))
    return found


@pytest.fixture
def live(tmp_path: Path, tasks: Tasks, said: list[str]) -> LivePreferences:
    return LivePreferences(PreferenceFile(tmp_path), Preferences(), tasks, said.append)


@pytest.fixture
async def chat(
    look: Look, session: Session, failures: Failures, fill: Any, live: LivePreferences
) -> AsyncIterator[ChatWindow]:
    called: list[str] = []
    names = (
        *("larger", "smaller", "normal-size", "theme", "settings", "log", "help", "quit"),
        *(
            "add-server",
            "previous-server",
            "next-server",
            "disconnect",
            "remove-server",
            "sign-in",
            "server-details",
        ),
    )
    made = ChatWindow(
        look.root,
        look.root,
        look,
        session,
        failures,
        preferences=live,
        program={name: (lambda name=name: called.append(name)) for name in names},  # type: ignore[misc]
    )
    await fill(made.screen)
    made.open(None)
    yield made
    made.close()


def box_of(chat: ChatWindow) -> JumpBox:
    """Return the box of Ctrl+K, which is there."""
    box = chat.commands.box
    assert box is not None
    return box


async def opened(root: tk.Misc, until: Until, kind: type[T]) -> T:
    """Wait for a window of a kind, and return it."""
    found = await until(
        lambda: [child for child in root.winfo_children() if isinstance(child, kind)]
    )
    return found[0]


async def test_every_command_can_be_done(chat: ChatWindow) -> None:
    """The table and what is done agree: no command is without an action."""
    wanted = {command.name for command in COMMANDS if not command.native}
    # A number of a server's is a key only, and the program's.
    assert wanted == chat.commands.names | {"nth-server"}


async def test_ctrl_k_jumps_to_a_room_a_person_and_a_command(
    root: tk.Tk, chat: ChatWindow, press: Press, until: Until
) -> None:
    """Ctrl+K, letters and Enter lead to a room one is not in yet, to a person, to a command."""
    session, composer = chat.session, chat.screen.composer.text
    await press(composer, "Control-k")
    box = box_of(chat)
    await until(lambda: any(row.key == "zoo" for row in box.rows))
    await press(box.entry, *"zoo", "Return")
    await until(lambda: session.on_view == "zoo")
    assert chat.commands.box is None
    await until(lambda: root.focus_get() is composer)
    await press(composer, "Control-k")
    box = box_of(chat)
    await press(box.entry, *"ben", "Return")
    await until(lambda: session.label() == "ben")
    await press(composer, "Control-k")
    box = box_of(chat)
    await press(box.entry, *"lobby", "Return")
    await until(lambda: session.on_view == "lobby")
    await press(composer, "Control-k")
    box = box_of(chat)
    await press(box.entry, "greater", *"people")
    await until(lambda: box.rows[0].key != "")
    await press(box.entry, "Escape")
    assert chat.commands.box is None
    await until(lambda: root.focus_get() is composer)
    chat.commands.do("jump")
    chat.commands.do("jump")
    assert chat.commands.box is None


async def test_several_people_are_written_to(
    server: Server, tmp_path: Path, chat: ChatWindow, press: Press, until: Until
) -> None:
    """Names with a comma between them open one room, by ``/msg`` and Ctrl+K, and so do people
    picked from a list.
    """
    session, composer = chat.session, chat.screen.composer.text
    async with Client(server.address, name="carol", data=tmp_path / "carol") as carol:
        chat.commands.do("direct", Given(words="@ben,carol hello both"))
        await until(lambda: session.label() == "ben, carol")
        name = session.on_view
        await until(lambda: name in carol.rooms)
        chat.commands.show("lobby")
        await press(composer, "Control-k")
        box = box_of(chat)
        await press(box.entry, *"car", "comma", *"be", "Return")
        await until(lambda: session.on_view == name)
        chat.commands.show("lobby")
        chat.commands.do("people")
        panel = await opened(chat.screen.winfo_toplevel(), until, PeoplePanel)
        await until(lambda: len(panel.list.rows) == 3)
        await press(panel.list.canvas, "Down", "space", "Down", "space")
        panel.write.invoke()
        await until(lambda: session.on_view == name)


async def test_keys_go_from_room_to_room(
    chat: ChatWindow, ben: Client, press: Press, until: Until
) -> None:
    """Next and unread rooms, and rooms by number, are a key away."""
    session, composer = chat.session, chat.screen.composer.text
    for name in ("zoo", "yard"):
        await session.join(name)
    await press(composer, "Control-Key-1")
    assert session.on_view == "lobby"
    await press(composer, "Control-Key-3")
    assert session.on_view == "zoo"
    await press(composer, "Control-Key-9")
    assert session.on_view == "zoo"
    await press(composer, "Alt-Down")
    assert session.on_view == "lobby"
    await ben.send("zoo", "hello")
    await until(lambda: session.unread() == 1)
    await press(composer, "Alt-Shift-Down")
    assert session.on_view == "zoo"
    await press(composer, "Alt-Shift-Up")
    assert session.on_view == "zoo"


async def test_escape_marks_the_room_as_read(
    root: tk.Tk, chat: ChatWindow, ben: Client, press: Press, until: Until
) -> None:
    """What lies below counts as read by Escape, and the reader is not moved."""
    session = chat.session
    for number in range(60):
        ben.post("lobby", f"line {number}")
    await until(lambda: "line 59" in chat.screen.transcript.shown)
    chat.screen.transcript.text.yview_moveto(0)
    await until(lambda: not chat.screen.transcript.pinned)
    await ben.send("lobby", "below")
    await until(lambda: session.unread() == 1)
    await press(chat.screen.composer.text, "Escape")
    assert session.unread() == 0
    assert not chat.screen.transcript.pinned
    await press(chat.screen.composer.text, "Alt-End")
    await until(lambda: chat.screen.transcript.pinned)


async def test_the_sidebar_comes_and_goes_by_key(
    root: tk.Tk, chat: ChatWindow, press: Press, until: Until
) -> None:
    """F9 shows it with the keys in it; in a narrow window Escape takes it away again."""
    composer, sidebar = chat.screen.composer.text, chat.screen.sidebar
    await press(composer, "F9")
    await until(lambda: not sidebar.winfo_ismapped())
    root.geometry("460x500")
    await until(lambda: chat.screen.narrow)
    await press(composer, "F9")
    await until(lambda: root.focus_get() is sidebar.rows.canvas)
    await press(sidebar.rows.canvas, "Escape")
    await until(lambda: not sidebar.winfo_ismapped() and root.focus_get() is composer)


async def test_somebody_is_invited(
    root: tk.Tk, chat: ChatWindow, ben: Client, until: Until, said: list[str]
) -> None:
    """By its button a dialog asks whom, by slash command the name is said at once."""
    session = chat.session
    await session.create("den", private=True)
    await until(lambda: chat.screen.header.texts[0] == "# den")
    chat.screen.header._invite.invoke()
    dialog = await opened(root, until, InviteDialog)
    await until(lambda: dialog.grab_status() == "local")
    assert [row.text for row in dialog.list.rows] == ["ben"]
    dialog.resolve("ben")
    await until(lambda: "den" in ben.rooms)
    chat.screen.composer.insert("/invite nobody")
    chat.send()
    await until(lambda: said == ["There is nobody of that name."])


async def test_people_and_their_cards(
    root: tk.Tk, chat: ChatWindow, ben: Client, until: Until
) -> None:
    """The count leads to the people, one of them to the card, and the card to a message."""
    chat.screen.header._count.invoke()
    panel = await opened(root, until, PeoplePanel)
    await until(lambda: {row.text for row in panel.list.rows} == {"ada (you)", "ben"})
    panel.list.invoke(next(row for row in panel.list.rows if row.text == "ben"))
    card = await opened(root, until, ProfilePanel)
    await until(card.winfo_viewable)
    assert card.texts[:2] == ("ben", "online")
    assert card.texts[2].startswith("since ")
    card.first.invoke()
    await until(lambda: chat.session.label() == "ben")
    chat.commands.do("people", Given(room="lobby"))
    assert not panel.winfo_exists()


async def test_the_topic_is_set_where_it_stands(
    chat: ChatWindow, ben: Client, press: Press, until: Until
) -> None:
    """Ctrl+Shift+T lets the topic be typed in the header; the others see it."""
    await chat.session.join("zoo")
    await until(lambda: chat.screen.header.texts[1].startswith("Animals"))
    await press(chat.screen.composer.text, "Control-Shift-T")
    topic = chat.screen.header.topic
    await until(topic.winfo_ismapped)
    topic.delete(0, "end")
    topic.insert(0, "Beasts")
    await press(topic, "Return")
    await until(lambda: ben.rooms["zoo"].topic == "Beasts")
    await until(lambda: chat.screen.header.texts[1].startswith("Beasts"))


async def test_what_cannot_be_done_is_refused(chat: ChatWindow) -> None:
    """The lobby is not left, by whatever way it is asked for."""
    with pytest.raises(ChatError, match="cannot be done here"):
        chat.commands.do("leave")


async def test_rooms_are_asked_for(root: tk.Tk, chat: ChatWindow, until: Until) -> None:
    """Without a name, join and create open the same dialog, which leads to a room."""
    chat.commands.do("join")
    dialog = await opened(root, until, RoomDialog)
    await until(lambda: dialog.grab_status() == "local")
    dialog.resolve(RoomChoice("zoo", create=False))
    await until(lambda: chat.session.on_view == "zoo")
    await until(lambda: not dialog.winfo_exists())
    chat.commands.do("create")
    dialog = await opened(root, until, RoomDialog)
    await until(lambda: dialog.grab_status() == "local")
    dialog.resolve(RoomChoice("lobby", create=False))
    await until(lambda: chat.session.on_view == "lobby")
    await until(lambda: not dialog.winfo_exists())


async def test_the_focused_field_has_its_menu_by_key(
    root: tk.Tk, chat: ChatWindow, press: Press, until: Until
) -> None:
    """Shift+F10 opens the menu of the composer, and the row's own in the sidebar."""
    composer = chat.screen.composer.text
    await press(composer, "Shift-F10")
    menus = [one for one in composer.winfo_children() if one.winfo_class() == "Menu"]
    assert len(menus) == 1
    menus[0].destroy()


async def test_the_address_is_copied(root: tk.Tk, chat: ChatWindow, said: list[str]) -> None:
    """Who wants to invite others has the address on the clipboard."""
    chat.commands.do("copy-address")
    assert root.clipboard_get() == chat.session.client.address
    assert said == ["The address is on the clipboard."]
    chat.commands.do("reconnect")


async def test_the_sidebars_row_leads_where_it_says(chat: ChatWindow, until: Until) -> None:
    """A room opened from its menu is on view."""
    await chat.session.join("zoo")
    await chat.session.join("yard")
    chat.commands.do("open", Given(room="zoo"))
    assert chat.session.on_view == "zoo"
    assert Row("room", "zoo", "# zoo").active
