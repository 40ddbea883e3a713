from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.window.test_session import Screen, client, screen, sentences, server, session, store

if TYPE_CHECKING:
    from asynchat.window.session import Session
    from tests.plugins.waiting import Until

pytest_plugins = ["tests.serving"]
__all__ = ["Screen", "client", "screen", "sentences", "server", "session", "store"]


def pinned(session: Session) -> list[str]:
    return [line.text for line in session.pins.lines]


async def test_pins_follow_what_happens(session: Session, client: Any, until: Until) -> None:
    """Pins of others and one's own come and go, and are as of the newest edit."""
    ben = await client("ben")
    first, second = [await ben.send("lobby", text) for text in ("first", "second")]
    await ben.pin("lobby", first.seq)
    await until(lambda: pinned(session) == ["first"])
    await until(lambda: session.line(second.seq))
    session.pin(second.seq, on=True)
    await until(lambda: pinned(session) == ["first", "second"])
    await ben.edit("lobby", first.seq, "better")
    await until(lambda: pinned(session) == ["better", "second"])
    await ben.redact("lobby", second.seq)
    await until(lambda: pinned(session) == ["better"])
    await ben.pin("lobby", first.seq, on=False)
    await until(lambda: pinned(session) == [])


async def test_each_room_has_its_own_pins(session: Session, client: Any, until: Until) -> None:
    """Another room's pins are not shown while it is asked for its own."""
    ben = await client("ben")
    said = await ben.send("lobby", "here")
    await ben.pin("lobby", said.seq)
    await until(lambda: pinned(session) == ["here"])
    await session.create("zoo")
    assert pinned(session) == []
    session.show("lobby")
    await until(lambda: pinned(session) == ["here"])


async def test_without_a_connection_nothing_is_asked(
    session: Session, sentences: list[str], until: Until
) -> None:
    """Pins of a client that has left are not asked for, and that is no failure."""
    await until(lambda: not session.pins._asking)
    await session.client.close()
    session.pins.refresh()
    await session.pins._ask()
    assert not session.pins._asking
    assert not sentences
