from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asynchat.errors import ChatError
from asynchat.link.client import Client
from asynchat.link.notices import Warned, WasReset
from asynchat.link.wire import LinkSettings
from asynchat.store.interface import StoreError
from asynchat.store.memory import MemoryStore
from asynchat.window.drafts import Draft
from asynchat.window.session import Session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from pathlib import Path

    from asynchat.chat.drafts import AnyDraft
    from asynchat.link.timeline import Line, Splice
    from asynchat.server import Server
    from asynchat.store.interface import Outcome
    from asynchat.tasks import Tasks
    from asynchat.window.failures import Failures
    from tests.plugins.waiting import Until
    from tests.serving import Serve

pytest_plugins = ["tests.serving"]

QUICK = LinkSettings(first_retry_s=0.02, longest_retry_s=0.1, close_timeout_s=0.5)


class Screen:
    """Keeps what it is told to show, as lines of text."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.draft = Draft()
        self.at: int | None = None
        self.news = 0
        self.shows = 0
        self.reading = True
        self.greetings: list[str] = []
        self.shown = True

    def show_room(self, lines: Sequence[Line], draft: Draft) -> None:
        self.lines = list(lines)
        self.draft = draft
        self.shows += 1

    def show_place(self, lines: Sequence[Line], seq: int) -> None:
        self.lines = list(lines)
        self.show_line(seq)

    def show_line(self, seq: int) -> None:
        assert any(line.seq == seq for line in self.lines)
        self.at = seq

    def show_newest(self, lines: Sequence[Line]) -> None:
        self.lines = list(lines)

    def extend_lines(self, at: int, lines: Sequence[Line]) -> None:
        self.lines[at:] = lines

    def change_lines(self, splices: Sequence[Splice], *, news: int, at_once: bool) -> None:
        self.news += news
        for splice in splices:
            self.lines[splice.index : splice.index + splice.removed] = splice.added

    def change_rooms(self) -> None: ...

    def greet(self, text: str) -> None:
        self.greetings.append(text)

    def change_status(self) -> None: ...

    def said(self) -> list[tuple[str, str, str]]:
        """Return who said what, and how far it is."""
        return [(line.sender, line.text, line.status) for line in self.lines if line.kind == "said"]


class FailingStore(MemoryStore):
    """A store whose disk is full on demand."""

    full = False

    async def append(self, drafts: Sequence[AnyDraft]) -> list[Outcome]:
        if self.full:
            raise StoreError("The disk is full.")
        return await super().append(drafts)


@pytest.fixture
def store() -> FailingStore:
    return FailingStore()


@pytest.fixture
async def server(serve: Serve, store: FailingStore) -> Server:
    return await serve(store=store)


@pytest.fixture
async def client(server: Server, tmp_path: Path) -> AsyncIterator[Callable[..., Awaitable[Client]]]:
    clients: list[Client] = []

    async def client(name: str) -> Client:
        data = tmp_path / f"client {len(clients)}"
        made = Client(server.address, name=name, data=data, settings=QUICK)
        clients.append(made)
        await made.start()
        return made

    yield client
    for made in clients:
        await made.close()


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
async def session(
    client: Any, tasks: Tasks, failures: Failures, screen: Screen
) -> AsyncIterator[Session]:
    made = Session(await client("ada"), tasks=tasks, failures=failures)
    made.start(screen)
    yield made
    made.stop()


@pytest.fixture
def sentences(failures: Failures) -> list[str]:
    shown: list[str] = []
    failures.shown_by(lambda sentence, **_: shown.append(sentence))
    return shown


async def test_one_s_own_line_is_shown_at_once_then_sent(
    session: Session, screen: Screen, until: Until
) -> None:
    """A line is sending from the moment it is posted, and sent when it is on disk."""
    session.post("hi")
    assert screen.said() == [("ada", "hi", "sending")]
    await until(lambda: screen.said() == [("ada", "hi", "sent")])


async def test_others_are_heard(
    session: Session, screen: Screen, client: Any, until: Until
) -> None:
    """What another says in the room on view is shown there, and is not unread."""
    ben = await client("ben")
    await ben.send("lobby", "hello")
    await until(lambda: ("ben", "hello", "sent") in screen.said())
    assert session.unread() == 0


async def test_what_is_said_elsewhere_is_unread(
    session: Session, screen: Screen, client: Any, until: Until
) -> None:
    """Rooms not on view count what is said in them, until they are looked at."""
    await session.create("zoo")
    ben = await client("ben")
    await ben.join("zoo")
    screen.draft = Draft("half a thought")
    session.show("lobby")
    assert screen.draft == Draft()
    await ben.send("zoo", "one")
    await ben.send("zoo", "two")
    await until(lambda: session.unread() == 2)
    assert next(row for row in session.rows() if row.key == "zoo").badge == "2"
    session.show("zoo")
    assert session.unread() == 0
    await until(lambda: [text for _, text, _ in screen.said()] == ["one", "two"])
    assert screen.draft == Draft("half a thought")


async def test_a_failed_line_can_be_retried_or_deleted(
    session: Session, screen: Screen, store: FailingStore, until: Until
) -> None:
    """A line that was refused says why; it is said again as a new one, or goes for good."""
    store.full = True
    session.post("lost")
    await until(lambda: screen.said() == [("ada", "lost", "failed")])
    line = screen.lines[-1]
    assert line.error == "The disk is full."
    session.retry(line.id or "")
    assert screen.said() == [("ada", "lost", "sending")]
    await until(lambda: screen.said() == [("ada", "lost", "failed")])
    session.discard(screen.lines[-1].id or "")
    assert screen.said() == []
    store.full = False
    session.post("found")
    await until(lambda: screen.said() == [("ada", "found", "sent")])


async def test_a_person_is_written_to_directly(
    session: Session, screen: Screen, client: Any, until: Until
) -> None:
    """A person's account opens the room of both; oneself opens none."""
    ben = await client("ben")
    await session.open_direct(ben.account)
    assert session.label() == "ben"
    session.post("psst")
    await until(lambda: screen.said() == [("ada", "psst", "sent")])
    shown = screen.shows
    await session.open_direct(session.me)
    assert screen.shows == shown
    await session.open_direct_by_name("ben", "again")
    await until(lambda: len(screen.said()) == 2)


