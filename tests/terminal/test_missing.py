"""Rows for messages that the server cannot read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.link.notices import Damaged, WasReset
from asynchat.link.timeline import DAMAGED
from asynchat.store import opening
from tests.faults.test_damage import flip
from tests.terminal.talking import talking

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from asynchat.link.client import Client
    from tests.terminal.conftest import Stage

ROW = f"* {DAMAGED}"


@pytest.mark.allow_log_errors
async def test_a_row_stands_in_the_place_of_a_message(
    client: Callable[..., Client],
    stage: Stage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where it was said, and where a page begins or ends with it; once each."""
    monkeypatch.setattr(opening, "CHECKED_AT_START", 1)
    async with talking(client("ada")) as ada:
        for text in ("one", "flip this", "two", "and that", "three", "four"):
            await ada.client.send("lobby", text)
    await stage.stop()
    flip(tmp_path / "server", b"flip this")
    flip(tmp_path / "server", b"and that")
    await stage.start()
    async with talking(client("ben")) as ben:
        shown = [row for row in ben.shown if row == ROW or row.startswith("ada: ")]
        assert shown == ["ada: one", ROW, "ada: two", ROW, "ada: three", "ada: four"]


async def test_what_the_stream_lacks_is_told_with_what_follows(
    client: Callable[..., Client],
) -> None:
    """In its own room alone, and not of a history that counts no more."""
    async with talking(client("ada")) as ada:
        said = await ada.client.send("lobby", "one")
        ada.conversation.notice(Damaged("den", (said.seq + 1,)))
        ada.conversation.notice(Damaged("lobby", (said.seq + 1, said.seq + 5)))
        ada.rows.clear()
        await ada.client.create("den")
        await ada.client.send("lobby", "two")
        assert [row for row in ada.shown if row.endswith((DAMAGED, "two"))] == [ROW, "ada: two"]
        ada.conversation.notice(WasReset("Another history."))
        ada.rows.clear()
        await ada.call("history", None)
        assert ROW not in ada.shown
