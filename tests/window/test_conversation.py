"""A whole chat with a mouse: what is on the screen is clicked on where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.link.client import Client
from tests.window.test_chat_window import ada, chat, live, server, session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from asynchat.server import Server
    from asynchat.window.chat_window import ChatWindow
    from tests.plugins.waiting import Until

pytest_plugins = ["tests.serving"]
pytestmark = pytest.mark.window
__all__ = ["ada", "chat", "live", "server", "session"]

MANY = 700


@pytest.fixture
async def ben(server: Server, tmp_path: Path) -> AsyncIterator[Client]:
    async with Client(server.address, name="ben", data=tmp_path / "ben") as client:
        yield client


def click_on(chat: ChatWindow, tag: str) -> None:
    """Click on the first place under a tag."""
    text = chat.screen.transcript.text
    text.see(f"{tag}.first")
    text.update_idletasks()
    box = text.bbox(f"{tag}.first")
    assert box is not None
    x, y = box[0] + box[2] // 2, box[1] + box[3] // 2
    text.event_generate("<Enter>", x=x, y=y)
    text.event_generate("<Motion>", x=x, y=y)
    text.event_generate("<ButtonPress-1>", x=x, y=y)
    text.event_generate("<ButtonRelease-1>", x=x, y=y)


def on_view(chat: ChatWindow) -> str:
    """Return what can be read now."""
    text = chat.screen.transcript.text
    return text.get("@0,0", f"@{text.winfo_width()},{text.winfo_height()}")


async def test_a_click_on_a_quote_leads_far_up_and_a_button_back(
    chat: ChatWindow, ben: Client, until: Until
) -> None:
    """A reply to what was said long ago leads there; what comes meanwhile is counted."""
    await ben.create("zoo")
    first = await ben.send("zoo", "in the beginning")
    for number in range(MANY):
        ben.post("zoo", f"message {number}")
    await ben.send("zoo", "do you remember?", reply_to=first.seq)
    await chat.session.join("zoo")
    transcript = chat.screen.transcript
    await until(lambda: "do you remember?" in on_view(chat))
    await until(lambda: "in the beginning" in transcript.text.get("quoted.first", "end"))
    click_on(chat, "quoted")
    await until(lambda: "message 3\n" in on_view(chat))
    assert "do you remember?" not in transcript.shown
    assert not chat.reading
    await ben.send("zoo", "and this?")
    await until(lambda: "1 new message" in str(transcript._down.cget("text")))
    for _ in range(3):
        transcript.text.yview_moveto(1)
        await until(lambda: transcript.text.yview()[1] < 1)
    transcript._down.invoke()
    await until(lambda: "and this?" in on_view(chat))
    assert chat.session.places.here is None
    await until(lambda: transcript.pinned)


async def test_a_click_adds_one_s_own_reaction(chat: ChatWindow, ben: Client, until: Until) -> None:
    """A click on a reaction adds one's own, another one takes it away."""
    said = await ben.send("lobby", "done")
    await ben.react("lobby", said.seq, "🎉")

    def count() -> tuple[int, bool] | None:
        line = chat.session.line(said.seq)
        return (
            (line.reactions[0].count, line.reactions[0].mine) if line and line.reactions else None
        )

    for wanted in ((1, False), (2, True), (1, False)):
        await until(lambda: count() == wanted)  # noqa: B023
        await until(lambda: chat.screen.transcript.text.tag_ranges("chip"))
        chat.view.flush()
        click_on(chat, "chip")
    await until(lambda: count() == (2, True))
