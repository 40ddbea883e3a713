from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asynchat.link.client import Client
from asynchat.window.session import Session
from tests.window.test_session import QUICK, Screen, client, screen, server, session, store

if TYPE_CHECKING:
    from pathlib import Path

    from asynchat.tasks import Tasks
    from asynchat.window.failures import Failures
    from tests.plugins.waiting import Until

pytest_plugins = ["tests.serving"]
__all__ = ["client", "screen", "server", "session", "store"]


async def test_who_does_not_look_has_it_unread(
    session: Session, screen: Screen, client: Any, until: Until
) -> None:
    """What comes while the person is elsewhere is unread until it is seen."""
    screen.reading = False
    ben = await client("ben")
    await ben.send("lobby", "are you there?")
    await until(lambda: session.unread() == 1)
    session.reading.seen()
    assert session.unread() == 0


async def test_two_windows_of_one_account_agree(  # noqa: PLR0917 - fixtures
    session: Session, client: Any, tasks: Tasks, failures: Failures, tmp_path: Path, until: Until
) -> None:
    """What is seen in one is read in the other; where a room is opened it is known what was new."""
    await session.create("zoo")
    ben = await client("ben")
    await ben.join("zoo")
    session.show("lobby")
    data = tmp_path / "client 0"
    second = Client(session.client.address, name="ada", data=data, settings=QUICK)
    async with second:
        other = Session(second, tasks=tasks, failures=failures)
        other.start(Screen())
        seen = await ben.send("zoo", "one")
        await until(lambda: session.unread() == other.unread() == 1)
        other.show("zoo")
        assert (other.reading.new_after or 0) < seen.seq
        assert other.unread() == 0
        await until(lambda: session.unread() == 0)
        await ben.send("zoo", "two")
        await until(lambda: second.unread["zoo"].seq > seen.seq)
        await until(lambda: session.client.unread["zoo"].seq > seen.seq)
        assert (session.unread(), other.unread()) == (0, 0)
        other.stop()


async def test_a_room_is_read_once_it_is_known_how_far_one_was(
    session: Session, client: Any, until: Until
) -> None:
    """Before the server has told, nothing is marked: what was new would be forgotten."""
    await session.create("zoo")
    ben = await client("ben")
    await ben.join("zoo")
    session.show("lobby")
    await ben.send("zoo", "one")
    await until(lambda: session.unread() == 1)
    before = session.client.unread["zoo"].seq
    marks = session.client._conversation.marks
    marks.restart()
    session.show("zoo")
    last = await ben.send("zoo", "two")
    await until(lambda: "zoo" in session.client.unread)
    assert (session.reading.new_after, session.client.unread["zoo"].seq) == (None, 0)
    await marks.read()
    await until(lambda: session.client.unread["zoo"].seq == last.seq)
    assert session.reading.new_after == before
    assert session.unread() == 0


async def test_what_was_said_while_away_is_new(
    client: Any, tasks: Tasks, failures: Failures, tmp_path: Path, until: Until
) -> None:
    """The room that a window opens with is read once the server has told how far it was."""
    ada, ben = await client("ada"), await client("ben")
    await until(lambda: "lobby" in ada.unread and ada.unread["lobby"].seq > 0)
    mark = ada.unread["lobby"].seq
    await ada.close()
    said = await ben.send("lobby", "one")
    again = Client(ada.address, name="ada", data=tmp_path / "client 0", settings=QUICK)
    await again.start()
    session = Session(again, tasks=tasks, failures=failures)
    session.start(Screen())
    await until(lambda: session.reading.new_after == mark)
    await until(lambda: again.unread["lobby"].seq == said.seq)
    assert session.unread() == 0
    session.reading.mark_read()
    assert session.reading.new_after is None
    session.stop()
    await again.close()


async def test_what_comes_while_nobody_looks_is_new(
    session: Session, screen: Screen, client: Any, until: Until
) -> None:
    """The line stands where the person looked away, also when that is the second time."""
    ben = await client("ben")
    seen = await ben.send("lobby", "one")
    await until(lambda: session.client.unread["lobby"].seq == seen.seq)
    assert session.reading.new_after is None
    for text in ("two", "three"):
        screen.reading = False
        await ben.send("lobby", text)
        last = await ben.send("lobby", f"more than {text}")
        await until(lambda: session.unread() == 2)
        assert session.reading.new_after == seen.seq
        screen.reading = True
        assert session.reading.came_back()
        assert not session.reading.came_back()
        session.reading.seen()
        assert session.unread() == 0
        assert session.reading.new_after == seen.seq
        seen = last


async def test_a_room_on_view_is_marked_unread(session: Session, client: Any, until: Until) -> None:
    """It stays so, whatever comes, until it is put on view anew or marked as read."""
    await session.create("zoo")
    session.show("lobby")
    ben = await client("ben")
    for leave in (session.reading.mark_read, lambda: session.show("zoo")):
        first = await ben.send("lobby", "one")
        last = (await ben.send("lobby", "two")).seq
        await until(lambda: session.client.unread["lobby"].seq == last)  # noqa: B023 - awaited
        session.reading.mark_unread(first.seq)
        assert session.reading.new_after == first.seq - 1
        await until(lambda: session.unread() == 2)
        await ben.send("lobby", "more")
        await until(lambda: session.unread() == 3)
        session.reading.seen()
        assert session.unread() == 3
        leave()
        session.show("lobby")
        assert session.unread() == 0


async def test_without_a_room_nothing_is_marked(session: Session) -> None:
    """Where no room is on view there is nothing to read."""
    session.on_view = None
    session.reading.mark_unread(1)
    session.reading.mark_read()
    session.reading.look_again()
    assert session.reading.new_after is None
