"""Who is muted or banned, where and until when; and whom each account has blocked.

`Restraints` is looked into on every message: that is one look into a dict for an account that
is not muted.  What has an end is over by itself.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from asynchat.errors import ChatError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

MUTE: Final = "mute"
BAN: Final = "ban"
SERVER: Final = ""
"""The place of what holds everywhere."""

LATEST_MS: Final = 253_402_300_799_000
"""The last second of the year 9999: no restraint is until later, as dates go no further."""


@dataclass(frozen=True, slots=True)
class Restraint:
    """A mute or a ban, of an account or of a network, in a room or on the whole `SERVER`.

    ``subject`` is the account, or the network as `network_of` writes it.  Without ``until_ms``
    it has no end.
    """

    kind: str
    subject: str
    room: str
    since_ms: int
    by: str
    by_name: str
    until_ms: int | None = None
    reason: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from others: there is one of a kind for each subject and place."""
        return (self.kind, self.room, self.subject)

    @property
    def of_network(self) -> bool:
        """Whether it is of a network; no account has a ``/`` in it."""
        return "/" in self.subject

    def holds(self, now_ms: int) -> bool:
        """Tell whether it is not over yet."""
        return self.until_ms is None or now_ms < self.until_ms


class Restraints:
    """Every restraint and every block there is."""

    def __init__(
        self, restraints: Iterable[Restraint] = (), blocks: Iterable[tuple[str, str]] = ()
    ) -> None:
        self._of: dict[str, dict[str, dict[str, Restraint]]] = {MUTE: {}, BAN: {}}
        self._networks: dict[int, dict[int, int]] = {}
        self._blocks: dict[str, dict[str, None]] = {}
        for restraint in restraints:
            self.put(restraint)
        for account, blocked in blocks:
            self.block(account, blocked, on=True)

    def __iter__(self) -> Iterator[Restraint]:
        for subjects in self._of.values():
            for rooms in subjects.values():
                yield from rooms.values()

    def put(self, restraint: Restraint) -> None:
        """Add a restraint, in the place of the one of its kind, subject and room."""
        rooms = self._of[restraint.kind].setdefault(restraint.subject, {})
        if restraint.of_network and not rooms:
            network = ipaddress.ip_network(restraint.subject)
            lengths = self._networks.setdefault(network.version, {})
            lengths[network.prefixlen] = lengths.get(network.prefixlen, 0) + 1
        rooms[restraint.room] = restraint

    def take(self, restraint: Restraint, *, on: bool) -> None:
        """Put a restraint, or lift it."""
        if on:
            self.put(restraint)
        else:
            self.lift(restraint)

    def lift(self, restraint: Restraint) -> None:
        """Take out the one of this kind, subject and room, if there is one."""
        rooms = self._of[restraint.kind].get(restraint.subject, {})
        if rooms.pop(restraint.room, None) is None or rooms:
            return
        del self._of[restraint.kind][restraint.subject]
        if restraint.of_network:
            network = ipaddress.ip_network(restraint.subject)
            self._networks[network.version][network.prefixlen] -= 1

    def block(self, account: str, blocked: str, *, on: bool) -> None:
        """Note that an account wants to hear nothing of another, or wants to again."""
        if on:
            self._blocks.setdefault(account, {})[blocked] = None
        elif account in self._blocks:
            self._blocks[account].pop(blocked, None)

    def blocks_of(self, account: str) -> Collection[str]:
        """Return whom an account has blocked."""
        return self._blocks.get(account, {})

    def has_blocked(self, account: str, other: str) -> bool:
        """Tell whether an account has blocked another."""
        return other in self._blocks.get(account, ())

    def find(self, restraint: Restraint) -> Restraint | None:
        """Return the one of this kind, subject and room."""
        return self._of[restraint.kind].get(restraint.subject, {}).get(restraint.room)

    def check_muted(self, account: str, room: str, now_ms: int) -> None:
        """Raise ``muted`` for an account that is to say nothing in a room, or anywhere."""
        rooms = self._of[MUTE].get(account)
        if rooms is None:
            return
        for place, code in ((SERVER, "on this server"), (room, "in this room")):
            found = rooms.get(place)
            if found is not None and found.holds(now_ms):
                raise _refusal("muted", f"You are muted {code}", found)

    def check_room(self, account: str, room: str, now_ms: int) -> None:
        """Raise ``room_banned`` for an account that is banned from a room."""
        found = self.ban_from(account, room, now_ms)
        if found is not None:
            raise _refusal("room_banned", "You are banned from this room", found)

    def ban_from(self, account: str, room: str, now_ms: int) -> Restraint | None:
        """Return the ban of an account from a room, if it holds."""
        found = self._of[BAN].get(account, {}).get(room)
        return found if found is not None and found.holds(now_ms) else None

    def check_server(self, account: str, now_ms: int) -> None:
        """Raise ``banned`` for an account that is banned from the server."""
        found = self.ban_from(account, SERVER, now_ms)
        if found is not None:
            raise _refusal("banned", "You are banned from this server", found)

    def check_address(self, address: str, now_ms: int) -> None:
        """Raise ``banned`` for an address of a network that is banned."""
        if not self._networks:
            return
        try:
            ip = _unmapped(ipaddress.ip_address(address.partition("%")[0]))
        except ValueError:
            return  # a Unix socket has none
        for length, count in self._networks.get(ip.version, {}).items():
            if count:
                network = ipaddress.ip_network((ip, length), strict=False)
                found = self.ban_from(str(network), SERVER, now_ms)
                if found is not None:
                    raise _refusal("banned", "Your address is banned from this server", found)


def network_of(text: str) -> str:
    """Return the only way to write the network that a text names; one address is one, too.

    Raise ``bad_request``.
    """
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        raise ChatError(
            "bad_request", "An address is written like 192.0.2.7, a network like 192.0.2.0/24."
        ) from None
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped is not None and network.prefixlen >= _MAPPED_BITS:
        network = ipaddress.ip_network((mapped, network.prefixlen - _MAPPED_BITS))
    return str(network)


_MAPPED_BITS: Final = 96
"""How many bits of an IPv6 address say that an IPv4 address follows."""


def _unmapped(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return getattr(ip, "ipv4_mapped", None) or ip


def _refusal(code: str, what: str, restraint: Restraint) -> ChatError:
    until, reason = "", f": {restraint.reason}" if restraint.reason else "."
    if restraint.until_ms is not None:
        until = f" until {_written(restraint.until_ms)}"
    return ChatError(code, f"{what}{until}{reason}", until=restraint.until_ms)


def _written(time_ms: int) -> str:
    moment = datetime.fromtimestamp(min(time_ms, LATEST_MS) / 1000, UTC)
    return f"{moment:%Y-%m-%d %H:%M} UTC"
