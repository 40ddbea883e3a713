"""Addresses of servers, as people paste them: ``asynchat://chat.example.org:27742?fp=…``.

Pure functions over strings; what an address leads to is the business of `link` and `server`.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qs, urlsplit

from asynchat.errors import ChatError
from asynchat.fingerprint import parse_fingerprint

SCHEME: Final = "asynchat"
DEFAULT_PORT: Final = 27742

_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is, whether the way to it is encrypted, and what came with an invitation.

    ``fp`` is the fingerprint of the server's key, and ``code`` lets one in.
    """

    host: str
    port: int = DEFAULT_PORT
    tls: bool = True
    fp: str | None = None
    code: str | None = None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        said = {"tls": None if self.tls else "no", "fp": self.fp, "code": self.code}
        query = "&".join(f"{name}={value}" for name, value in said.items() if value is not None)
        return f"{SCHEME}://{host}:{self.port}" + (f"?{query}" if query else "")

    @property
    def place(self) -> Address:
        """Where it is alone: what a server is known by, whatever an invitation said besides."""
        return replace(self, fp=None, code=None)


def parse_address(text: str) -> Address:
    """Return the address that a text names; ``host`` and ``host:port`` will do.

    Without ``tls=no`` an address is encrypted, and only loopback may be plain: nothing is
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
    query = parse_qs(parts.query, keep_blank_values=True)
    tls, fp, code = (query.get(name, [None])[-1] for name in ("tls", "fp", "code"))
    if tls not in {None, "yes", "no"} or (code is not None and not _CODE.fullmatch(code)):
        raise _bad(text)
    try:
        fp = None if fp is None else parse_fingerprint(fp)
    except ValueError as error:
        raise ChatError("bad_address", f"Copy the address again: {error}.") from None
    address = Address(parts.hostname, port, tls != "no", fp, code)
    if fp is not None and not address.tls:
        raise ChatError("bad_address", "An address without TLS has no fingerprint.")
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


def only_here(address: str) -> str | None:
    """Return what to say with an address for others that leads to this computer alone."""
    if not is_loopback(parse_address(address).host):
        return None
    return "It leads to a server on this computer, which nobody reaches from another one."


def _bad(text: str) -> ChatError:
    return ChatError(
        "bad_address",
        f"{text!r} is no address; write it like asynchat://127.0.0.1:{DEFAULT_PORT}",
    )
