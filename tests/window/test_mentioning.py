"""Mentions in a whole window, with a server and somebody else who talks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.link.client import Client
from asynchat.window.chat_window import ChatWindow
from asynchat.window.live_preferences import LivePreferences
from asynchat.window.preferences import PreferenceFile, Preferences
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
    from tests.window.conftest import Press

pytest_plugins = ["tests.serving"]
pytestmark = pytest.mark.window


@pytest.fixture
async def server(serve: Serve) -> Server:
    return await serve()


@pytest.fixture
async def ben(server: Server, tmp_path: Path) -> AsyncIterator[Client]:
    async with Client(server.address, name="ben", data=tmp_path / "ben") as client:
        yield client


@pytest.fixture
def live(tmp_path: Path, tasks: Tasks, failures: Failures) -> LivePreferences:
    kept = Preferences(emoji=("🚀",))
    return LivePreferences(PreferenceFile(tmp_path), kept, tasks, failures.say)


@pytest.fixture
async def session(
    server: Server, ben: Client, tmp_path: Path, tasks: Tasks, failures: Failures
) -> AsyncIterator[Session]:
    async with Client(server.address, name="ada", data=tmp_path / "ada") as ada:
        yield Session(ada, tasks=tasks, failures=failures)


@pytest.fixture
async def chat(
    look: Look, session: Session, failures: Failures, fill: Any, live: LivePreferences
) -> AsyncIterator[ChatWindow]:
    root = look.root
    made = ChatWindow(root, root, look, session, failures, preferences=live, program={})
    await fill(made.screen)
    made.open("lobby")
    yield made
    made.close()


def under(chat: ChatWindow, tag: str) -> list[str]:
    """Return the texts under a tag."""
    text = chat.screen.transcript.text
    ranges = text.tag_ranges(tag)
    return [text.get(a, b) for a, b in zip(ranges[::2], ranges[1::2], strict=True)]


async def test_who_is_mentioned_sees_it(
    chat: ChatWindow, ben: Client, until: Until, live: LivePreferences
) -> None:
    """A mention of oneself is tinted, one of somebody else is not; so are words, once chosen."""
    await until(lambda: chat._mentioning.names() == ["ben"])
    await ben.send("lobby", "@ada, look; so says @ben. The build is green")
    await until(lambda: under(chat, "me") == ["@ada"])
    assert under(chat, "mention") == ["@ben"]
    assert len(under(chat, "mine")) == 1
    live.change(highlights=("green",))
    await until(lambda: under(chat, "me") == ["@ada", "green"])


async def test_tab_knows_who_is_there(chat: ChatWindow, press: Press, until: Until) -> None:
    """Tab completes the others in the room, not oneself."""
    await until(lambda: chat._mentioning.names() == ["ben"])
    await press(chat.screen.composer.text, "b", "Tab")
    assert chat.draft.text == "ben: "


async def test_emoji_picked_are_remembered(
    chat: ChatWindow, press: Press, until: Until, live: LivePreferences, tmp_path: Path
) -> None:
    """What was picked of late is kept with the preferences, and there at the next start."""
    composer = chat.screen.composer
    assert composer.recent == ("🚀",)
    composer.toggle_picker()
    picker = composer._picker
    assert picker is not None
    await press(picker.entry, *"tada", "Return")
    assert chat.draft.text == "🎉"
    await live.written()
    kept, problem = PreferenceFile(tmp_path).load()
    assert (kept.emoji, problem) == (("🎉", "🚀"), None)


async def test_people_are_shown_as_they_chose(chat: ChatWindow, ben: Client, until: Until) -> None:
    """A head has the display name, also one that was written before, as long as there is one."""
    text = chat.screen.transcript.text
    said = await ben.send("lobby", "hello")
    ben.post("lobby", "as I said", reply_to=said.seq)
    await until(lambda: under(chat, "quoted_name") == ["ben"])
    assert text.get(*text.tag_nextrange("sender", "1.0")) == "ben"
    await ben.set_profile(display="Benedict")
    await until(lambda: text.get(*text.tag_nextrange("sender", "1.0")) == "Benedict")
    assert under(chat, "quoted_name") == ["Benedict"]
    chat.commands.show("lobby")
    assert text.get(*text.tag_nextrange("sender", "1.0")) == "Benedict"
    await ben.set_profile(display="")
    await until(lambda: text.get(*text.tag_nextrange("sender", "1.0")) == "ben")


async def test_everywhere_people_are_called_as_they_chose(
    chat: ChatWindow, root: tk.Tk, ben: Client, until: Until
) -> None:
    """In the header and title of their room, in who is typing, in a reply and in Ctrl+K."""
    await ben.set_profile(display="Benedict")
    await until(lambda: chat.session.called(ben.account or "", "ben") == "Benedict")
    await chat.session.open_direct(ben.account or "")
    await until(lambda: chat.screen.header.texts[0] == "Benedict")
    await until(lambda: root.title() == "asynchat — Benedict")
    assert "Message Benedict" in chat.screen.composer.placeholder
    room = chat.session.on_view or ""
    await until(lambda: room in ben.rooms)
    ben.typing(room)
    await until(lambda: chat.session.typing() == "Benedict is typing …")
    await ben.send(room, "hello")
    await until(lambda: "hello" in chat.screen.transcript.shown)
    chat.commands.do("reply")
    assert chat.screen.mode.text == "Replying to Benedict hello"
    assert "Benedict" in {offer.row.text for offer in chat.commands.offers()}
    await ben.set_profile(display="Benny")
    await until(lambda: chat.screen.header.texts[0] == "Benny")
