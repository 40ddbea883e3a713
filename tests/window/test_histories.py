from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asynchat.link.notices import Damaged
from asynchat.link.timeline import DAMAGED
from asynchat.window.session import Session
from tests.window.test_session import Screen, client, screen, server, session, store

if TYPE_CHECKING:
    from tests.plugins.waiting import Until

pytest_plugins = ["tests.serving"]
__all__ = ["client", "screen", "server", "session", "store"]


async def test_older_lines_are_asked_for(
    session: Session, screen: Screen, client: Any, until: Until
) -> None:
    """What was said before one came is read from the server, page by page, to its beginning."""
    ben = await client("ben")
    await session.create("old")
    session.show("lobby")
    await ben.join("old")
    for number in range(230):
        await ben.send("old", f"{number}")
    # Seen by the stream already; forget it, as one who comes later would not have it.
    session.histories._rooms.pop("old")
    session.show("old")
    await until(lambda: len(screen.said()) >= 90)
    session.histories.load_older()
    await until(lambda: len(screen.said()) >= 190)
    session.histories.load_older()
    await until(lambda: len(screen.said()) == 230)
    assert [text for _, text, _ in screen.said()] == [f"{number}" for number in range(230)]


async def test_a_reply_shows_what_it_replies_to(
    session: Session, client: Any, screen: Screen, until: Until
) -> None:
    """Also where that is so far up that it is not loaded; what is gone is not asked for again."""
    session.post("the first of many")
    await until(lambda: session.newest_own() is not None)
    first = session.newest_own()
    assert first is not None
    assert first.seq is not None
    await session.client.edit("lobby", first.seq, "the first")
    for n in range(120):
        await session.client.send("lobby", f"{n}")
    ben_screen = Screen()
    ben = Session(await client("ben"), tasks=session._tasks, failures=session._failures)
    ben.start(ben_screen)
    await until(lambda: len(ben_screen.lines) >= 100)
    assert ben.line(first.seq) is None
    session.post("back to it", reply_to=first.seq)
    await until(lambda: any(line.quote for line in ben_screen.lines))
    quote = ben_screen.lines[-1].quote
    assert quote is not None
    assert (quote.sender, quote.text) == ("ada", "the first")
    ben.stop()


async def test_a_line_stands_where_a_message_is_damaged(
    session: Session, client: Any, screen: Screen, until: Until
) -> None:
    """Where it is missing from a page, in a place that was jumped to, and from the stream."""
    ben = await client("ben")
    await ben.create("old")
    far, near = 0, 0
    for number in range(230):
        await ben.send("old", f"{number}")
        if number == 10:
            far = (await ben.send("lobby", "a seq that is not of this room")).seq
        if number == 220:
            near = (await ben.send("lobby", "another")).seq
    await session.join("old")
    await until(lambda: session.on_view == "old" and len(screen.said()) >= 50)
    head = session.client.rooms["old"].head

    def damaged() -> list[int | None]:
        return [line.seq for line in screen.lines if line.text == DAMAGED]

    session._notice(Damaged("old", (far, near, head + 1)))
    assert damaged() == [near, head + 1]
    session.places.jump(far - 1)
    await until(lambda: session.places.here is not None)
    assert damaged() == [far]
    at = next(index for index, line in enumerate(screen.lines) if line.seq == far)
    assert (screen.lines[at - 1].text, screen.lines[at + 1].text) == ("10", "11")
