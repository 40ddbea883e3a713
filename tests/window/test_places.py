from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.window.test_session import Screen, client, screen, sentences, server, session, store

if TYPE_CHECKING:
    from asynchat.window.session import Session
    from tests.plugins.waiting import Until

pytest_plugins = ["tests.serving"]
__all__ = ["client", "screen", "sentences", "server", "session", "store"]

MANY = 450


@pytest.fixture
async def ben(client: Any) -> Any:
    """Return somebody who has talked for long in a room."""
    made = await client("ben")
    await made.create("zoo")
    for number in range(MANY):
        made.post("zoo", f"message {number}")
    await made.send("zoo", "the end")
    return made


async def seq_of(ben: Any, number: int) -> int:
    """Return the seq of one of many messages."""
    page = await ben.history("zoo", limit=500)
    found: int = next(e.seq for e in page.events if getattr(e, "text", "") == f"message {number}")
    return found


def texts(screen: Screen) -> list[str]:
    return [line.text for line in screen.lines if line.kind == "said"]


async def test_a_jump_leads_far_up_and_back(
    session: Session, screen: Screen, ben: Any, until: Until
) -> None:
    """A message far up is shown with what is around it; the newest lines go on meanwhile."""
    await session.join("zoo")
    await until(lambda: "the end" in texts(screen))
    assert "message 20" not in texts(screen)
    seq = await seq_of(ben, 20)
    session.places.jump(seq)
    await until(lambda: screen.at == seq)
    assert "message 20" in texts(screen)
    assert "the end" not in texts(screen)
    assert session.places.here is not None
    await ben.send("zoo", "news")
    await until(lambda: screen.news == 1)
    assert "news" not in texts(screen)
    for _ in range(2):
        session.places.newest()
        assert texts(screen)[-2:] == ["the end", "news"]


async def test_a_place_grows_until_it_is_the_newest(
    session: Session, screen: Screen, ben: Any, until: Until
) -> None:
    """Who reads on from a place comes to the newest lines without a hole, and older ones come."""
    await session.join("zoo")
    await until(lambda: "the end" in texts(screen))
    session.places.jump(await seq_of(ben, 150))
    await until(lambda: session.places.here is not None)
    while (before := len(screen.lines)) and session.places.here is not None:
        session.places.load_newer()
        session.places.load_newer()
        await until(lambda: len(screen.lines) > before or not session.places.here)
    session.histories.load_older()
    await until(lambda: "message 0" in texts(screen))
    assert texts(screen) == [f"message {number}" for number in range(MANY)] + ["the end"]
    assert [line.seq for line in session.histories.state("zoo").timeline.lines] == [
        line.seq for line in screen.lines
    ]
    await ben.send("zoo", "news")
    await until(lambda: texts(screen)[-1] == "news")


async def test_older_lines_of_a_place_come_in(
    session: Session, screen: Screen, ben: Any, until: Until
) -> None:
    """Scrolling up from a place leads to the beginning of the room, and there it ends."""
    await session.join("zoo")
    session.places.jump(await seq_of(ben, 180))
    await until(lambda: session.places.here is not None)
    here = session.places.here
    assert here is not None
    while not here.timeline.complete:
        oldest = here.timeline.oldest_seq
        session.histories.load_older()
        await until(lambda: here.timeline.oldest_seq != oldest or here.timeline.complete)  # noqa: B023
    assert texts(screen)[0] == "message 0"
    session.histories.load_older()
    assert not here.loading


async def test_what_becomes_of_a_message_is_seen_in_a_place(
    session: Session, screen: Screen, ben: Any, until: Until
) -> None:
    """An edit comes to the place that is on view, and to a quote of what is elsewhere."""
    await session.join("zoo")
    seq = await seq_of(ben, 20)
    session.places.jump(seq)
    await until(lambda: screen.at == seq)
    await ben.edit("zoo", seq, "better")
    await until(lambda: "better" in texts(screen))
    line = session.line(seq)
    assert line is not None
    assert line.edited
    last = session.newest_said()
    assert last is not None
    assert last.text != "the end"


async def test_what_is_loaded_is_gone_to_at_once(
    session: Session, screen: Screen, ben: Any, until: Until
) -> None:
    """A jump within the lines on view asks the server for nothing, from another room neither."""
    await session.join("zoo")
    await until(lambda: "the end" in texts(screen))
    near, far = await seq_of(ben, MANY - 5), await seq_of(ben, 20)
    session.show("lobby")
    session.places.jump(near, "zoo")
    assert session.on_view == "zoo"
    assert screen.at == near
    session.places.jump(far)
    await until(lambda: screen.at == far)
    session.places.jump(near)
    assert screen.at == near
    assert session.places.here is None


async def test_a_place_beside_the_newest_is_none(
    session: Session, screen: Screen, ben: Any, until: Until
) -> None:
    """A message just above what is loaded comes with what is between."""
    await session.join("zoo")
    await until(lambda: "the end" in texts(screen))
    seq = await seq_of(ben, MANY - 120)
    assert session.line(seq) is None
    session.places.jump(seq)
    await until(lambda: screen.at == seq)
    assert session.places.here is None
    assert texts(screen)[-1] == "the end"


async def test_what_is_gone_cannot_be_jumped_to(
    session: Session, screen: Screen, sentences: list[str], until: Until
) -> None:
    """A jump to what there is not is told, and one without a room does nothing."""
    session.places.jump(999_999)
    await until(lambda: sentences)
    assert "no such message" in sentences[0]
    session.on_view = None
    session.places.jump(1)
    session.places.leave()
    session.places.load_newer()
