from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from asynchat.errors import ChatError
from asynchat.link.client import Client
from asynchat.window.chat_window import ChatWindow
from asynchat.window.live_preferences import LivePreferences
from asynchat.window.preferences import PreferenceFile, Preferences
from asynchat.window.presenters.commands import Given
from asynchat.window.session import Session
from asynchat.window.widgets.dialog import Question
from asynchat.window.widgets.save_dialog import SaveDialog, SaveProgress

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

T = TypeVar("T", SaveDialog, Question, SaveProgress)


@pytest.fixture
async def server(serve: Serve) -> Server:
    return await serve()


@pytest.fixture
async def ben(server: Server, tmp_path: Path) -> AsyncIterator[Client]:
    async with Client(server.address, name="ben", data=tmp_path / "ben") as client:
        await client.create("zoo")
        yield client


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
async def session(
    server: Server, ben: Client, tmp_path: Path, tasks: Tasks, failures: Failures
) -> AsyncIterator[Session]:
    async with Client(server.address, name="ada", data=tmp_path / "ada") as client:
        await client.join("zoo")
        yield Session(client, tasks=tasks, failures=failures)


@pytest.fixture
async def chat(
    look: Look, session: Session, fill: Any, said: list[str], tmp_path: Path
) -> AsyncIterator[ChatWindow]:
    failures = session._failures
    failures.shown_by(lambda sentence, **_: said.append(sentence))
    live = LivePreferences(PreferenceFile(tmp_path), Preferences(), session._tasks, said.append)
    made = ChatWindow(look.root, look.root, look, session, failures, preferences=live, program={})
    await fill(made.screen)
    made.open("lobby")
    yield made
    made.close()


async def dialog_of(root: tk.Misc, kind: type[T], until: Until) -> T:
    """Wait for a dialog, and return it."""

    def shown() -> list[T]:
        found = [each for each in root.winfo_children() if isinstance(each, kind)]
        return [each for each in found if each.winfo_viewable()]

    return (await until(shown))[0]


async def test_a_room_is_saved(
    chat: ChatWindow, said: list[str], tmp_path: Path, press: Press, until: Until
) -> None:
    """By a command, a dialog with a file's name in it that Tab completes, and Return."""
    chat.session.post("hello")
    await until(lambda: not chat.session.client.outbox)
    chat.commands.do("save")
    dialog = await dialog_of(chat.screen.winfo_toplevel(), SaveDialog, until)
    assert dialog.typed == "~/lobby.txt"
    (tmp_path / "folder").mkdir()
    dialog.typed = f"{tmp_path}/fol"
    await press(dialog.name, "Tab")
    await until(lambda: dialog.typed == f"{tmp_path}/folder/")
    dialog.typed += "talk.pdf"
    await press(dialog.name, "Return")
    assert ".jsonl" in dialog.problem
    dialog.choose(".txt")
    dialog.typed = f"{tmp_path}/folder/talk.txt"
    await press(dialog.name, "Return")
    await until(lambda: said)
    assert said[-1].startswith("Saved #lobby")
    assert "#lobby ada: hello" in (tmp_path / "folder" / "talk.txt").read_text()


async def test_a_file_is_only_replaced_if_one_says_so(
    chat: ChatWindow, said: list[str], tmp_path: Path, until: Until
) -> None:
    """Another name, no name at all, or to replace it: each is an answer."""
    target = tmp_path / "talk.txt"
    target.write_text("mine")
    root = chat.screen.winfo_toplevel()
    chat.commands.do("save", Given(words=str(target)))
    question = await dialog_of(root, Question, until)
    with pytest.raises(ChatError):
        chat.commands.do("save")
    question.resolve("keep")
    dialog = await dialog_of(root, SaveDialog, until)
    dialog.resolve(str(target))
    question = await dialog_of(root, Question, until)
    assert target.read_text() == "mine"
    question.resolve("replace")
    await until(lambda: said)
    assert "ada joined" in target.read_text()
    await until(lambda: chat.commands._saving._task is None)
    chat.commands.do("save")
    (await dialog_of(root, SaveDialog, until)).resolve(None)
    await until(lambda: chat.commands._saving._task is None)


async def test_a_save_can_be_stopped(
    chat: ChatWindow,
    said: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    until: Until,
) -> None:
    """By the button of a window that says how far it is; then there is no file."""
    monkeypatch.setattr("asynchat.link.saving._PAGE_EVENTS", 1)
    for number in range(300):
        chat.session.post(f"line {number}")
    await until(lambda: not chat.session.client.outbox)
    chat.commands.do("save", Given(words=f"{tmp_path}/talk.txt"))
    progress = await dialog_of(chat.screen.winfo_toplevel(), SaveProgress, until)
    progress.cancel.invoke()
    await until(lambda: chat.commands._saving._task is None)
    assert not list(tmp_path.glob("*talk*"))
    chat.commands.do("save", Given(words=f"{tmp_path}/no/talk.txt"))
    await until(lambda: said)
    assert "was not saved" in said[-1]