async def test_leaving_shows_another_room(session: Session, client: Any, until: Until) -> None:
    """Who leaves the room on view sees the lobby."""
    await session.create("zoo")
    assert session.on_view == "zoo"
    await session.leave("zoo")
    await until(lambda: session.on_view == "lobby")
    await session.join("zoo")
    assert session.on_view == "zoo"


async def test_who_is_typing_is_told(session: Session, client: Any, until: Until) -> None:
    """Others typing in the room on view are named, until they have said it."""
    ben = await client("ben")
    ben.typing("lobby")
    await until(lambda: session.typing() == "ben is typing …")
    await ben.send("lobby", "done")
    await until(lambda: session.typing() == "")


async def test_one_s_own_typing_is_told_now_and_then(
    session: Session, client: Any, until: Until
) -> None:
    """However fast one types, the others hear of it every few seconds only."""
    ben = await client("ben")
    heard: list[object] = []
    ben.subscribe(
        lambda notice: heard.append(notice) if "Typing" in type(notice).__name__ else None
    )
    for _ in range(20):
        session.typed()
    await ben.send("lobby", "a round trip")
    await session.client.send("lobby", "and another")
    await until(lambda: heard)
    assert len(heard) == 1


async def test_a_refusal_is_shown(session: Session, sentences: list[str], until: Until) -> None:
    """What a person asked for and the server refuses is told in its sentence."""
    session.spawn(session.join("no-such-room"), "join")
    await until(lambda: sentences == ["There is no room of that name."])


async def test_the_room_asked_for_is_joined(
    client: Any, tasks: Tasks, failures: Failures, until: Until
) -> None:
    """A room named on the command line is on view, joined if it must be."""
    ben = await client("ben")
    await ben.create("zoo")
    session = Session(await client("ada"), tasks=tasks, failures=failures)
    screen = Screen()
    session.start(screen, "zoo")
    await until(lambda: session.on_view == "zoo")
    session.stop()


async def test_without_a_room_nothing_can_be_said(
    client: Any, tasks: Tasks, failures: Failures
) -> None:
    """Posting with no room on view is refused."""
    session = Session(await client("ada"), tasks=tasks, failures=failures)
    with pytest.raises(ChatError):
        session.post("hi")
    assert session.rows()[-1].text == "PEOPLE — 0"
    assert session.label() == ""


async def test_the_status_is_the_connection_s(
    session: Session, server: Server, until: Until
) -> None:
    """The status tells the round trip while there is a connection."""
    await until(lambda: session.status().text.startswith("connected ·"))


async def test_another_history_is_read_afresh(
    session: Session,
    screen: Screen,
    sentences: list[str],
    until: Until,
) -> None:
    """When the server's history is another one, its rooms are read anew, and that is told."""
    await session.client.send("lobby", "still there")
    await until(lambda: screen.said() == [("ada", "still there", "sent")])
    session._notice(WasReset("The history was restored from a copy."))
    assert sentences == ["The history was restored from a copy."]
    await until(lambda: screen.said() == [("ada", "still there", "sent")])


async def test_a_stopped_session_shows_nothing_more(
    session: Session, screen: Screen, client: Any, until: Until
) -> None:
    """After it was stopped the screen is left alone."""
    session.stop()
    ben = await client("ben")
    await ben.send("lobby", "unheard")
    await session.client.send("lobby", "a round trip")
    assert ("ben", "unheard", "sent") not in screen.said()


