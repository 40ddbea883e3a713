from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.link.client import Client
from asynchat.store.sqlite import SqliteStore
from asynchat.window.chat_window import ChatWindow
from asynchat.window.live_preferences import LivePreferences
from asynchat.window.preferences import PreferenceFile, Preferences
from asynchat.window.session import Session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from asynchat.server import Server
    from asynchat.tasks import Tasks
    from asynchat.window.failures import Failures
    from asynchat.window.look.theme import Look
    from asynchat.window.widgets.search_panel import SearchPanel
    from tests.plugins.waiting import Until
    from tests.serving import Serve
    from tests.window.conftest import Press

pytest_plugins = ["tests.serving"]
pytestmark = pytest.mark.window


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
async def server(serve: Serve, log: Path) -> Server:
    return await serve(store=SqliteStore(log))


@pytest.fixture
async def ben(server: Server, tmp_path: Path) -> AsyncIterator[Client]:
    async with Client(server.address, name="ben", data=tmp_path / "ben") as client:
        await client.create("zoo")
        yield client


@pytest.fixture
async def session(
    server: Server, ben: Client, tmp_path: Path, tasks: Tasks, failures: Failures
) -> AsyncIterator[Session]:
    async with Client(server.address, name="ada", data=tmp_path / "ada") as client:
        await client.join("zoo")
        yield Session(client, tasks=tasks, failures=failures)


@pytest.fixture
async def chat(
    look: Look, session: Session, failures: Failures, fill: Any, tmp_path: Path
) -> AsyncIterator[ChatWindow]:
    said: list[str] = []
    failures.shown_by(lambda sentence, **_: said.append(sentence))
    live = LivePreferences(PreferenceFile(tmp_path), Preferences(), session._tasks, said.append)
    made = ChatWindow(look.root, look.root, look, session, failures, preferences=live, program={})
    await fill(made.screen)
    made.open("lobby")
    yield made
    made.close()
    assert not said


async def opened(chat: ChatWindow, press: Press) -> SearchPanel:
    await press(chat.screen.composer.text, "Control-f")
    panel = chat.commands.searching.panel
    assert panel is not None
    return panel


async def test_what_was_said_is_found_and_gone_to(
    chat: ChatWindow, session: Session, ben: Client, press: Press, until: Until
) -> None:
    """By the keys alone: Ctrl+F, a word, Enter; in this room first, then in all of them."""
    await ben.send("lobby", "Cake here")
    far = await ben.send("zoo", "cake there")
    for number in range(60):
        await ben.send("zoo", f"and {number}")
    panel = await opened(chat, press)
    await press(panel.entry, *"cake")
    await until(lambda: panel.said == "1 message was found.")
    assert [found.where for found in panel.results] == ["#lobby"]
    panel.typed = "in:zoo cake"
    await until(lambda: [found.where for found in panel.results] == ["#zoo"])
    await press(panel.entry, "Return")
    await until(lambda: session.on_view == "zoo")
    text = chat.screen.transcript.text
    await until(lambda: (at := text.search("cake there", "1.0")) and text.dlineinfo(at))
    line = session.line(far.seq)
    assert line is not None
    assert chat.commands.searching.panel is panel
    await press(panel.entry, "Escape")
    assert chat.commands.searching.panel is None


async def test_older_ones_come_as_one_goes_down(
    chat: ChatWindow, ben: Client, press: Press, until: Until
) -> None:
    """Page by page, each of them once, the newest first."""
    for number in range(50):
        await ben.send("zoo", f"tea {number}\n" * 3)
    panel = await opened(chat, press)
    panel.typed = "in:zoo tea"
    await until(lambda: panel.said == "The newest 20; scroll down for older ones.")
    while len(panel.results) < 50:
        count = len(panel.results)
        await press(panel.entry, *["Next"] * 5)
        await until(lambda count=count: len(panel.results) > count)  # type: ignore[misc]
    seqs = [found.seq for found in panel.results]
    assert seqs == sorted(set(seqs), reverse=True)
    await until(lambda: panel.said == "50 messages were found.")


async def test_only_the_newest_question_is_answered(
    chat: ChatWindow, session: Session, ben: Client, press: Press, until: Until
) -> None:
    """What was typed before it is dropped, and one asks once where somebody types on."""
    await ben.send("lobby", "first one")
    await ben.send("lobby", "second one")
    await until(lambda: session.unread() == 0)
    panel = await opened(chat, press)
    searching = chat.commands.searching
    panel.typed = "first"
    searching._begin()
    panel.typed = "second"
    searching._begin()
    await until(lambda: panel.results)
    assert ("second", True) in panel.results[0].pieces
    panel.typed = ""
    await until(lambda: panel.said == "" and not panel.results)


async def test_failures_are_said(chat: ChatWindow, press: Press, until: Until) -> None:
    """Nothing found, nobody of that name, no day: each in words, below the list."""
    panel = await opened(chat, press)
    panel.typed = "nowhere"
    await until(lambda: panel.said == "Nothing was found.")
    panel.typed = "from:nobody"
    await until(lambda: "nobody of that name" in panel.said)
    panel.typed = "before:soon"
    await until(lambda: "no day" in panel.said)


async def test_without_a_connection_it_waits(
    chat: ChatWindow, log: Path, serve: Serve, press: Press, until: Until
) -> None:
    """It says so, and searches as soon as the connection is back."""
    await chat.session.client.send("lobby", "cake")
    panel = await opened(chat, press)
    (server,) = serve._running
    port = int(server.address.split(":")[-1].split("?")[0])
    await serve.stop(server)
    await until(lambda: not chat.session.online)
    panel.typed = "cake"
    await until(lambda: panel.said.startswith("There is no connection"))
    await serve(port=port, store=SqliteStore(log))
    chat.session.client.retry_now()
    await until(lambda: panel.results)


async def test_another_room_is_another_search(
    chat: ChatWindow, session: Session, ben: Client, press: Press, until: Until
) -> None:
    """This room is the one on view; a slash command and the panel's cross do what keys do."""
    await ben.send("zoo", "cake in the zoo")
    chat.screen.composer.show("/search cake", "")
    await press(chat.screen.composer.text, "Return")
    panel = chat.commands.searching.panel
    assert panel is not None
    assert panel.typed == "cake"
    await until(lambda: panel.said == "Nothing was found.")
    session.show("zoo")
    await until(lambda: panel.said == "1 message was found.")
    panel._shut.invoke()
    assert chat.commands.searching.panel is None


async def test_operators_people_and_rooms_are_completed(
    chat: ChatWindow, ben: Client, press: Press, until: Until
) -> None:
    """Tab and a few letters write a search; Escape closes the list first, then the panel."""
    await ben.set_profile(display="Benedict")
    await ben.send("lobby", "cake by ben")
    chat.session.post("cake by me")
    await until(lambda: chat.session.called(ben.account or "", "ben") == "Benedict")
    panel = await opened(chat, press)
    await press(panel.entry, *"cake", "space", *"fr", "Tab")
    assert panel.typed == "cake from:"
    await press(panel.entry, *"ben", "Tab")
    assert panel.typed == "cake from:ben"
    await until(lambda: [found.called for found in panel.results] == ["Benedict"])
    await press(panel.entry, *"in", "colon", *"lo", "Return")
    assert panel.typed == "cake from:ben in:lobby"
    await press(panel.entry, "Tab", "Escape")
    assert not panel.completed.list.choices
    assert chat.commands.searching.panel is panel
    await press(panel.entry, "Escape")
    assert chat.commands.searching.panel is None
