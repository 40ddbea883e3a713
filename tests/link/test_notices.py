from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.link.notices import Announcer, Connection, RoomsChanged, WasReset

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.link.notices import Notice


def test_everybody_is_told_in_order() -> None:
    """Each subscriber gets every notice, in the order they were told."""
    announcer = Announcer()
    heard: list[tuple[str, Notice]] = []
    announcer.subscribe(lambda notice: heard.append(("one", notice)))
    announcer.subscribe(lambda notice: heard.append(("two", notice)))
    first, second = Connection("online"), RoomsChanged()
    announcer.tell(first)
    announcer.tell(second)
    assert heard == [("one", first), ("two", first), ("one", second), ("two", second)]


def test_unsubscribing_ends_it_and_may_come_twice() -> None:
    """Who unsubscribed is told nothing more; doing it again does nothing."""
    announcer = Announcer()
    heard: list[Notice] = []
    unsubscribe = announcer.subscribe(heard.append)
    unsubscribe()
    unsubscribe()
    announcer.tell(RoomsChanged())
    assert heard == []


def test_a_subscriber_may_leave_while_it_is_told() -> None:
    """Who unsubscribes within a notice takes it from nobody else."""
    announcer = Announcer()
    heard: list[str] = []
    leave: list[Callable[[], None]] = []

    def once(_: Notice) -> None:
        heard.append("once")
        leave[0]()

    leave.append(announcer.subscribe(once))
    announcer.subscribe(lambda _: heard.append("always"))
    announcer.tell(RoomsChanged())
    announcer.tell(RoomsChanged())
    assert heard == ["once", "always", "always"]


@pytest.mark.allow_log_errors
def test_a_subscriber_that_fails_is_logged_and_harms_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A view's error is in the log; the other views are told all the same."""
    announcer = Announcer()
    heard: list[Notice] = []

    def fail(_: Notice) -> None:
        raise ZeroDivisionError

    announcer.subscribe(fail)
    announcer.subscribe(heard.append)
    announcer.tell(WasReset("why"))
    assert heard == [WasReset("why")]
    assert "a subscriber failed" in caplog.text
