"""How a server is known, in words: by its key, by a public CA, or by being this computer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from asynchat.address import parse_address
from asynchat.fingerprint import grouped
from asynchat.window.presenters.clock import moment

if TYPE_CHECKING:
    from datetime import tzinfo

    from asynchat.link.known_servers import Pin
    from asynchat.link.notices import KeyChanged

KEY_CODE: Final = "key_changed"
KEY_CHANGED: Final = "The server's key has changed, so nothing was sent."
_LINE: Final = 7
"""How many groups of a fingerprint stand in a line."""


@dataclass(frozen=True, slots=True)
class Details:
    """What is to be seen of a server: lines, and the fingerprint of its key, if it has one."""

    address: str
    lines: tuple[str, ...]
    fingerprint: str = ""


def in_lines(fingerprint: str) -> str:
    """Return a fingerprint in groups, on two lines, as it is compared by eye."""
    groups = grouped(fingerprint).split()
    return "\n".join(" ".join(groups[at : at + _LINE]) for at in range(0, len(groups), _LINE))


def host_of(address: str) -> str:
    """Return the host of an address, and its port."""
    where = parse_address(address)
    return f"{where.host}:{where.port}"


def tip(address: str, fingerprint: str | None) -> str:
    """Return in a few words how the connection is protected."""
    if not parse_address(address).tls:
        return "Not encrypted, on this computer"
    if fingerprint is None:
        return "Encrypted"
    return f"Encrypted; the server's key begins with {' '.join(grouped(fingerprint).split()[:3])}"


def changed(notice: KeyChanged) -> str:
    """Return what to read before a changed key is trusted."""
    return (
        f"What answers at {host_of(notice.place)} has another key than the server had. Somebody may"
        " be between, or the server was set up anew. Nothing was sent. Ask whoever runs it, and"
        " go on only if the new fingerprint is what the server shows where it runs."
    )


def details(
    address: str,
    pin: Pin | None,
    *,
    shown: str | None,
    now: datetime,
    twelve: bool,
    zone: tzinfo | None = None,
) -> Details:
    """Return how a server is known; ``shown`` is the key of the connection, if there was one."""
    where = str(parse_address(address).place)
    if not parse_address(address).tls:
        return Details(where, ("Not encrypted: it is on this computer, and asked for so.",))
    lines = ["Encrypted, by TLS 1.3."]
    if pin is None:
        lines.append("Its key is not known yet: there was no connection.")
        return Details(where, tuple(lines), shown or "")
    since = ""
    if pin.since is not None:
        at = datetime.fromtimestamp(pin.since / 1000, UTC).astimezone(zone)
        since = f" since {moment(at, now=now, twelve=twelve)}"
    if pin.ca:
        lines.append(f"A public CA vouches for its name; known{since or ' here'}.")
    else:
        lines.append(f"Known by its key{since}: another one would stop the connection.")
    if pin.former:
        lines.append("It came over from an earlier key, which it had announced.")
    if pin.next is not None:
        lines.append("It has announced its next key, so that changing to it needs no question.")
    return Details(where, tuple(lines), pin.fp)
