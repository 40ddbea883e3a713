from __future__ import annotations

import pytest

from asynchat.link.notices import Connection
from asynchat.window.presenters.status import TYPING_S, Typists, connection_status, nothing_to_show


@pytest.mark.parametrize(
    ("connection", "text", "tone"),
    [
        (Connection("online"), "connected · 12 ms", "good"),
        (Connection("connecting"), "connecting …", "busy"),
        (
            Connection("waiting", "Nobody listens there.", 102.2),
            "waiting: nobody listens there, next try in 3 s",
            "busy",
        ),
        (Connection("waiting", "x", 99), "waiting: x, next try now", "busy"),
        (Connection("waiting"), "waiting: no connection", "busy"),
        (Connection("closed", "You are banned."), "disconnected: you are banned", "bad"),
        (Connection("closed"), "disconnected", "bad"),
    ],
)
def test_the_state_is_told_in_words(connection: Connection, text: str, tone: str) -> None:
    """Each phase has its words, with the reason and the seconds to the next try."""
    status = connection_status(connection, now=100, latency_ms=12.3)
    assert (status.text, status.tone) == (text, tone)


def test_what_is_unsent_is_told_while_it_cannot_be_sent() -> None:
    """Without a connection the line says how much waits for one."""
    waiting = Connection("waiting", "x")
    assert connection_status(waiting, now=0, unsent=1).text.endswith("· 1 message not sent yet")
    assert connection_status(waiting, now=0, unsent=2).text.endswith("· 2 messages not sent yet")
    assert connection_status(Connection("online"), now=0, unsent=2).text == "connected"


def test_a_very_quick_answer_is_not_nothing() -> None:
    """A round trip below a millisecond is not shown as zero."""
    assert connection_status(Connection("online"), now=0, latency_ms=0.2).text.endswith("< 1 ms")


def test_who_is_typing() -> None:
    """One, several and many people typing are told differently, each room by itself."""
    typists = Typists()
    assert typists.text("lobby", 0) == ""
    typists.saw("lobby", "a", "ada", 0)
    assert typists.text("lobby", 1) == "ada is typing …"
    assert typists.text("zoo", 1) == ""
    typists.saw("lobby", "b", "Ben", 0)
    typists.saw("lobby", "c", "cy", 0)
    assert typists.text("lobby", 1) == "ada, Ben and cy are typing …"
    typists.saw("lobby", "d", "dan", 0)
    assert typists.text("lobby", 1) == "several people are typing …"


def test_typing_is_forgotten() -> None:
    """Who has said it, or has not gone on, is not typing any more."""
    typists = Typists()
    typists.saw("lobby", "a", "ada", 0)
    typists.saw("lobby", "b", "ben", 3)
    typists.stopped("zoo", "a")
    assert typists.text("lobby", TYPING_S + 1) == "ben is typing …"
    typists.stopped("lobby", "b")
    assert typists.text("lobby", TYPING_S + 1) == ""


def test_where_nothing_can_be_shown_it_is_said_why() -> None:
    """Without a room there is a sentence in its place: about the connection, and what is kept."""
    waiting = Connection("waiting", "Nobody listens there.", 3)
    said = nothing_to_show(waiting, kept_by_another=False)
    assert said.startswith("No connection yet: nobody listens there. Nothing of this server")
    said = nothing_to_show(Connection("connecting"), kept_by_another=True)
    assert said.startswith("No connection yet. Another window of yours")
    assert "Ctrl+J" in nothing_to_show(Connection("online"), kept_by_another=False)
