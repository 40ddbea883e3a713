"""Addresses, as people paste them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.address import Address, is_loopback, only_here, parse_address
from asynchat.errors import ChatError
from asynchat.fingerprint import grouped, of_key

FP = of_key(b"a key")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("chat.example.org", Address("chat.example.org", 27742)),
        ("chat.example.org:4000", Address("chat.example.org", 4000)),
        (" asynchat://Chat.Example.org/ \n", Address("chat.example.org", 27742)),
        ("asynchat://127.0.0.1:27742?tls=no", Address("127.0.0.1", 27742, tls=False)),
        ("127.0.0.1?tls=no", Address("127.0.0.1", 27742, tls=False)),
        ("localhost:1?tls=no", Address("localhost", 1, tls=False)),
        ("[::1]:65535/?tls=no", Address("::1", 65535, tls=False)),
        ("asynchat://[2001:db8::1]", Address("2001:db8::1", 27742)),
        ("host?tls=yes", Address("host", 27742)),
        ("host?colour=blue", Address("host", 27742)),
        ("host:", Address("host", 27742)),
        (f"host?fp={FP}", Address("host", fp=FP)),
        (f"host?fp={grouped(FP).upper().replace(' ', '-')}", Address("host", fp=FP)),
        (f"host:1?fp={FP}&code=aB-_9", Address("host", 1, fp=FP, code="aB-_9")),
        ("localhost?tls=no&code=x", Address("localhost", tls=False, code="x")),
    ],
)
def test_an_address_is_a_host_and_what_else_is_said(text: str, address: Address) -> None:
    """Scheme and port may be left out; without ``?tls=no`` the way is encrypted."""
    assert parse_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "asynchat://",
        "http://host",
        "host/room",
        "host#room",
        "ada@host",
        "ada:secret@host",
        ":secret@host",
        "host:0",
        "host:65536",
        "host:-1",
        "host:http",
        "::1",
        "[::1",
        "host?tls=maybe",
        "host?tls=",
        "my host",
        "ho\nst",
        "host\x00",
        "host:27742?tls=no&tls=",
        "host?code=",
        "host?code=a b",
        "host?code=" + "x" * 65,
        "host?code=%0a",
    ],
)
def test_nothing_is_guessed_of_what_is_no_address(text: str) -> None:
    """Anything else is refused with what an address looks like."""
    with pytest.raises(ChatError) as caught:
        parse_address(text)
    assert caught.value.code == "bad_address"
    assert "write it like asynchat://127.0.0.1:27742" in caught.value.text


@pytest.mark.parametrize("fp", ["", FP[:-1], FP + "a", FP[:-1] + "b", "1" * 52])
def test_half_a_fingerprint_is_none(fp: str) -> None:
    """Who pastes a part of an invitation is told so, and never connects without the rest."""
    with pytest.raises(ChatError, match=r"Copy the address again: a fingerprint has 52") as caught:
        parse_address(f"host?fp={fp}")
    assert caught.value.code == "bad_address"


def test_what_is_plain_has_no_fingerprint() -> None:
    """A fingerprint that nothing would be compared with is refused."""
    with pytest.raises(ChatError, match="without TLS has no fingerprint"):
        parse_address(f"127.0.0.1?tls=no&fp={FP}")


@pytest.mark.parametrize("tls", [True, False])
def test_a_place_is_the_address_without_what_an_invitation_said(tls: bool) -> None:
    """A server is known by host, port and TLS, with whatever invitation one came."""
    place = Address("localhost", 5, tls=tls)
    assert Address("localhost", 5, tls=tls, fp=FP if tls else None, code="x").place == place
    assert place.place == place


@pytest.mark.parametrize("host", ["chat.example.org", "192.168.1.4", "[2001:db8::1]", "10.0.0.1"])
def test_only_loopback_goes_without_tls(host: str) -> None:
    """What is not encrypted stays on this computer."""
    with pytest.raises(ChatError) as caught:
        parse_address(f"{host}?tls=no")
    assert caught.value.code == "bad_address"
    assert host.strip("[]") in caught.value.text


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("0.0.0.0", False),  # noqa: S104
        ("::", False),
        ("localhost.example.org", False),
        ("", False),
    ],
)
def test_which_hosts_are_this_computer(host: str, loopback: bool) -> None:
    """Only what cannot mean another computer counts as loopback."""
    assert is_loopback(host) == loopback


@pytest.mark.parametrize(
    ("address", "text"),
    [
        (Address("host"), "asynchat://host:27742"),
        (Address("::1", 1, tls=False), "asynchat://[::1]:1?tls=no"),
        (Address("host", fp=FP), f"asynchat://host:27742?fp={FP}"),
        (Address("host", fp=FP, code="a-b"), f"asynchat://host:27742?fp={FP}&code=a-b"),
        (Address("localhost", tls=False, code="x"), "asynchat://localhost:27742?tls=no&code=x"),
    ],
)
def test_an_address_is_written_in_full(address: Address, text: str) -> None:
    """What is printed can be pasted as it stands."""
    assert str(address) == text
    assert parse_address(text) == address


PIECES = st.lists(
    st.sampled_from(
        "asynchat :// : 27742 host 127.0.0.1 [::1] [ ] @ ?tls=no ? / # .. & fp= tls=yes".split()
    )
    | st.sampled_from([" ", "\t", "\u2100", f"fp={FP}"]),
    max_size=6,
).map("".join)


@given(st.text() | PIECES)
def test_any_text_is_an_address_or_refused(text: str) -> None:
    """Whatever is pasted, it is an address that reads the same again, or ``bad_address``."""
    try:
        address = parse_address(text)
    except ChatError as error:
        code = error.code
    else:
        code = "bad_address" if parse_address(str(address)) != address else ""
        assert address.host
        assert 1 <= address.port <= 65535
        assert address.tls or is_loopback(address.host)
        assert not code
    assert code in {"", "bad_address"}


def test_an_address_for_others_is_told_to_lead_nowhere() -> None:
    """One of this computer leads others to their own; any other needs no word."""
    for address in ("asynchat://127.0.0.1:1?code=x", "localhost", "[::1]:5"):
        assert "this computer" in str(only_here(address))
    assert only_here("asynchat://192.0.2.7:1?code=x") is None
    assert only_here("chat.example.org") is None
