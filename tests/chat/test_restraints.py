"""Mutes, bans and blocks: whom they hold, where, and until when."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.chat.restraints import BAN, LATEST_MS, MUTE, Restraint, Restraints, network_of
from asynchat.errors import ChatError
from tests.chat.people import NOW_MS

if TYPE_CHECKING:
    from collections.abc import Callable

MUTED = Restraint(MUTE, "u1", "", NOW_MS, "u9", "zoe", reason="loud")


def error_of(check: Callable[[], None]) -> ChatError | None:
    """Return what a check raises."""
    try:
        check()
    except ChatError as error:
        return error
    return None


def test_a_mute_is_of_a_room_or_of_all() -> None:
    """Each holds where it was said; that on the server goes before that in the room."""
    here = replace(MUTED, room="den", reason="spam")
    both = Restraints([here, MUTED])
    for restraints, room, reason in (
        (Restraints([here]), "den", "loud"),
        (Restraints([here]), "lobby", None),
        (Restraints([MUTED]), "lobby", "loud"),
        (both, "den", "loud"),
    ):
        error = error_of(lambda r=restraints, at=room: r.check_muted("u1", at, NOW_MS))  # type: ignore[misc]
        assert (error is None) == (reason is None)
        assert error_of(lambda r=restraints, at=room: r.check_muted("u2", at, NOW_MS)) is None  # type: ignore[misc]
    error = error_of(lambda: both.check_muted("u1", "den", NOW_MS))
    assert error is not None
    assert (error.code, error.text) == ("muted", "You are muted on this server: loud")


def test_what_has_an_end_is_over_then() -> None:
    """To the millisecond, without anybody doing anything; the sentence and the field say when."""
    ban = Restraint(BAN, "u1", "", NOW_MS, "u9", "zoe", until_ms=NOW_MS + 60_000)
    restraints = Restraints([ban])
    error = error_of(lambda: restraints.check_server("u1", NOW_MS + 59_999))
    assert error is not None
    assert (error.code, error.until) == ("banned", NOW_MS + 60_000)
    assert error.text == "You are banned from this server until 2025-11-20 14:47 UTC."
    restraints.check_server("u1", NOW_MS + 60_000)
    forever = Restraints([replace(ban, until_ms=LATEST_MS)])
    error = error_of(lambda: forever.check_server("u1", NOW_MS))
    assert error is not None
    assert "9999-12-31" in error.text


def test_one_takes_the_place_of_another() -> None:
    """There is one of a kind for each subject and place; lifting another lifts nothing."""
    restraints = Restraints([MUTED])
    restraints.put(replace(MUTED, reason="louder"))
    assert [one.reason for one in restraints] == ["louder"]
    restraints.lift(replace(MUTED, room="den"))
    restraints.lift(replace(MUTED, subject="u2"))
    assert restraints.find(MUTED) is not None
    restraints.take(MUTED, on=False)
    assert restraints.find(MUTED) is None
    assert list(restraints) == []
    restraints.take(MUTED, on=True)
    assert list(restraints) == [MUTED]


@pytest.mark.parametrize(
    ("typed", "network", "inside", "outside"),
    [
        ("192.0.2.7", "192.0.2.7/32", "192.0.2.7", "192.0.2.8"),
        ("192.0.2.7/24", "192.0.2.0/24", "192.0.2.255", "192.0.3.1"),
        ("2001:DB8::/32", "2001:db8::/32", "2001:db8:1::9", "2001:db9::"),
        (" 192.0.2.7 ", "192.0.2.7/32", "::ffff:192.0.2.7", "::ffff:192.0.2.8"),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24", "192.0.2.9", "192.0.3.9"),
        ("fe80::/10", "fe80::/10", "fe80::1%eth0", "::1"),
        ("0.0.0.0/0", "0.0.0.0/0", "8.8.8.8", "::1"),
    ],
)
def test_a_network_is_banned(typed: str, network: str, inside: str, outside: str) -> None:
    """However it is written, whoever comes from it is told, and nobody else."""
    assert network_of(typed) == network
    restraints = Restraints([Restraint(BAN, network, "", NOW_MS, "u9", "zoe")])
    error = error_of(lambda: restraints.check_address(inside, NOW_MS))
    assert error is not None
    assert (error.code, error.text) == ("banned", "Your address is banned from this server.")
    restraints.check_address(outside, NOW_MS)
    restraints.check_address("", NOW_MS)  # a Unix socket has no address
    for one in list(restraints):
        restraints.lift(one)
    restraints.check_address(inside, NOW_MS)


@given(st.text(max_size=20))
def test_what_is_no_network_is_refused(text: str) -> None:
    """Whatever is typed is a network or `bad_request`."""
    networks: list[str] = []
    error = error_of(lambda: networks.append(network_of(text)))
    if error is None:
        assert network_of(networks[0]) == networks[0]
    else:
        assert error.code == "bad_request"


def test_a_room_is_closed_to_whom_is_banned_from_it() -> None:
    """It is another code than for the server: the connection goes on."""
    restraints = Restraints([Restraint(BAN, "u1", "den", NOW_MS, "u9", "zoe")])
    error = error_of(lambda: restraints.check_room("u1", "den", NOW_MS))
    assert error is not None
    assert (error.code, error.text) == ("room_banned", "You are banned from this room.")
    restraints.check_room("u1", "lobby", NOW_MS)
    restraints.check_server("u1", NOW_MS)


def test_a_block_is_of_one_towards_another() -> None:
    """It holds in one direction, until it is taken back."""
    restraints = Restraints(blocks=[("u1", "u2")])
    assert restraints.has_blocked("u1", "u2")
    assert not restraints.has_blocked("u2", "u1")
    restraints.block("u1", "u3", on=True)
    assert list(restraints.blocks_of("u1")) == ["u2", "u3"]
    restraints.block("u1", "u2", on=False)
    restraints.block("u7", "u2", on=False)
    assert list(restraints.blocks_of("u1")) == ["u3"]
    assert list(restraints.blocks_of("u7")) == []
