"""A chat window on a real server, to send files from, and somebody who sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.link.client import Client
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
    from tests.serving import Serve


@pytest.fixture
async def server(serve: Serve) -> Server:
    return await serve()


@pytest.fixture
async def ben(server: Server, tmp_path: Path) -> AsyncIterator[Client]:
    async with Client(server.address, name="ben", data=tmp_path / "ben") as client:
        yield client


@pytest.fixture
def said(failures: Failures) -> list[str]:
    found: list[str] = []
    failures.shown_by(lambda sentence, **_: found.append(sentence))
    return found


@pytest.fixture
async def chat(
    *,
    look: Look,
    server: Server,
    tmp_path: Path,
    tasks: Tasks,
    failures: Failures,
    said: list[str],
    fill: Any,
) -> AsyncIterator[ChatWindow]:
    async with Client(server.address, name="ada", data=tmp_path / "ada") as client:
        session = Session(client, tasks=tasks, failures=failures)
        live = LivePreferences(PreferenceFile(tmp_path), Preferences(), tasks, said.append)
        made = ChatWindow(
            look.root, look.root, look, session, failures, preferences=live, program={}
        )
        await fill(made.screen)
        made.open("lobby")
        yield made
        made.close()
