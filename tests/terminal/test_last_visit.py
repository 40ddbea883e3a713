"""The terminal client before the network answers: what it shows, and that it goes on from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.errors import ChatError
from asynchat.link.client import Client
from asynchat.link.notices import Told
from asynchat.tasks import Tasks
from asynchat.terminal.commands import Speech
from asynchat.terminal.conversation import LAST_LINES, Conversation
from asynchat.terminal.render import row_text
from tests.terminal.conftest import SETTINGS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from asynchat.terminal.render import Row
    from tests.plugins.waiting import Until
    from tests.terminal.conftest import Stage


@pytest.fixture
async def visit(stage: Stage, tmp_path: Path) -> AsyncIterator[Callable[[], Client]]:
    """Make clients of one person, which keep history; they are closed after the test."""
    clients: list[Client] = []

    def visit() -> Client:
        data = tmp_path / "me"
        clients.append(
            Client(stage.address, name="ada", data=data, keep_history=True, settings=SETTINGS)
        )
        return clients[-1]

    yield visit
    for client in clients:
        await client.close()


def said(rows: list[Row]) -> list[str]:
    """Return the lines of people among rows, without their times and numbers."""
    texts = [row_text(row) for row in rows]
    return [text.split(" ", 2)[2] for text in texts if ": " in text and "*" not in text]


async def test_the_last_lines_are_there_at_once_and_no_line_comes_twice(
    stage: Stage,
    visit: Callable[[], Client],
    client: Callable[..., Client],
    until: Until,
) -> None:
    """Without a network the newest lines of the room are shown and one can write; when there is
    one, what was missed follows, and no line comes twice.
    """
    ben = client("ben")
    await ben.start()
    first = visit()
    await first.start()
    for number in range(LAST_LINES + 3):
        await ben.send("lobby", f"line {number}")
    await until(lambda: first._conversation._last_seq >= LAST_LINES + 3)
    await first.close()
    await ben.send("lobby", "missed")
    await stage.stop()
    rows: list[Row] = []
    again = visit()
    conversation = Conversation(again, rows.append)
    again.subscribe(conversation.notice)
    assert await again.begin()
    assert await conversation.recall("lobby")
    shown = [f"ben: line {number}" for number in range(3, LAST_LINES + 3)]
    assert said(rows) == shown
    await until(lambda: again.connection.phase == "waiting")
    assert " here" not in conversation.status()
    assert "not connected" in conversation.status()
    await conversation.do(Speech("mine"))
    assert "1 sending" in conversation.status()
    await stage.start()
    again.retry_now()
    await until(lambda: not again.outbox)
    assert said(rows) == [*shown, "ben: missed", "ada: mine"]
    rows.clear()
    await conversation.commands["history"]("3")
    assert said(rows) == [f"ben: line {number}" for number in range(3)]


async def test_the_last_visit_is_shown_as_it_was_left(
    stage: Stage,
    visit: Callable[[], Client],
    client: Callable[..., Client],
    until: Until,
) -> None:
    """Without a network edits, reactions and deletions are shown, too; what was missed is told
    by the number that the line has, and what a reply far down is to follows.
    """
    ben = client("ben")
    await ben.start()
    first = visit()
    await first.start()
    far = await ben.send("lobby", "far up")
    for number in range(LAST_LINES):
        await ben.send("lobby", f"line {number}")
    gone, helo = await ben.send("lobby", "secret"), await ben.send("lobby", "helo")
    await ben.send("lobby", "as I said", reply_to=far.seq)
    await ben.redact("lobby", gone.seq)
    await ben.edit("lobby", helo.seq, "hello")
    await ben.react("lobby", helo.seq, "👍")
    await ben.pin("lobby", helo.seq)
    end = await ben.send("lobby", "end")
    await until(lambda: first._conversation._last_seq >= end.seq)
    await first.close()
    await stage.stop()
    rows: list[Row] = []
    again = visit()
    conversation = Conversation(again, rows.append)
    again.subscribe(conversation.notice)
    assert await again.begin()
    assert await conversation.recall("lobby")
    tasks = Tasks()
    tasks.spawn(conversation.tell_quotes(), name="quotes")
    shown = [row_text(row)[6:] for row in rows[-4:]]
    deleted, edited, _, last = (text.split(" ", 1)[-1] for text in shown)
    assert (deleted, last) == ("ben: (deleted)", "ben: end")
    assert edited == "ben: hello (edited, pinned)\n      👍 1"
    assert row_text(rows[-2]).startswith("      ↪ an earlier message\n")
    assert "secret" not in "".join(map(row_text, rows))
    which = shown[1].partition(" ")[0]
    await stage.start()
    again.retry_now()
    try:
        await until(lambda: any(row_text(row).endswith(" to ben: far up") for row in rows))
        await ben.edit("lobby", helo.seq, "hello, all")
        told = f"* ben edited {which}: hello, all"
        await until(lambda: any(row_text(row).endswith(told) for row in rows))
    finally:
        await tasks.cancel()
    assert sum("edited" in row_text(row) for row in rows) == 2


async def test_a_room_of_which_nothing_is_kept_is_not_recalled(visit: Callable[[], Client]) -> None:
    """On a first visit, and in a room that one is not in, there is nothing to show."""
    client = visit()
    rows: list[Row] = []
    conversation = Conversation(client, rows.append)
    assert not await client.begin()
    assert not await conversation.recall("lobby")
    await client.welcomed()
    assert not await conversation.recall("nowhere")
    assert rows == []


async def test_damage_is_told_and_one_can_talk_all_the_same(
    client: Callable[..., Client], until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the server cannot read is told in a line; the room is open all the same."""
    rows: list[Row] = []
    ada = client("ada")
    conversation = Conversation(ada, rows.append)
    ada.subscribe(conversation.notice)
    await ada.start()

    async def damaged(*_: object, **__: object) -> None:
        raise ChatError("damaged", "Event 1 is damaged.")

    monkeypatch.setattr(ada, "history", damaged)
    await conversation.open("lobby")
    conversation.notice(Told("Event 2 is damaged."))
    assert [text for text in map(row_text, rows) if "damaged" in text] == [
        "* Event 1 is damaged.",
        "* Event 2 is damaged.",
    ]
    await conversation.do(Speech("hi"))
    await until(lambda: said(rows) == ["ada: hi"])
