"""What becomes of what a deleted account said, over real sockets."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from asynchat.hub.forgetting import TRIES_AGAIN_AFTER_S, Forgetting
from asynchat.store.interface import Forgotten, StoreError
from asynchat.store.memory import MemoryStore
from asynchat.store.sqlite import SqliteStore
from tests.raw_client import fresh_token

if TYPE_CHECKING:
    from pathlib import Path

    from tests.plugins.waiting import Until
    from tests.serving import Join, Serve


@pytest.mark.parametrize("blank", [False, True])
async def test_what_a_deleted_account_said(
    serve: Serve, join: Join, until: Until, tmp_path: Path, blank: bool
) -> None:
    """Its name goes, and what it said where that was asked, of which everybody is told."""
    server = await serve(store=SqliteStore(tmp_path / "log"))
    ada, ben = await join(server, "ada", token=fresh_token()), await join(server, "ben")
    said = await ada.ask("say", room="lobby", text="remember me?")
    await ada.ask("unregister", blank=blank)
    if blank:
        deleted = await ben.expect("redacted", about=said["seq"])
        assert (deleted["sender"], deleted["account"]) == ("", ada.account)

    async def names() -> set[str]:
        page = await ben.ask("history", room="lobby")
        return {one["sender"] for one in page["events"] if one["account"] == ada.account}

    while await names() != {""}:
        pass  # each question takes its time
    page = await ben.ask("history", room="lobby")
    (kept,) = [one for one in page["events"] if one["seq"] == said["seq"]]
    assert kept["text"] == ("" if blank else "remember me?")


async def test_a_store_that_cannot_is_asked_again(caplog: pytest.LogCaptureFixture) -> None:
    """It is told in the log, and nothing is given up."""

    class Failing(MemoryStore):
        async def forget(self) -> Forgotten:
            raise StoreError("The disk is full.")

    async def nothing(*_: object) -> None:
        return

    caplog.set_level(logging.WARNING)
    forgetting = Forgetting(Failing(), nothing, now_ms=lambda: 0)
    assert await forgetting.step() == TRIES_AGAIN_AFTER_S
    assert "deleted accounts are not forgotten yet: The disk is full." in caplog.text
    assert await Forgetting(MemoryStore(), nothing, now_ms=lambda: 0).step() is None