# Across restarts


async def test_what_was_left_is_shown_at_the_start(  # noqa: PLR0917 - fixtures
    server: Server,
    store: FailingStore,
    tasks: Tasks,
    failures: Failures,
    tmp_path: Path,
    until: Until,
) -> None:
    """What failed before the window closed is shown as failed in the next, to retry or delete;
    what was not sent is sent.
    """
    first = Client(server.address, name="ada", data=tmp_path / "me", settings=QUICK)
    await first.start()
    store.full = True
    first.post("lobby", "one")
    first.post("lobby", "two")
    await until(lambda: len(first.failed) == 2)
    await first.close()
    client = Client(server.address, name="ada", data=tmp_path / "me", settings=QUICK)
    await client.start()
    client.post("lobby", "three")
    screen = Screen()
    session = Session(client, tasks=tasks, failures=failures)
    session.start(screen)
    try:
        assert screen.said() == [
            ("ada", "one", "failed"),
            ("ada", "two", "failed"),
            ("ada", "three", "sending"),
        ]
        assert {line.error for line in screen.lines} == {"The disk is full.", None}
        await until(lambda: not client.outbox)
        store.full = False
        for line in [line for line in screen.lines if line.status == "failed"]:
            session.retry(line.id or "")
        await until(
            lambda: screen.said() == [("ada", text, "sent") for text in ("one", "two", "three")]
        )
    finally:
        session.stop()
        await client.close()


async def test_a_second_window_says_what_it_lacks(
    server: Server, tasks: Tasks, failures: Failures, sentences: list[str], tmp_path: Path
) -> None:
    """A second window of one profile says that it keeps nothing on this computer."""
    clients = [
        Client(server.address, name="ada", data=tmp_path / "me", settings=QUICK) for _ in range(2)
    ]
    for client in clients:
        await client.start()
    session = Session(clients[1], tasks=tasks, failures=failures)
    session.start(Screen())
    assert sentences == [clients[1].warning]
    assert "Another window" in sentences[0]
    session.stop()
    for client in clients:
        await client.close()


async def test_what_is_not_kept_later_is_told(
    session: Session, sentences: list[str], until: Until
) -> None:
    """A disk that fails while the window is open is told when it does."""
    session.client._announcer.tell(Warned("The disk is full."))
    assert sentences == ["The disk is full."]


async def test_what_fails_in_a_room_one_is_not_in_is_told(
    session: Session, sentences: list[str], until: Until
) -> None:
    """A line of a room that is not on the screen does not fail in silence."""
    session.client.post("nowhere", "lost")
    await until(lambda: sentences)
    assert sentences == ["Not sent: There is no room of that name."]


def texts(screen: Screen) -> list[str]:
    """Return what is said on the screen."""
    return [line.text for line in screen.lines if line.kind == "said"]


async def test_what_becomes_of_a_line_is_shown(
    session: Session, client: Any, screen: Screen, until: Until
) -> None:
    """Edits, reactions, pins and deletions change the line that they are about."""
    ben = await client("ben")
    session.post("hello")
    await until(lambda: session.newest_own() is not None)
    line = session.newest_own()
    assert line is not None
    assert line.seq is not None
    session.edit(line.seq, "hello, all")
    await until(lambda: texts(screen) == ["hello, all"])
    session.react(line.seq, "👍")
    await until(lambda: any(line.reactions for line in screen.lines))
    await ben.react("lobby", line.seq, "👍")
    session.react(line.seq, "👍")
    await until(
        lambda: [(r.count, r.mine) for one in screen.lines for r in one.reactions] == [(1, False)]
    )
    session.pin(line.seq, on=True)
    await until(lambda: any(line.pinned for line in screen.lines))
    session.delete(line.seq)
    await until(lambda: any(line.deleted for line in screen.lines))
    assert texts(screen) == [""]
    assert session.newest_own() is None
    assert session.unread() == 0


async def test_without_a_room_nothing_is_done(session: Session) -> None:
    """Where no room is on view there is nothing to say or to change."""
    session.on_view = None
    assert session.line(1) is None
    assert session.newest_own() is None
    session.delete(1)


async def test_what_the_server_says_to_all_is_shown(
    serve: Serve, tmp_path: Path, tasks: Tasks, failures: Failures, until: Until
) -> None:
    """Whether the welcome comes before the screen or after it, it is shown once."""
    server = await serve(welcome_text="Be kind.")
    client = Client(server.address, name="ada", data=tmp_path / "ada")
    early, late = Screen(), Screen()
    session = Session(client, tasks=tasks, failures=failures)
    session.start(early)
    async with client:
        await until(lambda: early.greetings)
        session.stop()
        Session(client, tasks=tasks, failures=failures).start(late)
        assert (early.greetings, late.greetings) == (["Be kind."], ["Be kind."])
