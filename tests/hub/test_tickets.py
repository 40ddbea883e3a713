"""Tickets: one use, one minute, one direction."""

from __future__ import annotations

import pytest

from asynchat.errors import ChatError
from asynchat.hub.tickets import Grant, Tickets

FETCHES = Grant("u1", "d1", "f1")
STORES = Grant("u1", "d1", "f1", stores=True)


class Clock:
    """A clock that stands still unless told."""

    now = 0.0

    def __call__(self) -> float:
        """Return what it says."""
        return self.now


def is_good(tickets: Tickets, ticket: str, *, stores: bool = False) -> bool:
    """Redeem a ticket; tell whether it was good."""
    try:
        tickets.redeem(ticket, stores=stores)
    except ChatError:
        return False
    return True


def test_a_ticket_is_for_what_it_was_given() -> None:
    """It says so once; for the other direction it is no ticket, and none afterwards."""
    tickets = Tickets(Clock())
    ticket = tickets.issue(FETCHES)
    assert tickets.redeem(ticket, stores=False) == FETCHES
    assert not is_good(tickets, ticket)
    ticket = tickets.issue(STORES)
    assert not is_good(tickets, ticket, stores=False)
    assert not is_good(tickets, ticket, stores=True)
    assert len({tickets.issue(FETCHES) for _ in range(100)}) == 100


@pytest.mark.parametrize(("after_s", "good"), [(60, True), (60.1, False)])
def test_a_ticket_is_good_for_a_minute(after_s: float, good: bool) -> None:
    """Up to its end, and no longer."""
    clock = Clock()
    tickets = Tickets(clock)
    ticket = tickets.issue(FETCHES)
    clock.now = after_s
    assert is_good(tickets, ticket) is good


def test_one_account_has_so_many_tickets() -> None:
    """One more makes its oldest worthless, and nobody else's."""
    tickets = Tickets(Clock())
    other = tickets.issue(Grant("u2", "d2", "f1"))
    mine = [tickets.issue(FETCHES) for _ in range(257)]
    assert [is_good(tickets, ticket) for ticket in mine] == [False] + [True] * 256
    assert is_good(tickets, other)


def test_old_tickets_take_no_memory() -> None:
    """Those that nobody used are dropped, with whose they were; good ones stay."""
    clock = Clock()
    tickets = Tickets(clock)
    tickets.issue(FETCHES)
    clock.now = 30
    good = tickets.issue(Grant("u2", "d2", "f2"))
    clock.now = 61
    tickets.tidy()
    assert (len(tickets._grants), list(tickets._of_account)) == (1, ["u2"])
    assert is_good(tickets, good)
