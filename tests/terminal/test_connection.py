"""The state of the connection in words."""

from __future__ import annotations

import pytest

from asynchat.link.notices import Connection
from asynchat.terminal.connection import ConnectionNews, status


def test_a_loss_is_told_once_and_so_is_the_return() -> None:
    """However often it is tried, one sentence tells of the loss and one of the return."""
    news = ConnectionNews()
    told = [
        news.tell(connection, now=10)
        for connection in [
            Connection("connecting"),
            Connection("online"),
            Connection("waiting", "the server went away", 12.5),
            Connection("connecting"),
            Connection("waiting", "connection refused", 20),
            Connection("online"),
            Connection("waiting", "no answer.", None),
        ]
    ]
    assert told == [
        None,
        None,
        "The connection is lost: the server went away. Trying again in 3 s.",
        None,
        None,
        "Connected again.",
        "The connection is lost: no answer. Trying again.",
    ]


def test_what_is_lost_is_not_said_twice() -> None:
    """Where nothing is known but that it was lost, that is the whole sentence."""
    news = ConnectionNews()
    news.tell(Connection("online"), 0)
    told = news.tell(Connection("waiting", "The connection was lost.", 1), 0)
    assert told == "The connection is lost. Trying again in 1 s."


def test_a_server_that_was_never_there_is_not_called_lost() -> None:
    """Before the first welcome the sentence says that one is not connected yet."""
    news = ConnectionNews()
    assert news.tell(Connection("waiting", None, 3), now=2.5) == (
        "Not connected yet: the server does not answer. Trying again in 1 s."
    )


def test_an_end_for_good_says_why_and_an_asked_for_end_says_nothing() -> None:
    """A connection that will not come back gives its reason; one that was closed gives none."""
    assert ConnectionNews().tell(Connection("closed", "You are banned\x1b."), 0) == (
        "You are banned."
    )
    assert ConnectionNews().tell(Connection("closed"), 0) is None


@pytest.mark.parametrize(
    ("connection", "words"),
    [
        (Connection("online"), "connected"),
        (Connection("connecting"), "connecting …"),
        (Connection("waiting", "x", 5), "not connected, trying again in 4 s"),
        (Connection("waiting", "x", 0.5), "not connected, trying again"),
        (Connection("closed"), "closed"),
    ],
)
def test_the_status_line_says_how_things_are(connection: Connection, words: str) -> None:
    """Each phase has its words."""
    assert status(connection, now=1) == words
