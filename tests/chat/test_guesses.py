"""How long who guessed wrong has to wait."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.chat import guesses
from asynchat.chat.guesses import GuessBook, Guesses, place_of

HOUR_MS = 3_600_000


def book(*known: Guesses, free: int = 20) -> GuessBook:
    """Return a book with waits of a second up to five minutes."""
    return GuessBook(known, first_ms=1_000, longest_ms=300_000, free=free)


def test_each_wait_is_twice_as_long() -> None:
    """A second, two, four, and so on, up to five minutes, and not a moment longer."""
    one = book()
    now_ms = 0
    waits = []
    for _ in range(11):
        list(one.guess("192.0.2.1", "ada", now_ms))
        waits.append(one.wait_ms("192.0.2.1", "ada", now_ms))
        now_ms += waits[-1]
        assert one.wait_ms("192.0.2.1", "ada", now_ms) == 0
    assert waits == [1000, 2000, 4000, 8000, 16000, 32000, 64000, 128000, 256000, 300000, 300000]


def test_other_waits_hold_for_what_was_wrong_before() -> None:
    """Where they are set anew, whoever waits does so by them."""
    one = book()
    for _ in range(3):
        list(one.guess("192.0.2.1", "ada", 0))
    one.change(first_ms=10, longest_ms=30, free=0)
    assert one.wait_ms("192.0.2.1", "ada", 0) == 30
    assert one.wait_ms("192.0.2.1", "ben", 0) == 30


def test_nobody_else_waits() -> None:
    """Another name at the address, and the name at another address, are not in the way."""
    one = book()
    list(one.guess("192.0.2.1", "ada", 0))
    assert one.wait_ms("192.0.2.1", "ben", 0) == 0
    assert one.wait_ms("192.0.2.2", "ada", 0) == 0


def test_many_names_at_one_address_are_many_guesses() -> None:
    """After so many that are free, each further one makes the whole address wait."""
    one = book(free=3)
    for number in range(5):
        assert one.wait_ms("192.0.2.1", "ada", 0) == (0 if number < 4 else 1_000)
        list(one.guess("192.0.2.1", f"name {number}", 0))
    assert one.wait_ms("192.0.2.1", "ada", 0) == 2_000


def test_a_right_one_takes_back_what_it_counted() -> None:
    """The name is free again; what else was wrong at the address stays."""
    one = book(free=0)
    list(one.guess("192.0.2.1", "ben", 0))
    list(one.guess("192.0.2.1", "ada", 0))
    assert list(one.right("192.0.2.1", "ada")) == [
        Guesses("192.0.2.1 ada", 0, 0),
        Guesses("192.0.2.1", 1, 0),
    ]
    assert one.wait_ms("192.0.2.1", "ada", 0) == 1_000
    assert list(one.right("192.0.2.1", "ben")) == [
        Guesses("192.0.2.1 ben", 0, 0),
        Guesses("192.0.2.1", 0, 0),
    ]
    assert len(one) == 0
    assert list(one.right("192.0.2.1", "ben")) == []


def test_what_is_stored_goes_on_after_a_restart() -> None:
    """A book of what another one gave waits as that does; an hour later it begins anew."""
    one = book(free=0)
    stored = {kept.place: kept for _ in range(3) for kept in one.guess("192.0.2.1", "ada", 5)}
    again = book(*stored.values(), free=0)
    assert again.wait_ms("192.0.2.1", "ada", 5) == one.wait_ms("192.0.2.1", "ada", 5) == 4_000
    assert again.wait_ms("192.0.2.1", "ada", 6 + HOUR_MS) == 0
    assert {kept.count for kept in again.guess("192.0.2.1", "ada", 6 + HOUR_MS)} == {1}


@given(st.integers(0, 200), st.integers(-HOUR_MS, HOUR_MS))
def test_no_wait_is_longer_than_the_longest(count: int, now_ms: int) -> None:
    """Whatever the clock says, and however often it was wrong, nobody is shut out."""
    one = book(Guesses("192.0.2.1 ada", count, 0))
    assert 0 <= one.wait_ms("192.0.2.1", "ada", now_ms) <= 300_000


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
        ("a socket", "a socket"),
    ],
)
def test_a_network_of_ipv6_is_one_place(address: str, place: str) -> None:
    """One person has 2⁶⁴ addresses there: they are counted as one."""
    assert place_of(address) == place


def test_only_so_many_places_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more the oldest goes, and what is an hour old goes anyway."""
    monkeypatch.setattr(guesses, "_MOST_PLACES", 4)
    one = book()
    for number in range(10):
        list(one.guess(f"192.0.2.{number}", "ada", number))
    assert len(one) <= 5
    assert one.wait_ms("192.0.2.9", "ada", 9) == 1_000
    list(one.guess("198.51.100.1", "ada", 20 + HOUR_MS))
    assert len(one) == 2
