from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.drafts import Draft
from tests.window.test_chat_window import ada, chat, live, server, session

if TYPE_CHECKING:
    from asynchat.link.client import Client
    from asynchat.link.timeline import Line
    from asynchat.window.chat_window import ChatWindow
    from tests.plugins.waiting import Until
    from tests.window.conftest import Press

pytest_plugins = ["tests.serving"]
pytestmark = pytest.mark.window
__all__ = ["ada", "chat", "live", "server", "session"]


async def said(chat: ChatWindow, text: str, until: Until) -> Line:
    """Say something, and wait until all have it."""
    chat.session.post(text)

    def newest() -> Line | None:
        line = chat.session.newest_own()
        return line if line is not None and line.text == text else None

    line = await until(newest)
    assert line is not None
    return line


async def test_a_reply_is_sent_as_one(chat: ChatWindow, press: Press, until: Until) -> None:
    """Who replies sees to what, and the message says so; Escape makes it a plain one again."""
    line = await said(chat, "shall\nwe?", until)
    composing, text = chat.composing, chat.screen.composer.text
    composing.reply(line)
    assert chat.screen.mode.text == "Replying to ada shall we?"
    await press(text, *"no", "Escape")
    assert chat.screen.mode.text == ""
    assert chat.draft == Draft("no")
    composing.reply(line)
    await press(text, "w", "Return")
    await until(lambda: (own := chat.session.newest_own()) and own.text == "now")
    own = chat.session.newest_own()
    assert own is not None
    assert own.reply_to == line.seq
    assert own.quote is not None
    assert own.quote.text == "shall\nwe?"
    assert chat.screen.mode.text == ""
    assert chat.draft == Draft()


async def test_up_edits_the_last_message(chat: ChatWindow, press: Press, until: Until) -> None:
    """Up in an empty composer takes the last message, Enter saves it, also with a slash."""
    line = await said(chat, "tpyo", until)
    assert line.seq is not None
    text = chat.screen.composer.text
    await press(text, "Up")
    assert chat.screen.composer.typed == "tpyo"
    assert chat.screen.mode.text == "Editing your message Enter saves, Esc cancels"
    assert chat.draft == Draft()
    await press(text, "Control-a", "slash", "m", "e", "Return")
    await until(lambda: (now := chat.session.line(line.seq or 0)) and now.text == "/me")
    now = chat.session.line(line.seq)
    assert now is not None
    assert now.edited
    assert chat.screen.composer.typed == ""
    await press(text, "Up", "Return")
    assert chat.composing.editing is None


async def test_the_draft_before_comes_back(chat: ChatWindow, press: Press, until: Until) -> None:
    """What was being written when an edit began is there again when it ends, reply and all."""
    first = await said(chat, "first", until)
    await said(chat, "second", until)
    text = chat.screen.composer.text
    chat.composing.reply(first)
    await press(text, "o", "k")
    before = chat.draft
    chat.composing.edit(first)
    assert chat.screen.composer.typed == "first"
    assert chat.draft == before
    await press(text, "Escape")
    assert chat.draft == before == Draft("ok", first.seq, "ada", "first")
    assert chat.composing.reply_to == first.seq
    assert chat.screen.mode.text == "Replying to ada first"
    await press(text, "BackSpace", "BackSpace", "Up")
    assert chat.composing.editing is None


async def test_each_room_has_its_own(
    chat: ChatWindow, ada: Client, press: Press, until: Until
) -> None:
    """A reply stays with its room, and is there when one comes back."""
    line = await said(chat, "first", until)
    await chat.session.create("zoo")
    chat.session.show("lobby")
    chat.composing.reply(line)
    chat.session.show("zoo")
    assert chat.screen.mode.text == ""
    assert not chat.composing.cancel()
    assert not chat.composing.edit_newest()
    chat.session.show("lobby")
    assert chat.screen.mode.text == "Replying to ada first"
    chat.screen.mode._cancel.invoke()
    assert chat.screen.mode.text == ""


async def test_other_arrows_edit_nothing(chat: ChatWindow, press: Press, until: Until) -> None:
    """Up with Ctrl or Alt is another key, also where nothing is written."""
    await said(chat, "first", until)
    await until(lambda: "first" in chat.screen.transcript.shown)
    await press(chat.screen.composer.text, "Alt-Up", "Shift-Up", "Control-Up")
    assert chat.composing.editing is None
    chosen = chat.screen.transcript.chosen
    assert chosen is not None
    assert chosen.text == "first"
