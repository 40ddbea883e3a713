from __future__ import annotations

import pytest

from asynchat.markup.addresses import addresses, host, is_web, says_otherwise


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see (https://example.org/a?b=1).", ["https://example.org/a?b=1"]),
        (
            "HTTP://EXAMPLE.org, and https://b.example/…",
            ["HTTP://EXAMPLE.org", "https://b.example/"],
        ),
        ("https://en.example.org/wiki/A_(b) x", ["https://en.example.org/wiki/A_(b)"]),
        ("**https://example.org/x**", ["https://example.org/x"]),
        ("ftp://a javascript:alert(1) http:// https://.", []),
    ],
)
def test_addresses_end_before_the_sentence_goes_on(text: str, found: list[str]) -> None:
    """Punctuation around an address is not part of it, brackets of its own are."""
    assert [text[start:end] for start, end in addresses(text)] == found


@pytest.mark.parametrize(
    ("address", "web"),
    [
        ("https://example.org", True),
        ("HTTP://[::1]/", True),
        ("https:///etc/passwd", False),
        ("javascript:alert(1)//https://x", False),
        ("data:text/html,x", False),
        ("https://" + "a" * 2000, False),
    ],
)
def test_only_the_web_is_linked(address: str, web: bool) -> None:
    """Http and https to some host are links, and nothing else is."""
    assert is_web(address) is web


def test_words_that_hide_where_a_link_leads_are_noticed() -> None:
    """The address itself, with or without its last slash, hides nothing."""
    assert not says_otherwise("https://Example.org", "https://example.org/")
    assert says_otherwise("https://bank.example", "https://evil.example")
    assert says_otherwise("here", "https://example.org")


@pytest.mark.parametrize(
    ("address", "its_host"),
    [
        ("https://Example.org:80/x", "example.org"),
        ("bank.example", "bank.example"),
        ("https://bank.example@evil.example/", "evil.example"),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_the_host_is_where_an_address_leads(address: str, its_host: str) -> None:
    """Whatever stands around it, the host is what a browser would ask."""
    assert host(address) == its_host
