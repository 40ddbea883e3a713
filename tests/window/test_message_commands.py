from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.errors import ChatError
from asynchat.link.client import Client
from asynchat.window.presenters.commands import Given
from asynchat.window.widgets.dialog import Question
from tests.window.test_chat_window import ada, chat, live, server, session
from tests.window.test_composing import said

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import AsyncIterator
    from pathlib import Path

    from asynchat.server import Server
    from asynchat.window.chat_window import ChatWindow
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytest_plugins = ["tests.serving"]
pytestmark = pytest.mark.window
__all__ = ["ada", "chat", "live", "server", "session"]


@pytest.fixture
async def ben(server: Server, tmp_path: Path) -> AsyncIterator[Client]:
    async with Client(server.address, name="ben", data=tmp_path / "ben") as client:
        yield client


def reactions(chat: ChatWindow) -> dict[str, bool]:
    """Return the emoji under the newest message, and whether each is one's own."""
    line = chat.session.newest_said()
    return {} if line is None else {one.emoji: one.mine for one in line.reactions}


async def test_a_reaction_is_put_there_and_taken_away(
    chat: ChatWindow, press: Press, until: Until
) -> None:
    """A reaction is typed, picked, or clicked on; a second time it goes."""
    await said(chat, "done", until)
    chat.commands.do("react", Given(words=":tada:"))
    await until(lambda: reactions(chat) == {"🎉": True})
    chat.commands.do("react")
    picker = chat._messages._picker
    assert picker is not None
    await press(picker.entry, *"rocket", "Return")
    await until(lambda: reactions(chat) == {"🎉": True, "🚀": True})
    assert chat.screen.composer.recent[0] == "🚀"
    await until(lambda: chat.screen.transcript.text.tag_ranges("chip"))
    chat.screen.transcript.click("chip.first")
    await until(lambda: reactions(chat) == {"🚀": True})
    chat.commands.do("react")
    await press(picker.entry, "Escape")
    assert not picker.winfo_manager()


async def test_a_deletion_is_asked_once(
    chat: ChatWindow, root: tk.Tk, press: Press, until: Until
) -> None:
    """Escape keeps the message, the button deletes it for everybody."""
    await said(chat, "oops", until)

    def question() -> Question | None:
        found = [one for one in root.winfo_children() if isinstance(one, Question)]
        return found[0] if found else None

    for answer in ("keep", "delete"):
        chat.commands.do("delete")
        asked: Any = await until(question)
        asked.resolve(answer)
        await until(lambda: question() is None)
        if answer == "keep":
            assert chat.session.newest_own() is not None
    await until(lambda: chat.session.newest_own() is None)
    await until(lambda: "This message was deleted" in chat.screen.transcript.shown)


async def test_a_message_is_pinned_and_copied(
    chat: ChatWindow, root: tk.Tk, ben: Client, until: Until
) -> None:
    """What is chosen by the keys is meant; others' messages can be pinned, not edited."""
    await ben.send("lobby", "look")
    await until(lambda: "look" in chat.screen.transcript.shown)
    await said(chat, "mine", until)
    transcript = chat.screen.transcript
    await until(lambda: "mine" in transcript.shown)
    chat.commands.do("choose-previous")
    chat.commands.do("choose-previous")
    chosen = transcript.chosen
    assert chosen is not None
    assert chosen.text == "look"
    chat.commands.do("pin")
    await until(lambda: (now := transcript.chosen) and now.pinned)
    chat.commands.do("copy-message")
    assert root.clipboard_get() == "look"
    chat.commands.do("reply")
    assert chat.composing.reply_to == chosen.seq
    with pytest.raises(ChatError, match="not a message of yours"):
        chat.commands.do("edit")
    chat.commands.do("choose-next")
    chat.commands.do("edit")
    assert chat.screen.composer.typed == "mine"
    block = transcript.chosen
    assert block is not None
    chat._act("copy-message", block, "")
    assert root.clipboard_get() == "mine"
    chat._act("pin", block, "")
    await until(lambda: (now := transcript.chosen) and now.pinned)


async def test_where_there_is_nothing_nothing_is_done(chat: ChatWindow, until: Until) -> None:
    """In an empty room there is no message to act on, which is said."""
    for name in ("reply", "edit", "delete", "react", "pin", "copy-message"):
        with pytest.raises(ChatError, match="no such message"):
            chat.commands.do(name)


async def test_what_is_pinned_is_listed(chat: ChatWindow, ben: Client, until: Until) -> None:
    """The header counts what is pinned; the panel leads there, unpins, and keeps up."""
    line = await said(chat, "mine", until)
    await until(lambda: "mine" in chat.screen.transcript.shown)
    assert not chat.screen.header._pins.winfo_manager()
    chat.commands.do("pin")
    await until(chat.screen.header._pins.winfo_ismapped)
    assert str(chat.screen.header._pins.cget("text")) == " 1"
    chat.screen.header._pins.invoke()
    panel = chat._messages._pinned
    assert panel is not None
    assert panel.texts == ("mine",)
    other = await ben.send("lobby", "x" * 400)
    await ben.pin("lobby", other.seq)
    await until(lambda: panel.texts == ("mine", "x" * 300 + "…"))
    panel.press(1, "unpin")
    await until(lambda: panel.texts == ("mine",))
    panel.press(0, "jump")
    await until(lambda: chat.screen.transcript.text.tag_ranges("flash"))
    assert line.seq is not None
    chat.commands.do("pinned")


async def test_a_long_text_is_sent_as_several(
    chat: ChatWindow, root: tk.Tk, press: Press, until: Until
) -> None:
    """A text over the limit can be sent in parts; only the first of a reply is one."""
    line = await said(chat, "go on", until)
    chat.composing.reply(line)
    chat.screen.composer.insert("word " * 900 + "\nand the end")

    def question() -> Question | None:
        found = [one for one in root.winfo_children() if isinstance(one, Question)]
        return found[0] if found else None

    for answer in ("keep", "send"):
        await press(chat.screen.composer.text, "Return")
        asked: Any = await until(question)
        asked.resolve(answer)
        await until(lambda: question() is None)
    await until(lambda: (own := chat.session.newest_own()) and own.text.endswith("and the end"))
    lines = [
        one for one in chat.session.histories.state("lobby").timeline.lines if one.kind == "said"
    ]
    assert [one.reply_to for one in lines] == [None, line.seq, None]
    assert chat.draft.text == ""


async def test_what_is_no_talk_is_refused(chat: ChatWindow) -> None:
    """A text of many messages is refused with a sentence, and an edit is one message."""
    chat.screen.composer.insert("word " * 20_000)
    chat.send()
    assert "too many" in chat.screen.status.texts[1]


async def test_a_message_is_marked_unread(
    chat: ChatWindow, ben: Client, root: tk.Tk, until: Until
) -> None:
    """From the message that was chosen on, with the line above it, until Escape."""
    for text in ("one", "two", "three"):
        await ben.send("lobby", text)
    await until(lambda: "three" in chat.screen.transcript.shown)
    chat.screen.transcript.choose(-1)
    chat.screen.transcript.choose(-1)
    chat.commands.do("mark-unread")
    await until(lambda: root.title() == "(2) asynchat — #lobby")
    lines = chat.screen.transcript.text
    await until(lambda: lines.search("NEW", "1.0"))
    at = lines.search("NEW", "1.0")
    assert "two" in lines.get(f"{at} +1 lines", f"{at} +3 lines")
    chat.commands.do("mark-read")
    await until(lambda: root.title() == "asynchat — #lobby")
