"""Addresses of servers, as people paste them: ``asynchat://127.0.0.1:27742?tls=no``.

Pure functions over strings; what an address leads to is the business of `link` and `server`.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from asynchat.errors import ChatError

SCHEME: Final = "asynchat"
DEFAULT_PORT: Final = 27742


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is, and whether the way to it is encrypted."""

    host: str
    port: int = DEFAULT_PORT
    tls: bool = True

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{SCHEME}://{host}:{self.port}" + ("" if self.tls else "?tls=no")


def parse_address(text: str) -> Address:
    """Return the address that a text names; ``host`` and ``host:port`` will do.

    Without ``?tls=no`` an address is encrypted, and only loopback may be plain: nothing is
    guessed.  Raise `ChatError` ``bad_address``.
    """
    text = text.strip()
    # `urlsplit` would drop line ends and take spaces for part of the host.
    if not text.isprintable() or " " in text:
        raise _bad(text)
    try:
        parts = urlsplit(text if "://" in text else f"{SCHEME}://{text}")
        port = DEFAULT_PORT if parts.port is None else parts.port
    except ValueError:
        raise _bad(text) from None
    known = parts.scheme == SCHEME and parts.path in {"", "/"} and not parts.fragment
    if not known or not parts.hostname or parts.username is not None or not port:
        raise _bad(text)
    tls = parse_qs(parts.query, keep_blank_values=True).get("tls", ["yes"])[-1]
    if tls not in {"yes", "no"}:
        raise _bad(text)
    address = Address(parts.hostname, port, tls == "yes")
    if not address.tls and not is_loopback(address.host):
        raise ChatError(
            "bad_address",
            f"Only this computer's own address may go without TLS, not {address.host}.",
        )
    return address


def is_loopback(host: str) -> bool:
    """Tell whether a host's name can only mean this computer."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bad(text: str) -> ChatError:
    return ChatError(
        "bad_address",
        f"{text!r} is no address; write it like asynchat://127.0.0.1:{DEFAULT_PORT}?tls=no",
    )
