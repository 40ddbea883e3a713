from __future__ import annotations

from datetime import UTC, datetime

import pytest

from asynchat.fingerprint import grouped, of_key
from asynchat.link.known_servers import Pin
from asynchat.link.notices import KeyChanged
from asynchat.window.presenters import trusting

ONE, TWO = of_key(b"1"), of_key(b"2")
PLACE = "asynchat://chat.example.org:27742"
PLAIN = "asynchat://127.0.0.1:27742?tls=no"
NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


def details(address: str, pin: Pin | None, shown: str | None = None) -> trusting.Details:
    return trusting.details(address, pin, shown=shown, now=NOW, twelve=False, zone=UTC)


def test_a_fingerprint_stands_in_two_lines_of_groups() -> None:
    """No letter of it is lost."""
    shown = trusting.in_lines(ONE)
    assert [len(line.split()) for line in shown.split("\n")] == [7, 6]
    assert shown.replace("\n", " ") == grouped(ONE)


@pytest.mark.parametrize(
    ("address", "fingerprint", "text"),
    [
        (PLAIN, None, "Not encrypted, on this computer"),
        (PLACE, None, "Encrypted"),
        (
            PLACE,
            ONE,
            f"Encrypted; the server's key begins with {ONE[:4]} {ONE[4:8]} {ONE[8:12]}",
        ),
    ],
)
def test_the_tip_says_how_it_is_protected(address: str, fingerprint: str | None, text: str) -> None:
    """In a few words, with how the key begins."""
    assert trusting.tip(address, fingerprint) == text


def test_what_changed_says_where_and_what_to_do() -> None:
    """The host is named; nobody is told to go on."""
    text = trusting.changed(KeyChanged(PLACE, ONE, TWO))
    assert "chat.example.org:27742 has another key" in text
    assert "Nothing was sent" in text


def test_the_details_of_a_plain_server_say_so() -> None:
    """It has no key."""
    assert details(PLAIN, None) == trusting.Details(
        PLAIN, ("Not encrypted: it is on this computer, and asked for so.",)
    )


def test_the_details_of_a_key_say_since_when_it_is_known() -> None:
    """Also that another one is to follow, that it came over, or that a CA vouches for it."""
    since = int(NOW.timestamp() * 1000) - 3_600_000
    pinned = details(f"{PLACE}?fp={ONE}&code=abc", Pin(place=PLACE, fp=ONE, since=since), ONE)
    assert pinned.address == PLACE
    assert pinned.fingerprint == ONE
    assert pinned.lines[1] == "Known by its key since 11:00: another one would stop the connection."
    assert "Known by its key: another" in details(PLACE, Pin(place=PLACE, fp=ONE)).lines[1]
    over = details(PLACE, Pin(place=PLACE, fp=TWO, former=(ONE,), next=of_key(b"3")))
    assert ["earlier key" in over.lines[2], "next key" in over.lines[3]] == [True, True]
    assert "CA vouches" in details(PLACE, Pin(place=PLACE, fp=ONE, ca=True)).lines[1]
    assert (
        details(PLACE, Pin(place=PLACE, fp=ONE, ca=True, since=since))
        .lines[1]
        .endswith("known since 11:00.")
    )


def test_before_the_first_connection_nothing_is_known() -> None:
    """It is encrypted all the same."""
    found = details(PLACE, None)
    assert found.fingerprint == ""
    assert "not known yet" in found.lines[1]
